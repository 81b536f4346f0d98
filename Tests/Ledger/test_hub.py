"""The record of a real hub, killed on the way: every verifier and every stranger's tool must accept it."""
import csv
import json
import pathlib
import subprocess
import time

import pytest

from hub import PLENUM, Hub, Moderator, Phone, free_port

from . import sample, strangers
from .verifiers import VERIFIERS, verify
from .voter import Voter

EVENT = pathlib.Path(__file__).with_name("assembly.yaml")


@pytest.fixture(scope="module")
def assembly(tmp_path_factory):
    """An assembly of 30 with two weights: a secret vote through a SIGKILL, a roll call, an indicative question."""
    folder = tmp_path_factory.mktemp("assembly")
    data = folder / "data"
    subprocess.run([PLENUM, "roster", "24", "6x5", "--event", EVENT, "--out", data], check=True, capture_output=True)
    with open(data / "tickets.csv") as file:
        codes = [row["code"] for row in csv.DictReader(file)]
    hub = Hub(data, EVENT, port=free_port()).start()
    try:
        yield Story(hub, codes, folder)
    finally:
        hub.stop()


class Story:
    """What happens, once for all tests of this file."""

    def __init__(self, hub, codes, folder):
        self.hub, self.codes, self.folder = hub, codes, folder
        self.voters = [Voter(hub, code) for code in codes]
        moderator = Moderator(hub)
        moderator.act("show", 1)
        moderator.act("open", 1)
        opened = self.opened(self.voters[0])
        for voter in self.voters:
            assert voter.token(1)["t"] == "token"
        for voter in self.voters[:20]:
            assert voter.cast(1, [voter.number % 3], opened)["t"] == "ack"
        changed = self.voters[3]
        assert changed.cast(1, [2], opened, n=2)["t"] == "ack"
        time.sleep(1.5)  # a batch
        self.early_head = self.head()
        for voter in self.voters[20:25]:
            assert voter.cast(1, [0], opened)["t"] == "ack"
        self.hub.kill()
        self.hub.start()
        # Tokens and keys are the phones': they come back and go on.
        old, self.voters = self.voters, [Voter(hub, code) for code in codes]
        for voter, before in zip(self.voters, old):
            voter.tokens, voter.acks = before.tokens, before.acks
        for voter in self.voters[25:]:
            assert voter.cast(1, [1], opened)["t"] == "ack"
        moderator = Moderator(hub)
        moderator.act("extend", 1, **{"for": 60})
        moderator.act("close", 1, why="everyone has voted")
        moderator.act("reveal", 1)
        moderator.act("show", 2)
        moderator.act("open", 2)
        for voter in self.voters[:12]:
            assert voter.vote([voter.number % 2], q=2)["t"] == "ack"
        moderator.act("close", 2)
        moderator.act("show", 3)
        moderator.act("open", 3)
        for _ in range(9):
            assert Phone(hub).vote([0], q=3)["t"] == "ack"
        moderator.act("reset", 3)
        moderator.act("open", 3, r=2)
        assert Phone(hub).vote([1], q=3, r=2)["t"] == "ack"
        moderator.act("void", 3, r=2)
        moderator.act("clear")
        moderator.act("end")
        self.moderator = moderator
        self.bundle = self.download()

    @staticmethod
    def opened(voter):
        """The leaf hash of the wording in front, from whichever message told it."""
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            for message in voter.heard:
                if message["t"] in ("question", "phase") and "open" in message:
                    return message["open"]
            voter.heard.append(json.loads(voter.socket.recv(timeout=10)))
        raise AssertionError("voting is not open")

    def head(self):
        assert self.hub.get("/checkpoint") == 200
        return self.hub.body.decode()

    def download(self):
        deadline = time.monotonic() + 20
        while True:
            size = int(self.head().split("\n")[1])
            if self.hub.get("/tile/entries/000.p/%d" % (size % 256)) == 200 and self.hub.body.endswith(b'{"t":"end"}'):
                if self.hub.get("/bundle.zip") == 200:
                    path = self.folder / "record.zip"
                    path.write_bytes(self.hub.body)
                    return path
            assert time.monotonic() < deadline
            time.sleep(0.1)


@pytest.mark.parametrize("verifier", VERIFIERS)
def test_every_verifier_finds_the_record_right(assembly, tmp_path, verifier):
    said = verify(verifier, tmp_path, assembly.bundle.read_bytes(), pin=assembly.early_head)
    assert said["verdict"] == "right", said["faults"]
    first = said["results"][0]
    weights = {number: 1 if number <= 24 else 5 for number in range(1, 31)}
    choice = {number: number % 3 if number <= 20 else 0 if number <= 25 else 1 for number in weights}
    choice[4] = 2
    result = [sum(weights[n] for n in weights if choice[n] == option) for option in range(3)]
    assert (first["result"], first["ballots"], first["issued"]) == (result, 30, 30)
    assert [(row["q"], row["ballots"]) for row in said["results"]] == [(1, 30), (2, 12)]


def test_strangers_tools_accept_the_record(assembly):
    assert strangers.check(assembly.bundle) == []


@pytest.mark.parametrize("verifier", VERIFIERS)
def test_a_voters_receipts_hold_against_the_record(assembly, tmp_path, verifier):
    voter = assembly.voters[7]
    answer, entry = voter.acks[0]
    for receipt in (voter.receipt(entry), voter.promise(answer, entry)):
        said = verify(verifier, tmp_path, assembly.bundle.read_bytes(), receipt=receipt)
        assert said["verdict"] == "right", said["faults"]


def test_the_verifier_in_the_bundle_runs_by_itself(assembly, tmp_path):
    import sys
    import zipfile
    with zipfile.ZipFile(assembly.bundle) as archive:
        archive.extract("verify.py", tmp_path)
    ended = subprocess.run([sys.executable, tmp_path / "verify.py", assembly.bundle], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout


def test_the_log_never_shrank_and_every_phone_can_prove_its_ballot(assembly):
    size = int(assembly.head().split("\n")[1])
    for voter in assembly.voters:
        for _, entry in voter.acks:
            proof = voter.prove(entry, have=int(assembly.early_head.split("\n")[1]))
            assert 0 < proof["i"] < size and proof["since"]


def test_refusals_have_codes(assembly, tmp_path):
    """Replays, another question's token, a token used twice, strangers: on a hub of its own."""
    data = tmp_path / "data"
    subprocess.run([PLENUM, "roster", "12", "--event", EVENT, "--out", data], check=True, capture_output=True)
    with open(data / "tickets.csv") as file:
        codes = [row["code"] for row in csv.DictReader(file)]
    with Hub(data, EVENT, port=free_port()) as hub:
        moderator = Moderator(hub)
        moderator.act("show", 1)
        moderator.act("open", 1)
        voter = Voter(hub, codes[0])
        opened = Story.opened(voter)
        message, secret = voter.request(1)
        voter.say(**message)
        first = voter.answer(message["id"])
        voter.say(**message)
        assert voter.answer(message["id"])["s"] == first["s"]  # resent: the same answer
        second = Voter(hub, codes[0])  # another phone or tab with the same ticket
        assert second.token(1)["code"] == "already-issued"
        modulus, key, factor, _ = secret
        signed = int.from_bytes(sample.base64.b64decode(first["s"]), "big") * pow(factor, -1, modulus) % modulus
        voter.tokens[1, 1] = key, signed.to_bytes(256, "big")
        seal = voter.sealed(1, 1, 1, [0], opened)
        assert voter.cast(1, [0], opened, id="AAAAAAAAAAE", **seal)["t"] == "ack"
        # Replayed by another phone: it is the ballot that counts already.
        stranger = Phone(hub)
        stranger.say(t="vote", id="AAAAAAAAAAE", q=1, r=1, n=1, c=[0], **seal)
        assert stranger.hear("ack")
        other = Voter(hub, codes[1])
        assert other.token(1)["t"] == "token"
        assert other.cast(1, [1], opened, **{**other.sealed(1, 1, 1, [1], opened), "a": seal["a"]})["code"] == "bad-token"
        assert other.cast(1, [1], opened, **other.sealed(1, 1, 1, [0], opened))["code"] == "bad-signature"
        assert other.cast(1, [1], opened)["t"] == "ack"
        assert other.cast(1, [0], opened, n=1)["code"] == "already-voted"
        assert other.token(4)["t"] == "token"
        assert other.cast(1, [1], opened, n=2, **other.sealed(1, 1, 2, [1], opened, other.tokens[4, 1]))["code"] \
            == "bad-token"
        assert Phone(hub).vote([0])["code"] == "bad-token"
        assert Phone(hub, ticket="not-a-code").welcome["ticket"] == "unknown"


def test_moderators_acts_stand_in_the_record(assembly):
    entries = [json.loads(entry) for entry in strangers_entries(assembly.bundle)]
    acts = [(entry["q"], entry["r"], entry["act"], entry["why"]) for entry in entries if entry["t"] == "moderator"]
    assert acts == [(1, 1, "extend", ""), (1, 1, "close", "everyone has voted"), (3, 1, "reset", ""), (3, 2, "void", "")]
    assert entries[-1] == {"t": "end"}


def strangers_entries(bundle):
    with strangers.unpacked(bundle) as folder:
        return strangers.entries(folder)
