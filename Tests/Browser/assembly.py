"""An assembly with a roster, the phones of its voters, and what is between them and the hub."""
import base64
import contextlib
import csv
import json
import subprocess

from conftest import TESTS
from hub import PLENUM, Hub, Moderator, free_port
from Ledger import sample

EVENT = TESTS / "Ledger/assembly.yaml"  # 1 secret, 2 named, 3 indicative, 4 secret, 5 secret and live
HASTE = "Math.random = () => 0;"  # what is left to chance comes as soon as it may


@contextlib.contextmanager
def running(data, *groups):
    """A hub whose roster has these groups; `codes` of the tickets."""
    subprocess.run([PLENUM, "roster", *groups, "--event", EVENT, "--out", data], check=True, capture_output=True)
    with open(data / "tickets.csv") as file:
        codes = [row["code"] for row in csv.DictReader(file)]
    with Hub(data, EVENT, port=free_port()) as hub:
        hub.codes = codes
        yield hub


def opened(hub, q):
    moderator = Moderator(hub)
    moderator.act("show", q)
    moderator.act("open", q)
    return moderator


def phone(device, hub, number=None, **options):
    """The phone of that voter, or of somebody without a ticket."""
    page = device(**options).new_page()
    page.add_init_script(HASTE)
    page.goto(hub.phone + ("#t=" + hub.codes[number - 1] if number else ""))
    return page


def entries(hub):
    """The entries of the public log, as they are served."""
    assert hub.get("/checkpoint") == 200
    size = int(hub.body.decode().split("\n")[1])
    assert size < 256 and hub.get(f"/tile/entries/000.p/{size}") == 200
    rest, found = hub.body, []
    while rest:
        length = int.from_bytes(rest[:2], "big")
        found.append(rest[2:2 + length])
        rest = rest[2 + length:]
    return found


def receipt(page):
    """The text in the link to the audit page."""
    link = page.locator("#receipt")
    link.wait_for()
    assert link.get_attribute("rel") == "noopener" and link.get_attribute("target") == "_blank"
    path, coded = link.get_attribute("href").split("#receipt=")
    assert path == "/audit"
    return base64.urlsafe_b64decode(coded + "=" * (-len(coded) % 4)).decode()


def proved(hub, text):
    """The entry of a receipt that holds against the log as it is now."""
    form, extra, index, *path = text.split("\n\n", 1)[0].split("\n")
    origin, size, root = text.split("\n\n", 1)[1].split("\n")[:3]
    entry, index, size = base64.b64decode(extra.split()[1]), int(index.split()[1]), int(size)
    log = entries(hub)
    hashes = [sample.leaf_hash(each) for each in log[:size]]
    assert form == "c2sp.org/tlog-proof@v1" and log[index] == entry
    assert [base64.b64decode(step) for step in path] == sample.path(index, hashes)
    assert base64.b64decode(root) == sample.top(hashes)
    assert origin.startswith("plenum/")
    return json.loads(entry)


class Wire:
    """Between a page and the hub: hears all, holds back messages from the hub by their kind, or changes them."""

    def __init__(self, page, *held, change=lambda message: message):
        self.kinds, self.held, self.said, self.change = set(held), [], [], change
        page.route_web_socket("**/ws", self.open)

    def open(self, page):
        hub = page.connect_to_server()
        self.page, self.held = page, []
        page.on_message(lambda message: (self.said.append(message), hub.send(message)))
        hub.on_message(self.pass_on)

    def pass_on(self, message):
        message = self.change(json.loads(message))
        if message["t"] in self.kinds:
            self.held.append(message)
        else:
            self.page.send(json.dumps(message))

    def release(self):
        self.kinds = set()
        for message in self.held:
            self.page.send(json.dumps(message))

    def messages(self, kind):
        return [message for message in self.said if json.loads(message)["t"] == kind]
