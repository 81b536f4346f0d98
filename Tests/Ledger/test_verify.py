"""Whether the verifiers find everything that can be wrong with a public record, and nothing where nothing is."""
import io
import json
import random
import subprocess
import sys
import warnings
import zipfile

import pytest

from .malformed import BAD_ENTRIES, broken_files, with_bad_entry
from .sample import VERIFIER, open_event, roster_event, vkey, zipped
from .tamper import TAMPERINGS, find, naive, recount, secret_voter, signed_anew, sort
from .verifiers import VERIFIERS, verify

EVENTS = {"open": open_event, "roster": roster_event}


@pytest.fixture(params=VERIFIERS)
def verifier(request):
    return request.param


@pytest.mark.parametrize("event", EVENTS)
def test_an_honest_record_is_right(verifier, event, tmp_path):
    event = EVENTS[event]()
    said = verify(verifier, tmp_path, event.files())
    assert (said["verdict"], said["codes"]) == ("right", set())
    assert said["size"] == len(event.entries()) > 256
    assert said["origin"] == event.origin and said["root"] == event.head().split("\n")[2]
    closes = [entry for entry in event.entries() if entry["t"] == "close"]
    assert [(result["q"], result["r"], result["result"], result["ballots"], result["weight"], result["issued"],
             result["present"]) for result in said["results"]] == [
        (close["q"], close["r"], close["result"], close["ballots"], close["weight"], close.get("issued"),
         close.get("present")) for close in closes]


@pytest.mark.parametrize("event", EVENTS)
def test_a_record_is_right_at_every_moment(verifier, event, tmp_path):
    event = EVENTS[event]().copy()
    while event.batches:
        if len(event.batches) % 4 == 1:
            assert verify(verifier, tmp_path, event.files())["verdict"] == "right", len(event.batches)
        event.batches.pop()


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_signed_anew_shows_by_what_the_entries_say(verifier, name, tmp_path):
    said = verify(verifier, tmp_path, signed_anew(roster_event(), name))
    assert (said["verdict"], said["codes"]) == ("wrong", TAMPERINGS[name][1])


@pytest.mark.parametrize("name", TAMPERINGS)
def test_naive_tampering_contradicts_the_signed_heads(verifier, name, tmp_path):
    said = verify(verifier, tmp_path, naive(roster_event(), name))
    assert said["verdict"] == "wrong"
    # The roster is no entry: its hash in entry 0 catches it. All else breaks the tree, and shows what it shows.
    assert said["codes"] >= TAMPERINGS[name][1] | (set() if name.startswith("roster") else {"root-mismatch"})


@pytest.mark.parametrize("name", BAD_ENTRIES)
def test_an_entry_out_of_form_is_a_fault_of_its_own(verifier, name, tmp_path):
    said = verify(verifier, tmp_path, with_bad_entry(roster_event(), name))
    assert (said["verdict"], said["codes"]) == ("wrong", {"bad-entry"})


def test_heads_and_files(verifier, tmp_path):
    for name, files, codes in broken_files(roster_event()):
        said = verify(verifier, tmp_path, files)
        assert said["codes"] == codes, name
        assert said["verdict"] == ("unreadable" if "unreadable" in codes else "wrong" if codes else "right"), name


def test_every_code_was_provoked():
    """The table of DESIGN.md and these tests: none forgotten."""
    design = (VERIFIER.parents[2] / "Sources/Ledger/DESIGN.md").read_text()
    table = {line.split("`")[1] for line in design[design.index("| code |"):].split("\n\n")[0].split("\n")[2:]}
    tried = {code for _, codes in TAMPERINGS.values() for code in codes}
    tried |= {code for _, _, codes in broken_files(roster_event()) for code in codes}
    assert table == tried | {"bad-entry", "pin-mismatch", "receipt-missing", "other-log", "too-new", "bad-receipt"}


# ── What only a pin or a receipt tells ──

def rewritten():
    """The whole history made anew by the holder of every key of the box, with another outcome; nothing contradicts."""
    event = roster_event().copy()
    for voter in (20, 23, 26):
        b, i = find(event, "ballot", 1, 1, k=secret_voter(event, voter))
        del event.batches[b][i]
    for voter in range(14, 60, 2):
        b, i = find(event, "ballot", 2, 1, v=voter)
        event.batches[b][i] = {**event.batches[b][i], "c": [1]}
    for batch in event.batches:
        sort(batch)
    recount(event, 1, 1)
    recount(event, 2, 1)
    return event


def dropped_ballot(event):
    b, i = find(event, "ballot", 1, 1, k=secret_voter(event, 20))
    return sum(map(len, event.batches[:b])) + i


def test_a_rewritten_history_is_right_by_itself(verifier, tmp_path):
    said = verify(verifier, tmp_path, rewritten().files())
    assert (said["verdict"], said["codes"]) == ("right", set())
    honest = verify(verifier, tmp_path, roster_event().files())
    assert said["results"] != honest["results"], "and its result is another"


def test_a_rewritten_history_is_caught_by_a_pin(verifier, tmp_path):
    for head in roster_event().heads()[8:]:
        said = verify(verifier, tmp_path, rewritten().files(), pin=head)
        if said["size"] >= int(head.split("\n")[1]):
            assert (said["verdict"], said["codes"]) == ("wrong", {"pin-mismatch"})
        else:
            assert (said["verdict"], said["codes"]) == ("cannot-tell", {"too-new"})


def test_a_rewritten_history_is_caught_by_a_receipt(verifier, tmp_path):
    event = roster_event()
    index = dropped_ballot(event)
    said = verify(verifier, tmp_path, rewritten().files(), receipt=event.receipt(index, index + 30))
    assert (said["verdict"], said["codes"]) == ("wrong", {"receipt-missing"})
    said = verify(verifier, tmp_path, rewritten().files(), receipt=event.receipt(index))
    assert (said["verdict"], said["codes"]) == ("wrong", {"receipt-missing", "too-new"})
    said = verify(verifier, tmp_path, rewritten().files(), receipt=event.promise(event.entries()[index]))
    assert (said["verdict"], said["codes"]) == ("wrong", {"receipt-missing"})
    # Whose own ballot was left alone still holds a head that this history does not continue.
    said = verify(verifier, tmp_path, rewritten().files(), receipt=event.receipt(3, index + 30))
    assert (said["verdict"], said["codes"]) == ("wrong", {"pin-mismatch"})


@pytest.mark.parametrize("event", EVENTS)
def test_pins_and_receipts_of_an_honest_record_hold(verifier, event, tmp_path):
    event = EVENTS[event]()
    files, entries = event.files(), event.entries()
    for size in (0, 1, 2, 255, 256, 257, len(entries)):
        assert verify(verifier, tmp_path, files, pin=event.head(size))["verdict"] == "right"
    for index, size in ((0, 1), (0, 2), (1, 3), (7, 8), (8, 9), (200, 256), (256, 257), (12, len(entries))):
        assert verify(verifier, tmp_path, files, receipt=event.receipt(index, size))["verdict"] == "right"
    ballot = next(entry for entry in entries if entry["t"] == "ballot")
    every = {"receipt": event.promise(ballot), "pin": event.head(100), "key": vkey(event.origin, event.key)}
    assert verify(verifier, tmp_path, files, **every)["verdict"] == "right"
    cosigned = event.head(100) + "— witness.example/w1 " + "A" * 100 + "\n"
    assert verify(verifier, tmp_path, files, pin=cosigned)["verdict"] == "right"


def test_what_proves_nothing(verifier, tmp_path):
    event, other = roster_event(), open_event()
    files, entries, index = event.files(), event.entries(), dropped_ballot(event)
    early = event.copy()
    del early.batches[find(event, "close", 1, 1)[0] - 1:]
    ballot = event.ballot(1, 1, 59, [1])
    receipt = event.receipt(index)
    promise = event.promise(ballot)
    for bundle, kept, code in (
            (files, {"pin": other.head()}, "other-log"),
            (files, {"receipt": other.receipt(5)}, "other-log"),
            (files, {"receipt": other.promise(other.entries()[2])}, "other-log"),
            (early.files(), {"pin": event.head()}, "too-new"),
            (early.files(), {"receipt": event.receipt(index)}, "too-new"),
            (early.files(), {"receipt": promise}, "too-new"),
            (files, {"pin": changed_signature(event.head(100))}, "bad-receipt"),
            (files, {"receipt": changed_signature(receipt)}, "bad-receipt"),
            (files, {"receipt": receipt.replace(f"index {index}", f"index {index + 1}")}, "bad-receipt"),
            (files, {"receipt": receipt.replace(f"index {index}", f"index {10 ** 12}")}, "bad-receipt"),
            (files, {"receipt": without_line(receipt, 4)}, "bad-receipt"),
            (files, {"receipt": promise.replace("1800000000", "1800000001")}, "bad-receipt"),
            (files, {"receipt": event.promise({"t": "end"})}, "bad-receipt")):
        said = verify(verifier, tmp_path, bundle, **kept)
        assert (said["verdict"], said["codes"]) == ("cannot-tell", {code}), kept
    for kept in ({"pin": b"\xff"}, {"pin": ""}, {"receipt": "hello\n"}, {"receipt": receipt[:-3]}, {"pin": receipt}):
        assert verify(verifier, tmp_path, files, **kept)["verdict"] == "unreadable"
    # A promise kept for a round that was reset counts as broken if the ballot never came.
    said = verify(verifier, tmp_path, files, receipt=event.promise(event.ballot(3, 1, 15, [1])))
    assert (said["verdict"], said["codes"]) == ("wrong", {"receipt-missing"})


def changed_signature(text):
    at = text.rindex("— ") + 60
    return text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1:]


def without_line(text, number):
    lines = text.split("\n")
    return "\n".join(lines[:number] + lines[number + 1:])


def test_another_key_than_the_bundles(verifier, tmp_path):
    event, other = roster_event(), open_event()
    said = verify(verifier, tmp_path, event.files(), key=vkey(event.origin, other.key))
    assert (said["verdict"], said["codes"]) == ("wrong", {"checkpoint-signature"})


# ── Whatever the bytes ──

def mutations(seed, count):
    """One byte changed, put in or cut off in one of the files; what `vkey` ends with does not matter."""
    chance, good = random.Random(seed), roster_event().files()
    names = [name for name in good if name != "verify.py"]
    for _ in range(count):
        name = chance.choice(names)
        data = bytearray(good[name])
        at, how = chance.randrange(len(data)), chance.choice(("flip", "cut", "put", "end"))
        if how == "flip":
            data[at] ^= 1 << chance.randrange(8)
        elif how == "end":
            del data[at:]
        elif how == "cut":
            del data[at]
        else:
            data.insert(at, chance.randrange(256))
        if bytes(data) not in (good[name], good[name].rstrip(b"\n") if name == "vkey" else None):
            yield {**good, name: bytes(data)}, (name, at, how)


def test_no_changed_byte_passes(verifier, tmp_path):
    for files, what in mutations(seed=7, count=150):
        assert verify(verifier, tmp_path, files)["verdict"] in ("wrong", "unreadable"), what


def test_no_damaged_zip_passes(verifier, tmp_path):
    """Flips in the zip itself: right only where all files still are what they were (a date, say)."""
    chance, files = random.Random(8), roster_event().files()
    good = zipped(files)
    for _ in range(100):
        data = bytearray(good)
        at = chance.randrange(len(data)) if chance.random() < 0.5 else len(data) - 1 - chance.randrange(1000)
        data[at] ^= 1 << chance.randrange(8)
        said = verify(verifier, tmp_path, bytes(data), alone=True)
        if said["verdict"] == "right":
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                assert all(archive.read(name) == files[name] for name in files if name != "verify.py"), at
    for bundle in (b"", b"PK", b"hello", good[:1000], good[1000:], bytes(1000)):
        assert verify(verifier, tmp_path, bundle)["verdict"] == "unreadable"


@pytest.mark.parametrize("name", ["roster.txt", "/etc/x", "../x", "tile/../../x", "tile\\x", "packed"])
def test_a_zip_that_readers_may_read_differently(verifier, name, tmp_path):
    """A name twice: which of the two? A name that leads elsewhere: whither? Packed in a way that not all know."""
    buffer, files = io.BytesIO(zipped(roster_event().files())), roster_event().files()
    method = zipfile.ZIP_BZIP2 if name == "packed" else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(buffer, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr(name, files["roster.txt"], method)
    assert verify(verifier, tmp_path, buffer.getvalue())["verdict"] == "unreadable"


# ── The command line ──

def run(*arguments):
    command = [sys.executable, VERIFIER, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_python_as_a_program(tmp_path):
    bundle = tmp_path / "bundle.zip"
    bundle.write_bytes(zipped(roster_event().files()))
    ended = run(bundle)
    assert ended.returncode == 0 and ended.stdout.endswith("right\n") and not ended.stderr
    assert json.loads(run(bundle, "--json").stdout)["verdict"] == "right"
    assert run(tmp_path / "none.zip").returncode == 3
    for arguments in ((), (bundle, "--key", "nonsense"), (bundle, "--what")):
        ended = run(*arguments)
        assert ended.returncode == 64 and "Traceback" not in ended.stderr, arguments


def test_it_is_short_enough_to_read():
    lines = VERIFIER.read_text().splitlines()
    assert len(lines) <= 250 and max(map(len, lines)) <= 128
