"""What goes wrong around the hub: disks, files, ports. A clear error, an exit code, nothing lost."""
import base64
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing

import pytest
from websockets.exceptions import WebSocketException

from conftest import TESTS
from hub import PLENUM, Hub, Moderator, Phone, free_port

EVENT = TESTS / "event.yaml"


def ballots(data):
    """Votes stored in a copy of the data directory: how many, and how many ids (Sources/Storage/BallotPack.swift)."""
    ids = []
    with closing(sqlite3.connect(f"{data}/event.sqlite")) as db:
        for count, body in db.execute("SELECT count, body FROM record WHERE kind = 2"):
            assert len(body) == 58 * count
            ids += [body[58 * place + 36:58 * place + 44] for place in range(count)]
    return len(ids), len(set(ids))


def failing(data, *options, event=EVENT, port=0):
    """Runs a hub that must not start; returns exit code and standard error."""
    hub = Hub(data, event, port=port, options=options).start(wait=False)
    try:
        code = hub.process.wait(20)
    finally:
        hub.process.kill()
    for reader in hub.readers:
        reader.join(5)
    return code, "".join(hub.errors)


def test_stops_in_good_order_and_says_goodbye(hub):
    phone = Phone(hub)
    assert hub.stop() == 0
    assert phone.hear("bye")["retry"] > 0
    assert "everything is on disk" in "".join(hub.output)


def test_full_disk_stops_the_hub_and_keeps_every_acknowledged_vote(tmp_path):
    """On a file system of 1 MB: votes until the disk is full."""
    disk = tmp_path / "disk"
    disk.mkdir()
    copy = tmp_path / "copy"
    copy.mkdir()
    port = free_port()
    # A private mount in a namespace of its own: gone with the process, no trace on the machine. Afterwards it copies
    # what is on the full disk to where the test can see it.
    script = (
        f'mount -t tmpfs -o size=1m tmpfs "{disk}" && "$@"; code=$?; cp -r "{disk}/." "{copy}"; exit $code'
    )
    namespace = ["unshare", "--mount"] + ([] if os.geteuid() == 0 else ["--user", "--map-root-user"])
    hub = Hub(disk, EVENT, port=port, prefix=namespace + ["sh", "-c", script, "sh"]).start()
    moderator = Moderator(hub)
    moderator.act("show", 1)
    moderator.act("open", 1)
    acknowledged = 0
    # Each vote alone is a commit of a page or more in the write-ahead log: the disk is full after a few hundred.
    try:
        for _ in range(3000):
            phone = Phone(hub)
            assert phone.vote([1])["t"] == "ack"
            acknowledged += 1
            phone.close()
    except (OSError, WebSocketException, TimeoutError):
        pass
    assert hub.process.wait(20) == 74
    for reader in hub.readers:
        reader.join(5)
    assert "the disk is full" in "".join(hub.errors)
    stored, distinct = ballots(copy)
    assert stored == distinct >= acknowledged > 0
    # With room again, the event goes on where it was.
    with Hub(copy, EVENT, port=port) as again:
        assert again.metric("ballots_recovered") == stored
        assert Phone(again).vote([0])["t"] == "ack"


@pytest.mark.parametrize("fault, words", [
    ("foreign", "not a Plenum data file"),
    ("damaged", "damaged"),
    ("newer", "newer Plenum"),
    ("gap", "is missing"),
    ("altered", "not come out as it was signed"),
    ("other key", "was not signed with this directory's log.key"),
    ("no key", "was not signed with this directory's log.key"),
])
def test_a_data_file_that_cannot_be_used_is_refused_and_left_alone(tmp_path, fault, words):
    data = tmp_path / "data"
    port = free_port()
    with Hub(data, EVENT, port=port) as hub:
        moderator = Moderator(hub)
        moderator.act("show", 1)
        moderator.act("open", 1)
        for _ in range(300):
            phone = Phone(hub)
            assert phone.vote([1])["t"] == "ack"
            phone.close()
        moderator.act("close", 1)
    assert (data / "log.key").stat().st_mode & 0o777 == 0o600
    file = data / "event.sqlite"
    if fault == "foreign":
        file.write_bytes(b"not a database at all, " * 500)
    elif fault == "damaged":
        bytes_ = bytearray(file.read_bytes())
        for offset in range(8192, len(bytes_), 4096):
            bytes_[offset:offset + 1024] = b"\xa5" * 1024
        file.write_bytes(bytes_)
    else:
        with closing(sqlite3.connect(file)) as db, db:
            if fault == "newer":
                db.execute("INSERT INTO grdb_migrations VALUES ('9 from the future')")
            elif fault == "gap":
                db.execute("DELETE FROM record WHERE seq = 100")
            elif fault == "altered":
                # The organiser changes one vote, from option 1 (bit 1) to option 0, in a record long published.
                where, body = db.execute("SELECT seq, body FROM record WHERE kind = 2 ORDER BY seq").fetchone()
                assert body[48] == 2
                db.execute("UPDATE record SET body = ? WHERE seq = ?", (body[:48] + b"\x01" + body[49:], where))
    key = data / "log.key"
    if fault == "other key":
        key.write_text(base64.b64encode(bytes(32)).decode() + "\n")
    elif fault == "no key":
        key.unlink()
    before = file.read_bytes()
    code, errors = failing(data)
    assert code == 74
    assert words in errors and (str(file) in errors or str(key) in errors)
    assert file.read_bytes() == before


def test_a_read_only_data_directory_is_refused(tmp_path):
    data = tmp_path / "data"
    with Hub(data, EVENT, port=free_port()):
        pass
    # root writes anywhere, so the file system itself is made read-only, in a namespace of its own.
    script = f'mount --bind "{data}" "{data}" && mount -o remount,bind,ro "{data}" && exec "$@"'
    namespace = ["unshare", "--mount"] + ([] if os.geteuid() == 0 else ["--user", "--map-root-user"])
    hub = Hub(data, EVENT, prefix=namespace + ["sh", "-c", script, "sh"]).start(wait=False)
    assert hub.process.wait(20) == 74
    for reader in hub.readers:
        reader.join(5)
    assert "cannot be written" in "".join(hub.errors)


def test_two_hubs_on_one_directory_are_refused_and_the_first_goes_on(hub):
    code, errors = failing(hub.data)
    assert code == 74 and "another Plenum is using" in errors
    moderator = Moderator(hub)
    moderator.act("show", 1)
    moderator.act("open", 1)
    assert Phone(hub).vote([0])["t"] == "ack"


def test_a_port_in_use_is_named(hub, tmp_path):
    code, errors = failing(tmp_path / "other", port=hub.port)
    assert code == 69 and str(hub.port) in errors


def test_an_event_file_with_faults_is_refused_with_its_lines(tmp_path):
    file = tmp_path / "bad.yaml"
    file.write_text("event: x\ntitle: X\nlanguages: [en]\nquestions:\n  - id: a\n    kind: singel\n    text: Hm?\n")
    code, errors = failing(tmp_path / "data", event=file)
    assert code == 65 and ":6:" in errors and "single" in errors
    check = subprocess.run([PLENUM, "check", file], capture_output=True, text=True)
    assert check.returncode == 65 and ":6:" in check.stdout + check.stderr
    good = subprocess.run([PLENUM, "check", EVENT], capture_output=True, text=True)
    assert good.returncode == 0


def test_an_opened_question_may_not_be_reworded_by_a_changed_file(tmp_path):
    file = tmp_path / "event.yaml"
    shutil.copy(EVENT, file)
    port = free_port()
    with Hub(tmp_path / "data", file, port=port) as hub:
        moderator = Moderator(hub)
        moderator.act("show", 1)
        moderator.act("open", 1)
    file.write_text(file.read_text().replace("Noodles", "Caviar"))
    code, errors = failing(tmp_path / "data", event=file)
    assert code == 65 and "lunch" in errors
    file.write_text(EVENT.read_text().replace("Transport", "Transit"))
    with Hub(tmp_path / "data", file, port=port) as hub:
        assert "Transit" in Moderator(hub).agenda["questions"][2]["opts"]


def test_no_event_anywhere_is_said(tmp_path):
    code, errors = failing(tmp_path / "data", event=None)
    assert code == 65 and "plenum serve EVENT.yaml" in errors
