"""The attendee's page: a vote is never lost, never doubled, and the page says honestly which it is."""
import re
import urllib.request

from conftest import TESTS
from hub import Hub, Moderator, Phone, free_port

from Browser.conftest import LAPTOP, state, vote


def opened(hub, q=1):
    moderator = Moderator(hub)
    moderator.act("show", q)
    moderator.act("open", q)
    return moderator


def result(moderator, q=1):
    moderator.act("close", q)
    return moderator.act("reveal", q)["questions"][q - 1]


def test_the_phone_page_is_one_request_and_at_most_20_kb_compressed(hub, device):
    page = device().new_page()
    requests = []
    page.on("request", lambda request: requests.append(request.url.removeprefix(hub.phone)))
    page.goto(hub.phone)
    state(page, "idle")
    page.locator("#language").click()
    page.wait_for_timeout(300)
    assert set(requests) <= {"", "styles/icon.svg"}, requests
    size = 0
    for path in ("", "styles/icon.svg"):
        request = urllib.request.Request(hub.phone + path, headers={"Accept-Encoding": "gzip"})
        with urllib.request.urlopen(request, timeout=10) as response:
            size += len(response.read())
    print(f"phone page: {size} bytes compressed")
    assert size <= 20 * 1024


def test_a_vote_is_counted_with_the_hubs_time(hub, device):
    page = device().new_page()
    page.goto(hub.phone)
    page.locator("#stage").get_by_text("Assembly of tests").wait_for()
    moderator = opened(hub)
    page.get_by_role("heading", name="What shall we eat?").wait_for()
    vote(page, 1)
    assert re.match(r"Counted ✓ \d\d?:\d\d", state(page, "counted"))
    assert result(moderator)["counts"] == [0, 1, 0]
    page.get_by_text("1 vote", exact=True).wait_for()


def test_the_page_opens_in_the_browsers_language_and_can_be_switched(hub, device):
    page = device(locale="ko-KR").new_page()
    page.goto(hub.phone)
    opened(hub)
    page.get_by_role("heading", name="무엇을 먹을까요?").wait_for()
    assert page.locator("html").get_attribute("lang") == "ko"
    page.locator("#language").click()
    page.get_by_role("heading", name="What shall we eat?").wait_for()
    page.reload()
    page.get_by_role("heading", name="What shall we eat?").wait_for()


def test_a_choice_is_not_sent_before_the_button_and_survives_a_reload(hub, device):
    page = device().new_page()
    page.goto(hub.phone)
    moderator = opened(hub)
    page.locator('[data-option="2"]').click()
    state(page, "chosen")
    page.reload()
    state(page, "chosen")
    assert page.locator('[data-option="2"] input').is_checked()
    assert moderator.act("extend", 1, **{"for": 30})["questions"][0]["ballots"] == 0


def test_a_multiple_choice_keeps_to_its_limits(hub, device):
    page = device().new_page()
    page.goto(hub.phone)
    moderator = opened(hub, 3)
    for option in (0, 2, 3):
        page.locator(f'[data-option="{option}"]').click()
    assert page.locator("[data-option] input:checked").count() == 2
    page.locator("#vote").click()
    state(page, "counted")
    assert result(moderator, 3)["counts"] == [1, 0, 1, 0]


def test_a_vote_may_be_changed_where_the_question_allows_it(hub, device):
    page = device().new_page()
    page.goto(hub.phone)
    moderator = opened(hub, 2)
    vote(page, 0)
    state(page, "counted")
    page.locator('[data-option="1"]').click()
    state(page, "changing")
    page.locator("#vote").click()
    state(page, "counted")
    assert result(moderator, 2)["counts"] == [0, 1, 0]


def test_a_phone_offline_keeps_its_vote_and_sends_it_when_back(hub, device):
    context = device()
    page = context.new_page()
    page.goto(hub.phone)
    moderator = opened(hub)
    page.locator("#heading").wait_for()
    context.set_offline(True)
    vote(page, 1)
    state(page, "sent", "unsent")
    page.locator("#line:not([hidden])").wait_for()
    assert "Not" in state(page, "unsent")
    context.set_offline(False)
    state(page, "counted")
    question = result(moderator)
    assert question["counts"] == [0, 1, 0] and question["ballots"] == 1


def test_a_vote_cast_offline_survives_a_reload_after_the_hub_came_back(tmp_path, device):
    with Hub(tmp_path / "data", TESTS / "event.yaml", port=free_port()) as hub:
        context = device()
        page = context.new_page()
        page.goto(hub.phone)
        opened(hub)
        page.locator("#heading").wait_for()
        hub.kill()
        vote(page, 2)
        state(page, "unsent")
        hub.start()
        page.reload()
        state(page, "counted")
        assert result(Moderator(hub))["counts"] == [0, 0, 1]


def test_an_open_page_goes_on_by_itself_after_a_hub_restart(tmp_path, device):
    with Hub(tmp_path / "data", TESTS / "event.yaml", port=free_port()) as hub:
        pages = []
        for choice in (0, 1):
            page = device().new_page()
            page.goto(hub.phone)
            pages.append(page)
        opened(hub)
        vote(pages[0], 0)
        state(pages[0], "counted")
        hub.kill()
        vote(pages[1], 1)
        state(pages[1], "unsent")
        hub.start()
        state(pages[1], "counted")
        state(pages[0], "counted")
        question = result(Moderator(hub))
        assert question["counts"] == [1, 1, 0] and question["ballots"] == 2


def test_two_tabs_of_one_phone_have_one_vote(hub, device):
    context = device()
    tabs = [context.new_page(), context.new_page()]
    for tab in tabs:
        tab.goto(hub.phone)
    moderator = opened(hub)
    for tab in tabs:
        tab.locator("#heading").wait_for()
    vote(tabs[0], 0)
    state(tabs[0], "counted")
    state(tabs[1], "counted")
    assert tabs[1].locator('[data-option="0"] input').is_checked()
    assert not tabs[1].locator("#vote").is_visible()
    tabs[1].reload()
    state(tabs[1], "counted")
    question = result(moderator)
    assert question["ballots"] == 1 and question["counts"] == [1, 0, 0]


def test_a_vote_kept_from_a_rehearsal_is_not_cast_in_the_event(tmp_path, device):
    port = free_port()
    event = TESTS / "event.yaml"
    context = device()
    page = context.new_page()
    with Hub(tmp_path / "rehearsal", event, port=port) as rehearsal:
        page.goto(rehearsal.phone)
        opened(rehearsal)
        page.locator("#heading").wait_for()
        rehearsal.kill()
        vote(page, 1)
        state(page, "unsent")
        rehearsal.start()
        rehearsal.kill()
    with Hub(tmp_path / "event", event, port=port) as hub:
        moderator = opened(hub)
        state(page, "choose")
        page.wait_for_timeout(500)
        assert result(moderator)["ballots"] == 0


def test_closing_is_seen_at_once_and_says_who_did_not_vote(hub, device):
    page = device().new_page()
    page.goto(hub.phone)
    moderator = opened(hub)
    page.locator("#heading").wait_for()
    moderator.act("close", 1)
    assert state(page, "none") == "You did not vote"
    assert page.locator("[data-option] input").first.is_disabled()
    moderator.act("void", 1)
    state(page, "void")


def test_no_layout_shift_and_nothing_cut_off_on_a_small_phone(hub, device):
    page = device({"width": 320, "height": 568}).new_page()
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver((list) => list.getEntries().forEach((entry) => {"
        "if (!entry.hadRecentInput) window.shift += entry.value; })).observe({type: 'layout-shift', buffered: true});")
    page.goto(hub.phone)
    opened(hub, 3)
    page.locator("#heading").wait_for()
    page.wait_for_timeout(300)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate("window.shift") < 0.1
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    page.wait_for_timeout(100)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_full_room_says_so_keeps_trying_and_lets_in_when_there_is_a_place(tmp_path, device):
    with Hub(tmp_path / "data", TESTS / "event.yaml", port=free_port(), options=["--capacity", "1"]) as hub:
        inside = Phone(hub)
        page = device().new_page()
        page.add_init_script("Math.random = () => 0;")  # the shortest of its pauses
        page.goto(hub.phone)
        assert state(page, "full") == "The room is full"
        opened(hub)
        assert inside.vote([0])["t"] == "ack"
        laptop = device(LAPTOP).new_page()
        laptop.goto(hub.moderator)
        laptop.locator("#health").get_by_text("turned away").wait_for()
        inside.close()
        state(page, "choose")
