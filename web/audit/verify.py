#!/usr/bin/env python3
"""Checks the public record of a vote: verify.py BUNDLE.zip [--key VKEY] [--pin FILE] [--receipt FILE] [--json]

Needs Python 3.9 and its package cryptography; asks nobody, writes nothing. Exit: 0 right, 1 wrong, 2 cannot
tell, 3 unreadable. Rules and codes: Sources/Ledger/DESIGN.md. Whoever holds the log's key can rewrite it all, so
that the bundle alone is right: bring what you kept, a checkpoint (--pin), your receipt or promise (--receipt).
"""
import argparse, base64, collections, functools, hashlib, json, re, sys, types, zipfile  # noqa: E401
from cryptography.exceptions import InvalidSignature  # Debian: python3-cryptography
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA384

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
RECEIPT = re.compile(rf"c2sp\.org/tlog-proof@v1\nextra ({B64})\nindex ({INT})\n((?:{B64}\n)*)\n(.+)", re.DOTALL)
PROMISE = re.compile(rf"(vote-receipt/v1\n([^\n]+)\n({B64})\n{INT}\n)({B64})\nextra ({B64})\n")
def parse(pattern, text, what):
    found = pattern.fullmatch(text)
    return expect(found, f"{what} does not have its form") or found.groups()
def parse_key(text):
    name, keyid, data = parse(KEY, text, "the log's key (vkey)")
    data = unb64(data)
    right = len(data) == 33 and data[0] == 1 and sha256(name.encode() + b"\n" + data)[:4].hex() == keyid
    return expect(right, "the log's key (vkey) is malformed") or (name, bytes.fromhex(keyid), data[1:])
def parse_head(text):
    body, origin, size, root, lines = parse(HEAD, text, "a checkpoint (origin, size, root, blank line, signatures)")
    sigs = [(line.split(" ")[1], unb64(line.split(" ")[2])) for line in lines.split("\n")[:-1]]
    right = len(unb64(root)) == 32 and int(size) < 2 ** 53 and all(len(sig) > 4 for _, sig in sigs)
    expect(right, "a checkpoint is malformed")
    return types.SimpleNamespace(body=body, origin=origin, size=int(size), root=unb64(root), sigs=sigs)
def by_log(head, key):  # whether the key signed it; None if no signature claims that (those of others are ignored)
    ours = [sig[4:] for name, sig in head.sigs if (head.origin, name, sig[:4]) == (key[0], *key[:2])]
    return all(signed(key[2], sig, head.body) for sig in ours) if ours else None

# ── Entries: RFC 8785 JSON; the members of each kind, `name:TYPE` where the type does not go by the name ──
def many(form): return rf"\[(?:{form}(?:,{form})*)?\]"
def word(*words): return f'"(?:{"|".join(words)})"'
def data(size): return word("[A-Za-z0-9+/]{%d}" % (size * 8 // 6) + ("", "[AQgw]==", "[AEIMQUYcgkosw048]=")[size % 3])
TEXT, LANG, BOOL = r'"(?:[^"\\]|\\.)*"', word("[A-Za-z0-9-]+"), "(?:true|false)"
TEXTS = rf"\{{{LANG}:{TEXT}(?:,{LANG}:{TEXT})*\}}"
TYPES = {
    **dict.fromkeys("q r w v SECONDS".split(), POS), **dict.fromkeys("title text detail".split(), TEXTS),
    **dict.fromkeys("n ballots eligible issued present weight".split(), INT), "c": many(INT), "result": many(INT),
    "NUMBERS": many(POS), "options": many(TEXTS), "select": rf"\[{INT},{INT}\]", "languages": many(LANG),
    "event": TEXT, "why": TEXT, "change": BOOL, "live": BOOL, "admission": word("open", "roster"),
    "kind": word("motion", "single", "multiple"), "secrecy": word("secret", "named", "indicative"),
    "act": word("edit", "close", "reset", "void"), "EXTEND": word("extend"), "roster": word("[0-9a-f]{64}"),
    "k": data(32), "a": data(256), "s": data(64), "d": data(16),
    # RSASSA-PSS, SHA-384, salt 48, 2048 bits (RFC 9578 §8.2.2); then the modulus; then the exponent, 65537.
    "spki": word("MIIBUjA9BgkqhkiG9w0BAQowMKANMAsGCWCGSAFlAwQCAqEaMBgGCSqGSIb3DQEBCDALBglghkgBZQMEAgKiAwIBMAOC"
                 "AQ8AMIIBCgKCAQEA[g-z0-9+/][A-Za-z0-9+/]{340}[AQgw]IDAQAB")}
OPEN, CLOSE = "q r text kind options select change live secrecy", "q r ballots weight result"
FORMS = {
    "meeting": "admission eligible event languages roster title", "key": "q r w spki", "issue": "q r n:NUMBERS",
    "open": OPEN, "open with detail": OPEN + " detail", "end": "",
    "ballot secret": "q r n c w k a s", "ballot named": "q r n c v", "ballot indicative": "q r n c d",
    "moderator": "q r act why", "moderator extending": "q r act:EXTEND why s:SECONDS",
    "close secret": CLOSE + " issued present", "close named": CLOSE + " present", "close indicative": CLOSE}
def pattern(kind, members):
    forms = {member.split(":")[0]: TYPES[member.split(":")[-1]] for member in members.split()}
    forms["t"] = word(kind.split()[0])
    return re.compile(r"\{%s\}" % ",".join(f'"{name}":{forms[name]}' for name in sorted(forms)))
PATTERNS = {kind: pattern(kind, members) for kind, members in FORMS.items()}
def parse_entry(data):  # the entry and the name of its form; None if it has none
    def number(digits): return expect(0 <= int(digits) < 2 ** 53, "out of range") or int(digits)
    def members(pairs): return expect(all(name.isascii() for name, _ in pairs), "not ASCII") or dict(pairs)
    try:
        e = json.loads(data, object_pairs_hook=members, parse_int=number, parse_float=number, parse_constant=number)
        # RFC 8785: written again, its names sorted and without white space, it is the same.
        again = json.dumps(e, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        if again != data: return None
        if e["t"] == "outcome": return (e, "outcome") if type(e["q"]) is int and e["q"] else None
        form = next(kind for kind, form in PATTERNS.items() if form.fullmatch(data.decode()))
        right = e["select"] == sorted(e["select"]) and (e["kind"] != "motion" or not e["options"]) if "kind" in e \
            else form != "issue" or e["n"] == sorted(set(e["n"]))
        return (e, form) if right else None
    except (ValueError, KeyError, TypeError, RecursionError, StopIteration):
        return None

# ── The vote, in log order: what stands before an entry decides whether it may stand. A fault: "code: text" ──
def look(log, e, form, leaf):
    if e["t"] in ("meeting", "outcome", "end"): return
    what, poll = (e["q"], e["r"], e.get("w")), log.polls[e["q"], e["r"]]
    if e["t"] == "key":  # before the first token by it is given out: a key made later could mark a voter
        if e["spki"] in log.spkis: yield "key-reused: this token key stands in an earlier entry"
        if what in log.used or what in log.keys: yield "key-late: after its first issue or ballot, or a second key"
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
        poll.open = poll.open or {**e, "leaf": leaf, "size": 3 if e["kind"] == "motion" else len(e["options"])}
    elif e["t"] == "ballot":  # sorted within a batch, so that their order tells nothing
        if leaf < log.previous: yield "batch-order: ballots between two heads are not sorted by their hashes"
        log.previous = leaf
        log.used.add(what)
        yield from count(log, poll, e, list(look_at_ballot(log, poll, poll.open, e, form)))
    elif e["t"] == "close":
        yield from look_at_close(log, poll, poll.open, e, form)
    poll.over = poll.over or e.get("act") in ("reset", "void")
def voter(e): return e.get("w"), e.get("k") or e.get("v") or e.get("d")
def look_at_ballot(log, poll, opened, e, form):
    if not opened: return (yield "not-open: a ballot of a round that was not opened")
    if poll.over: yield "after-close: a ballot after the end of its round"
    if form != "ballot " + opened["secrecy"]: return (yield "wrong-kind: no ballot for a question of this secrecy")
    c, (low, high), before = e["c"], opened["select"], poll.votes.get(voter(e), {})
    fits = c == sorted(set(c)) and all(option < opened["size"] for option in c) and low <= len(c) <= high
    if not fits or not 1 <= e["n"] <= 1_000_000: yield "bad-choices: choices or a counter that cannot be"
    if "v" in e and e["v"] not in log.roster: yield "unknown-voter: a number that is not in roster.txt"
    if "k" in e and not token_holds(log, e): yield "bad-token: no token key for it, or not signed by that key"
    said = "vote-ballot/v1\n{}\n{}\n{}\n[{}]\n".format(log.origin, b64(opened["leaf"]), e["n"], ",".join(map(str, c)))
    if "k" in e and not signed(unb64(e["k"]), unb64(e["s"]), said): yield "bad-signature: the voter did not sign it"
    if e["n"] in before or before and not opened["change"]: yield "duplicate-ballot: this voter voted so before"
def count(log, poll, e, faults):
    yield from faults
    if faults: return  # a ballot with a fault is not counted
    w, new = e.get("w"), voter(e) not in poll.votes
    poll.votes.setdefault(voter(e), {})[e["n"]] = e["c"]
    poll.tokens[w] -= new
    if w and new and poll.tokens[w] < 0 and w not in poll.overdrawn:
        poll.overdrawn.add(w)
        yield "too-many-ballots: more voters of this weight than tokens issued"
def token_holds(log, e):  # RFC 9578: type, nonce (the voter's key), digest of the challenge, digest of the token key
    spki, leaf = log.keys.get((e["q"], e["r"], e["w"]), (b"", b""))
    origin = log.origin.encode()
    challenge = b"\0\2" + len(origin).to_bytes(2, "big") + origin + b"\x20" + leaf + b"\0\0"
    token = b"\0\2" + unb64(e["k"]) + sha256(challenge) + sha256(spki)
    return holds(lambda: rsa.RSAPublicNumbers(65537, int.from_bytes(spki[-261:-5], "big")).public_key().verify(
        unb64(e["a"]), token, padding.PSS(padding.MGF1(SHA384()), 48), SHA384()))
def look_at_close(log, poll, opened, e, form):
    if not opened or poll.over: return (yield "not-open: a close of a round that is not open")
    if form != "close " + opened["secrecy"]: return (yield "bad-entry: no close for a question of this secrecy")
    poll.over, secret = True, opened["secrecy"] == "secret"
    last = [(w or log.roster.get(name, 1), votes[max(votes)]) for (w, name), votes in poll.votes.items()]
    true = {"ballots": len(last), "weight": sum(w for w, _ in last), "issued": len(poll.issued) if secret else None,
            "result": [sum(w for w, c in last if option in c) for option in range(opened["size"])]}
    log.results.append({"q": e["q"], "r": e["r"], "secrecy": opened["secrecy"], **true, "present": e.get("present")})
    if any(e.get(name) != true[name] for name in true): yield "wrong-close: not what the entries before it give"
    least = true["issued"] if secret else true["ballots"]
    if "present" in e and not least <= e["present"] <= log.eligible: yield "wrong-presence: issued, present, eligible"

# ── What the reader kept ──
def look_at_pin(log, text):
    head = parse_head(text)
    if by_log(head, log.key) is None: yield "other-log: of another log"
    elif not by_log(head, log.key): yield "bad-receipt: its signature fails"
    elif head.size > len(log.leaves): yield "too-new: newer than this bundle"
    elif log.root(head.size) != head.root: yield "pin-mismatch: this log does not begin with it"
def look_at_receipt(log, text):
    entry, index, proof, text = parse(RECEIPT, text, "the receipt")
    leaf, index, head, faults = leaf_hash(unb64(entry)), int(index), parse_head(text), [*look_at_pin(log, text)]
    proven = climb(leaf, index, head.size, [unb64(line) for line in proof.split()]) == head.root
    if by_log(head, log.key) and not proven: return ["bad-receipt: its proof fails"]
    if not by_log(head, log.key) or log.leaves[index:index + 1] in ([], [leaf]): return faults
    return ["receipt-missing: another entry is in its place"] + [fault for fault in faults if "too-new" in fault]
def look_at_promise(log, text):
    text, origin, digest, signature, entry = parse(PROMISE, text, "the promise")
    leaf, (e, form) = leaf_hash(unb64(entry)), parse_entry(unb64(entry)) or ({}, "")
    valid = leaf == unb64(digest) and form[:6] == "ballot" and signed(log.key[2], unb64(signature), text)
    if origin != log.key[0]: yield "other-log: of another log"
    elif not valid: yield "bad-receipt: its signature fails, or it is of no ballot"
    elif leaf in log.leaves: return
    elif log.ended or log.polls[e["q"], e["r"]].over: yield "receipt-missing: the promised ballot is not there"
    else: yield "too-new: its round is still open"

# ── The bundle ──
def report(verdict, faults=(), results=(), head=None):
    return {"verdict": verdict, "size": head and head.size, "root": head and b64(head.root),
            "origin": head and head.origin, "faults": list(faults), "results": list(results)}
def check(bundle, key, pin, receipt):
    faults = []
    def fault(text, index=None, e={}):
        code, text = text.split(": ", 1)
        e = {} if code == "bad-entry" else e
        faults.append({"code": code, "index": index, "q": e.get("q"), "r": e.get("r"), "text": text})
    with zipfile.ZipFile(bundle) as zipped:
        files = {name: zipped.read(name) for name in zipped.namelist()}
        expect(len(files) == len(zipped.namelist()), "a name stands twice in the zip")
    def file(name): return expect(name in files, f"{name} is missing") or files[name]
    # Every head is signed.
    head, history, own = parse_head(file("checkpoint").decode()), file("checkpoints.txt").decode(), parse_key(file("vkey").decode())
    heads = [parse_head(note[0]) for note in HEAD.finditer(history)]
    expect("\n".join(note[0] for note in HEAD.finditer(history)) == history, "checkpoints.txt does not have its form")
    key = key or own
    for one in [head] + [other for other in heads if other != head]:
        if not by_log(one, key): fault(f"checkpoint-signature: the head of size {one.size} is not by the log's key")
    # The entries make the tiles, these the root, and every older head is a beginning.
    parts = [(list(split_entries(file(name))), width) for name, _, width in tiles("entries", head.size)]
    entries = [entry for part, _ in parts for entry in part]
    leaves = [leaf_hash(entry) for entry in entries]
    root, fit = tree(leaves), all(len(part) == width for part, width in parts)
    for level, step in [(level, 256 ** level) for level in range(7)]:
        for name, first, width in tiles(level, head.size // step):
            known = range(first * step, min(first + width, len(entries) // step) * step, step)
            fit &= file(name) == b"".join(root(step, at) for at in known)
    def begins(head): return head.size <= len(entries) and root(head.size) == head.root
    if not fit or not begins(head): fault("root-mismatch: entries, tiles and checkpoint contradict each other")
    for older, newer in zip(heads, heads[1:]):
        if older.size >= newer.size or not begins(older): fault(f"history-mismatch: the head of size {older.size}")
    if not heads or heads[-1].body != head.body: fault("history-mismatch: the last head is not that of checkpoint")
    # The roster is the one that entry 0 fixed.
    roster, parsed = file("roster.txt").decode("latin-1"), [parse_entry(entry) for entry in entries]
    lines = re.findall(rf"({POS}) ({POS}) ([0-9a-f]{{64}})\n", roster)
    well = "".join("{} {} {}\n".format(*line) for line in lines) == roster and all(
        int(line[0]) == n and int(line[1]) < 2 ** 53 for n, line in enumerate(lines, 1))
    meeting = next((e for e, form in filter(None, parsed[:1]) if form == "meeting"), None)
    if not well or meeting and (meeting["roster"], meeting["eligible"]) != (sha256(file("roster.txt")).hex(), len(lines)):
        fault("roster-mismatch: roster.txt is not the roster that entry 0 fixed")
    # The entries, one after another; then what the reader kept.
    log = types.SimpleNamespace(
        origin=head.origin, key=key, leaves=leaves, root=root, previous=b"", ended=False, results=[], keys={}, spkis=set(),
        used=set(), eligible=meeting["eligible"] if meeting else len(lines),
        roster={int(number): int(weight) for number, weight, _ in lines if well},
        polls=collections.defaultdict(lambda: types.SimpleNamespace(  # by question and round
            open=None, over=False, issued=set(), overdrawn=set(), tokens=collections.Counter(), votes={})))
    if not entries: fault("bad-entry: there is no entry")
    starts = {older.size for older in heads}
    for index, (entry, leaf) in enumerate(zip(parsed, leaves)):
        log.previous = b"" if index in starts else log.previous
        if not entry or log.ended or (entry[1] == "meeting") != (index == 0):
            fault("bad-entry: not in a form that an entry has, or not where it may stand", index)
        else:
            for text in look(log, *entry, leaf): fault(text, index, entry[0])
            log.ended = entry[1] == "end"
    look_at = look_at_promise if (receipt or "").startswith("vote-") else look_at_receipt
    for look_at, text in (look_at_pin, pin), (look_at, receipt):
        for found in look_at(log, text) if text is not None else []: fault(found)
    wrong = any(one["code"] not in ("other-log", "too-new", "bad-receipt") for one in faults)
    return report("wrong" if wrong else "cannot-tell" if faults else "right", faults, log.results, head)
def main():
    parser = argparse.ArgumentParser(description="Checks the public record of a vote.")
    parser.error = lambda message: parser.exit(64, f"verify.py: {message}\n")
    parser.add_argument("bundle", metavar="BUNDLE.zip")
    parser.add_argument("--key", metavar="VKEY", type=parse_key, help="the log's key, in place of the bundle's own")
    parser.add_argument("--pin", metavar="FILE", help="a checkpoint that you kept")
    parser.add_argument("--receipt", metavar="FILE", help="your receipt or promise")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    try:
        kept = [open(name, "rb").read().decode() if name is not None else None for name in (given.pin, given.receipt)]
        found = check(given.bundle, given.key, *kept)
    except Exception as error:  # whatever it is, these bytes are not what they should be
        text = str(error) or type(error).__name__
        found = report("unreadable", [{"code": "unreadable", "index": None, "q": None, "r": None, "text": text}])
    if given.json: print(json.dumps(found))
    for one in [] if given.json else found["results"]:
        print(ascii("question {q}, round {r}, {secrecy}: {result}; {ballots} voters, weight {weight}, "
              "tokens {issued}, present {present}".format(**one))[1:-1])
    for one in [] if given.json else found["faults"]: print("  {code}, entry {index}: {text}".format(**one))
    if not given.json: print("{verdict}: {size} entries of {origin}, root {root}".format(**found))
    sys.exit(("right", "wrong", "cannot-tell", "unreadable").index(found["verdict"]))
if __name__ == "__main__":
    main()
