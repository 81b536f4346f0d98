"""Modules of web/ called one by one, in the browser that will run them, without a hub."""
from conftest import TESTS

WEB = TESTS.parent / "web"
# Values travel as JSON; bytes as { "hex": … }, both ways, at any depth.
CALL = """async ([module, name, values]) => {
    const { toHex } = await import("/lib/bytes.js");
    const into = (value) => {
        if (value === null || typeof value !== "object") return value;
        if (Array.isArray(value)) return value.map(into);
        if ("hex" in value) return Uint8Array.from(value.hex.match(/../g) || [], (pair) => parseInt(pair, 16));
        return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, into(each)]));
    };
    const outOf = (value) => {
        if (value instanceof Uint8Array) return { hex: toHex(value) };
        if (value === null || typeof value !== "object") return value;
        if (Array.isArray(value)) return value.map(outOf);
        return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, outOf(each)]));
    };
    const call = (await import(module))[name];
    const results = [];
    for (const each of values) {
        const result = Promise.resolve(into(each)).then((all) => call(...all));
        results.push(await result.then(outOf, (error) => "threw " + error));
    }
    return results;
}"""


def to_page(value):
    if isinstance(value, bytes):
        return {"hex": value.hex()}
    if isinstance(value, (list, tuple)):
        return [to_page(each) for each in value]
    return {key: to_page(each) for key, each in value.items()} if isinstance(value, dict) else value


def from_page(value):
    if isinstance(value, dict):
        return bytes.fromhex(value["hex"]) if "hex" in value else {k: from_page(v) for k, v in value.items()}
    return [from_page(each) for each in value] if isinstance(value, list) else value


class Modules:
    """The modules of web/ in a page of that origin; no server is asked."""

    def __init__(self, device, origin):
        self.page = device().new_page()
        self.page.route("**/*", self.serve)
        self.page.goto(origin + "/")

    @staticmethod
    def serve(route):
        path = route.request.url.split("/", 3)[3]
        if path:
            route.fulfill(path=WEB / path)
        else:
            route.fulfill(body="<!doctype html><title>modules</title>", content_type="text/html")

    def each(self, module, name, calls):
        """The function's result for each list of arguments."""
        return from_page(self.page.evaluate(CALL, [f"/{module}", name, to_page(list(calls))]))

    def one(self, module, name, *values):
        return self.each(module, name, [values])[0]


def altered(value, dice):
    """The same bytes but for one bit."""
    at = dice.randrange(8 * len(value))
    changed = bytearray(value)
    changed[at // 8] ^= 1 << at % 8
    return bytes(changed)
