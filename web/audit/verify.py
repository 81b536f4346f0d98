#!/usr/bin/env python3
"""Checks the public record of a vote: verify.py ZIP [--key VKEY] [--pin FILE] [--receipt FILE] [--json]
Needs Python 3.9 and its package cryptography; asks nobody, writes nothing. Exit: 0 right, 1 wrong, 2 cannot
tell, 3 unreadable. The rules: Sources/Ledger/DESIGN.md. Whoever holds the log's key can rewrite all of it, so
that it is right by itself: bring what you kept, a checkpoint (--pin), your receipt or promise (--receipt).
"""
import argparse, base64, collections, functools, hashlib, json, re, sys, types, zipfile  # noqa: E401
try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
    from cryptography.hazmat.primitives.hashes import SHA384
except ImportError:
    sys.exit(print("verify.py needs the Python package cryptography (Debian: python3-cryptography)") or 64)

def expect(truth, otherwise):
    if not truth: raise ValueError(otherwise)
def sha256(data): return hashlib.sha256(data).digest()
def b64(data): return base64.b64encode(data).decode()
def unb64(text):  # only the one right spelling of these bytes
    data = base64.b64decode(text, validate=True)
    return expect(b64(data) == text, "base64 that is not canonical") or data
def holds(verify):
    try: return verify() is None
    except (InvalidSignature, ValueError): return False
def signed(key, signature, text):
    return holds(lambda: ed25519.Ed25519PublicKey.from_public_bytes(key).verify(signature, text.encode()))

# ── The tree (RFC 6962 §2.1), inclusion (RFC 9162 §2.1.3), files (C2SP tlog-tiles) ──
def leaf_hash(entry): return sha256(b"\0" + entry)
def node(left, right): return sha256(b"\1" + left + right)
def split(size): return 1 << ((size - 1).bit_length() - 1)  # the left subtree is the largest whole one
def tree(leaves):
    @functools.lru_cache(maxsize=None)
    def root(size, first=0):
        if size < 2: return leaves[first] if size else sha256(b"")
        return node(root(split(size), first), root(size - split(size), first + split(size)))
    return root
def climb(leaf, index, size, proof):  # the root that an inclusion proof leads to; None if its length is wrong
    if size < 2 or not proof: return None if proof or size != 1 or index else leaf
    if index < split(size): left, right = climb(leaf, index, split(size), proof[:-1]), proof[-1]
    else: left, right = proof[-1], climb(leaf, index - split(size), size - split(size), proof[:-1])
    return left and right and node(left, right)
def tiles(level, count):  # name, first position and width of each tile of a level with so many hashes
    for n in range((count + 255) // 256):
        name, width = f"{n:03}" if n < 1000 else f"x{n // 1000:03}/{n % 1000:03}", min(256, count - 256 * n)
        yield f"tile/{level}/{name}" + (f".p/{width}" if width < 256 else ""), 256 * n, width
def split_entries(data, at=0):  # each entry has its length in two bytes before it
    while at < len(data):
        start, at = at + 2, at + 2 + int.from_bytes(data[at:at + 2], "big")
        expect(at <= len(data), "an entries file ends within an entry")
        yield data[start:at]

# ── The log's key, heads (signed checkpoints), receipts: C2SP signed-note, tlog-checkpoint, tlog-proof ──
B64, POS, INT = "[A-Za-z0-9+/]+={0,2}", "[1-9][0-9]{0,15}", "(?:0|[1-9][0-9]{0,15})"
KEY = re.compile(rf"([^\s+]+)\+([0-9a-f]{{8}})\+({B64})\n?")
HEAD = re.compile(rf"(([^\n]+)\n({INT})\n({B64})\n)\n((?:— [^\s+]+ {B64}\n)+)")
RECEIPT = re.compile(rf"c2sp\.org/tlog-proof@v1\nextra ({B64})\nindex ({INT})\n((?:{B64}\n)*)\n(.+)", re.S)
PROMISE = re.compile(rf"(vote-receipt/v1\n([^\n]+)\n({B64})\n{INT}\n)({B64})\nextra ({B64})\n")
def parse(pattern, text, what):
    return expect(pattern.fullmatch(text), f"{what} is malformed") or pattern.fullmatch(text).groups()
def parse_key(text):
    name, keyid, data = parse(KEY, text, "the log's key (vkey)")
    data = unb64(data)
    right = len(data) == 33 and data[0] == 1 and sha256(name.encode() + b"\n" + data)[:4].hex() == keyid
    return expect(right, "the log's key (vkey) is malformed") or (name, bytes.fromhex(keyid), data[1:])
def parse_head(text):
    body, origin, size, root, lines = parse(HEAD, text, "a checkpoint")
    size, root, sigs = int(size), unb64(root), [line.split(" ")[1:] for line in lines.split("\n")[:-1]]
    sigs = [(name, unb64(sig)) for name, sig in sigs]
    expect(size < 2 ** 53 and len(root) == 32 and all(len(sig) > 4 for _, sig in sigs), "no checkpoint")
    return types.SimpleNamespace(body=body, origin=origin, size=size, root=root, sigs=sigs)
def by_log(head, key):  # whether the key signed it; None if no signature claims that (others' are ignored)
    ours = [sig[4:] for name, sig in head.sigs if (head.origin, name, sig[:4]) == (key[0], *key[:2])]
    return all(signed(key[2], sig, head.body) for sig in ours) if ours else None

# ── Entries: JSON in RFC 8785 form, each kind has one spelling; <NAME> stands for a type or words ──
def many(form): return rf"\[(?:{form}(?:,{form})*)?\]"
def data(n): return '"[A-Za-z0-9+/]{%d}%s"' % (n * 8 // 6, ("", "[AQgw]==", "[AEIMQUYcgkosw048]=")[n % 3])
LANG, TEXT = '"[A-Za-z0-9-]+"', r'"(?:[^"\\]|\\.)*"'
TEXTS = rf"\{{{LANG}:{TEXT}(?:,{LANG}:{TEXT})*\}}"
TYPES = {
    "INT": INT, "POS": POS, "INTS": many(INT), "NUMBERS": many(POS), "BOOL": "true|false", "TEXT": TEXT,
    "HEX": "[0-9a-f]{64}", "TEXTS": TEXTS, "LIST": many(TEXTS), "LANGS": many(LANG),
    "DETAIL": f'|"detail":{TEXTS},', "B16": data(16), "B32": data(32), "B64": data(64), "B256": data(256),
    # RSASSA-PSS, SHA-384, salt 48, 2048 bits (RFC 9578 §8.2.2); then the modulus; then the exponent, 65537.
    "SPKI": '"MIIBUjA9BgkqhkiG9w0BAQowMKANMAsGCWCGSAFlAwQCAqEaMBgGCSqGSIb3DQEBCDALBglghkgBZQMEAgKiAwIBMAOC'
            'AQ8AMIIBCgKCAQEA[g-z0-9+/][A-Za-z0-9+/]{340}[AQgw]IDAQAB"'}
FORMS = """
meeting {"admission":"<open/roster>","eligible":<INT>,"event":<TEXT>,"languages":<LANGS>,"roster":"<HEX>",\
"t":"meeting","title":<TEXTS>}
key {"q":<POS>,"r":<POS>,"spki":<SPKI>,"t":"key","w":<POS>}
open {"change":<BOOL>,<DETAIL>"kind":"<motion/single/multiple>","live":<BOOL>,"options":<LIST>,"q":<POS>,\
"r":<POS>,"secrecy":"<secret/named/indicative>","select":[<INT>,<INT>],"t":"open","text":<TEXTS>}
issue {"n":<NUMBERS>,"q":<POS>,"r":<POS>,"t":"issue"}
ballot secret {"a":<B256>,"c":<INTS>,"k":<B32>,"n":<INT>,"q":<POS>,"r":<POS>,"s":<B64>,"t":"ballot","w":<POS>}
ballot named {"c":<INTS>,"n":<INT>,"q":<POS>,"r":<POS>,"t":"ballot","v":<POS>}
ballot indicative {"c":<INTS>,"d":<B16>,"n":<INT>,"q":<POS>,"r":<POS>,"t":"ballot"}
moderator {"act":"<edit/close/reset/void>","q":<POS>,"r":<POS>,"t":"moderator","why":<TEXT>}
moderator {"act":"extend","q":<POS>,"r":<POS>,"s":<POS>,"t":"moderator","why":<TEXT>}
close secret {"ballots":<INT>,"issued":<INT>,"present":<INT><RESULT>
close named {"ballots":<INT>,"present":<INT><RESULT>
close indicative {"ballots":<INT><RESULT>
end {"t":"end"}""".replace("<RESULT>", ',"q":<POS>,"r":<POS>,"result":<INTS>,"t":"close","weight":<INT>}')
def type_of(name): return f"(?:{TYPES.get(name[1]) or name[1].replace('/', '|')})"
FORMS = [(form, re.compile(re.sub("<(.+?)>", type_of, re.escape(text))))
         for form, text in re.findall("(.+) ({.+})", FORMS)]
def depth(x):
    inner = list(x.values()) if type(x) is dict else x
    return 1 + max(map(depth, inner), default=0) if type(inner) is list else 0
def parse_entry(data):  # the entry and the name of its form; None if it has none
    def number(digits): return expect(0 <= int(digits) < 2 ** 53, "") or int(digits)
    def members(pairs): return expect(all(name.isascii() for name, _ in pairs), "") or dict(pairs)
    try:
        e = json.loads(data.decode(), object_pairs_hook=members, parse_int=number, parse_float=number)
        # RFC 8785: written again, its names sorted and without white space, it is the same.
        again = json.dumps(e, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
        if again.encode() != data or depth(e) > 32: return None
        if e["t"] == "outcome": return (e, "outcome") if type(e["q"]) is int and e["q"] else None
        form = next(form for form, text in FORMS if text.fullmatch(data.decode()))
        wrong = form == "issue" and e["n"] != sorted(set(e["n"])) or form == "open" and (
            e["select"] != sorted(e["select"]) or e["kind"] == "motion" and e["options"])
        return None if wrong else (e, form)
    except (ValueError, KeyError, TypeError, RecursionError, StopIteration):
        return None

# ── The vote, in log order: what stands before an entry decides if it may stand. A fault: "code: text" ──
def look(log, e, form, leaf):
    if e["t"] in ("meeting", "outcome", "end"): return
    what, poll = (e["q"], e["r"], e.get("w")), log.polls[e["q"], e["r"]]
    if e["t"] == "key":  # before the first token by it is given out: a key made later could mark a voter
        if e["spki"] in log.spkis: yield "key-reused: this token key stands in an earlier entry"
        if what in log.used or what in log.keys: yield "key-late: after an issue or ballot, or a second"
        log.spkis.add(e["spki"])
        log.keys.setdefault(what, (unb64(e["spki"]), leaf))
    elif e["t"] == "issue":  # one token for each roster number
        known = log.roster.keys() & set(e["n"])
        if len(known) < len(e["n"]): yield "unknown-voter: a token for a number that is not in roster.txt"
        if known & poll.issued: yield "double-issue: a second token for a roster number"
        poll.tokens.update(log.roster[number] for number in known - poll.issued)
        poll.issued |= known
        log.used |= {(*what[:2], log.roster[number]) for number in known}
    elif e["t"] == "open":  # the wording stands before the first ballot, and stays
        if poll.open: yield "not-open: this round was opened before"
        size = 3 if e["kind"] == "motion" else len(e["options"])
        poll.open = poll.open or {**e, "leaf": leaf, "size": size}
    elif e["t"] == "ballot":  # sorted within a batch, so that their order tells nothing
        if leaf < log.previous: yield "batch-order: ballots between two heads are not sorted"
        log.previous = leaf
        log.used.add(what)
        faults = list(look_at_ballot(log, poll, poll.open, e, form))
        yield from faults or count(poll, e)  # a ballot with a fault is not counted
    elif e["t"] == "close":
        yield from look_at_close(log, poll, poll.open, e, form)
    poll.over = poll.over or e.get("act") in ("reset", "void")
def voter(e): return e.get("w"), e.get("k") or e.get("v") or e.get("d")
def look_at_ballot(log, poll, opened, e, form):
    if not opened: return (yield "not-open: a ballot of a round that was not opened")
    if poll.over: yield "after-close: a ballot after the end of its round"
    if form != "ballot " + opened["secrecy"]: return (yield "wrong-kind: the question is of another secrecy")
    c, (low, high), before = e["c"], opened["select"], poll.votes.get(voter(e), {})
    fits = c == sorted(set(c)) and all(option < opened["size"] for option in c) and low <= len(c) <= high
    if not fits or not 1 <= e["n"] <= 1_000_000: yield "bad-choices: choices or a counter that cannot be"
    if "v" in e and e["v"] not in log.roster: yield "unknown-voter: a number that is not in roster.txt"
    if "k" in e and not token_holds(log, e): yield "bad-token: no key for it, or not signed by it"
    said = f"vote-ballot/v1\n{log.origin}\n{b64(opened['leaf'])}\n{e['n']}\n{str(c).replace(' ', '')}\n"
    if "k" in e and not signed(unb64(e["k"]), unb64(e["s"]), said): yield "bad-signature: not by the voter"
    if e["n"] in before or before and not opened["change"]: yield "duplicate-ballot: this voter voted before"
def count(poll, e):
    w, new = e.get("w"), voter(e) not in poll.votes
    poll.votes.setdefault(voter(e), {})[e["n"]] = e["c"]
    poll.tokens[w] -= new
    if w and new and poll.tokens[w] < 0 and w not in poll.overdrawn:
        poll.overdrawn.add(w)
        yield "too-many-ballots: more voters of this weight than tokens issued"
def token_holds(log, e):  # RFC 9578: type, nonce (the voter's key), digest of challenge, digest of token key
    spki, leaf = log.keys.get((e["q"], e["r"], e["w"]), (b"", b""))
    origin = log.origin.encode()
    challenge = b"\0\2" + len(origin).to_bytes(2, "big") + origin + b"\x20" + leaf + b"\0\0"
    token = b"\0\2" + unb64(e["k"]) + sha256(challenge) + sha256(spki)
    key = rsa.RSAPublicNumbers(65537, int.from_bytes(spki[-261:-5], "big"))
    return holds(lambda: key.public_key().verify(
        unb64(e["a"]), token, padding.PSS(padding.MGF1(SHA384()), 48), SHA384()))
def look_at_close(log, poll, opened, e, form):
    if not opened or poll.over: return (yield "not-open: a close of a round that is not open")
    if form != "close " + opened["secrecy"]: return (yield "bad-entry: the question is of another secrecy")
    poll.over, secret = True, form == "close secret"
    last = [(w or log.roster.get(name, 1), votes[max(votes)]) for (w, name), votes in poll.votes.items()]
    true = {"ballots": len(last), "weight": sum(w for w, _ in last),
            "result": [sum(w for w, c in last if option in c) for option in range(opened["size"])],
            "issued": len(poll.issued) if secret else None}
    least, present = len(poll.issued) if secret else len(last), e.get("present")
    log.results.append({**true, "q": e["q"], "r": e["r"], "secrecy": opened["secrecy"], "present": present})
    if any(e.get(name) != true[name] for name in true): yield "wrong-close: not what the entries before give"
    if "present" in e and not least <= present <= log.eligible: yield "wrong-presence: too few or too many"

# ── What the reader kept ──
def look_at_pin(log, text):
    head = parse_head(text)
    if by_log(head, log.key) is None: yield "other-log: of another log"
    elif not by_log(head, log.key): yield "bad-receipt: its signature fails"
    elif head.size > len(log.leaves): yield "too-new: newer than this bundle"
    elif log.root(head.size) != head.root: yield "pin-mismatch: this log does not begin with it"
def look_at_receipt(log, text):
    entry, index, proof, text = parse(RECEIPT, text, "the receipt")
    leaf, index, head = leaf_hash(unb64(entry)), int(index), parse_head(text)
    faults = list(look_at_pin(log, text))
    proven = climb(leaf, index, head.size, [unb64(line) for line in proof.split()]) == head.root
    if by_log(head, log.key) and not proven: return ["bad-receipt: its proof fails"]
    if not by_log(head, log.key) or log.leaves[index:index + 1] in ([], [leaf]): return faults
    return ["receipt-missing: another entry is in its place"] + [one for one in faults if "too-new" in one]
def look_at_promise(log, text):
    text, origin, digest, signature, entry = parse(PROMISE, text, "the promise")
    leaf, (e, form) = leaf_hash(unb64(entry)), parse_entry(unb64(entry)) or ({}, "")
    valid = leaf == unb64(digest) and form[:6] == "ballot" and signed(log.key[2], unb64(signature), text)
    if origin != log.key[0]: yield "other-log: of another log"
    elif not valid: yield "bad-receipt: its signature fails, or it is of no ballot"
    elif leaf in log.leaves: return
    elif log.ended or log.polls[e["q"], e["r"]].over: yield "receipt-missing: it is not in this log"
    else: yield "too-new: its round is still open"

# ── The bundle ──
def check(bundle, key, pin, receipt, found):  # into `found`, what --json prints
    def fault(text, index=None, e={}):
        code, text = text.split(": ", 1)
        e = {} if code == "bad-entry" else e
        found["faults"].append({"code": code, "index": index, "q": e.get("q"), "r": e.get("r"), "text": text})
    with zipfile.ZipFile(bundle) as zipped:
        parts = {part.filename: part for part in zipped.infolist()}
        odd = any(part.compress_type not in (0, 8) or re.search(r"^/|(^|/)\.\.(/|$)|\\", name)
                  for name, part in parts.items())
        expect(not odd and len(parts) == len(zipped.namelist()), "a zip that not all would read alike")
        files = {name: zipped.read(name) for name in parts}
    def file(name): return expect(name in files, f"{name} is missing") or files[name]
    # Every head is signed.
    head, own = parse_head(file("checkpoint").decode()), parse_key(file("vkey").decode())
    notes = [note[0] for note in HEAD.finditer(file("checkpoints.txt").decode())]
    expect(notes and "\n".join(notes) == file("checkpoints.txt").decode(), "checkpoints.txt is malformed")
    log = types.SimpleNamespace(
        origin=head.origin, key=key or own, previous=b"", ended=False, keys={}, spkis=set(), used=set(),
        results=[], polls=collections.defaultdict(lambda: types.SimpleNamespace(  # by question and round
            open=None, over=False, issued=set(), overdrawn=set(), tokens=collections.Counter(), votes={})))
    heads = [parse_head(note) for note in notes]
    for one in [head] + [other for other in heads if other != head]:
        if not by_log(one, log.key): fault(f"checkpoint-signature: head of {one.size} not by the log's key")
    # The entries make the tiles, these the root, and every older head is a beginning.
    parts = [(list(split_entries(file(name))), width) for name, _, width in tiles("entries", head.size)]
    entries = [entry for part, _ in parts for entry in part]
    log.leaves = [leaf_hash(entry) for entry in entries]
    log.root, fit = tree(log.leaves), all(len(part) == width for part, width in parts)
    for level, step in [(level, 256 ** level) for level in range(7)]:
        for name, first, width in tiles(level, head.size // step):
            known = range(first * step, min(first + width, len(entries) // step) * step, step)
            fit &= file(name) == b"".join(log.root(step, at) for at in known)
    def begins(head): return head.size <= len(entries) and log.root(head.size) == head.root
    if not fit or not begins(head): fault("root-mismatch: entries, tiles, checkpoint contradict each other")
    for older, newer in zip(heads, heads[1:]):
        if older.size >= newer.size or not begins(older): fault(f"history-mismatch: head of {older.size}")
    if heads[-1].body != head.body: fault("history-mismatch: the last is not checkpoint")
    # The roster is the one that entry 0 fixed.
    roster, parsed = file("roster.txt").decode("latin-1"), [parse_entry(entry) for entry in entries]
    lines = re.findall(rf"({POS}) ({POS}) ([0-9a-f]{{64}})\n", roster)
    well = "".join("{} {} {}\n".format(*line) for line in lines) == roster and all(
        int(line[0]) == n and int(line[1]) < 2 ** 53 for n, line in enumerate(lines, 1))
    log.roster = {int(number): int(weight) for number, weight, _ in lines if well}
    meeting = next((e for e, form in filter(None, parsed[:1]) if form == "meeting"), None)
    here = sha256(file("roster.txt")).hex(), len(lines)
    log.eligible = meeting["eligible"] if meeting else 2 ** 53
    if not well or meeting and (meeting["roster"], meeting["eligible"]) != here:
        fault("roster-mismatch: roster.txt is not the roster that entry 0 fixed")
    # The entries, one after another; then what the reader kept.
    if not entries: fault("bad-entry: there is no entry")
    starts = {older.size for older in heads}
    for index, (entry, leaf) in enumerate(zip(parsed, log.leaves)):
        if index in starts: log.previous = b""
        if not entry or log.ended or (entry[1] == "meeting") != (index == 0):
            fault("bad-entry: not in a form that an entry has, or not where it may stand", index)
        else:
            for text in look(log, *entry, leaf): fault(text, index, entry[0])
            log.ended = entry[1] == "end"
    look_at = look_at_promise if (receipt or "").startswith("vote-") else look_at_receipt
    for text in look_at_pin(log, pin) if pin is not None else []: fault(text)
    for text in look_at(log, receipt) if receipt is not None else []: fault(text)
    wrong = any(one["code"] not in ("other-log", "too-new", "bad-receipt") for one in found["faults"])
    found.update(verdict="wrong" if wrong else "cannot-tell" if found["faults"] else "right")
    found.update(size=head.size, root=b64(head.root), origin=head.origin, results=log.results)
def main():
    parser = argparse.ArgumentParser(description="Checks the public record of a vote.")
    parser.error = lambda message: parser.exit(64, f"verify.py: {message}\n")
    parser.add_argument("bundle", metavar="BUNDLE.zip")
    parser.add_argument("--key", metavar="VKEY", type=parse_key, help="in place of the bundle's own")
    parser.add_argument("--pin", metavar="FILE", help="a checkpoint that you kept")
    parser.add_argument("--receipt", metavar="FILE", help="your receipt or promise")
    parser.add_argument("--json", action="store_true", help="on one line")
    given = parser.parse_args()
    found = {"verdict": "unreadable", "size": None, "root": None, "origin": None, "faults": [], "results": []}
    try:
        kept = [name and open(name, "rb").read().decode() for name in (given.pin, given.receipt)]
        check(given.bundle, given.key, *kept, found)
    except Exception as error:  # whatever it is, these bytes are not what they should be
        fault = {"code": "unreadable", "index": None, "q": None, "r": None}
        found["faults"] = [{**fault, "text": str(error) or type(error).__name__}]
    print(json.dumps(found) if given.json else json.dumps(found, indent=1) + "\n" + found["verdict"])
    sys.exit(("right", "wrong", "cannot-tell", "unreadable").index(found["verdict"]))
if __name__ == "__main__":
    main()
