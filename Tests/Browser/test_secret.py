"""Votes with a ticket on the attendee's page: secret ones, roll calls, and what the public record holds of them."""
import json

import pytest

from conftest import TESTS
from hub import Hub, Moderator, Phone, free_port
from Ledger.voter import Voter

from Browser.assembly import Wire, entries, opened, phone, proved, receipt, running
from Browser.conftest import faults, state, vote


@pytest.fixture
def hub(tmp_path):
    """12 voters of weight 1, the 13th of weight 5."""
    with running(tmp_path / "data", "12", "1x5") as hub:
        yield hub


def counted(page, *options):
    vote(page, *options)
    return state(page, "counted")


def recorded(page):
    page.get_by_text("In the public record ✓").wait_for(timeout=30_000)


def crowd(hub, numbers, q=1):
    """Voters in Python, so that a batch comes together; they vote for the last option."""
    for number in numbers:
        voter = Voter(hub, hub.codes[number - 1])
        opening = voter.hear("question")["open"]
        assert voter.token(q)["t"] == "token"
        assert voter.cast(q, [2], opening)["t"] == "ack"


def test_two_secret_votes_of_different_weight(hub, device):
    light, heavy = phone(device, hub, 1), phone(device, hub, 13)
    for page in (light, heavy):
        state(page, "idle")
        assert "#" not in page.url, "the ticket leaves the address"
    moderator = opened(hub, 1)
    light.get_by_text("Secret ballot: nobody can tell who voted what.").wait_for()
    assert counted(light, 0).startswith("Counted ✓ ") and counted(heavy, 1)
    light.get_by_text("Joins the public record when voting closes.").wait_for()
    assert receipt(light).startswith("vote-receipt/v1\n")
    moderator.act("close", 1)
    moderator.act("reveal", 1)
    for page in (light, heavy):
        recorded(page)
        page.get_by_text("2 people voted").wait_for()
        assert page.locator('[data-option="1"]').get_by_text("83.3%").is_visible(), "five of six"
    ballots = [proved(hub, receipt(page)) for page in (light, heavy)]
    assert [(ballot["c"], ballot["w"], ballot["n"]) for ballot in ballots] == [([0], 1, 1), ([1], 5, 1)]
    number = json.dumps(ballots[0], sort_keys=True, separators=(",", ":")).encode()
    assert light.locator("#recorded").inner_text().endswith(f"no. {entries(hub).index(number)}")


def test_a_vote_cast_before_its_token_came_is_kept_over_a_reload(hub, device):
    page = device().new_page()
    wire = Wire(page, "token")
    page.goto(hub.phone + "#t=" + hub.codes[0])
    opened(hub, 1)
    vote(page, 1)
    assert state(page, "unsent") == "Not sent yet"
    page.get_by_text("Preparing your secret ballot.").wait_for()
    page.reload()
    page.get_by_text("Preparing your secret ballot.").wait_for()
    assert page.locator('[data-option="1"] input').is_checked() and not wire.messages("vote")
    page.wait_for_timeout(2500)
    wire.release()
    state(page, "counted")
    asked = [message for message in map(json.loads, wire.messages("token")) if message["q"] == 1]
    assert len({message["b"] for message in asked}) == 1, "one token"
    assert Moderator(hub).act("close", 1)["questions"][0]["ballots"] == 1


def test_a_vote_is_sent_again_to_the_byte_after_a_reload(hub, device):
    page = device().new_page()
    wire = Wire(page, "ack")
    page.goto(hub.phone + "#t=" + hub.codes[0])
    moderator = opened(hub, 1)
    vote(page, 1)
    state(page, "sent")
    page.reload()
    state(page, "sent")
    assert len(wire.messages("vote")) == 2
    wire.release()
    state(page, "counted")
    first, second = wire.messages("vote")
    assert first == second and list(json.loads(first)) == ["t", "id", "q", "r", "n", "c", "w", "k", "a", "s"]
    assert moderator.act("close", 1)["questions"][0]["ballots"] == 1
    page.reload()
    state(page, "counted")
    page.locator('[data-option="1"] input:checked').wait_for(state="attached")


def test_a_changed_secret_vote_counts_once_and_both_stay_in_the_record(hub, device):
    page = phone(device, hub, 13)
    moderator = opened(hub, 1)
    counted(page, 0)
    counted(page, 2)
    moderator.act("close", 1)
    recorded(page)
    ballots = [json.loads(entry) for entry in entries(hub) if b'"t":"ballot"' in entry]
    assert sorted(ballot["n"] for ballot in ballots) == [1, 2] and len({ballot["k"] for ballot in ballots}) == 1
    assert proved(hub, receipt(page))["c"] == [2]
    assert moderator.act("reveal", 1)["questions"][0]["counts"] == [0, 0, 5]


def test_a_roll_call_says_that_it_is_one_and_with_which_number(hub, device):
    page = phone(device, hub, 3)
    wire_page = device().new_page()
    wire = Wire(wire_page)
    wire_page.goto(hub.phone + "#t=" + hub.codes[12])
    moderator = opened(hub, 2)
    page.get_by_text("Roll call: your vote is public with your number 3.").wait_for()
    counted(page, 0)
    counted(wire_page, 1)
    assert list(json.loads(wire.messages("vote")[0])) == ["t", "id", "q", "r", "n", "c"]
    page.reload()
    state(page, "counted")
    moderator.act("close", 2)
    recorded(page)
    entry = proved(hub, receipt(page))
    assert (entry["v"], entry["c"]) == (3, [0])
    assert moderator.act("reveal", 2)["questions"][1]["counts"] == [1, 5, 0]


@pytest.mark.parametrize("code, words", [
    (None, "Voting here needs a ticket"), ("AAAAAAAAAAAAAAAAAAAAAA", "This ticket is not known here")])
def test_without_a_ticket_one_follows_along_and_votes_where_all_may(hub, device, code, words):
    page = device().new_page()
    wire = Wire(page)
    page.goto(hub.phone + (f"#t={code}" if code else ""))
    moderator = opened(hub, 1)
    assert state(page, "barred") == words and "follow along" in page.locator("#next").inner_text()
    assert page.locator("[data-option] input").first.is_disabled() and not page.locator("#vote").is_visible()
    moderator.act("close", 1)
    state(page, "none")
    moderator.act("show", 2)
    page.get_by_text("Roll call: votes are public with voters’ numbers.").wait_for()
    assert state(page, "barred") == words
    moderator.act("show", 3)
    moderator.act("open", 3)
    page.get_by_text("Indicative: one vote per device.").wait_for()
    counted(page, 0)
    page.locator("#language").click()
    page.get_by_text("참고 투표: 기기마다 한 표입니다.").wait_for()
    hellos = [json.loads(message).get("ticket") for message in wire.messages("hello")]
    assert hellos == [code, None], "an unknown code is said once"


def test_a_ticket_opened_later_in_the_same_page_counts_from_then_on(hub, device):
    page = phone(device, hub)
    opened(hub, 1)
    state(page, "barred")
    page.evaluate("code => { location.hash = '#t=' + code; }", hub.codes[4])
    state(page, "choose")
    counted(page, 0)
    assert "#" not in page.url


def test_a_ticket_on_a_second_phone_is_told_kindly(hub, device):
    first, second = phone(device, hub, 1), phone(device, hub, 1)
    opened(hub, 1)
    pages = [first, second]
    for page in pages:
        state(page, "choose", "barred")
    first.wait_for_timeout(3000)
    barred = [page for page in pages if page.locator('#state[data-state="barred"]').count()]
    assert len(barred) == 1
    assert state(barred[0], "barred") == "Your ticket was already used on another phone or browser"
    assert barred[0].get_by_text("Vote there. If that was not you, tell a scrutineer.").is_visible()
    counted(next(page for page in pages if page is not barred[0]), 1)
    # A roll call asks for no token: the number is the same on both.


def test_a_vote_waiting_for_a_token_that_is_refused_says_so(hub, device):
    page = device().new_page()
    page.add_init_script("Math.random = () => 0;")
    wire = Wire(page, "proof")
    page.goto(hub.phone + "#t=" + hub.codes[0])
    opened(hub, 1)
    vote(page, 0)
    state(page, "unsent")
    other = Voter(hub, hub.codes[0])
    assert other.token(1)["t"] == "token"
    wire.release()
    assert "already used" in state(page, "barred")


def test_a_vote_whose_token_never_came_is_not_counted_when_voting_closes(hub, device):
    page = device().new_page()
    Wire(page, "token", "refused")
    page.goto(hub.phone + "#t=" + hub.codes[0])
    moderator = opened(hub, 1)
    vote(page, 0)
    state(page, "unsent")
    moderator.act("close", 1)
    assert state(page, "refused") == "Not counted: voting had closed"


def test_two_tabs_have_one_token_and_one_vote(hub, device):
    context = device()
    tabs = [context.new_page(), context.new_page()]
    wires = [Wire(tab) for tab in tabs]
    for tab in tabs:
        tab.goto(hub.phone + "#t=" + hub.codes[0])
    moderator = opened(hub, 1)
    for tab in tabs:
        state(tab, "choose")
    counted(tabs[0], 0)
    state(tabs[1], "counted")
    counted(tabs[1], 1)
    state(tabs[0], "counted")
    assert tabs[0].locator('[data-option="1"] input').is_checked()
    for tab in tabs:
        tab.get_by_text("Joins the public record when voting closes.").wait_for()
    question = moderator.act("close", 1)["questions"][0]
    assert question["ballots"] == 1
    asked = [json.loads(message) for wire in wires for message in wire.messages("token")]
    blinded = {message["b"] for message in asked if message["q"] == 1}
    assert len(blinded) == 1
    assert moderator.act("reveal", 1)["questions"][0]["counts"] == [0, 1, 0]


def test_two_voters_may_share_a_phone_one_after_the_other(hub, device):
    page = phone(device, hub, 1)
    moderator = opened(hub, 1)
    counted(page, 0)
    for number, choice, name in ((13, 1, "choose"), (1, None, "counted")):
        page.goto("about:blank")
        page.goto(hub.phone + "#t=" + hub.codes[number - 1])
        state(page, name)
        if choice is not None:
            counted(page, choice)
    assert page.locator('[data-option="0"] input').is_checked()
    assert moderator.act("close", 1)["questions"][0]["ballots"] == 2


def test_a_vote_is_recorded_while_voting_goes_on(hub, device):
    page = phone(device, hub, 1)
    opened(hub, 5)
    counted(page, 0)
    page.get_by_text("Joins the public record shortly.").wait_for()
    crowd(hub, range(2, 10), q=5)
    recorded(page)
    assert proved(hub, receipt(page))["c"] == [0]


def test_nothing_moves_while_the_states_change(hub, device):
    page = device(viewport={"width": 320, "height": 640}).new_page()
    page.add_init_script("Math.random = () => 0;")
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver((list) => list.getEntries().forEach((entry) => {"
        "if (!entry.hadRecentInput) window.shift += entry.value; })).observe({type: 'layout-shift', buffered: true});")
    page.goto(hub.phone + "#t=" + hub.codes[0])
    moderator = Moderator(hub)
    moderator.act("show", 1)
    places = []

    def seen(name):
        state(page, name)
        page.evaluate("scrollTo(0, 0)")
        places.append([page.locator(one).bounding_box()["y"] for one in ("#heading", '[data-option="0"]')])

    seen("ready")
    moderator.act("open", 1)
    seen("choose")
    vote(page, 1)
    seen("counted")
    moderator.act("close", 1)
    page.locator("#answers:disabled").wait_for()
    recorded(page)
    seen("counted")
    assert all(place == places[0] for place in places), places
    assert page.evaluate("window.shift") < 0.1
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang, soon, barred", [
    ("en-GB", "Joins the public record when voting closes.", "Voting here needs a ticket"),
    ("ko-KR", "투표가 마감되면 공개 기록에 올라갑니다.", "투표하려면 투표권이 필요합니다")])
def test_the_new_states_have_no_serious_accessibility_fault(hub, device, scheme, lang, soon, barred):
    voter, guest = (phone(device, hub, number, color_scheme=scheme, locale=lang) for number in (1, None))
    moderator = opened(hub, 1)
    counted(voter, 0)
    voter.get_by_text(soon).wait_for()
    assert state(guest, "barred") == barred
    found = faults(voter) + faults(guest)
    moderator.act("close", 1)
    voter.get_by_text("✓").nth(1).wait_for(timeout=30_000)
    assert found + faults(voter) == []


def test_an_event_without_a_roster_says_nothing_of_secrecy(tmp_path, device):
    with Hub(tmp_path / "data", TESTS / "event.yaml", port=free_port()) as hub:
        page = phone(device, hub)
        moderator = opened(hub, 2)
        counted(page, 0)
        assert page.locator("#secrecy").count() == 0
        moderator.act("close", 2)
        recorded(page)
        assert proved(hub, receipt(page))["c"] == [0]
        assert Phone(hub, device=page.evaluate("localStorage['plenum.device']")).welcome["mine"]["c"] == [0]
