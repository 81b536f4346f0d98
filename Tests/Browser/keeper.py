"""web/vote/record.js in a page with its time in our hands, and a hub for it to talk to."""
import base64
import json
import random

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from Browser.pylog import checkpoint, consistency, inclusion, leaf_hash, root_of, vkey_text

ORIGIN = "plenum/test/0123456789abcdef"
NOW = 1_764_000_000
NAMED = {"q": 3, "r": 1, "secrecy": "named"}
QUESTION = {"q": 2, "r": 1, "secrecy": "secret", "open": "b3BlbiBlbnRyeQ=="}
START = """async () => {
    const { PublicRecord } = await import("/vote/record.js");
    window.time = 0;
    window.sent = [];
    window.line = true;
    window.changes = 0;
    performance.now = () => window.time;
    window.record = new PublicRecord({
        send: (message) => { if (window.line) window.sent.push(message); return window.line; },
        now: () => 1000 * (window.noon + window.time / 1000),
        device: () => "AAAAAAAAAAAAAAAAAAAAAA",
        changed: () => { window.changes += 1; },
    });
}"""


def b64(value):
    return base64.b64encode(value).decode()


class FakeHub:
    """A log, its key and a token key; answers as the hub does."""

    def __init__(self, token_key):
        self.key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
        self.numbers = token_key.private_numbers()
        self.modulus = self.numbers.public_numbers.n.to_bytes(256, "big")
        self.leaves = [leaf_hash(b"meeting")]

    def welcome(self, run="run", n=17, w=1):
        return {"t": "welcome", "run": run, "vkey": vkey_text(self.key, ORIGIN), "voter": {"n": n, "w": w}}

    def keys(self, w=1, modulus=None, q=2):
        return {"t": "keys", "keys": [{"q": q, "r": 1, "w": w, "n": b64(modulus or self.modulus)}]}

    def note(self, size=None, leaves=None):
        leaves = (leaves or self.leaves)[:size]
        return checkpoint(self.key, len(leaves), root_of(leaves), ORIGIN)

    def proof(self, asked):
        answer = {"t": "proof", "leaf": asked["leaf"], "note": self.note(), "since": []}
        if asked["have"]:
            answer["since"] = [b64(step) for step in consistency(asked["have"], self.leaves)]
        leaf = base64.b64decode(asked["leaf"])
        if leaf in self.leaves:
            at = self.leaves.index(leaf)
            answer.update(i=at, path=[b64(step) for step in inclusion(at, self.leaves)])
        return answer

    def token(self, asked):
        blinded = int.from_bytes(base64.b64decode(asked["b"]), "big")
        signature = pow(blinded, self.numbers.d, self.numbers.public_numbers.n).to_bytes(256, "big")
        return {"t": "token", "id": asked["id"], "s": b64(signature)}

    def ack(self, leaf, by=NOW + 60):
        promise = f"vote-receipt/v1\n{ORIGIN}\n{leaf}\n{by}\n".encode()
        return {"t": "ack", "id": "AAAAAAAAAAA", "by": by, "sig": b64(self.key.sign(promise))}

    def log(self, asked, others=3):
        self.leaves += [leaf_hash(random.randbytes(9)) for _ in range(others)] + [base64.b64decode(asked["leaf"])]


class Keeper:
    """The phone: said to what the hub says, and waited for."""

    def __init__(self, page):
        self.page = page
        page.evaluate(START)
        page.evaluate("noon => { window.noon = noon; }", NOW)

    def tell(self, name, *values):
        call = "([name, values]) => JSON.stringify(window.record[name](...values))"
        told = self.page.evaluate(call, [name, list(values)])
        return None if told is None else json.loads(told)

    def wait(self, seconds):
        """Ticks for so long; what the phone then said."""
        return self.page.evaluate("""(seconds) => {
            for (const end = window.time + 1000 * seconds; window.time < end; window.time += 250) window.record.tick();
            return window.sent.splice(0);
        }""", seconds)

    def ask(self, within):
        """Ticks until the phone says something, which must not take longer."""
        said = self.page.evaluate("""(seconds) => {
            const end = window.time + 1000 * seconds + 250;
            for (; window.time <= end && !window.sent.length; window.time += 250) window.record.tick();
            return window.sent.splice(0);
        }""", within)
        assert len(said) == 1, said
        return said[0]

    def status(self, question=QUESTION):
        return self.tell("status", question)

    def kept(self, run="run.17"):
        return json.loads(self.page.evaluate("run => localStorage.getItem('plenum.record.' + run)", run))


def with_token(keeper, hub):
    keeper.tell("keys", hub.keys())
    asked = keeper.ask(20)
    hub.log(asked)
    keeper.tell("proof", hub.proof(asked))
    keeper.tell("token", hub.token(keeper.ask(1)))
    assert keeper.status()["token"] == "ready"


def acknowledged(keeper, hub, question=QUESTION, c=(0, 2), n=1, **promise):
    """A ballot the hub has promised to log; its leaf."""
    keeper.tell("seal", question, list(c), n)
    leaf = keeper.kept()["items"][-1]["leaf"]
    keeper.tell("acked", question, list(c), n, hub.ack(leaf, **promise))
    return leaf


def recorded(keeper, hub, question=QUESTION):
    leaf = acknowledged(keeper, hub, question)
    asked = keeper.ask(8)
    hub.log(asked)
    keeper.tell("proof", hub.proof(asked))
    assert keeper.status(question)["state"] == "recorded"
    return leaf
