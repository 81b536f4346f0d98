"""Under pressure the hub bends and does not break: storms, full tables of descriptors, many connections."""
import contextlib
import json
import os
import resource
import select
import signal
import socket
import subprocess

import pytest

from conftest import TESTS
from hub import PLENUM, Hub, Moderator, Phone, free_port, random_text

EVENT = TESTS / "event.yaml"
UPGRADE = (
    "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: plenum.1\r\n\r\n").encode()


@pytest.fixture(autouse=True)
def descriptors():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    assert hard >= 8000, "these tests need 8,000 open files: raise the limit (ulimit -Hn)"


def crowd(hub, stack, number, request=UPGRADE):
    """Connections that have sent their request, without waiting for answers."""
    lines = []
    for _ in range(number):
        line = stack.enter_context(socket.create_connection(("127.0.0.1", hub.port), timeout=20))
        line.sendall(request)
        lines.append(line)
    return lines


def answered(lines):
    poll = select.poll()
    for line in lines:
        poll.register(line, select.POLLIN)
    return len(poll.poll(0))


def opened(hub):
    moderator = Moderator(hub)
    moderator.act("show", 1)
    moderator.act("open", 1)
    return moderator


def test_a_storm_of_newcomers_does_not_hold_up_the_votes_of_those_inside(hub):
    opened(hub)
    phone = Phone(hub)
    with contextlib.ExitStack() as stack:
        # All of them are in the backlog, and the vote comes last, when the hub goes on.
        hub.process.send_signal(signal.SIGSTOP)
        lines = crowd(hub, stack, 2500)
        id = random_text(8)
        phone.say(t="vote", id=id, q=1, r=1, n=1, c=[0])
        hub.process.send_signal(signal.SIGCONT)
        phone.hear("ack", id=id)
        before = answered(lines)
        print(f"{before} of {len(lines)} newcomers were in before the vote was acknowledged")
        assert before < len(lines) / 2
        for line in lines:
            assert line.recv(12) == b"HTTP/1.1 101"


def test_a_connection_costs_a_few_kilobytes_and_gives_them_back(hub):
    def memory():
        status = open(f"/proc/{hub.process.pid}/status").read()
        return int(status.split("VmRSS:")[1].split()[0])

    with contextlib.ExitStack() as stack:
        for line in crowd(hub, stack, 500):
            assert line.recv(12) == b"HTTP/1.1 101"
        before = memory()
        for line in crowd(hub, stack, 4000):
            assert line.recv(12) == b"HTTP/1.1 101"
        each = (memory() - before) / 4000
        print(f"{each:.2f} KB a connection")
        assert each < 6
        full = memory()
    with contextlib.ExitStack() as stack:
        for line in crowd(hub, stack, 4000):
            assert line.recv(12) == b"HTTP/1.1 101"
        assert memory() < full * 1.2, "a second room full takes the memory of the first"


def test_when_descriptors_run_out_those_inside_keep_voting(tmp_path):
    limited = ["sh", "-c", 'ulimit -n 256 && exec "$@"', "sh"]
    with Hub(tmp_path / "data", EVENT, port=free_port(), prefix=limited) as hub:
        moderator = opened(hub)
        phones = [Phone(hub) for _ in range(64)]
        with contextlib.ExitStack() as stack:
            crowd(hub, stack, 400, request=b"")
            for phone in phones:
                assert phone.vote([1])["t"] == "ack"
            assert moderator.act("extend", 1, **{"for": 30})["questions"][0]["ballots"] == 64
        newcomer = None
        for _ in range(20):
            with contextlib.suppress(OSError, AssertionError, TimeoutError) as _:
                newcomer = Phone(hub)
            if newcomer is None and hub.get("/healthz", quiet=True) == 200:
                break
        assert newcomer is None, "the room is full"
        assert hub.metric("phones_turned_away_total") >= 1
        phones[0].close()
        assert Phone(hub).vote([0])["t"] == "ack"
        assert os.path.exists(f"/proc/{hub.process.pid}")


def test_a_phone_that_never_reads_is_closed_and_finds_its_way_when_it_comes_back(hub):
    moderator = Moderator(hub)
    phone = Phone(hub)
    with socket.socket() as asleep:
        asleep.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        asleep.settimeout(20)
        asleep.connect(("127.0.0.1", hub.port))
        asleep.sendall(UPGRADE)
        hello = f'{{"t":"hello","as":"phone","device":"{random_text(16)}","lang":"en","rev":0}}'.encode()
        asleep.sendall(bytes([0x81, 0x80 | len(hello)]) + bytes(4) + hello)
        for number in range(1500):
            moderator.act("show", 1 + number % 2)
            if number % 50 == 0 and hub.metric("slow_readers_closed_total"):
                break
        assert hub.metric("slow_readers_closed_total") == 1
        # The others heard everything, and whoever comes back starts from what is shown now.
        shown = moderator.agenda["active"]
        phone.hear("question", rev=moderator.agenda["rev"], q=shown)
        assert Phone(hub).hear("question")["q"] == shown


def test_a_crowd_with_bad_wifi_loses_nothing(hub):
    opened(hub)
    run = subprocess.run(
        [PLENUM, "rehearse", f"http://127.0.0.1:{hub.port}", "--phones", "400", "--flaky", "0.3", "--fast", "--json",
         "--seed", "7", "--deadline", "120"], capture_output=True, text=True, timeout=150)
    assert run.returncode == 0, run.stderr
    report = json.loads(run.stdout)
    assert (report["counted"], report["unacknowledged"], report["duplicated"], report["lost"]) == (400, 0, 0, 0)
    assert report["reconnects"] > 20
    assert Moderator(hub).act("close", 1)["questions"][0]["ballots"] == 400
