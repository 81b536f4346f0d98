"""Checks the public record of a vote: python3 verify.py BUNDLE.zip [--key VKEY] [--pin FILE] [--receipt FILE] [--json]
Needs Python 3.9 and its package cryptography; asks nobody, writes nothing. Exit: 0 right, 1 wrong, 2 cannot tell, 3
unreadable. Rules: Sources/Ledger/DESIGN.md. Whoever holds the log's key can rewrite all of it, so that it is right by
itself: bring what you kept, a checkpoint (--pin), your receipt or promise (--receipt)."""
import argparse, base64, collections, functools, hashlib, json, re, sys, types, zipfile  # noqa: E401
try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
    from cryptography.hazmat.primitives.hashes import SHA384
except ImportError: sys.exit(print("verify.py needs the package cryptography (Debian: python3-cryptography)") or 64)
def expect(truth, otherwise):
    if not truth: raise ValueError(otherwise)
    return truth
def sha256(data): return hashlib.sha256(data).digest()
def b64(data): return base64.b64encode(data).decode()
def unb64(text):  # only the one right spelling of these bytes
    data = base64.b64decode(text, validate=True)
    return expect(b64(data) == text, "base64 that is not canonical") and data
def holds(verify):
    try: return verify() is None
    except (InvalidSignature, ValueError): return False
def signed(key, sig, text): return holds(lambda: ed25519.Ed25519PublicKey.from_public_bytes(key).verify(sig, text.encode()))
# ── The tree (RFC 6962 §2.1), inclusion (RFC 9162 §2.1.3), files (C2SP tlog-tiles) ──
def leaf_hash(entry): return sha256(b"\0" + entry)
def node(left, right): return sha256(b"\1" + left + right)
def tree(leaves, height=48):  # level by level the roots of all whole subtrees, of 1, 2, 4, … leaves
    return [leaves] + (tree([node(*pair) for pair in zip(leaves[::2], leaves[1::2])], height - 1) if height else [])
def root_of(levels, size):  # of the first leaves: the whole subtrees that they fill, joined from the right
    peaks = [level[(size >> height) - 1] for height, level in enumerate(levels) if size >> height & 1]
    return functools.reduce(lambda right, left: node(left, right), peaks) if peaks else sha256(b"")
def begins(levels, head): return head.size <= len(levels[0]) and root_of(levels, head.size) == head.root
def climb(leaf, index, size, proof):  # the root that an inclusion proof leads to; None if its length is wrong
    if size < 2 or not proof: return None if proof or size != 1 or index else leaf
    half = 1 << (size - 1).bit_length() - 1  # the left subtree is the largest whole one
    if index < half: left, right = climb(leaf, index, half, proof[:-1]), proof[-1]
    else: left, right = proof[-1], climb(leaf, index - half, size - half, proof[:-1])
    return left and right and node(left, right)
def tiles(level, count):  # name, first position and width of each tile of a level with so many hashes
    for n in range((count + 255) // 256):
        name, width = f"{n:03}" if n < 1000 else f"x{n // 1000:03}/{n % 1000:03}", min(256, count - 256 * n)
        yield f"tile/{level}/{name}" + (f".p/{width}" if width < 256 else ""), 256 * n, width
def split_entries(data, at=0):  # each entry has its length in two bytes before it
    while at < len(data):
        start, at = at + 2, at + 2 + int.from_bytes(data[at:at + 2], "big")
        yield expect(at <= len(data), "an entries file ends within an entry") and data[start:at]
# ── The log's key, heads (signed checkpoints), receipts: C2SP signed-note, tlog-checkpoint, tlog-proof ──
B64, POS, INT = "[A-Za-z0-9+/]+={0,2}", "[1-9][0-9]{0,15}", "(?:0|[1-9][0-9]{0,15})"
KEY = re.compile(rf"([^\s+]+)\+([0-9a-f]{{8}})\+({B64})\n?")
HEAD = re.compile(rf"(([^\n]+)\n({INT})\n({B64})\n)\n((?:— [^\s+]+ {B64}\n)+)")
RECEIPT = re.compile(rf"c2sp\.org/tlog-proof@v1\nextra ({B64})\nindex ({INT})\n((?:{B64}\n)*)\n(.+)", re.S)
PROMISE = re.compile(rf"(vote-receipt/v1\n([^\n]+)\n({B64})\n{INT}\n)({B64})\nextra ({B64})\n")
def parse(pattern, text, what): return expect(pattern.fullmatch(text), f"{what} is malformed").groups()
def parse_key(text):
    name, keyid, data = parse(KEY, text, "the log's key (vkey)")
    keyid, data = bytes.fromhex(keyid), unb64(data)
    right = len(data) == 33 and data[0] == 1 and sha256(name.encode() + b"\n" + data)[:4] == keyid
    return expect(right, "the log's key (vkey) is malformed") and (name, keyid, data[1:])
def parse_head(text, key):  # valid: whether the key signed it; None if no signature claims that (others' are ignored)
    body, origin, size, root, lines = parse(HEAD, text, "a checkpoint")
    size, root, sigs = int(size), unb64(root), [(name, unb64(sig)) for name, sig in re.findall("— (.+) (.+)", lines)]
    expect(size < 2 ** 53 and len(root) == 32 and all(len(sig) > 4 for _, sig in sigs), "no checkpoint")
    ours = [sig[4:] for name, sig in sigs if (origin, name, sig[:4]) == (key[0], *key[:2])]
    valid = all(signed(key[2], sig, body) for sig in ours) if ours else None
    return types.SimpleNamespace(body=body, origin=origin, size=size, root=root, valid=valid)
# ── Entries: JSON in RFC 8785 form. Each form has these members besides t, each member this JSON ──
def many(form): return rf"\[(?:{form}(?:,{form})*)?\]"
def data(n): return '"[A-Za-z0-9+/]{%d}%s"' % (n * 8 // 6, ("", "[AQgw]==", "[AEIMQUYcgkosw048]=")[n % 3])
LANG, TEXT, BOOL, HEX, POLL = '"[A-Za-z0-9-]+"', r'"(?:[^"\\]|\\.)*"', "true|false", '"[0-9a-f]{64}"', dict(q=POS, r=POS)
TEXTS = rf"\{{{LANG}:{TEXT}(?:,{LANG}:{TEXT})*\}}"
SPKI = ('"MIIBUjA9BgkqhkiG9w0BAQowMKANMAsGCWCGSAFlAwQCAqEaMBgGCSqGSIb3DQEBCDALBglghkgBZQMEAgKiAwIBMAOCAQ8AMIIBCgKCAQEA'
        '[g-z0-9+/][A-Za-z0-9+/]{340}[AQgw]IDAQAB"')  # RFC 9578 §8.2.2: algorithm; modulus; exponent, 65537
OPEN = dict(POLL, kind='"motion"|"single"|"multiple"', text=TEXTS, options=many(TEXTS), select=rf"\[{INT},{INT}\]",
            change=BOOL, live=BOOL, secrecy='"secret"|"named"|"indicative"')
BALLOT, CLOSE = dict(POLL, n=INT, c=many(INT)), dict(POLL, result=many(INT), ballots=INT, weight=INT)
FORMS = {
    "meeting": dict(title=TEXTS, languages=many(LANG), event=TEXT, admission='"open"|"roster"', roster=HEX, eligible=INT),
    "key": dict(POLL, w=POS, spki=SPKI), "issue": dict(POLL, n=many(POS)), "end": {},
    "open": OPEN, "open with detail": dict(OPEN, detail=TEXTS),
    "ballot secret": dict(BALLOT, w=POS, k=data(32), a=data(256), s=data(64)),
    "ballot named": dict(BALLOT, v=POS), "ballot indicative": dict(BALLOT, d=data(16)),
    "moderator": dict(POLL, act='"edit"|"close"|"reset"|"void"', why=TEXT),
    "moderator extend": dict(POLL, act='"extend"', why=TEXT, s=POS),
    "close secret": dict(CLOSE, present=INT, issued=INT), "close named": dict(CLOSE, present=INT), "close indicative": CLOSE}
def canonical(x): return json.dumps(x, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
def depth(x): return 1 + max(map(depth, x.values() if type(x) is dict else x), default=0) if type(x) in (dict, list) else 0
def parse_entry(data):  # the entry and the name of its form, which is empty if it has none
    def number(digits): return expect(0 <= int(digits) < 2 ** 53, "") and int(digits)
    def members(pairs): return expect(all(name.isascii() for name, _ in pairs), "") and dict(pairs)
    try:
        e = json.loads(data.decode(), object_pairs_hook=members, parse_int=number, parse_float=number)
        expect(canonical(e).encode() == data and depth(e) <= 32, "")  # RFC 8785: written again it is the same
        if e["t"] == "outcome": return e, "outcome" if type(e["q"]) is int and e["q"] else ""
        form = next(form for form, types in FORMS.items() if e["t"] == form.split()[0] and e.keys() == {"t", *types}
                    and all(re.fullmatch(types[name], canonical(e[name])) for name in types))
        wrong = form == "issue" and e["n"] != sorted(set(e["n"])) or e["t"] == "open" and (
            e["select"] != sorted(e["select"]) or e["kind"] == "motion" and e["options"])
        return e, "" if wrong else form
    except (ValueError, KeyError, TypeError, RecursionError, StopIteration): return {}, ""
# ── The vote, in log order: what stands before an entry decides if it may stand. A fault: "code: text" ──
def new_poll():  # of one question and round. tokens: of a weight, issued and not used. votes: {voter: {n: choices}}
    return types.SimpleNamespace(open=None, over=False, keys={}, issued=set(), tokens=collections.Counter(), votes={})
def look(log, index, leaf, e, form):
    if not form or log.ended or (form == "meeting") != (index == 0):
        return (yield "bad-entry: not in a form that an entry has, or not where it may stand")
    log.ended = form == "end"
    if form in ("meeting", "outcome", "end"): return
    poll, w = log.polls[e["q"], e["r"]], e.get("w")
    if form == "key":  # before the first token by it is given out: a key made later could mark a voter
        if e["spki"] in log.spkis: yield "key-reused: this token key stands in an earlier entry"
        if w in poll.tokens or w in poll.keys: yield "key-late: after an issue or ballot, or a second"
        log.spkis.add(e["spki"])
        poll.keys.setdefault(w, (unb64(e["spki"]), leaf))
    elif form == "issue":  # one token for each roster number
        known = log.roster.keys() & set(e["n"])
        if len(known) < len(e["n"]): yield "unknown-voter: a token for a number that is not in roster.txt"
        if known & poll.issued: yield "double-issue: a second token for a roster number"
        poll.tokens.update(log.roster[number] for number in known - poll.issued)
        poll.issued |= known
    elif e["t"] == "open":  # the wording stands before the first ballot, and stays
        if poll.open: yield "not-open: this round was opened before"
        poll.open = poll.open or {**e, "leaf": leaf, "size": 3 if e["kind"] == "motion" else len(e["options"])}
    elif e["t"] == "ballot":  # sorted within a batch, so that their order tells nothing
        if leaf < log.previous: yield "batch-order: ballots between two heads are not sorted"
        log.previous, voter = leaf, (w, e.get("k") or e.get("v") or e.get("d"))
        before, poll.tokens[w] = poll.votes.get(voter, {}), poll.tokens[w]
        faults = list(look_at_ballot(log, poll, e, form, before))
        if faults: return (yield from faults)  # a ballot with a fault is not counted
        poll.votes[voter] = {**before, e["n"]: e["c"]}
        poll.tokens[w] -= not before
        if w and poll.tokens[w] < 0:
            poll.tokens[w] = float("inf")  # said once
            yield "too-many-ballots: more voters of this weight than tokens issued"
    elif e["t"] == "close": yield from look_at_close(log, poll, e, form)
    elif e["act"] in ("reset", "void"): poll.over = True
def look_at_ballot(log, poll, e, form, before):
    if not poll.open: return (yield "not-open: a ballot of a round that was not opened")
    if poll.over: yield "after-close: a ballot after the end of its round"
    if form != "ballot " + poll.open["secrecy"]: return (yield "wrong-kind: the question is of another secrecy")
    c, (low, high) = e["c"], poll.open["select"]
    fits = c == sorted(set(c)) and all(option < poll.open["size"] for option in c) and low <= len(c) <= high
    if not fits or not 1 <= e["n"] <= 1_000_000: yield "bad-choices: choices or a counter that cannot be"
    if "v" in e and e["v"] not in log.roster: yield "unknown-voter: a number that is not in roster.txt"
    if "k" in e and not token_holds(log, poll, e): yield "bad-token: no key for it, or not signed by it"
    said = f"vote-ballot/v1\n{log.origin}\n{b64(poll.open['leaf'])}\n{e['n']}\n{canonical(c)}\n"
    if "k" in e and not signed(unb64(e["k"]), unb64(e["s"]), said): yield "bad-signature: not by the voter"
    if e["n"] in before or before and not poll.open["change"]: yield "duplicate-ballot: this voter voted before"
def token_holds(log, poll, e):  # RFC 9578: type, nonce (the voter's key), digest of challenge, digest of token key
    (spki, leaf), origin = poll.keys.get(e["w"], (b"", b"")), log.origin.encode()
    challenge = b"\0\2" + len(origin).to_bytes(2, "big") + origin + b"\x20" + leaf + b"\0\0"
    token, pss = b"\0\2" + unb64(e["k"]) + sha256(challenge) + sha256(spki), padding.PSS(padding.MGF1(SHA384()), 48)
    key = rsa.RSAPublicNumbers(65537, int.from_bytes(spki[-261:-5], "big"))
    return holds(lambda: key.public_key().verify(unb64(e["a"]), token, pss, SHA384()))
def look_at_close(log, poll, e, form):
    if not poll.open or poll.over: return (yield "not-open: a close of a round that is not open")
    if form != "close " + poll.open["secrecy"]: return (yield "bad-entry: the question is of another secrecy")
    poll.over = True
    last = [(w or log.roster.get(name, 1), votes[max(votes)]) for (w, name), votes in poll.votes.items()]
    result = [sum(w for w, c in last if option in c) for option in range(poll.open["size"])]
    issued = len(poll.issued) if form == "close secret" else None
    true = {"ballots": len(last), "weight": sum(w for w, _ in last), "result": result, "issued": issued}
    if any(e.get(name) != true[name] for name in true): yield "wrong-close: not what the entries before give"
    least, present = len(last) if issued is None else issued, e.get("present")
    if "present" in e and not least <= present <= log.eligible: yield "wrong-presence: too few or too many"
    log.results.append({**true, "q": e["q"], "r": e["r"], "secrecy": poll.open["secrecy"], "present": present})
def look_at_head(log, text, leaf=None, index=0, proof=()):  # ── What the reader kept: a pin, a receipt, a promise ──
    head = parse_head(text, log.key)
    missing = leaf and log.levels[0][index:index + 1] not in ([], [leaf])
    if head.valid is None: yield "other-log: of another log"
    elif not head.valid: yield "bad-receipt: its signature fails"
    elif leaf and climb(leaf, index, head.size, proof) != head.root: yield "bad-receipt: its proof fails"
    else:
        if missing: yield "receipt-missing: another entry is in its place"
        if head.size > len(log.levels[0]): yield "too-new: newer than this bundle"
        elif not missing and not begins(log.levels, head): yield "pin-mismatch: this log does not begin with it"
def look_at_receipt(log, text):
    if text.startswith("vote-"): return look_at_promise(log, text)
    entry, index, proof, head = parse(RECEIPT, text, "the receipt")
    return look_at_head(log, head, leaf_hash(unb64(entry)), int(index), [unb64(line) for line in proof.split()])
def look_at_promise(log, text):
    text, origin, digest, signature, entry = parse(PROMISE, text, "the promise")
    leaf, (e, form) = leaf_hash(unb64(entry)), parse_entry(unb64(entry))
    valid = leaf == unb64(digest) and form[:6] == "ballot" and signed(log.key[2], unb64(signature), text)
    if origin != log.key[0]: yield "other-log: of another log"
    elif not valid: yield "bad-receipt: its signature fails, or it is of no ballot"
    elif leaf in log.levels[0]: return
    elif log.ended or log.polls[e["q"], e["r"]].over: yield "receipt-missing: it is not in this log"
    else: yield "too-new: its round is still open"
def check(bundle, key, pin, receipt, faults):  # ── The bundle: what --json prints ──
    def fault(text, index=None, e={}):
        (code, text), e = text.split(": ", 1), {} if text.startswith("bad-entry") else e
        faults.append({"code": code, "index": index, "q": e.get("q"), "r": e.get("r"), "text": text})
    with zipfile.ZipFile(bundle) as zipped:
        parts, elsewhere = zipped.infolist(), re.compile(r"^/|(^|/)\.\.(/|$)|\\").search
        files = {part.filename: zipped.read(part) for part in parts
                 if part.compress_type in (0, 8) and not elsewhere(part.filename)}
    expect(len(files) == len(parts), "a zip that not all would read alike")
    def file(name): return expect(name in files, f"{name} is missing") and files[name]
    own, history = parse_key(file("vkey").decode()), file("checkpoints.txt").decode()
    notes = [note[0] for note in HEAD.finditer(history)]
    expect(notes and "\n".join(notes) == history, "checkpoints.txt is malformed")
    head, *heads = [parse_head(note, key or own) for note in (file("checkpoint").decode(), *notes)]
    for one in [head] + [other for other in heads if other != head]:  # every head is signed
        if not one.valid: fault(f"checkpoint-signature: head of {one.size} not by the log's key")
    entries, fit = [], True  # the entries make the tiles, these the root, and every older head is a beginning
    for name, first, width in tiles("entries", head.size):
        entries += split_entries(file(name))
        fit &= len(entries) == first + width
    levels = tree([leaf_hash(entry) for entry in entries])
    fit &= all(file(name) == b"".join(levels[8 * level][first:first + width])
               for level in range(7) for name, first, width in tiles(level, head.size >> 8 * level))
    if not fit or not begins(levels, head): fault("root-mismatch: entries, tiles, checkpoint contradict each other")
    for older, newer in zip(heads, heads[1:]):
        if older.size >= newer.size or not begins(levels, older): fault(f"history-mismatch: head of {older.size}")
    if heads[-1].body != head.body: fault("history-mismatch: the last is not checkpoint")
    roster, line = file("roster.txt").decode("latin-1"), rf"({POS}) ({POS}) [0-9a-f]{{64}}\n"
    rows = [(int(number), int(weight)) for number, weight in re.findall(line, roster)]
    well = re.fullmatch(f"(?:{line})*", roster) and all(
        number == n and weight < 2 ** 53 for n, (number, weight) in enumerate(rows, 1))
    parsed = [parse_entry(entry) for entry in entries]
    meeting = next((e for e, form in parsed[:1] if form == "meeting"), None)
    if not well or meeting and (meeting["roster"], meeting["eligible"]) != (sha256(file("roster.txt")).hex(), len(rows)):
        fault("roster-mismatch: roster.txt is not the roster that entry 0 fixed")
    log = types.SimpleNamespace(
        key=key or own, origin=head.origin, levels=levels, roster=dict(rows) if well else {}, spkis=set(), previous=b"",
        eligible=meeting["eligible"] if meeting else 2 ** 53, polls=collections.defaultdict(new_poll), ended=False, results=[])
    if not entries: fault("bad-entry: there is no entry")
    for index, (leaf, entry) in enumerate(zip(log.levels[0], parsed)):  # one after another; then what the reader kept
        if any(index == older.size for older in heads): log.previous = b""
        for text in look(log, index, leaf, *entry): fault(text, index, entry[0])
    for look_at, kept in ((look_at_head, pin), (look_at_receipt, receipt)):
        for text in look_at(log, kept) if kept is not None else []: fault(text)
    wrong = any(one["code"] not in ("other-log", "too-new", "bad-receipt") for one in faults)
    return {"verdict": "wrong" if wrong else "cannot-tell" if faults else "right", "size": head.size,
            "root": b64(head.root), "origin": head.origin, "faults": faults, "results": log.results}
def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.error = lambda message: parser.exit(64, f"verify.py: {message}\n")
    for name, kind in (("bundle", str), ("--key", parse_key), ("--pin", str), ("--receipt", str)):
        parser.add_argument(name, type=kind)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    try:
        kept = [name and open(name, "rb").read().decode() for name in (given.pin, given.receipt)]
        found = check(given.bundle, given.key, *kept, [])
    except Exception as error:  # whatever it is, these bytes are not what they should be
        fault = {"code": "unreadable", "index": None, "q": None, "r": None, "text": str(error) or type(error).__name__}
        found = {"verdict": "unreadable", "size": None, "root": None, "origin": None, "faults": [fault], "results": []}
    print(json.dumps(found) if given.json else json.dumps(found, indent=1) + "\n" + found["verdict"])
    sys.exit(("right", "wrong", "cannot-tell", "unreadable").index(found["verdict"]))
if __name__ == "__main__": main()
