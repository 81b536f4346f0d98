"""Public records made from scratch, by Sources/Ledger/DESIGN.md alone: the log, the tokens, the signatures, the zip."""
import base64
import copy
import functools
import hashlib
import io
import json
import pathlib
import random
import zipfile

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

VERIFIER = pathlib.Path(__file__).resolve().parents[2] / "web/audit/verify.py"
SPKI = bytes.fromhex("30820152303d06092a864886f70d01010a3030a00d300b0609608648016503040202a11a301806092a864886f70d01"
                     "0108300b0609608648016503040202a2030201300382010f00")
dice = random.Random(20)


def sha256(data):
    return hashlib.sha256(data).digest()


def b64(data):
    return base64.b64encode(data).decode()


def canonical(entry):
    if isinstance(entry, bytes):
        return entry
    return json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def leaf_hash(entry):
    return sha256(b"\0" + canonical(entry))


# ── The tree ──

def top(hashes):
    """RFC 6962 §2.1, word for word."""
    if len(hashes) < 2:
        return hashes[0] if hashes else sha256(b"")
    k = 1
    while 2 * k < len(hashes):
        k *= 2
    return sha256(b"\1" + top(hashes[:k]) + top(hashes[k:]))


def path(index, hashes):
    """RFC 6962 §2.1.1: what proves that the leaf at `index` is in the tree."""
    if len(hashes) < 2:
        return []
    k = 1
    while 2 * k < len(hashes):
        k *= 2
    if index < k:
        return path(index, hashes[:k]) + [top(hashes[k:])]
    return path(index - k, hashes[k:]) + [top(hashes[:k])]


def tile_files(entries, size=None):
    """Tiles and entries files, named as for `size` entries: what does not fit that size goes into the last."""
    size = len(entries) if size is None else size
    hashes, level, files = [leaf_hash(entry) for entry in entries], 0, {}
    while size >> 8 * level:
        count = size >> 8 * level
        for number in range(-(-count // 256)):
            width = min(256, count - 256 * number)
            end = 256 * number + width if 256 * number + width < count else len(hashes)
            name = f"{number:03}" + (f".p/{width}" if width < 256 else "")
            files[f"tile/{level}/{name}"] = b"".join(hashes[256 * number:end])
            if level == 0:
                files[f"tile/entries/{name}"] = b"".join(
                    len(entry).to_bytes(2, "big") + entry for entry in map(canonical, entries[256 * number:end]))
        hashes = [top(hashes[at:at + 256]) for at in range(0, len(hashes) - 255, 256)]
        level += 1
    return files


# ── Keys, signatures, tokens ──

def ed25519_key(name):
    return ed25519.Ed25519PrivateKey.from_private_bytes(sha256(name.encode()))


def public(key):
    return key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def vkey(origin, key):
    data = b"\1" + public(key)
    keyid = sha256(origin.encode() + b"\n" + data)[:4]
    return f"{origin}+{keyid.hex()}+{b64(data)}"


def sign_head(origin, key, size, root):
    body = f"{origin}\n{size}\n{b64(root)}\n"
    keyid = bytes.fromhex(vkey(origin, key)[len(origin) + 1:len(origin) + 9])
    return f"{body}\n— {origin} {b64(keyid + key.sign(body.encode()))}\n"


@functools.lru_cache(maxsize=None)
def token_key(name):
    """An RSA-2048 key, made once a run: its name, its numbers."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048).private_numbers()


def spki(key):
    numbers = key.public_numbers
    return SPKI + b"\x30\x82\x01\x0a\x02\x82\x01\x01\0" + numbers.n.to_bytes(256, "big") + b"\2\3\1\0\1"


def pss_encode(message, bits):
    """RFC 8017 §9.1.1 with SHA-384 and a salt of 48 bytes."""
    salt, size = dice.randbytes(48), (bits + 7) // 8
    digest = hashlib.sha384(b"\0" * 8 + hashlib.sha384(message).digest() + salt).digest()
    block = b"\0" * (size - 48 - 48 - 2) + b"\1" + salt
    mask = b"".join(hashlib.sha384(digest + n.to_bytes(4, "big")).digest() for n in range(-(-len(block) // 48)))
    masked = bytearray(a ^ b for a, b in zip(block, mask))
    masked[0] &= 0xFF >> (8 * size - bits)
    return bytes(masked) + digest + b"\xbc"


def blind_sign(key, message):
    """RFC 9474: blinded by the phone, signed by the hub, unblinded by the phone. Plain RSA."""
    n, e = key.public_numbers.n, key.public_numbers.e
    encoded = int.from_bytes(pss_encode(message, n.bit_length() - 1), "big")
    factor = dice.randrange(2, n)
    blinded = encoded * pow(factor, e, n) % n
    p_part, q_part = pow(blinded, key.dmp1, key.p), pow(blinded, key.dmq1, key.q)
    signed = q_part + key.q * ((p_part - q_part) * key.iqmp % key.p)
    signature = signed * pow(factor, -1, n) % n
    assert pow(signature, e, n) == encoded
    return signature.to_bytes(256, "big")


# ── An event ──

class Event:
    """Batches of entries and all private keys: what the box holds, and what the phones hold."""

    def __init__(self, slug, weights, title):
        self.origin = f"plenum/{slug}/{sha256(slug.encode())[:8].hex()}"
        self.key = ed25519_key("log key of " + slug)
        self.weights = dict(enumerate(weights, 1))
        self.roster = "".join(f"{number} {weight} {sha256(f'ticket {number}'.encode()).hex()}\n"
                              for number, weight in self.weights.items())
        self.batches, self.tokens, self.polls = [], {}, {}
        admission = "roster" if weights else "open"
        self.batch({"t": "meeting", "admission": admission, "eligible": len(weights), "event": slug,
                    "languages": ["en", "ko"], "roster": sha256(self.roster.encode()).hex(), "title": title})

    def copy(self):
        other = copy.copy(self)
        other.batches = [list(batch) for batch in self.batches]
        return other

    def batch(self, *entries):
        """Entries as they join the log: others, ballots by leaf hash, closes."""
        ballots = sorted((entry for entry in entries if entry["t"] == "ballot"), key=leaf_hash)
        closes = [entry for entry in entries if entry["t"] == "close"]
        others = [entry for entry in entries if entry["t"] not in ("ballot", "close")]
        self.batches.append(others + ballots + closes)

    def add_key(self, q, r, w):
        key = token_key(f"{self.origin} {q} {r} {w}")
        entry = {"t": "key", "q": q, "r": r, "w": w, "spki": b64(spki(key))}
        self.tokens[q, r, w] = key, leaf_hash(entry)
        return entry

    def open(self, q, r, kind, secrecy, options=(), select=(1, 1), change=True, **more):
        entry = {"t": "open", "q": q, "r": r, "kind": kind, "text": {"en": f"Question {q}?", "ko": f"질문 {q}?"},
                 "options": [{"en": option} for option in options], "select": list(select), "change": change,
                 "live": False, "secrecy": secrecy, **more}
        self.polls[q, r] = entry
        return entry

    def ballot(self, q, r, voter, choices, n=1, w=None, key=None):
        """One vote: `voter` a roster number, or a device; `w` for a secret one; `key` to use another token key."""
        secrecy, entry = self.polls[q, r]["secrecy"], {"t": "ballot", "q": q, "r": r, "n": n, "c": list(choices)}
        if secrecy == "named":
            return {**entry, "v": voter}
        if secrecy == "indicative":
            device = f"vote-device/v1\n{self.origin}\n{q}\n{r}\n{voter}\n".encode()
            return {**entry, "d": b64(sha256(device)[:16])}
        w = w or self.weights[voter]
        token, context = self.tokens[q, r, w]
        phone = ed25519_key(f"{self.origin} {q} {r} {voter}")
        a = self.authenticator(key or token, context, public(phone))
        opened = b64(leaf_hash(self.polls[q, r]))
        said = f"vote-ballot/v1\n{self.origin}\n{opened}\n{n}\n{json.dumps(list(choices), separators=(',', ':'))}\n"
        return {**entry, "w": w, "k": b64(public(phone)), "a": b64(a), "s": b64(phone.sign(said.encode()))}

    @functools.lru_cache(maxsize=None)
    def authenticator(self, key, context, nonce):
        name = self.origin.encode()
        challenge = b"\0\2" + len(name).to_bytes(2, "big") + name + bytes([len(context)]) + context + b"\0\0"
        return blind_sign(key, b"\0\2" + nonce + sha256(challenge) + sha256(spki(key)))

    def entries(self):
        return [entry for batch in self.batches for entry in batch]

    def close(self, q, r, present=None):
        """The close entry over what is in the log so far, as an honest box counts it."""
        opened, votes, issued = self.polls[q, r], {}, 0
        for entry in self.entries():
            if isinstance(entry, bytes) or (entry.get("q"), entry.get("r")) != (q, r):
                continue
            if entry["t"] == "issue":
                issued += len(entry["n"])
            if entry["t"] == "ballot":
                voter = entry.get("k") or entry.get("v") or entry.get("d")
                if voter not in votes or votes[voter]["n"] < entry["n"]:
                    votes[voter] = entry
        weight = {voter: vote.get("w") or self.weights.get(vote.get("v"), 1) for voter, vote in votes.items()}
        result = [sum(weight[voter] for voter, vote in votes.items() if option in vote["c"])
                  for option in range(len(opened["options"]) or 3)]
        entry = {"t": "close", "q": q, "r": r, "result": result, "ballots": len(votes), "weight": sum(weight.values())}
        if opened["secrecy"] == "secret":
            entry["issued"] = issued
        if opened["secrecy"] != "indicative":
            entry["present"] = present
        return entry

    # ── What leaves the box ──

    def hashes(self):
        return [leaf_hash(entry) for entry in self.entries()]

    def head(self, size=None):
        hashes = self.hashes()[:size]
        return sign_head(self.origin, self.key, len(hashes), top(hashes))

    def heads(self):
        sizes = sorted({sum(map(len, self.batches[:end])) for end in range(1, len(self.batches) + 1)})
        hashes = self.hashes()
        return [sign_head(self.origin, self.key, size, top(hashes[:size])) for size in sizes]

    def files(self):
        heads = self.heads()
        return {"checkpoint": heads[-1].encode(), "checkpoints.txt": "\n".join(heads).encode(),
                **tile_files(self.entries()), "roster.txt": self.roster.encode(),
                "vkey": (vkey(self.origin, self.key) + "\n").encode(), "verify.py": VERIFIER.read_bytes()}

    def receipt(self, index, size=None):
        hashes = self.hashes()[:size]
        lines = [f"extra {b64(canonical(self.entries()[index]))}", f"index {index}", *map(b64, path(index, hashes))]
        return "\n".join(["c2sp.org/tlog-proof@v1", *lines, "", self.head(size)])

    def promise(self, entry, deadline=1_800_000_000):
        body = f"vote-receipt/v1\n{self.origin}\n{b64(leaf_hash(entry))}\n{deadline}\n"
        return f"{body}{b64(self.key.sign(body.encode()))}\nextra {b64(canonical(entry))}\n"


def zipped(files):
    """Zip of these files, deflated."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


# ── The two samples ──

@functools.lru_cache(maxsize=None)
def open_event():
    """Open admission: indicative votes of every kind, changed votes, more than 256 entries."""
    event = Event("town-hall", [], {"en": "Town hall"})
    event.batch(event.open(1, 1, "motion", "indicative", live=True))
    for start in range(0, 210, 30):
        event.batch(*[event.ballot(1, 1, f"phone {n}", [n % 3]) for n in range(start, start + 30)])
    event.batch(*[event.ballot(1, 1, f"phone {n}", [0], n=2) for n in range(40)])
    event.batch(*[event.ballot(1, 1, f"phone {n}", [2], n=3) for n in range(10)])
    event.batch(event.close(1, 1))
    event.batch(event.open(2, 1, "single", "indicative", ["Red", "Green", "Blue", "None"], change=False,
                           detail={"en": "For the \"door\"\n\\ tabs\tand \u0001 too", "ko": "문의 색"}))
    event.batch(*[event.ballot(2, 1, f"phone {n}", [n % 4]) for n in range(30)])
    event.batch({"t": "moderator", "q": 2, "r": 1, "act": "close", "why": ""}, event.close(2, 1))
    event.batch(event.open(3, 1, "multiple", "indicative", ["A", "B", "C"], select=(0, 2)))
    event.batch(*[event.ballot(3, 1, f"phone {n}", [[], [0], [0, 2], [1, 2]][n % 4]) for n in range(30)])
    event.batch(event.close(3, 1))
    event.batch({"t": "end"})
    return event


@functools.lru_cache(maxsize=None)
def roster_event():
    """A roster of 180 with weights 1 and 2: secret and named, changed votes, a reset, an extend, a void."""
    event = Event("general-assembly", [2 if number % 6 == 0 else 1 for number in range(1, 181)],
                  {"en": "General assembly", "ko": "정기 총회"})
    secret = list(range(1, 61))
    event.batch(event.add_key(1, 1, 1), event.add_key(1, 1, 2))
    event.batch(event.add_key(3, 1, 1), event.add_key(3, 1, 2))
    event.batch({"t": "issue", "q": 1, "r": 1, "n": secret[:40]})
    event.batch({"t": "issue", "q": 1, "r": 1, "n": secret[40:]},
                {"t": "issue", "q": 3, "r": 1, "n": list(range(1, 21))})
    # Question 1, secret: everybody with weight 2 votes, of weight 1 all but one.
    event.batch(event.open(1, 1, "multiple", "secret", ["Ann", "Bo", "Cy"], select=(1, 2)))
    event.batch(*[event.ballot(1, 1, v, [v % 3]) for v in secret[:25]])
    event.batch(*[event.ballot(1, 1, v, [0, 1 + v % 2]) for v in secret[25:40]],
                *[event.ballot(1, 1, v, [2], n=2) for v in secret[:8]])
    event.batch({"t": "moderator", "q": 1, "r": 1, "act": "extend", "why": "the bus is late", "s": 120})
    event.batch(*[event.ballot(1, 1, v, [1]) for v in secret[40:] if v != 59],
                *[event.ballot(1, 1, v, [0, 2], n=7) for v in secret[4:10]])
    event.batch(event.close(1, 1, present=170))
    # Question 2, named: weights from the roster.
    event.batch(event.open(2, 1, "motion", "named"))
    event.batch(*[event.ballot(2, 1, v, [v % 2]) for v in range(1, 100)])
    event.batch(*[event.ballot(2, 1, v, [0]) for v in range(100, 171)],
                *[event.ballot(2, 1, v, [2], n=2) for v in range(1, 13)])
    event.batch({"t": "moderator", "q": 2, "r": 1, "act": "close", "why": "all have voted"},
                event.close(2, 1, present=172))
    # Question 3, secret, no second thoughts: reset, then again with new keys.
    event.batch(event.open(3, 1, "single", "secret", ["Left", "Right"], change=False))
    event.batch(*[event.ballot(3, 1, v, [0]) for v in range(1, 13)])
    event.batch({"t": "moderator", "q": 3, "r": 1, "act": "reset", "why": "a name was misspelt"})
    event.batch(event.add_key(3, 2, 1), event.add_key(3, 2, 2))
    event.batch({"t": "issue", "q": 3, "r": 2, "n": list(range(1, 31))})
    event.batch(event.open(3, 2, "single", "secret", ["Left", "Wright"], change=False))
    event.batch(*[event.ballot(3, 2, v, [v % 2]) for v in range(1, 31)])
    event.batch(event.close(3, 2, present=171))
    # Question 4, named: withdrawn.
    event.batch({"t": "moderator", "q": 4, "r": 1, "act": "edit", "why": "clearer"})
    event.batch(event.open(4, 1, "motion", "named"))
    event.batch(*[event.ballot(4, 1, v, [0]) for v in range(1, 6)])
    event.batch({"t": "moderator", "q": 4, "r": 1, "act": "void", "why": "out of order"})
    event.batch(event.open(5, 1, "motion", "indicative"))
    event.batch(*[event.ballot(5, 1, f"phone {n}", [n % 2]) for n in range(20)])
    event.batch(event.close(5, 1))
    event.batch({"t": "outcome", "q": 2, "adopted": True, "note": "\U0001f5f3 \u20ac ﬀ"}, {"t": "end"})
    return event
