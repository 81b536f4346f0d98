"""A hub that does not keep its word, on the attendee's page: the phone says so, calmly, and hands out the evidence."""
import json
import re
import shutil

import pytest

from hub import Hub, Moderator

from Browser.assembly import EVENT, HASTE, Wire, opened, phone, running
from Browser.conftest import faults, state, vote


@pytest.fixture
def hub(tmp_path):
    with running(tmp_path / "data", "12", "1x5") as hub:
        yield hub


def changed(**more):
    return lambda message: {**message, **more}


BREACHES = {
    "bad-promise": ("ack", changed(sig="A" * 86 + "=="), "The confirmation of your vote is not signed as it must be."),
    "bad-head": ("proof", lambda message: {**message, "note": message["note"].replace("\n— ", "\n\n— ", 1)},
                 "It is not signed with this event’s key."),
    "dropped": ("welcome", lambda message: {**message, "now": message["now"] + 700_000},
                "Your vote was promised to be in it by"),
    "vanished": ("proof", lambda message: {key: message[key] for key in message if key not in ("i", "path")},
                 "Your vote was in it, and is gone."),
}


def alarm(page):
    block = page.locator("#alarm:not([hidden])")
    block.wait_for(timeout=30_000)
    return block.inner_text()


def evidence(page):
    with page.expect_download() as download:
        page.locator("#alarm a").click()
    assert download.value.suggested_filename == "plenum-evidence.txt"
    return download.value.path().read_text()


def is_never_green(page):
    looks = page.evaluate("""() => ["dock", "headline"].map((id) => {
        const look = getComputedStyle(document.getElementById(id));
        return [look.backgroundColor, look.color, look.borderTopColor];
    }).flat().map((colour) => colour.match(/\\d+/g).map(Number))""")
    assert all(colour[1] <= max(colour[0], colour[2]) for colour in looks), looks


@pytest.mark.parametrize("why", BREACHES)
def test_each_breach_is_told_in_words_and_can_be_saved(hub, device, why):
    kind, change, words = BREACHES[why]
    page = device().new_page()
    page.add_init_script(HASTE)
    active = why == "dropped"
    Wire(page, change=lambda message: change(message) if active and message["t"] == kind else message)
    page.goto(hub.phone + "#t=" + hub.codes[0])
    question = 5 if why in ("bad-head", "dropped") else 1  # where proofs are asked for while voting goes on
    moderator = opened(hub, question)
    state(page, "choose")
    page.wait_for_timeout(2000)  # the token
    active = active or why in ("bad-promise", "bad-head")
    vote(page, 0)
    if why == "vanished":
        state(page, "counted")
        moderator.act("close", 1)
        page.get_by_text("In the public record ✓").wait_for(timeout=30_000)
        active = True
        page.reload()
    text = alarm(page)
    assert "The public record is not right" in text and words in text
    assert "Leave this page open and show it to a scrutineer." in text
    state(page, "alarm")
    is_never_green(page)
    assert faults(page) == []
    saved = evidence(page)
    assert {"bad-promise": "vote-receipt/v1\n", "dropped": "vote-receipt/v1\n", "vanished": "c2sp.org/tlog-proof@v1\n",
            "bad-head": "plenum/assembly/"}[why] in saved
    page.locator("#language").click()
    page.get_by_role("heading", name="공개 기록에 문제가 있습니다").wait_for()
    page.locator("#alarm").get_by_text("증거 저장").wait_for()
    if why == "bad-head":  # what was signed cannot be taken back; one may vote on all the same
        moderator.act("close", question)
        moderator.act("show", 3)
        moderator.act("open", 3)
        state(page, "choose")
        alarm(page)
        vote(page, 0)
        state(page, "alarm")


@pytest.mark.parametrize("grown", [False, True])
def test_a_record_that_was_put_back_and_goes_another_way_is_found_out(hub, device, tmp_path, grown):
    """The same key, the same run: a copy from before the vote."""
    opened(hub, 1)
    hub.stop()
    shutil.copytree(hub.data, tmp_path / "copy")
    hub.start()
    page = phone(device, hub, 1)
    state(page, "choose")
    vote(page, 0)
    state(page, "counted")
    Moderator(hub).act("close", 1)
    page.get_by_text("In the public record ✓").wait_for(timeout=30_000)
    page.goto("about:blank")
    hub.stop()
    with Hub(tmp_path / "copy", EVENT, port=hub.port) as copy:
        moderator = Moderator(copy)
        for _ in range(10 if grown else 0):
            moderator.act("extend", 1, **{"for": 600})
        page.goto(copy.phone)
        assert "It was changed: it contradicts what this phone saw before." in alarm(page)
        is_never_green(page)
        heads = re.findall(r"^(plenum/assembly/\w+)\n(\d+)\n(\S+)\n\n— \1 \S+$", evidence(page), re.M)
        assert len(heads) == 2 and heads[0] != heads[1], "two heads, both signed"
        assert (int(heads[1][1]) > int(heads[0][1])) == grown
        assert page.evaluate("localStorage['plenum.ticket']")
        page.reload()
        alarm(page)
        assert state(page, "alarm") == "Confirmed, but read the alarm"


def test_a_hub_whose_record_only_grew_raises_no_alarm(hub, device):
    page = phone(device, hub, 1)
    moderator = opened(hub, 1)
    vote(page, 0)
    state(page, "counted")
    moderator.act("close", 1)
    page.get_by_text("In the public record ✓").wait_for(timeout=30_000)
    hub.kill()
    hub.start()
    page.locator("#line[hidden]").wait_for(state="attached")
    Moderator(hub).act("reset", 1)
    state(page, "ready", "choose")
    page.wait_for_timeout(3000)
    assert page.locator("#alarm").is_hidden()
    record = next(json.loads(value) for value in page.evaluate(
        "Object.keys(localStorage).filter((key) => key.startsWith('plenum.record')).map((key) => localStorage[key])"))
    assert "alarm" not in record and len(record["heads"]) >= 2
