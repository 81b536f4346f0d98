"""A record made in Python and served to the page of the public record, honest or not. Its ballots carry no real
signatures: that page counts, `plenum verify` checks those."""
import base64
import hashlib
import random

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from Browser.modules import WEB
from Browser.pylog import canonical, checkpoint, inclusion, leaf_hash, root_of, vkey_text

ORIGIN = "plenum/assembly/0123456789abcdef"
SITE = "http://plenum.test"
TITLE = {"en": "Assembly of tests", "ko": "시험 총회"}


def coded(size, seed):
    return base64.b64encode(random.Random(seed).randbytes(size)).decode()


# A ballot that never joined `assembly`.
UNSENT = canonical(t="ballot", q=1, r=1, n=1, c=[1], d=coded(16, "nobody"))


class SampleLog:
    """Entries join with `add`, a head over them with `publish`."""

    def __init__(self, origin=ORIGIN, weights=(), seed=1):
        self.origin = origin
        self.key = Ed25519PrivateKey.from_private_bytes(random.Random(seed).randbytes(32))
        self.vkey = vkey_text(self.key, origin)
        self.entries, self.heads = [], []
        self.roster = "".join(f"{n + 1} {w} {hashlib.sha256(b'%d' % n).hexdigest()}\n" for n, w in enumerate(weights))
        self.add(t="meeting", admission="roster" if weights else "open", eligible=len(weights), event="assembly",
                 languages=["en", "ko"], roster=hashlib.sha256(self.roster.encode()).hexdigest(), title=TITLE)

    def add(self, **members):
        self.entries.append(canonical(**members))
        return len(self.entries) - 1

    def open(self, q, r=1, secrecy="indicative", kind="single", options=3, **more):
        names = [("Noodles", "국수"), ("Rice", "밥"), ("Bread", "빵"), ("Soup", "국")]
        rules = {"change": True, "live": False, "select": [1, 1], **more}
        wording = {"en": f"What shall we eat on day {q}?", "ko": f"{q}일째에는 무엇을 먹을까요?"}
        self.add(t="open", q=q, r=r, kind=kind, text=rules.pop("text", wording), secrecy=secrecy,
                 options=[{"en": en, "ko": ko} for en, ko in names[:options]] if kind != "motion" else [], **rules)

    def vote(self, q, voter, choices, r=1, n=1, w=1, secrecy="indicative"):
        mark = {"indicative": {"d": coded(16, f"{q} {r} {voter}")}, "named": {"v": voter},
                "secret": {"k": coded(32, f"{q} {r} {voter}"), "a": coded(256, voter), "s": coded(64, n), "w": w}}
        return self.add(t="ballot", q=q, r=r, n=n, c=choices, **mark[secrecy])

    def close(self, q, result, ballots, r=1, weight=None, **more):
        return self.add(t="close", q=q, r=r, result=result, ballots=ballots, weight=weight or ballots, **more)

    def leaves(self, size=None):
        return [leaf_hash(entry) for entry in self.entries[:size]]

    def publish(self):
        self.heads.append(checkpoint(self.key, len(self.entries), root_of(self.leaves()), self.origin))
        return self

    def receipt(self, index, head=-1):
        size = int(self.heads[head].split("\n")[1])
        path = [base64.b64encode(each).decode() for each in inclusion(index, self.leaves(size))]
        extra = base64.b64encode(self.entries[index]).decode()
        return "\n".join(["c2sp.org/tlog-proof@v1", f"extra {extra}", f"index {index}", *path, "", self.heads[head]])

    def promise(self, entry, by):
        leaf = base64.b64encode(leaf_hash(entry)).decode()
        body = f"vote-receipt/v1\n{self.origin}\n{leaf}\n{by}\n"
        signature = base64.b64encode(self.key.sign(body.encode())).decode()
        return f"{body}{signature}\nextra {base64.b64encode(entry).decode()}\n"

    def certificate(self, index, head=-1):
        return self.entries[index].decode() + "\n" + self.heads[head]

    def answer(self, path):
        """The body at a path of the record; None if there is nothing."""
        if path.startswith("tile/entries/"):
            number, _, width = path.removeprefix("tile/entries/").partition(".p/")
            first = 256 * int(number.replace("x", "").replace("/", ""))
            tile = self.entries[first:first + int(width or 256)]
            return b"".join(len(entry).to_bytes(2, "big") + entry for entry in tile)
        texts = {"vkey": self.vkey + "\n", "roster.txt": self.roster}
        if self.heads:
            texts.update({"checkpoint": self.heads[-1], "checkpoints.txt": "\n".join(self.heads)})
        return texts[path].encode() if path in texts else None


class Stand:
    """The page with the record `log`, which may be exchanged; `log` None: nothing answers."""

    PATHS = ("checkpoint", "checkpoints.txt", "vkey", "roster.txt", "tile/", "certificate/", "bundle.zip")

    def __init__(self, context, log):
        self.log, self.asked, self.bundles = log, [], []
        self.page = context.new_page()
        self.page.route("**/*", self.serve)

    def serve(self, route):
        path = route.request.url.split("/", 3)[3].split("?")[0]
        if path == "audit":
            return route.fulfill(path=WEB / "audit/index.html")
        if not path.startswith(self.PATHS):
            return route.fulfill(path=WEB / path)
        self.asked.append(path)
        if self.log is None:
            return route.abort()
        if path == "bundle.zip" and self.bundles:
            return route.fulfill(**self.bundles.pop(0))
        body = self.log.answer(path)
        if body is None:
            return route.fulfill(status=404, body="Nothing is in the record yet.\n")
        return route.fulfill(body=body, content_type="application/octet-stream")

    def open(self, fragment=""):
        self.page.goto(f"{SITE}/audit{fragment}")
        return self.page

    def verdict(self, *states):
        """Waits for the verdict to be one of these; its sentence."""
        selector = ", ".join(f'#verdict[data-state="{state}"]' for state in states)
        self.page.locator(selector).wait_for()
        return self.page.locator("#headline").inner_text()

    def look_up(self, text):
        """(tone, text) of the answer to a receipt."""
        self.page.locator("#receipt").fill(text)
        self.page.locator("#answer").evaluate("(answer) => answer.textContent = ''")
        self.page.locator("#look-up").click()
        answer = self.page.locator(".answer")
        answer.wait_for()
        return answer.get_attribute("data-tone"), answer.inner_text()


def assembly(seed=1):
    """An afternoon: a straw poll, a secret vote with weights, a roll call, a vote started again, one withdrawn."""
    log = SampleLog(weights=[1] * 30 + [5] * 4, seed=seed)
    log.publish()
    log.open(1, options=4, live=True)
    for device in range(23):
        log.vote(1, device, [(0, 0, 1, 0, 2, 3, 0, 1)[device % 8]])
    log.vote(1, 4, [0], n=2)
    log.add(t="moderator", q=1, r=1, act="extend", s=30, why="The Wi-Fi was slow")
    log.publish()
    log.close(1, [13, 5, 2, 3], 23)
    log.publish()
    text = {"en": "Shall the association buy the house at the corner?", "ko": "협회가 모퉁이 집을 사야 할까요?"}
    log.open(2, secrecy="secret", kind="motion", text=text)
    log.add(t="issue", q=2, r=1, n=[*range(1, 26), 31, 32, 33])
    for voter in range(24):
        log.vote(2, voter, [(0, 0, 1, 0, 2)[voter % 5]], secrecy="secret")
    log.publish()
    for voter in range(3):
        log.vote(2, 100 + voter, [voter % 2], w=5, secrecy="secret")
    log.add(t="moderator", q=2, r=1, act="close", why="")
    log.close(2, [25, 10, 4], 27, weight=39, issued=28, present=29)
    log.publish()
    log.open(3, secrecy="named")
    for voter in (1, 2, 3, 5, 8, 9, 10, 31):
        log.vote(3, voter, [voter % 3], secrecy="named")
    log.add(t="moderator", q=3, r=1, act="reset", why="The wording was misread aloud")
    log.open(3, r=2, secrecy="named")
    for voter in (1, 2, 3, 5, 8, 9, 10, 31):
        log.vote(3, voter, [(voter + 1) % 3], r=2, secrecy="named")
    log.close(3, [3, 2, 7], 8, r=2, weight=12, present=30)
    log.publish()
    log.add(t="moderator", q=4, r=1, act="edit", why="A typing error")
    log.open(4, kind="multiple", options=4, select=[1, 2])
    for device in range(5):
        log.vote(4, device, [0, 2])
    log.add(t="moderator", q=4, r=1, act="void", why="One option was missing")
    log.open(5, secrecy="secret", kind="single", options=4)
    log.add(t="issue", q=5, r=1, n=[1, 2, 3, 4])
    for voter in range(3):
        log.vote(5, voter, [voter % 3], secrecy="secret")
    return log.publish()


def rewritten(log, index, entry):
    """The same log with one entry exchanged, every head signed anew."""
    other = SampleLog(log.origin)
    other.key, other.roster = log.key, log.roster
    other.entries = [*log.entries[:index], entry, *log.entries[index + 1:]]
    return other.publish()
