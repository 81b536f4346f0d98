"""Hubs that do not keep their word: each is found out by the phone alone, and says why in evidence to keep."""
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from Browser.keeper import NAMED, NOW, QUESTION, Keeper, acknowledged, b64, recorded
from Browser.pylog import leaf_hash


def alarm(keeper, question=NAMED):
    status = keeper.status(question)
    return status["why"] if status["state"] == "alarm" else None


@pytest.mark.parametrize("change", [
    lambda ack: {"by": ack["by"] + 1}, lambda ack: {"sig": b64(bytes(64))}, lambda ack: {"sig": None, "by": None},
    lambda ack: {"sig": "AAAA"}, lambda ack: {"sig": "?"}, lambda ack: {"by": "soon"},
])
def test_a_promise_that_is_none(keeper, fake, change):
    keeper.tell("seal", NAMED, [0], 1)
    ack = fake.ack(keeper.kept()["items"][-1]["leaf"])
    keeper.tell("acked", NAMED, [0], 1, {**ack, **change(ack)})
    assert alarm(keeper) == "bad-promise"


def test_a_promise_of_another_ballot(keeper, fake):
    keeper.tell("seal", NAMED, [0], 1)
    keeper.tell("acked", NAMED, [0], 1, fake.ack(b64(leaf_hash(b"another"))))
    assert alarm(keeper) == "bad-promise"


def test_a_ballot_that_was_dropped_and_came_late(keeper, fake):
    acknowledged(keeper, fake, NAMED, by=NOW + 30)
    while alarm(keeper) is None:
        keeper.tell("proof", fake.proof(keeper.ask(15)))
        is_over = keeper.page.evaluate("window.time") - 250 > 30_000  # when it asked
        assert alarm(keeper) == ("dropped" if is_over else None)
    assert keeper.tell("evidence", NAMED).startswith("vote-receipt/v1\n")
    asked = keeper.ask(15)
    fake.log(asked)
    keeper.tell("proof", fake.proof(asked))
    assert keeper.status(NAMED)["state"] == "recorded"


def test_a_hidden_ballot_is_not_asked_for_before_the_close_and_must_be_there_soon_after(keeper, fake):
    front = {**NAMED, "state": "open", "live": False}
    keeper.tell("attend", front)
    acknowledged(keeper, fake, NAMED, by=NOW + 86_400)
    assert keeper.wait(120) == [] and keeper.status(NAMED)["later"]
    keeper.tell("attend", {**front, "state": "closed"})
    assert not keeper.status(NAMED)["later"]
    keeper.tell("proof", fake.proof(keeper.ask(12)))
    assert alarm(keeper) is None, "it may still be on its way"
    while keeper.page.evaluate("window.time") < 200_000:
        keeper.tell("proof", fake.proof(keeper.ask(15)))
    assert alarm(keeper) == "dropped"


def test_a_slow_answer_is_no_dropped_ballot(keeper, fake):
    acknowledged(keeper, fake, NAMED, by=NOW + 10)
    asked = keeper.ask(8)
    answer = fake.proof(asked)
    assert keeper.wait(20) == [asked], "no answer yet"
    keeper.tell("proof", answer)
    assert keeper.status(NAMED)["state"] == "promised"
    keeper.tell("proof", fake.proof(keeper.ask(15)))
    assert alarm(keeper) == "dropped"


def test_a_ballot_that_vanished(keeper, fake):
    leaf = recorded(keeper, fake, NAMED)
    keeper.tell("welcome", fake.welcome())
    asked = keeper.ask(15)
    assert asked["leaf"] == leaf and asked["have"] == len(fake.leaves)
    answer = fake.proof(asked)
    del answer["i"], answer["path"]
    keeper.tell("proof", answer)
    assert alarm(keeper) == "vanished"
    assert keeper.tell("evidence", NAMED).startswith("c2sp.org/tlog-proof@v1\n")
    keeper.tell("welcome", fake.welcome())
    keeper.tell("proof", fake.proof(keeper.ask(15)))
    assert keeper.status(NAMED)["state"] == "recorded" and keeper.wait(60) == []


def test_proofs_that_prove_nothing_are_no_inclusion(keeper, fake):
    acknowledged(keeper, fake, NAMED)
    asked = keeper.ask(8)
    fake.log(asked)
    good = fake.proof(asked)
    for more in [{"i": good["i"] - 1}, {"path": good["path"][1:]}, {"path": [*good["path"], b64(bytes(32))]},
                 {"path": ["?" for _ in good["path"]]}]:
        keeper.tell("proof", {**good, **more})
        assert keeper.status(NAMED)["state"] == "promised"
        asked = keeper.ask(15)
        good = fake.proof(asked)


def forked(fake):
    return [*fake.leaves[:-1], leaf_hash(b"something else")]


@pytest.mark.parametrize("answer", [
    lambda fake, asked: {**fake.proof(asked), "note": fake.note(leaves=forked(fake))},
    lambda fake, asked: {**fake.proof(asked), "note": fake.note(len(fake.leaves) - 1), "since": []},
    lambda fake, asked: {**fake.proof(asked), "since": [b64(bytes(32))]},
    lambda fake, asked: (fake.leaves.append(leaf_hash(b"more")), {**fake.proof(asked), "since": []})[1],
    lambda fake, asked: (setattr(fake, "leaves", [*forked(fake), leaf_hash(b"more")]), fake.proof(asked))[1],
])
def test_a_log_that_contradicts_itself(keeper, fake, answer):
    recorded(keeper, fake, NAMED)
    kept = keeper.kept()["heads"]
    note = fake.note()
    keeper.tell("welcome", fake.welcome())
    wrong = answer(fake, keeper.ask(15))
    keeper.tell("proof", wrong)
    assert alarm(keeper) == "fork" and alarm(keeper, QUESTION) == "fork"
    assert keeper.tell("evidence", NAMED) == note + "\n" + wrong["note"]
    assert keeper.kept()["heads"] == kept, "the head it saw first stays"


def test_a_head_that_is_not_signed(keeper, fake, plain):
    acknowledged(keeper, fake, NAMED)
    wrong = {**fake.proof(keeper.ask(8)), "note": fake.note().replace("\n1\n", "\n2\n")}
    keeper.tell("proof", wrong)
    assert alarm(keeper) == "bad-head" and keeper.tell("evidence", NAMED) == wrong["note"]
    plain.page.reload()
    keeper = Keeper(plain.page)
    keeper.tell("welcome", fake.welcome())
    assert alarm(keeper) == "bad-head", "it stays"


def test_a_log_that_changes_its_key(keeper, fake, plain):
    acknowledged(keeper, fake, NAMED)
    fake.key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    plain.page.reload()
    keeper = Keeper(plain.page)
    keeper.tell("welcome", fake.welcome())
    keeper.tell("proof", fake.proof(keeper.ask(15)))
    assert alarm(keeper) == "bad-head"


def test_what_was_not_asked_is_no_answer(keeper, fake):
    acknowledged(keeper, fake, NAMED)
    keeper.tell("proof", {"t": "proof", "note": "x"})
    keeper.tell("proof", {"t": "proof", "leaf": b64(bytes(32)), "note": "x"})
    keeper.tell("token", {"t": "token", "id": "none", "s": "x"})
    assert keeper.status(NAMED)["state"] == "promised"
