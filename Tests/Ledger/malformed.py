"""What breaks a form rather than a rule: entries not canonical, heads that contradict, files that do not parse."""
import json

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from .sample import b64, canonical, ed25519_key, sign_head, top
from .tamper import find

# ── Entries; each is put where a moderator's `edit` of question 4 stands, and signed by the log key ──

EDIT = {"t": "moderator", "q": 4, "r": 1, "act": "edit", "why": "clearer"}
KEY = {"t": "key", "q": 7, "r": 1, "w": 1, "spki": ""}
OPEN = {"t": "open", "q": 7, "r": 1, "kind": "single", "text": {"en": "?"}, "options": [{"en": "A"}, {"en": "B"}],
        "select": [1, 1], "change": True, "live": False, "secrecy": "named"}
plain = canonical(EDIT).decode()


def without(entry, name):
    return {key: value for key, value in entry.items() if key != name}


BAD_ENTRIES = {
    "white space": json.dumps(EDIT, sort_keys=True).encode(),
    "line feed": (plain + "\n").encode(),
    "names not sorted": json.dumps(EDIT, separators=(",", ":")).encode(),
    "name twice": plain.replace('"q":4', '"q":4,"q":4').encode(),
    "needless escape": plain.replace("clearer", "clea\\u0072er").encode(),
    "escaped slash": plain.replace("clearer", "a\\/b").encode(),
    "escape in upper case": plain.replace("clearer", "\\u001F").encode(),
    "lone surrogate": plain.replace("clearer", "\\ud800").encode(),
    "not UTF-8": plain.encode().replace(b"clearer", b"\xff"),
    "overlong UTF-8": plain.encode().replace(b"clearer", b"\xc0\xaf"),
    "byte order mark": b"\xef\xbb\xbf" + plain.encode(),
    "UTF-16": plain.encode("utf-16"),
    "fraction": plain.replace('"q":4', '"q":4.0').encode(),
    "exponent": plain.replace('"q":4', '"q":4e0').encode(),
    "minus nothing": canonical({"t": "outcome", "q": 4, "x": 0}).replace(b'"x":0', b'"x":-0'),
    "leading zero": plain.replace('"q":4', '"q":04').encode(),
    "negative": canonical({**EDIT, "q": -4}),
    "nothing": canonical({**EDIT, "q": 0}),
    "too large a number": canonical({**EDIT, "q": 2 ** 53}),
    "far too large a number": plain.replace('"q":4', '"q":' + "9" * 5000).encode(),
    "text for a number": canonical({**EDIT, "q": "4"}),
    "boolean for a number": canonical({**EDIT, "q": True}),
    "null": canonical({**EDIT, "why": None}),
    "not a number": plain.replace('"q":4', '"q":NaN').encode(),
    "not a number in an outcome": b'{"q":4,"t":"outcome","x":NaN}',
    "a fraction in an outcome": b'{"q":4,"t":"outcome","x":1.5}',
    "unknown kind": canonical({**EDIT, "t": "minutes"}),
    "no kind": canonical(without(EDIT, "t")),
    "kind not text": canonical({**EDIT, "t": ["moderator"]}),
    "member missing": canonical(without(EDIT, "why")),
    "member too many": canonical({**EDIT, "x": 1}),
    "unknown act": canonical({**EDIT, "act": "adjourn"}),
    "seconds without extending": canonical({**EDIT, "s": 60}),
    "extending without seconds": canonical({**EDIT, "act": "extend"}),
    "an empty object": b"{}",
    "an array": canonical([EDIT]),
    "a number": b"4",
    "cut short": plain[:-1].encode(),
    "something after it": (plain + "{}").encode(),
    "33 deep": canonical({"t": "outcome", "q": 1, "x": json.loads("[" * 32 + "]" * 32)}),
    "very deep": b"[" * 30000 + b"]" * 30000,
    "a second meeting": None,
    "issue not ascending": canonical({"t": "issue", "q": 7, "r": 1, "n": [2, 1]}),
    "issue twice at once": canonical({"t": "issue", "q": 7, "r": 1, "n": [2, 2]}),
    "issue to number nothing": canonical({"t": "issue", "q": 7, "r": 1, "n": [0, 2]}),
    "key of no bytes": canonical(KEY),
    "key of noise": canonical({**KEY, "spki": b64(bytes(342))}),
    "key of another exponent": None,
    "key as rsaEncryption": None,
    "a motion with options": canonical({**OPEN, "kind": "motion"}),
    "a kind unknown": canonical({**OPEN, "kind": "ranked"}),
    "no language": canonical({**OPEN, "text": {}}),
    "language not a code": canonical({**OPEN, "text": {"en us": "?"}}),
    "limits the wrong way": canonical({**OPEN, "select": [2, 1]}),
    "one limit": canonical({**OPEN, "select": [1]}),
    "detail of nothing": canonical({**OPEN, "detail": None}),
    "name not ASCII": canonical({"t": "outcome", "q": 1, "é": 1}),
    "outcome of no question": canonical({"t": "outcome"}),
    "ballot of no kind": canonical({"t": "ballot", "q": 1, "r": 1, "n": 1, "c": [0]}),
    "ballot of two kinds": canonical({"t": "ballot", "q": 1, "r": 1, "n": 1, "c": [0], "v": 1, "d": b64(bytes(16))}),
    "pseudonym too short": canonical({"t": "ballot", "q": 5, "r": 1, "n": 1, "c": [0], "d": b64(bytes(15))}),
    "base64 not canonical": canonical({"t": "ballot", "q": 5, "r": 1, "n": 1, "c": [0], "d": "A" * 21 + "B=="}),
    "base64 for addresses": canonical({"t": "ballot", "q": 5, "r": 1, "n": 1, "c": [0], "d": "_" * 21 + "w=="}),
    "base64 without padding": canonical({"t": "ballot", "q": 5, "r": 1, "n": 1, "c": [0], "d": "A" * 22}),
    "a choice that is no number": canonical({"t": "ballot", "q": 5, "r": 1, "n": 1, "c": ["0"], "d": b64(bytes(16))}),
}


def with_bad_entry(event, name):
    forged = event.copy()
    b, i = find(forged, "moderator", 4, 1)
    forged.batches[b][i] = BAD_ENTRIES[name] or strange(event, name)
    return forged.files()


def strange(event, name):
    """The bad entries that are made of the event's own."""
    key = next(entry for entry in event.entries() if entry["t"] == "key")
    if name == "a second meeting":
        return event.entries()[0]
    if name == "key of another exponent":
        return {**key, "q": 7, "spki": key["spki"][:-4] + "AQAD"}
    if name == "key as rsaEncryption":
        numbers = event.tokens[1, 1, 1][0].public_numbers
        plain = numbers.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return {**key, "q": 7, "spki": b64(plain)}
    raise KeyError(name)


# ── Heads and files ──

def heads_of(files):
    notes = files["checkpoints.txt"].decode().split("\n\n")
    return [f"{body}\n\n{signature.strip()}\n" for body, signature in zip(notes[::2], notes[1::2])]


def with_heads(files, heads, last=None):
    return {**files, "checkpoints.txt": "\n".join(heads).encode(), "checkpoint": (last or heads[-1]).encode()}


def broken_files(event):
    """What was done, the files, and exactly the codes of it."""
    good = event.files()
    heads = heads_of(good)
    size, root = len(event.entries()), top(event.hashes())
    stranger = ed25519_key("somebody else's")
    tile = next(name for name in good if name.startswith("tile/0/000"))
    last = sorted(name for name in good if name.startswith("tile/entries/001"))[0]
    other = sign_head(event.origin, event.key, int(heads[3].split("\n")[1]), bytes(32))
    foreign = sign_head("somebody/else", event.key, size, root)
    forged = sign_head(event.origin, stranger, size, root)
    yield "signed by another key", with_heads(good, heads[:-1] + [forged]), {"checkpoint-signature"}
    yield "of another name", with_heads(good, heads[:-1] + [foreign]), {
        "checkpoint-signature", "bad-token", "bad-signature", "wrong-close"}
    smaller = heads[-1].replace(f"\n{size}\n", f"\n{size - 1}\n")
    yield "a size changed, its files missing", with_heads(good, heads[:-1] + [smaller]), {"unreadable"}
    yield "an older head of another root", with_heads(good, heads[:3] + [other] + heads[4:]), {"history-mismatch"}
    yield "heads in disorder", with_heads(good, heads[:3] + [heads[4], heads[3]] + heads[5:]), {"history-mismatch"}
    yield "a head twice", with_heads(good, heads[:3] + [heads[2]] + heads[3:]), {"history-mismatch"}
    yield "the last head is missing", with_heads(good, heads[:-1], heads[-1]), {"history-mismatch"}
    yield "no heads", {**good, "checkpoints.txt": b""}, {"unreadable"}
    yield "a hash tile changed", {**good, tile: bytes(32) + good[tile][32:]}, {"root-mismatch"}
    yield "a hash tile cut", {**good, tile: good[tile][:-1]}, {"root-mismatch"}
    yield "an entry too many", {**good, last: good[last] + b"\0\2{}"}, {"root-mismatch", "bad-entry"}
    yield "an entries file cut", {**good, last: good[last][:-1]}, {"unreadable"}
    for name in ("checkpoint", "checkpoints.txt", "roster.txt", "vkey", tile, last):
        yield f"{name} missing", {key: value for key, value in good.items() if key != name}, {"unreadable"}
    for name in ("checkpoint", "checkpoints.txt", "vkey"):
        yield f"{name} cut", {**good, name: good[name][:-9]}, {"unreadable"}
        yield f"{name} not text", {**good, name: b"\xff" + good[name]}, {"unreadable"}
    for what, old, new in (("an extension", b"=\n\n", b"=\nmore\n\n"), ("a leading zero", b"\n3", b"\n03")):
        yield f"{what} in checkpoint", {**good, "checkpoint": good["checkpoint"].replace(old, new, 1)}, {"unreadable"}
    yield "roster.txt without its last line feed", {**good, "roster.txt": good["roster.txt"][:-1]}, {
        "roster-mismatch", "unknown-voter", "too-many-ballots", "wrong-close"}
    yield "verify.py missing", {key: value for key, value in good.items() if key != "verify.py"}, set()
    yield "no meeting", event_without_meeting(event), {"bad-entry"}
    yield "other files too", {**good, "README": b"hello", "tile/0/000.p/3": b"old"}, set()


def event_without_meeting(event):
    forged = event.copy()
    forged.batches[0] = [{"t": "outcome", "q": 1, "x": json.loads("[" * 31 + "]" * 31)}]
    return forged.files()
