"""Proofs, heads, entries, promises and receipts as the pages read and write them."""
import base64
import hashlib
import json
import random

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from conftest import TESTS

from Browser.modules import altered
from Browser.pylog import (canonical, checkpoint, consistency, inclusion, leaf_hash, root_of, signed_note, vkey_text)

VECTORS = TESTS / "LedgerTests/Vectors"
ORIGIN = "plenum/test/0123456789abcdef"
LEAVES = [leaf_hash(str(n).encode()) for n in range(70)]
ROOTS = [root_of(LEAVES[:size]) for size in range(71)]


def test_leaf_and_node_hashes_by_the_vectors(plain):
    vectors = json.loads((VECTORS / "rfc6962.json").read_text())
    entries = [bytes.fromhex(leaf) for leaf in vectors["leaves_hex"]]
    leaves = plain.each("lib/tlog.js", "leafHash", [[entry] for entry in entries])
    assert leaves == [leaf_hash(entry) for entry in entries] and leaves[0].hex() == vectors["roots_hex"][1]
    for size in range(1, 9):
        assert root_of(leaves[:size]).hex() == vectors["roots_hex"][size]
    assert plain.one("lib/tlog.js", "nodeHash", leaves[0], leaves[1]).hex() == vectors["roots_hex"][2]


def test_inclusion_in_every_size(plain):
    dice = random.Random(8)
    good, bad = [], []
    for size in range(1, 71):
        for at in range(size):
            path, leaf, root = inclusion(at, LEAVES[:size]), LEAVES[at], ROOTS[size]
            good.append([at, size, leaf, path, root])
            kind = dice.randrange(8)
            other = dice.randrange(70)
            bad.append([
                [at, size, altered(leaf, dice), path, root],
                [at, size, leaf, path, altered(root, dice)],
                [at, size, leaf, path + [dice.randbytes(32)], root],
                [at, size, leaf, path[:-1] if path else [leaf], root],
                [at, size, leaf, path[::-1] if path != path[::-1] else [root], root],
                [size + other, size, leaf, path, root],
                [-1, size, leaf, path, root],
                [at, size, leaf, [altered(each, dice) if n == other % len(path) else each
                                  for n, each in enumerate(path)] if path else [root], root],
            ][kind])
    assert plain.each("lib/tlog.js", "provesInclusion", good) == [True] * len(good)
    assert plain.each("lib/tlog.js", "provesInclusion", bad) == [False] * len(bad)
    for odd in [None, "0", 0.5, float(2**53)]:
        call = [odd, 2, LEAVES[0], inclusion(0, LEAVES[:2]), ROOTS[2]]
        assert plain.one("lib/tlog.js", "provesInclusion", *call) is False


def test_consistency_of_every_pair_of_sizes(plain):
    dice = random.Random(9)
    good, bad = [], []
    for size in range(71):
        for before in range(size + 1):
            path = consistency(before, LEAVES[:size]) if 0 < before else []
            old, root = ROOTS[before], ROOTS[size]
            good.append([before, size, old, root, path])
            if before == 0:
                continue
            bad += [[before, size, altered(old, dice), root, path], [before, size, old, altered(root, dice), path]]
            bad.append([
                [before, size, old, root, path + [dice.randbytes(32)]],
                [before, size, old, root, path[:-1] if path else [root]],
                [size + 1, size, old, root, path],
                [before, size, old, root, [altered(each, dice) for each in path] or [old]],
            ][dice.randrange(4)])
    assert plain.each("lib/tlog.js", "provesConsistency", good) == [True] * len(good)
    assert plain.each("lib/tlog.js", "provesConsistency", bad) == [False] * len(bad)


@pytest.fixture(scope="session")
def log_key():
    return Ed25519PrivateKey.from_private_bytes(random.Random(10).randbytes(32))


@pytest.fixture
def vkey(plain, log_key):
    return plain.one("lib/tlog.js", "parseVkey", vkey_text(log_key, ORIGIN))


def test_verifier_keys_are_read_strictly(plain, log_key, vkey):
    text = vkey_text(log_key, ORIGIN)
    raw = log_key.public_key().public_bytes_raw()
    assert vkey == {"name": ORIGIN, "id": text.split("+")[1], "key": raw}
    for bad in ["", "x", text[:-1], text + "=", "x" + text, text.replace("+", "+0", 1), text.upper(), None,
                text.replace("/", "+", 1), vkey_text(log_key, "a b")]:
        assert plain.one("lib/tlog.js", "parseVkey", bad) is None, bad


def test_heads_are_opened_only_if_signed(plain, log_key, vkey):
    opened = {"origin": ORIGIN, "size": 7, "root": ROOTS[7]}
    text = checkpoint(log_key, 7, ROOTS[7], ORIGIN)
    stranger = Ed25519PrivateKey.from_private_bytes(bytes(32))
    witness = "— witness " + base64.b64encode(bytes(76)).decode() + "\n"
    assert plain.one("lib/tlog.js", "openCheckpoint", text, vkey) == opened
    body = f"{ORIGIN}\n7\n{base64.b64encode(ROOTS[7]).decode()}\n"
    bad = [text.replace("\n7\n", "\n8\n"), text.replace("\n7\n", "\n07\n"), text[:-1], text + "\n", "\n" + text, "",
           None, text + witness, text.replace("\n\n", "\n\n" + witness), text + text.split("\n\n")[1],
           checkpoint(log_key, 8, ROOTS[7], ORIGIN).replace("\n8\n", "\n7\n"),
           checkpoint(stranger, 7, ROOTS[7], ORIGIN),
           checkpoint(log_key, 7, ROOTS[7], "plenum/test/other"), signed_note(log_key, "other", body),
           signed_note(log_key, ORIGIN, body, bytes(4)), signed_note(stranger, ORIGIN, body, bytes.fromhex(vkey["id"])),
           signed_note(log_key, ORIGIN, body + "extension\n"), body + "\n" + witness, text.replace("—", "-"),
           text.replace("\n\n", "\n"), checkpoint(log_key, -1, ROOTS[7], ORIGIN),
           checkpoint(log_key, 7, ROOTS[7][:31], ORIGIN)]
    assert plain.each("lib/tlog.js", "openCheckpoint", [[each, vkey] for each in bad]) == [None] * len(bad)


def test_short_codes(plain):
    def expected(root):
        bits = int.from_bytes(root[:5], "big")
        code = "".join("0123456789ABCDEFGHJKMNPQRSTVWXYZ"[bits >> 5 * n & 31] for n in range(7, -1, -1))
        return code[:4] + "-" + code[4:]
    roots = [bytes(32), b"\xff" * 32, *ROOTS]
    assert plain.each("lib/tlog.js", "shortCode", [[root] for root in roots]) == [expected(root) for root in roots]


def test_entries_are_canonical(plain):
    token = base64.b64encode(bytes(256)).decode()
    secret = {"t": "ballot", "q": 2, "r": 1, "n": 3, "c": [0, 4], "w": 5, "k": "k", "a": token, "s": "s"}
    for entry in [secret, {"t": "ballot", "q": 12, "r": 1, "n": 1, "c": [], "v": 17},
                  {"t": "ballot", "q": 1, "r": 2, "n": 1, "c": [0], "d": "AA=="},
                  {"t": "key", "q": 1, "r": 1, "w": 1, "spki": token}]:
        assert plain.one("lib/entries.js", "entryBytes", entry) == canonical(**entry)
    message = plain.one("lib/entries.js", "ballotMessage", ORIGIN, "b3Blbg==", 3, [0, 4])
    assert message == f"vote-ballot/v1\n{ORIGIN}\nb3Blbg==\n3\n[0,4]\n".encode()
    device = "AAAAAAAAAAAAAAAAAAAAAA"
    digest = hashlib.sha256(f"vote-device/v1\n{ORIGIN}\n2\n1\n{device}\n".encode()).digest()
    name = plain.one("lib/entries.js", "devicePseudonym", ORIGIN, 2, 1, device)
    assert name == base64.b64encode(digest[:16]).decode()


def test_promises_and_receipts_can_be_kept_and_read_back(plain, log_key, vkey):
    entry = canonical(t="ballot", q=1, r=1, n=1, c=[0], d="AA==")
    leaves = [*LEAVES[:4], leaf_hash(entry), *LEAVES[4:9]]
    path = [base64.b64encode(each).decode() for each in inclusion(4, leaves)]
    note = checkpoint(log_key, 10, root_of(leaves), ORIGIN)
    receipt = plain.one("lib/entries.js", "proofText", entry, 4, path, note)
    extra = base64.b64encode(entry).decode()
    assert receipt == "\n".join(["c2sp.org/tlog-proof@v1", f"extra {extra}", "index 4", *path, "", note])
    opened = plain.one("lib/receipt.js", "openProof", receipt, vkey)
    head = {"origin": ORIGIN, "size": 10, "root": root_of(leaves)}
    assert opened == {"entry": entry, "index": 4, "path": inclusion(4, leaves), "note": note, "head": head}
    first = plain.one("lib/entries.js", "proofText", b"x", 0, [], checkpoint(log_key, 1, leaf_hash(b"x"), ORIGIN))
    assert plain.one("lib/receipt.js", "openProof", first, vkey)["path"] == []
    bad = [receipt.replace("index 4", "index 5"), receipt.replace("index 4", "index 04"),
           receipt.replace(path[1], path[2]), receipt.replace("\n10\n", "\n11\n"),
           receipt.replace(path[1] + "\n", ""), receipt.replace("@v1", "@v2"),
           receipt.replace(extra, base64.b64encode(entry + b" ").decode()), receipt[:-1], "", None,
           receipt.replace(extra, "A==="), receipt.replace(extra, extra.rstrip("=") + "==="), receipt.replace(extra, "")]
    assert plain.each("lib/receipt.js", "openProof", [[each, vkey] for each in bad]) == [None] * len(bad)

    leaf = base64.b64encode(leaf_hash(entry)).decode()
    signature = base64.b64encode(log_key.sign(f"vote-receipt/v1\n{ORIGIN}\n{leaf}\n1764000000\n".encode())).decode()
    promise = plain.one("lib/entries.js", "promiseText", ORIGIN, leaf, 1764000000, signature, entry)
    assert promise == f"vote-receipt/v1\n{ORIGIN}\n{leaf}\n1764000000\n{signature}\nextra {extra}\n"
    opened = plain.one("lib/receipt.js", "openPromise", promise, vkey)
    assert opened == {"origin": ORIGIN, "leaf": leaf, "by": 1764000000, "signature": signature, "entry": entry}
    bad = [promise.replace("00\n", "01\n"), promise.replace(leaf, path[0]), promise.replace(ORIGIN, "other"),
           promise.replace(extra, base64.b64encode(b"{}").decode()), promise[:-1], promise + "\n", "", None]
    assert plain.each("lib/receipt.js", "openPromise", [[each, vkey] for each in bad]) == [None] * len(bad)
