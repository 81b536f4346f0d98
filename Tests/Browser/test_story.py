"""The whole story in browsers: the moderator's laptop, three phones, the projector."""
import re

import pytest

from conftest import TESTS
from hub import Hub, Moderator, Phone, free_port

from Browser.conftest import LAPTOP, PHONE, PROJECTOR, faults, state, vote

EVENT = TESTS / "event.yaml"


def main_act(page, label):
    """Presses space once the primary act is the one expected."""
    page.locator("#main-act:not([aria-disabled=true]):not(:disabled)").get_by_text(label).wait_for()
    page.wait_for_timeout(700)  # a press right after the act has changed is meant for the old one and ignored
    page.keyboard.press("Space")


def bar(projector, option):
    return projector.locator(f'[data-option="{option}"]').inner_text()


def test_moderator_three_phones_projector(hub, device):
    laptop = device(LAPTOP).new_page()
    laptop.goto(hub.moderator)
    projector = device(PROJECTOR).new_page()
    projector.goto(hub.screen)
    phones = [device(PHONE).new_page() for _ in range(3)]
    for phone in phones:
        phone.goto(hub.phone)
        state(phone, "idle")
    projector.locator("#waiting-join").get_by_text(f"127.0.0.1:{hub.port}").wait_for()
    assert projector.locator("#waiting-event").evaluate("name => parseFloat(getComputedStyle(name).fontSize)") >= 48
    assert projector.locator("#waiting-code").evaluate("image => image.complete && image.naturalWidth > 0")

    main_act(laptop, "Show")
    projector.get_by_role("heading", name="What shall we eat?").wait_for()
    for phone in phones:
        state(phone, "ready")
    main_act(laptop, "Open")
    for phone, choice in zip(phones, (0, 1, 1)):
        vote(phone, choice)
        state(phone, "counted")
    projector.locator("#ballots").get_by_text("3", exact=True).wait_for()
    laptop.locator("#ballots").get_by_text("3", exact=True).wait_for()
    assert not re.search(r"\d", bar(projector, 1)), "hidden until the result is revealed"
    main_act(laptop, "Close")
    for phone in phones:
        phone.locator("#answers:disabled").wait_for()
    main_act(laptop, "Reveal")
    projector.locator('[data-option="1"]').get_by_text("2", exact=True).wait_for()
    assert "1" in bar(projector, 0) and "0" in bar(projector, 2)
    phones[2].get_by_text("2 votes").wait_for()
    main_act(laptop, "Show")
    projector.get_by_role("heading", name="Shall we meet again next year?").wait_for()
    assert "What shall we eat?" not in projector.locator("#question").inner_text()


def test_a_clicker_goes_forth_and_back_and_a_held_key_does_not_race(hub, device):
    laptop = device(LAPTOP).new_page()
    laptop.goto(hub.moderator)
    watcher = Moderator(hub)
    laptop.locator("#main-act").wait_for()
    laptop.wait_for_timeout(800)
    laptop.keyboard.press("PageDown")
    watcher.hear("agenda", active=1)
    laptop.wait_for_timeout(800)
    laptop.keyboard.down("Space")
    watcher.hear("agenda")
    for _ in range(5):
        laptop.keyboard.down("Space")
    laptop.keyboard.up("Space")
    laptop.wait_for_timeout(500)
    assert watcher.act("extend", 1, **{"for": 30})["questions"][0]["state"] == "open"


def test_dangerous_acts_ask_first(hub, device):
    watcher = Moderator(hub)
    watcher.act("show", 1)
    watcher.act("open", 1)
    laptop = device(LAPTOP).new_page()
    laptop.goto(hub.moderator)
    laptop.locator("#side-acts").get_by_role("button", name=re.compile("round", re.I)).click()
    dialog = laptop.locator("#ask[open]")
    dialog.wait_for()
    laptop.keyboard.press("Escape")
    laptop.locator("#ask:not([open])").wait_for(state="attached")
    assert Moderator(hub).agenda["questions"][0]["r"] == 1
    laptop.locator("#side-acts").get_by_role("button", name=re.compile("round", re.I)).click()
    laptop.locator("#ask[open] button").last.click()
    watcher.hear("agenda")
    laptop.wait_for_timeout(300)
    assert Moderator(hub).agenda["questions"][0]["r"] == 2


def test_the_key_leaves_the_address_bar_and_a_reload_needs_it_no_more(hub, device):
    laptop = device(LAPTOP).new_page()
    laptop.goto(hub.moderator)
    laptop.locator("#desk:not([hidden])").wait_for()
    laptop.wait_for_function("!location.hash.includes('k=')")
    laptop.reload()
    laptop.locator("#desk:not([hidden])").wait_for()


@pytest.mark.parametrize("path", ["/moderate", "/moderate#k=wrong-key-wrong-key"])
def test_without_the_right_key_the_moderators_page_says_how_to_get_in(hub, device, path):
    laptop = device(LAPTOP).new_page()
    laptop.goto(hub.phone.rstrip("/") + path)
    laptop.locator("body[data-page=locked]").wait_for()
    assert "terminal" in laptop.locator("#plain").inner_text()
    assert not laptop.locator("#desk").is_visible()


def test_the_projector_comes_back_by_itself_after_a_hub_restart(tmp_path, device):
    with Hub(tmp_path / "data", EVENT, port=free_port()) as hub:
        projector = device(PROJECTOR).new_page()
        projector.goto(hub.screen)
        moderator = Moderator(hub)
        moderator.act("show", 3)
        moderator.act("open", 3)
        phone = Phone(hub)
        phone.vote([0, 1], q=3)
        projector.locator("#ballots").get_by_text("1", exact=True).wait_for()
        hub.kill()
        projector.locator("#line:not([hidden])").wait_for()
        assert projector.get_by_role("heading", name="Which topics next time?").is_visible()
        hub.start()
        Phone(hub).vote([1], q=3)
        projector.locator("#ballots").get_by_text("2", exact=True).wait_for()
        projector.locator("#line[hidden]").wait_for(state="attached")


def test_the_projector_without_its_key_says_so(hub, device):
    projector = device(PROJECTOR).new_page()
    projector.goto(hub.phone + "screen")
    projector.locator("body[data-scene=plain], body[data-scene=locked], #plain:not([hidden])").first.wait_for()
    projector.wait_for_timeout(500)
    assert "link" in projector.locator("#plain").inner_text().lower()


def test_the_moderators_preview_shows_what_the_projector_shows(hub, device):
    laptop = device(LAPTOP).new_page()
    laptop.goto(hub.moderator)
    Moderator(hub).act("show", 1)
    preview = laptop.frame_locator("#preview-frame")
    preview.get_by_role("heading", name="What shall we eat?").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["en-GB", "ko-KR"])
def test_no_serious_accessibility_fault_on_any_page(hub, device, scheme, lang):
    moderator = Moderator(hub)
    phone, laptop, projector = (
        device(size, color_scheme=scheme, locale=lang).new_page() for size in (PHONE, LAPTOP, PROJECTOR))
    phone.goto(hub.phone)
    laptop.goto(hub.moderator)
    projector.goto(hub.screen + f"&lang={lang[:2]}")
    state(phone, "idle")
    laptop.locator("#desk:not([hidden])").wait_for()
    projector.locator("#waiting:not([hidden])").wait_for()
    found = [faults(page) for page in (phone, laptop, projector)]
    for act in ("show", "open", "close", "reveal"):
        moderator.act(act, 3)
        phone.wait_for_timeout(1500 if act == "reveal" else 400)
        if act == "open":
            vote(phone, 1)
            state(phone, "counted")
        found += [faults(page) for page in (phone, laptop, projector)]
    assert [fault for faults_ in found for fault in faults_] == []
