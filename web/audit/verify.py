#!/usr/bin/env python3
"""Checks the public record of a vote: python3 verify.py BUNDLE.zip [--key VKEY] [--pin FILE] [--receipt FILE] [--json]

Needs Python 3.9 and its package cryptography; asks nobody, writes nothing. Exit: 0 right, 1 wrong, 2 cannot tell,
3 unreadable. Rules and codes: Sources/Ledger/DESIGN.md. Whoever holds the log's key can rewrite it all, so that the
bundle by itself is right: bring what you kept, a checkpoint (--pin), your receipt or promise (--receipt).
"""
import argparse, base64, collections, functools, hashlib, json, re, sys, types, zipfile  # noqa: E401
from cryptography.exceptions import InvalidSignature  # Debian: python3-cryptography
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA384

CANNOT_TELL = {"other-log", "too-new", "bad-receipt"}  # every other code means: wrong
class Unreadable(ValueError): pass
def expect(truth, otherwise):
    if not truth: raise Unreadable(otherwise)
def broken(*rules): return [fault for is_broken, fault in rules if is_broken]  # a fault: "code: sentence"
def sha256(data): return hashlib.sha256(data).digest()
def b64(data): return base64.b64encode(data).decode()
def unb64(text):  # only the one right spelling of these bytes
    data = base64.b64decode(text, validate=True)
    return expect(b64(data) == text, "base64 that is not canonical") or data
def holds(verify):
    try: return verify() is None
    except (InvalidSignature, ValueError): return False
def signed(key, signature, message):
    return holds(lambda: ed25519.Ed25519PublicKey.from_public_bytes(key).verify(signature, message))

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
        width, name = min(256, count - 256 * n), f"{n:03}" if n < 1000 else f"x{n // 1000:03}/{n % 1000:03}"
        yield f"tile/{level}/{name}" + (f".p/{width}" if width < 256 else ""), 256 * n, width
def split_entries(data, at=0):  # each entry has its length in two bytes before it
    while at < len(data):
        start, at = at + 2, at + 2 + int.from_bytes(data[at:at + 2], "big")
        expect(at <= len(data), "an entries file ends within an entry")
        yield data[start:at]

# ── The log's key, heads (checkpoints signed by it), receipts: C2SP signed-note, tlog-checkpoint, tlog-proof ──
B64, POS, INT = "[A-Za-z0-9+/]+={0,2}", "[1-9][0-9]{0,15}", "(?:0|[1-9][0-9]{0,15})"
KEY = re.compile(rf"([^\s+]+)\+([0-9a-f]{{8}})\+({B64})")
HEAD = re.compile(rf"(([^\n]+)\n({INT})\n({B64})\n)\n((?:— [^\s+]+ {B64}\n)+)")
RECEIPT = re.compile(rf"c2sp\.org/tlog-proof@v1\nextra ({B64})\nindex ({INT})\n((?:{B64}\n)*)\n(.+)", re.DOTALL)
PROMISE = re.compile(rf"(vote-receipt/v1\n([^\n]+)\n({B64})\n{INT}\n)({B64})\nextra ({B64})\n")
def parse_key(text):
    found = KEY.fullmatch(text)
    data = unb64(found[3]) if found else b""
    expect(len(data) == 33 and data[0] == 1 and sha256(found[1].encode() + b"\n" + data)[:4].hex() == found[2],
           "the log's key (vkey) is malformed")
    return types.SimpleNamespace(name=found[1], id=bytes.fromhex(found[2]), key=data[1:])
def parse_head(text):
    found = HEAD.fullmatch(text)
    expect(found, "a checkpoint is not of the form: origin, size, root, blank line, signatures")
    body, origin, size, root, lines = found.groups()
    sigs = [(line.split(" ")[1], unb64(line.split(" ")[2])) for line in lines.split("\n")[:-1]]
    expect(len(unb64(root)) == 32 and int(size) < 2 ** 53 and all(len(sig) > 4 for _, sig in sigs), "a checkpoint is malformed")
    return types.SimpleNamespace(body=body, origin=origin, size=int(size), root=unb64(root), sigs=sigs)
def by_log(head, key):  # whether the key signed it; None if no signature claims so (those of others are ignored)
    ours = [sig[4:] for name, sig in head.sigs if (head.origin, name, sig[:4]) == (key.name, key.name, key.id)]
    return all(signed(key.key, sig, head.body.encode()) for sig in ours) if ours else None

# ── Entries: JSON in RFC 8785 form; the members of each kind (`name:TYPE` where the name alone does not tell) ──
def many(form): return rf"\[(?:{form}(?:,{form})*)?\]"
def word(*words): return f'"(?:{"|".join(words)})"'
def data(size): return word("[A-Za-z0-9+/]{%d}" % (size * 8 // 6) + ("", "[AQgw]==", "[AEIMQUYcgkosw048]=")[size % 3])
TEXT, LANG = r'"(?:[^"\\]|\\.)*"', word("[A-Za-z0-9-]+")
TEXTS, BOOL = rf"\{{{LANG}:{TEXT}(?:,{LANG}:{TEXT})*\}}", "(?:true|false)"
TYPES = {
    **dict.fromkeys("q r w v SECONDS".split(), POS), **dict.fromkeys("title text detail".split(), TEXTS),
    **dict.fromkeys("n ballots eligible issued present weight".split(), INT), "c": many(INT), "result": many(INT),
    "NUMBERS": many(POS), "select": rf"\[{INT},{INT}\]", "options": many(TEXTS), "NONE": r"\[\]", "event": TEXT,
    "why": TEXT, "languages": many(LANG), "change": BOOL, "live": BOOL, "roster": word("[0-9a-f]{64}"),
    "admission": word("open", "roster"), "secrecy": word("secret", "named", "indicative"), "EXTEND": word("extend"),
    "kind": word("single", "multiple"), "MOTION": word("motion"), "act": word("edit", "close", "reset", "void"),
    "d": data(16), "k": data(32), "s": data(64), "a": data(256),
    # RSASSA-PSS, SHA-384, salt 48, 2048 bits (RFC 9578 §8.2.2); then the modulus; then the exponent, 65537.
    "spki": word("MIIBUjA9BgkqhkiG9w0BAQowMKANMAsGCWCGSAFlAwQCAqEaMBgGCSqGSIb3DQEBCDALBglghkgBZQMEAgKiAwIBMAOCAQ8A"
                 "MIIBCgKCAQEA[g-z0-9+/][A-Za-z0-9+/]{340}[AQgw]IDAQAB")}
OPEN, CLOSE = "q r text select change live secrecy", "q r ballots weight result"
FORMS = {
    "meeting": "admission eligible event languages roster title", "key": "q r w spki", "issue": "q r n:NUMBERS",
    "open motion": f"{OPEN} kind:MOTION options:NONE", "open motion+": f"{OPEN} kind:MOTION options:NONE detail",
    "open choice": f"{OPEN} kind options", "open choice+": f"{OPEN} kind options detail",
    "ballot secret": "q r n c w k a s", "ballot named": "q r n c v", "ballot indicative": "q r n c d",
    "moderator": "q r act why", "moderator extend": "q r act:EXTEND why s:SECONDS", "end": "",
    "close secret": f"{CLOSE} issued present", "close named": f"{CLOSE} present", "close indicative": CLOSE}
def pattern(kind, members):
    types = {member.split(":")[0]: TYPES[member.split(":")[-1]] for member in members.split()}
    types["t"] = word(kind.split()[0])
    return re.compile(r"\{%s\}" % ",".join(f'"{name}":{types[name]}' for name in sorted(types)))
PATTERNS = {kind: pattern(kind, members) for kind, members in FORMS.items()}
def parse_entry(data):  # the entry and the name of its form; None if it has none
    def number(digits): return expect(0 <= int(digits) < 2 ** 53, "out of range") or int(digits)
    def members(pairs): return expect(all(name.isascii() for name, _ in pairs), "a name not ASCII") or dict(pairs)
    try:
        e = json.loads(data, object_pairs_hook=members, parse_int=number, parse_float=number, parse_constant=number)
        # RFC 8785: written again, its names sorted and without white space, it is the same.
        expect(json.dumps(e, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() == data, "")
        if e["t"] == "outcome": return (e, "outcome") if type(e["q"]) is int and e["q"] else None
        form = next(kind for kind, form in PATTERNS.items() if form.fullmatch(data.decode()))
        expect(form != "issue" or e["n"] == sorted(set(e["n"])), "not ascending")
        expect(form[:4] != "open" or e["select"] == sorted(e["select"]), "not min, max")
        return e, form
    except (ValueError, KeyError, TypeError, RecursionError, StopIteration):
        return None

# ── The vote, in log order: what stands before an entry decides whether it may stand there ──
def look(log, e, form, leaf):
    if e["t"] in ("meeting", "outcome", "end"): return []
    what, poll, faults = (e["q"], e["r"], e.get("w")), log.polls[e["q"], e["r"]], []
    if e["t"] == "key":  # before the first token signed by it, or it could mark a voter
        faults = broken((e["spki"] in log.spkis, "key-reused: this token key stands in an earlier entry"),
                        (what in log.used or what in log.keys, "key-late: after an issue or ballot of its kind, or a second key"))
        log.spkis.add(e["spki"])
        log.keys.setdefault(what, (unb64(e["spki"]), leaf))
    elif e["t"] == "issue":  # one token for each roster number
        known = log.roster.keys() & set(e["n"])
        faults = broken((len(known) < len(e["n"]), "unknown-voter: a token for a number not in roster.txt"),
                        (known & poll.issued, "double-issue: a second token for a roster number"))
        poll.tokens.update(log.roster[number] for number in known - poll.issued)
        poll.issued |= known
        log.used |= {(*what[:2], log.roster[number]) for number in known}
    elif e["t"] == "open":  # the wording stands before the first ballot, and stays
        faults = broken((poll.open, "not-open: this round was opened before"))
        poll.open = poll.open or {**e, "leaf": leaf, "size": 3 if e["kind"] == "motion" else len(e["options"])}
    elif e["t"] == "moderator":
        poll.over = poll.over or e["act"] in ("reset", "void")
    elif e["t"] == "ballot":  # sorted in each batch, so that their order tells nothing
        faults = broken((leaf < log.previous, "batch-order: ballots between two heads are not sorted by hash"))
        log.previous = leaf
        log.used.add(what)
        faults += look_at_ballot(log, poll, poll.open, e, form)
    elif e["t"] == "close":
        faults = look_at_close(log, poll, poll.open, e, form)
    return faults
def look_at_ballot(log, poll, opened, e, form):
    if not opened: return ["not-open: a ballot of a round that was not opened"]
    late = broken((poll.over, "after-close: a ballot after the end of its round"))
    if form != "ballot " + opened["secrecy"]: return late + ["wrong-kind: not one for a question of this secrecy"]
    c, n, v, w, (low, high) = e["c"], e["n"], e.get("v"), e.get("w"), opened["select"]
    fits = c == sorted(set(c)) and max(c, default=0) < opened["size"] and low <= len(c) <= high
    voter = w, e.get("k") or v or e.get("d")
    before = poll.votes.get(voter, {})
    said = f"vote-ballot/v1\n{log.origin}\n{b64(opened['leaf'])}\n{n}\n{json.dumps(c, separators=(',', ':'))}\n"
    faults = late + broken(
        (not fits or not 1 <= n <= 1_000_000, "bad-choices: choices or a counter that cannot be"),
        (v and v not in log.roster, "unknown-voter: a roster number that is not in roster.txt"),
        (w and not token_holds(log, e), "bad-token: no key for it, or not signed by that key"),
        (w and not signed(unb64(e["k"]), unb64(e["s"]), said.encode()), "bad-signature: not signed by the voter"),
        (n in before or before and not opened["change"], "duplicate-ballot: this voter voted so before"))
    if faults: return faults  # and the ballot is not counted
    poll.votes.setdefault(voter, {})[n] = c
    poll.tokens[w] -= not before
    over = w and not before and poll.tokens[w] < 0 and w not in poll.overdrawn
    poll.overdrawn |= {w} if over else set()
    return broken((over, "too-many-ballots: more voters of this weight than tokens issued"))
def token_holds(log, e):  # RFC 9578: type, nonce (the voter's key), digest of the challenge, digest of the token key
    spki, leaf = log.keys.get((e["q"], e["r"], e["w"]), (b"", b""))
    origin = log.origin.encode()
    challenge = b"\0\2" + len(origin).to_bytes(2, "big") + origin + b"\x20" + leaf + b"\0\0"
    token = b"\0\2" + unb64(e["k"]) + sha256(challenge) + sha256(spki)
    return holds(lambda: rsa.RSAPublicNumbers(65537, int.from_bytes(spki[-261:-5], "big")).public_key().verify(
        unb64(e["a"]), token, padding.PSS(padding.MGF1(SHA384()), 48), SHA384()))
def look_at_close(log, poll, opened, e, form):
    if not opened or poll.over: return ["not-open: a close of a round that is not open"]
    if form != "close " + opened["secrecy"]: return ["bad-entry: not one for a question of this secrecy"]
    poll.over, secret = True, opened["secrecy"] == "secret"
    last = [(w or log.roster.get(name, 1), votes[max(votes)]) for (w, name), votes in poll.votes.items()]
    true = {"ballots": len(last), "weight": sum(w for w, _ in last), "issued": len(poll.issued) if secret else None,
            "result": [sum(w for w, c in last if option in c) for option in range(opened["size"])]}
    log.results.append({"q": e["q"], "r": e["r"], "secrecy": opened["secrecy"], **true, "present": e.get("present")})
    least = true["issued"] if secret else true["ballots"]
    return broken((any(e.get(name) != true[name] for name in true), "wrong-close: not what the entries give"),
                  ("present" in e and not least <= e["present"] <= log.eligible,
                   "wrong-presence: not issued (named: ballots) ≤ present ≤ eligible"))

# ── What the reader kept ──
def look_at_pin(log, text):
    head = parse_head(text)
    if by_log(head, log.key) is None: return ["other-log: of another log"]
    if not by_log(head, log.key): return ["bad-receipt: its signature fails"]
    if head.size > len(log.leaves): return ["too-new: newer than this bundle"]
    return broken((log.root(head.size) != head.root, "pin-mismatch: this log does not begin like this"))
def look_at_promise(log, text, origin, digest, signature, entry):
    leaf, (ballot, form) = leaf_hash(unb64(entry)), parse_entry(unb64(entry)) or ({}, "")
    if origin != log.key.name: return ["other-log: of another log"]
    if leaf != unb64(digest) or form[:6] != "ballot" or not signed(log.key.key, unb64(signature), text.encode()):
        return ["bad-receipt: its signature fails, or it is of no ballot"]
    if leaf in log.leaves: return []
    over = log.ended or log.polls[ballot["q"], ballot["r"]].over
    return ["receipt-missing: the promised ballot is not in this log" if over else "too-new: its round is still open"]
def look_at_receipt(log, entry, index, proof, text):
    leaf, head, faults = leaf_hash(unb64(entry)), parse_head(text), look_at_pin(log, text)
    if not by_log(head, log.key): return faults
    if climb(leaf, int(index), head.size, [unb64(line) for line in proof.split()]) != head.root:
        return ["bad-receipt: its proof fails"]
    if log.leaves[int(index):int(index) + 1] in ([], [leaf]): return faults
    return ["receipt-missing: something else is in its place"] + [fault for fault in faults if "too-new" in fault]

# ── The bundle ──
def check(bundle, key, pin, receipt):
    log = types.SimpleNamespace(results=[], keys={}, spkis=set(), used=set(), previous=b"", ended=False,
        polls=collections.defaultdict(lambda: types.SimpleNamespace(  # by question and round
            open=None, over=False, issued=set(), overdrawn=set(), tokens=collections.Counter(), votes={})))
    with zipfile.ZipFile(bundle) as zipped:
        files = {name: zipped.read(name) for name in zipped.namelist()}
        expect(len(files) == len(zipped.namelist()), "a name stands twice in it")
    def file(name): return expect(name in files, f"{name} is missing") or files[name]
    # Every head is signed; checkpoints.txt holds one after another, a blank line between.
    head, notes, log.key = parse_head(file("checkpoint").decode()), file("checkpoints.txt").decode(), parse_key(file("vkey").decode().removesuffix("\n"))
    texts = [note[0] for note in HEAD.finditer(notes)]
    expect("\n".join(texts) == notes, "checkpoints.txt is malformed")
    heads, log.key, log.origin = [parse_head(text) for text in texts], key or log.key, head.origin
    faults = [f"checkpoint-signature: the head of size {one.size} is not signed by the log's key"
              for one in [head] + [other for other in heads if other != head] if not by_log(one, log.key)]
    # The entries make the tiles, these make the root, and every older head is a beginning.
    parts = [(list(split_entries(file(name))), width) for name, _, width in tiles("entries", head.size)]
    entries = [entry for part, _ in parts for entry in part]
    log.leaves, same = [leaf_hash(entry) for entry in entries], all(len(part) == width for part, width in parts)
    log.root = tree(log.leaves)
    for level in range(7):
        step = 256 ** level
        for name, first, width in tiles(level, head.size // step):
            known = range(first * step, min((first + width) * step, len(entries) // step * step), step)
            same &= file(name) == b"".join(log.root(step, at) for at in known)
    def begins(head): return head.size <= len(entries) and log.root(head.size) == head.root
    faults += broken((not same or not begins(head), "root-mismatch: entries, tiles and checkpoint contradict each other"))
    faults += [f"history-mismatch: the head of size {older.size} is not a beginning, or not older than the next"
               for older, newer in zip(heads, heads[1:]) if older.size >= newer.size or not begins(older)]
    faults += broken((not heads or heads[-1].body != head.body, "history-mismatch: checkpoints.txt has another last head"))
    # The roster is the one that entry 0 fixed.
    parsed, roster = [parse_entry(entry) for entry in entries], file("roster.txt").decode("latin-1")
    lines = re.findall(rf"({POS}) ({POS}) ([0-9a-f]{{64}})\n", roster)
    formed = "".join("%s %s %s\n" % line for line in lines) == roster and all(
        int(line[0]) == number and int(line[1]) < 2 ** 53 for number, line in enumerate(lines, 1))
    log.roster = {int(number): int(weight) for number, weight, _ in lines} if formed else {}
    meeting = (parsed or [None])[0]
    fixed = meeting[0] if meeting and meeting[1] == "meeting" else None
    log.eligible = fixed["eligible"] if fixed else len(log.roster)
    differs = fixed and (sha256(file("roster.txt")).hex() != fixed["roster"] or len(lines) != log.eligible)
    faults += broken((not formed or differs, "roster-mismatch: roster.txt is not the one that entry 0 fixed"))
    faults += broken((not entries, "bad-entry: there is no entry"))
    found = [(fault, None, {}) for fault in faults]
    # The vote.
    sizes = {older.size for older in heads}
    for index, entry in enumerate(parsed):
        log.previous = b"" if index in sizes else log.previous
        if not entry or log.ended or (entry[1] == "meeting") != (index == 0):
            found.append(("bad-entry: not one of the forms that an entry has, or not in its place", index, {}))
        else:
            found += [(fault, index, {} if "bad-entry" in fault else entry[0]) for fault in look(log, *entry, log.leaves[index])]
            log.ended = entry[1] == "end"
    # What the reader kept.
    kept = look_at_pin(log, pin) if pin is not None else []
    if receipt is not None:
        promise, proof = PROMISE.fullmatch(receipt), RECEIPT.fullmatch(receipt)
        expect(promise or proof, "that is neither a receipt nor a promise")
        kept += look_at_promise(log, *promise.groups()) if promise else look_at_receipt(log, *proof.groups())
    found += [(fault, None, {}) for fault in kept]
    codes = {fault.split(":")[0] for fault, _, _ in found}
    verdict = "wrong" if codes - CANNOT_TELL else "cannot-tell" if codes else "right"
    return report(verdict, found, log.results, head)
def report(verdict, found, results=(), head=None):
    faults = [{"code": fault.split(": ")[0], "index": index, "q": e.get("q"), "r": e.get("r"),
               "text": fault.split(": ", 1)[1]} for fault, index, e in found]
    return {"verdict": verdict, "size": head and head.size, "root": head and b64(head.root),
            "origin": head and head.origin, "faults": faults, "results": list(results)}
def main():
    parser = argparse.ArgumentParser(description="Checks the public record of a vote.")
    parser.error = lambda message: parser.exit(64, f"verify.py: {message}\n")
    parser.add_argument("bundle", metavar="BUNDLE.zip")
    parser.add_argument("--key", metavar="VKEY", help="the log's key, in place of the bundle's own")
    parser.add_argument("--pin", metavar="FILE", help="a checkpoint that you kept")
    parser.add_argument("--receipt", metavar="FILE", help="your receipt or promise")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    try: key = parse_key(given.key) if given.key is not None else None
    except ValueError as error: parser.error(f"--key: {error}")
    try:
        pin, receipt = (open(name, "rb").read().decode() if name else None for name in (given.pin, given.receipt))
        result = check(given.bundle, key, pin, receipt)
    except Exception as error:  # whatever it is, these bytes are not a bundle
        result = report("unreadable", [(f"unreadable: {error or type(error).__name__}", None, {})])
    if given.json:
        print(json.dumps(result))
    else:
        for one in result["results"]:
            print("Question {q}, round {r} ({secrecy}): {result} by {ballots} voters of weight {weight}; "
                  "issued {issued}, present {present}".format(**one))
        for fault in result["faults"]: print("  {code} (entry {index}): {text}".format(**fault))
        print(f"{result['verdict'].upper()}: {result['size']} entries of {result['origin']}, root {result['root']}")
    sys.exit(("right", "wrong", "cannot-tell", "unreadable").index(result["verdict"]))
if __name__ == "__main__":
    main()
