"""Bytes on the Wi-Fi, counted, headers included. The room's air is the bottleneck, not the box."""
import sys

import pytest

from conftest import TESTS
from hub import Hub, Moderator, free_port, random_text

sys.path.insert(0, str(TESTS / "Bench"))
from join import Line, load  # noqa: E402


def test_joining_costs_one_page_cold_and_at_most_2_kb_warm(hub):
    Moderator(hub).act("show", 1)
    cache = {}
    page, line, requests = load(hub.port, cache)
    print(f"cold: {page} + {line} bytes in {requests} requests")
    assert page + line <= 23 * 1024 and requests <= 2
    page, line, requests = load(hub.port, cache)
    print(f"warm: {page} + {line} bytes in {requests} requests")
    assert page + line <= 2048 and requests == 1


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_question_a_vote_and_its_ack_cost_at_most_1_kb(tmp_path, lang):
    """Over the sample conference: every question's push, opening, vote and ack, with WebSocket headers."""
    with Hub(tmp_path / "data", TESTS.parent / "kiosk/sample/night-taxi.yaml", port=free_port()) as hub:
        moderator = Moderator(hub)
        phone = Line(hub.port)
        phone.join(lang)
        costs = []
        for question in moderator.agenda["questions"]:
            phone.count = 0
            moderator.act("show", question["q"])
            phone.message()
            moderator.act("open", question["q"])
            while phone.message()["t"] != "phase":
                pass
            phone.say({"t": "vote", "id": random_text(8), "q": question["q"], "r": 1, "n": 1,
                       "c": list(range(question["min"]))})
            while phone.message()["t"] != "ack":
                pass
            costs.append(phone.count)
            moderator.act("close", question["q"])
            while phone.message().get("state") != "closed":
                pass
        print(f"{lang}: {costs}")
        assert max(costs) <= 1024
