"""Software that is not ours accepts our log and rejects what was tampered with, as far as a log verifier can see.

A log verifier knows the tree, not the vote: it sees every byte changed under a signed head, and every history that does
not continue an older one. What a dishonest box signs anew it accepts: that is for verify.py, a pin, a receipt.
"""
import pytest

from . import strangers
from .sample import open_event, roster_event, sha256, vkey
from .tamper import TAMPERINGS, find, naive, signed_anew
from .test_verify import dropped_ballot, rewritten

EVENTS = {"open": open_event, "roster": roster_event}


def laid(folder, files):
    """The files as a folder."""
    for name, data in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return folder


@pytest.fixture(autouse=True)
def installed():
    assert strangers.TOOLS.is_dir() and strangers.SUMDB.is_file(), "run Tests/Ledger/need first"


@pytest.mark.parametrize("event", EVENTS)
def test_all_accept_our_log(event, tmp_path):
    assert strangers.check(laid(tmp_path, EVENTS[event]().files())) == []


def test_they_reject_every_tampering_under_signed_heads(tmp_path):
    honest = laid(tmp_path / "honest", roster_event().files())
    names = [name for name in TAMPERINGS if not name.startswith("roster")]  # roster.txt is no part of the log
    folders = [laid(tmp_path / name, naive(roster_event(), name)) for name in names]
    assert strangers.refused([honest, *folders]) == [False] + [True] * len(folders)
    assert all(strangers.two_at_once(strangers.sumdb, folders))


def test_they_cannot_see_what_was_signed_anew(tmp_path):
    """Only verify.py (test_verify.py) sees these, since it knows what a vote is."""
    folders = [laid(tmp_path / name, signed_anew(roster_event(), name)) for name in TAMPERINGS]
    assert strangers.refused(folders) == [False] * len(folders)
    assert strangers.two_at_once(strangers.sumdb, folders) == [[]] * len(folders)


def test_inclusion_and_consistency_fail_where_they_should(tmp_path):
    event = roster_event()
    files, name = event.files(), "tile/entries/000"
    # One byte of one entry, all hashes untouched: only its own file of entries is not in the tree.
    folder = laid(tmp_path / "byte", {**files, name: files[name].replace(b"the bus is late", b"the Bus is late")})
    assert strangers.inclusion(folder, 57) and not strangers.inclusion(folder, 256)
    assert strangers.sumdb(folder) and not strangers.aics(folder, ["checkpoint", "consistency"])
    # A head of another root, signed by the log key, among the older ones.
    older = event.copy()
    b, i = find(older, "moderator", 1, 1)
    older.batches[b][i] = {**older.batches[b][i], "why": "the train is late"}
    fork, honest = older.heads()[b], event.heads()
    heads = honest[:b] + [fork] + honest[b + 1:]
    folder = laid(tmp_path / "fork", {**files, "checkpoints.txt": "\n".join(heads).encode()})
    assert strangers.sumdb(folder) and strangers.consistency(folder, fork)
    assert not strangers.consistency(folder, honest[b])


def test_a_rewritten_history_is_caught_by_an_older_head(tmp_path):
    """By itself it is a log like any other; whoever kept a head of the honest one sees the fork."""
    folder = laid(tmp_path, rewritten().files())
    assert strangers.check(folder) == []
    kept = roster_event().heads()[8]
    assert strangers.consistency(folder, kept)
    (folder / "checkpoints.txt").write_text(kept + "\n" + rewritten().head())
    assert strangers.sumdb(folder)


def test_a_witness_refuses_a_fork(tmp_path):
    event, fork = roster_event(), rewritten()
    heads, hashes, forked = event.heads(), event.hashes(), fork.hashes()
    old, new = (strangers.size_of(head) for head in (heads[8], fork.head()))
    with strangers.Witness(tmp_path, event.origin, vkey(event.origin, event.key)) as witness:
        assert witness.add(0, [], heads[8])[0] == 200
        assert witness.add(old, strangers.grown(old, forked), fork.head())[0] == 422
        assert witness.add(old, [sha256(b"x")] * 9, fork.head())[0] == 422
        assert witness.add(0, [], fork.head(old))[0] == 409, "it remembers its last head"
        assert witness.add(old, strangers.grown(old, hashes), event.head())[0] == 200
        forged = heads[-1].replace(f"\n{len(hashes)}\n", f"\n{len(hashes) + 1}\n")
        assert witness.add(len(hashes), [], forged)[0] == 403, "not signed by the log"
    assert new < len(hashes)


def test_openssl_refuses_an_altered_token(tmp_path):
    folder = laid(tmp_path, roster_event().files())
    assert strangers.openssl(folder) == []
    assert len(strangers.openssl(folder, alter=True)) == 6, "one for each token key"
