"""What a phone keeps of the public record, from a token to a receipt, with a hub that keeps its word."""
import base64
import hashlib
import random

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from Browser.keeper import NAMED, NOW, ORIGIN, QUESTION, Keeper, acknowledged, b64, recorded, with_token
from Browser.pylog import canonical, leaf_hash, root_of, vkey_text

DEVICE = "AAAAAAAAAAAAAAAAAAAAAA"
SPKI = bytes.fromhex("30820152303d06092a864886f70d01010a3030a00d300b0609608648016503040202a11a301806092a864886f70d01010"
                     "8300b0609608648016503040202a2030201300382010f003082010a0282010100")


# Tokens


def test_a_token_is_fetched_once_its_key_is_in_the_log(keeper, fake, token_key):
    keeper.tell("keys", fake.keys())
    assert keeper.status()["token"] == "waiting"
    spki = SPKI + fake.modulus + bytes.fromhex("0203010001")
    entry = canonical(t="key", q=2, r=1, w=1, spki=b64(spki))
    asked = keeper.ask(20)
    assert asked == {"t": "proof", "leaf": b64(leaf_hash(entry)), "have": 0}
    keeper.tell("proof", fake.proof(asked))  # not in the log yet
    assert keeper.wait(4) == []
    asked = keeper.ask(11)
    assert asked["t"] == "proof" and asked["have"] == 1
    fake.log(asked)
    keeper.tell("proof", fake.proof(asked))
    request = keeper.ask(1)
    assert {**request, "id": "", "b": ""} == {"t": "token", "id": "", "q": 2, "r": 1, "b": ""}
    assert len(request["id"]) == 11
    keeper.tell("token", fake.token(request))
    assert keeper.status()["token"] == "ready" and keeper.wait(60) == []
    key = keeper.kept()["items"][0]
    challenge = b"\0\2\0" + bytes([len(ORIGIN)]) + ORIGIN.encode() + b"\x20" + leaf_hash(entry) + b"\0\0"
    digests = hashlib.sha256(challenge).digest() + hashlib.sha256(spki).digest()
    message = b"\0\2" + base64.b64decode(key["k"]) + digests
    pss = padding.PSS(padding.MGF1(hashes.SHA384()), 48)
    token_key.public_key().verify(base64.b64decode(key["a"]), message, pss, hashes.SHA384())


@pytest.mark.parametrize("first", ["keys", "attend"])
def test_the_question_in_front_comes_first(keeper, fake, first):
    calls = {"keys": fake.keys(), "attend": QUESTION}
    keeper.tell(first, calls.pop(first))
    for name, value in calls.items():
        keeper.tell(name, value)
    assert keeper.ask(1)["t"] == "proof"


def test_the_same_request_is_sent_until_it_is_answered(keeper, fake, plain):
    keeper.tell("keys", fake.keys())
    asked = keeper.ask(20)
    fake.log(asked)
    keeper.tell("proof", fake.proof(asked))
    request = keeper.ask(1)
    assert keeper.ask(18) == request, "unanswered"
    keeper.tell("welcome", fake.welcome())
    assert keeper.ask(15) == request, "a new line"
    plain.page.evaluate("window.line = false")
    assert keeper.wait(30) == []
    plain.page.evaluate("window.line = true")
    plain.page.reload()
    keeper = Keeper(plain.page)
    keeper.tell("welcome", fake.welcome())
    assert keeper.ask(20) == request, "a reload"
    keeper.tell("token", fake.token(request))
    assert keeper.status()["token"] == "ready"


def test_two_tabs_ask_for_one_token(keeper, fake, plain):
    tab = plain.page.context.new_page()
    tab.route("**/*", plain.serve)
    tab.goto(plain.page.url)
    other = Keeper(tab)
    other.tell("welcome", fake.welcome())
    tabs, requests = [keeper, other], []
    for each in tabs:
        each.tell("keys", fake.keys())
    asked = [each.ask(20) for each in tabs]
    fake.log(asked[0])
    for each, question in zip(tabs, asked):
        each.tell("proof", fake.proof(question))
        heard = each.ask(15)
        if heard["t"] == "proof":  # the other tab had gone on
            each.tell("proof", fake.proof(heard))
            heard = each.ask(1)
        requests.append(heard)
    assert requests[0] == requests[1]
    keeper.tell("token", fake.token(requests[0]))
    assert other.tell("seal", QUESTION, [0], 1) == keeper.tell("seal", QUESTION, [0], 1) is not None
    other.tell("token", fake.token(requests[1]))
    assert other.status()["token"] == "ready"


def test_refusals_are_kept_and_told(keeper, fake):
    assert keeper.tell("refused", {"t": "refused", "id": "other", "code": "closed"}) is False
    keeper.tell("keys", fake.keys())
    asked = keeper.ask(20)
    fake.log(asked)
    keeper.tell("proof", fake.proof(asked))
    request = keeper.ask(1)
    assert keeper.tell("refused", {"t": "refused", "id": request["id"], "code": "already-issued"}) is True
    keeper.tell("welcome", fake.welcome())
    keeper.tell("keys", fake.keys())
    assert keeper.status()["token"] == "already-issued" and keeper.wait(60) == []
    assert keeper.tell("seal", QUESTION, [0], 1) is None


def test_a_hub_that_signs_something_else_gives_no_token(keeper, fake):
    keeper.tell("keys", fake.keys())
    asked = keeper.ask(20)
    fake.log(asked)
    keeper.tell("proof", fake.proof(asked))
    request = keeper.ask(1)
    keeper.tell("token", {"t": "token", "id": request["id"], "s": request["b"]})
    assert keeper.status()["token"] == "bad-token" and keeper.wait(60) == []


def test_only_keys_of_the_own_weight_are_taken(keeper, fake):
    keeper.tell("keys", fake.keys(w=2))
    keeper.tell("keys", fake.keys(modulus=fake.modulus[:128]))
    assert keeper.wait(60) == [] and keeper.status()["token"] == "none"
    keeper.tell("keys", fake.keys())
    keeper.tell("keys", fake.keys(modulus=fake.modulus[::-1]))
    assert len(keeper.kept()["items"]) == 1, "the first key stays"


def test_before_the_hub_is_met_there_is_nothing(plain):
    phone = Keeper(plain.page)
    assert phone.status() == {"state": "", "token": "none"} and phone.tell("evidence", QUESTION) == ""
    assert phone.wait(60) == []


# Ballots


def test_a_secret_ballot_from_seal_to_receipt(keeper, fake, plain):
    assert keeper.tell("seal", QUESTION, [0, 2], 1) is None, "no token yet"
    with_token(keeper, fake)
    vote = keeper.tell("seal", QUESTION, [0, 2], 1)
    assert keeper.tell("seal", QUESTION, [0, 2], 1) == vote, "the same again"
    assert vote.keys() == {"w", "k", "a", "s"} and vote["w"] == 1
    message = f"vote-ballot/v1\n{ORIGIN}\n{QUESTION['open']}\n1\n[0,2]\n".encode()
    Ed25519PublicKey.from_public_bytes(base64.b64decode(vote["k"])).verify(base64.b64decode(vote["s"]), message)
    assert keeper.status()["state"] == ""
    entry = canonical(t="ballot", q=2, r=1, n=1, c=[0, 2], **vote)
    leaf = b64(leaf_hash(entry))
    keeper.tell("acked", QUESTION, [0, 2], 1, fake.ack(leaf))
    assert keeper.status() == {"state": "promised", "by": NOW + 60, "token": "ready", "why": ""}
    promise = plain.one("lib/receipt.js", "openPromise", keeper.tell("evidence", QUESTION),
                        plain.one("lib/tlog.js", "parseVkey", vkey_text(fake.key, ORIGIN)))
    assert promise["entry"] == entry and promise["by"] == NOW + 60
    assert keeper.wait(1.75) == []
    asked = keeper.ask(6.25)
    assert asked == {"t": "proof", "leaf": leaf, "have": len(fake.leaves)}
    keeper.tell("proof", fake.proof(asked))
    assert keeper.status()["state"] == "promised" and keeper.wait(4) == []
    asked = keeper.ask(11)
    fake.log(asked)
    keeper.tell("proof", fake.proof(asked))
    assert keeper.status() == {"state": "recorded", "why": "", "i": 8, "by": NOW + 60, "token": "ready"}
    assert keeper.wait(60) == []
    receipt = plain.one("lib/receipt.js", "openProof", keeper.tell("evidence", QUESTION),
                        plain.one("lib/tlog.js", "parseVkey", vkey_text(fake.key, ORIGIN)))
    assert receipt["entry"] == entry and receipt["head"]["size"] == 9


@pytest.mark.parametrize("secrecy, more", [
    ("named", {"v": 17}),
    ("indicative", {"d": b64(hashlib.sha256(f"vote-device/v1\n{ORIGIN}\n2\n1\n{DEVICE}\n".encode()).digest()[:16])}),
])
def test_other_ballots_need_no_token(keeper, fake, secrecy, more):
    question = {"q": 2, "r": 1, "secrecy": secrecy}
    assert keeper.tell("seal", question, [1], 1) == {}
    leaf = b64(leaf_hash(canonical(t="ballot", q=2, r=1, n=1, c=[1], **more)))
    keeper.tell("acked", question, [1], 1, {"t": "ack", "id": "AAAAAAAAAAA"})
    assert keeper.status(question)["state"] == ("accepted" if secrecy == "indicative" else "alarm")
    keeper.tell("acked", question, [1], 1, fake.ack(leaf))
    assert keeper.status(question)["state"] == "promised"
    asked = keeper.ask(8)
    assert asked["leaf"] == leaf
    fake.log(asked)
    keeper.tell("proof", fake.proof(asked))
    assert keeper.status(question)["state"] == "recorded"


def test_a_changed_vote_is_another_ballot(keeper, fake):
    first = recorded(keeper, fake, NAMED)
    second = acknowledged(keeper, fake, NAMED, c=[1], n=2)
    assert first != second and keeper.status(NAMED)["state"] == "promised"
    asked = keeper.ask(8)
    assert asked["leaf"] == second
    fake.log(asked)
    keeper.tell("proof", fake.proof(asked))
    assert keeper.status(NAMED)["i"] == len(fake.leaves) - 1


def test_what_is_kept_outlives_a_reload_and_another_run(keeper, fake, plain):
    recorded(keeper, fake, NAMED)
    before = keeper.status(NAMED), keeper.tell("evidence", NAMED)
    plain.page.reload()
    keeper = Keeper(plain.page)
    keeper.tell("welcome", fake.welcome("rehearsal"))
    assert keeper.status(NAMED)["state"] == ""
    keeper.tell("welcome", fake.welcome())
    assert (keeper.status(NAMED), keeper.tell("evidence", NAMED)) == before


def test_a_known_ballot_without_a_promise_is_looked_for_too(keeper, fake):
    keeper.tell("seal", NAMED, [0], 1)
    keeper.tell("acked", NAMED, [0], 1, None)
    assert keeper.status(NAMED)["state"] == "accepted"
    asked = keeper.ask(8)
    fake.log(asked)
    keeper.tell("proof", fake.proof(asked))
    assert keeper.status(NAMED)["state"] == "recorded"


def test_heads_are_bounded(keeper, fake):
    acknowledged(keeper, fake, NAMED)
    for _ in range(105):
        asked = keeper.wait(15)[0]
        fake.leaves.append(leaf_hash(random.randbytes(9)))
        keeper.tell("proof", fake.proof(asked))
    heads = keeper.kept()["heads"]
    assert len(heads) == 101
    assert heads[-1] == {"size": len(fake.leaves), "root": b64(root_of(fake.leaves))}


def test_two_tabs_make_one_request_between_them(keeper, fake):
    keeper.tell("keys", fake.keys())
    claims, first, second = keeper.page.evaluate(
        """async (welcome) => {
            const { PublicRecord } = await import("/vote/record.js");
            const other = new PublicRecord(window.record.on);
            other.welcome(welcome);
            const [key] = window.record.of({ q: 2, r: 1 }, "key");
            const ask = (record) => record.request(key);
            return [[ask(window.record), ask(other)], ask(window.record), ask(other)];
        }""", fake.welcome())
    assert claims == [None, None]
    assert first["t"] == "token" and first == second
