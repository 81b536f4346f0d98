"""The public record on the wall and at the moderator's desk: turnout, secrecy, photographs, acts, the end."""
import csv
import json
import subprocess

import pytest

from hub import PLENUM, Hub, Moderator, Phone, free_port

from Browser.conftest import LAPTOP, PROJECTOR, faults

EVENT = """
event: stage
title: {en: Assembly of the stage, ko: 무대 총회}
languages: [en, ko]
questions:
  - {id: chair, kind: single, secrecy: secret, text: {en: Who shall chair?, ko: 누가 의장을 맡을까요?},
     options: [{en: Kim, ko: 김}, {en: Lee, ko: 이}]}
  - {id: budget, kind: motion, secrecy: named, text: {en: Shall the budget be adopted?, ko: 예산안을 의결할까요?}}
  - {id: mood, kind: single, live: true, text: {en: How was it?, ko: 어땠나요?},
     options: [{en: Good, ko: 좋음}, {en: Bad, ko: 나쁨}]}
"""
CHAIR, BUDGET, MOOD = 1, 2, 3


@pytest.fixture
def assembly(tmp_path):
    """A hub with a roster: four entries of weight 1 and one of weight 3; `codes` are their tickets."""
    subprocess.run([PLENUM, "roster", "4", "1x3", "--out", tmp_path / "roster"], check=True, capture_output=True)
    event = tmp_path / "event.yaml"
    event.write_text(EVENT)
    roster = ["--roster", str(tmp_path / "roster/roster.txt")]
    with Hub(tmp_path / "data", event, port=free_port(), options=roster) as hub:
        with open(tmp_path / "roster/tickets.csv", encoding="utf-8") as tickets:
            hub.codes = [row["code"] for row in csv.DictReader(tickets)]
        yield hub


def entries(hub):
    """All entries of a small record, read as a verifier does."""
    hub.get("/checkpoint")
    size = int(hub.body.decode().split("\n")[1])
    assert hub.get(f"/tile/entries/000.p/{size}") == 200
    found, rest = [], hub.body
    while rest:
        length = int.from_bytes(rest[:2], "big")
        found.append(json.loads(rest[2:2 + length]))
        rest = rest[2 + length:]
    assert len(found) == size
    return found


def wait_for_entries(page, hub, kind, number):
    """Those entries, once there are so many: what the hub says may be a moment ahead of its record."""
    for _ in range(100):
        found = [entry for entry in entries(hub) if entry["t"] == kind]
        if len(found) >= number:
            return found
        page.wait_for_timeout(100)
    raise AssertionError(f"no {number} entries '{kind}' within 10 s")


def wait_for_keys(page, hub):
    """The keys of the secret question are made in the background; until then the record grows by itself."""
    wait_for_entries(page, hub, "key", 2)


def opened(device, hub, lang="en", **options):
    """A projector that is there."""
    projector = device(PROJECTOR, **options).new_page()
    projector.goto(hub.screen + f"&lang={lang}")
    projector.locator("#waiting:not([hidden])").wait_for()
    return projector


def text(page, selector, words):
    page.locator(selector).get_by_text(words).first.wait_for()


def places(page):
    """Where question and answers are."""
    boxes = [page.locator(selector).bounding_box() for selector in ("#text", "#chart", "footer", "#turnout")]
    return [tuple(round(box[side]) for side in ("x", "y", "width", "height")) for box in boxes]


def photo(page, words):
    """The QR code of the record in the corner, once it has grown."""
    text(page, "#record[data-photo] #record-words", words)
    page.wait_for_timeout(700)
    image = page.locator("#record-code")
    assert image.evaluate("image => image.complete && image.naturalWidth > 0")
    assert image.bounding_box()["width"] >= 0.22 * PROJECTOR["height"]
    return image.get_attribute("src")


def test_the_wall_says_eligible_present_and_voted(assembly, device):
    projector = opened(device, assembly)
    text(projector, "#waiting-phones", "5 eligible · 0 present")
    moderator = Moderator(assembly)
    moderator.act("show", BUDGET)
    moderator.act("open", BUDGET)
    phones = [Phone(assembly, ticket=code) for code in (assembly.codes[0], assembly.codes[1], assembly.codes[4])]
    guest = Phone(assembly)
    for phone, choice in ((phones[0], 1), (phones[2], 0)):
        assert phone.vote([choice], q=BUDGET)["t"] == "ack"
    assert guest.vote([0], q=BUDGET)["code"] == "no-ticket"
    for figure, number in (("eligible", "5"), ("present", "3"), ("ballots", "2")):
        projector.locator(f"#{figure}").get_by_text(number, exact=True).wait_for()
    assert projector.locator("#turnout").inner_text().split() == ["Eligible", "5", "Present", "3", "2", "Voted"]
    laptop = device(LAPTOP).new_page()
    laptop.goto(assembly.moderator)
    text(laptop, "#ballots-of", "3 present · 5 eligible")
    moderator.act("close", BUDGET)
    photo(projector, "seals the result")
    moderator.act("reveal", BUDGET)
    # Two voters, four votes: 3 of weight for, 1 against.
    text(projector, "#next", "4 weighted votes of 2 voters")
    assert projector.locator('[data-option="0"]').inner_text().split() == ["Yes", "3", "75%"]


def test_an_indicative_vote_is_marked_as_such_and_counts_phones(assembly, device):
    projector = opened(device, assembly)
    moderator = Moderator(assembly)
    for question, mark in ((CHAIR, "Secret vote"), (BUDGET, "Roll call")):
        moderator.act("show", question)
        projector.locator("#secrecy").get_by_text(mark, exact=True).wait_for()
    moderator.act("show", MOOD)
    moderator.act("open", MOOD)
    Phone(assembly).vote([0], q=MOOD)
    text(projector, "#ballots-of", "voted of 1 phones")
    assert not projector.locator("#eligible").is_visible()
    moderator.act("close", MOOD)
    moderator.act("reveal", MOOD)
    text(projector, "#headline", "Most votes")
    text(projector, "#secrecy", "Indicative, not one person one vote")


def test_the_record_can_be_photographed_at_opening_at_the_close_and_with_the_result(assembly, device):
    projector = device(PROJECTOR).new_page()
    projector.clock.install()
    projector.goto(assembly.screen)
    projector.locator("#waiting:not([hidden])").wait_for()
    wait_for_keys(projector, assembly)
    moderator = Moderator(assembly)
    moderator.act("show", BUDGET)
    text(projector, "#record-line", "Record")
    before = places(projector)
    moderator.act("open", BUDGET)
    assert photo(projector, "fixes the question").startswith("/checkpoint.svg?")
    code = projector.locator("#record-short").inner_text()
    assert len(code) == 9 and code[4] == "-"
    assert places(projector) == before, "nothing moves for it"
    projector.clock.fast_forward(15_000)
    projector.locator("#record:not([data-photo])").wait_for()
    projector.wait_for_timeout(700)
    assert not projector.locator("#record-code").is_visible()
    assert places(projector) == before

    moderator.act("close", BUDGET)
    assert photo(projector, "seals the result").startswith("/checkpoint.svg?"), "the result itself is not out yet"
    moderator.act("reveal", BUDGET)
    source = photo(projector, "proves the result")
    assert source.startswith(f"/certificate/{BUDGET}.1.svg?")
    assert assembly.get(f"/certificate/{BUDGET}.1.tlog-proof") == 200
    assert projector.locator("#record-code").get_attribute("alt")


def test_the_certificate_of_a_live_result_is_there_once_it_has_closed(assembly, device):
    projector = opened(device, assembly)
    moderator = Moderator(assembly)
    moderator.act("show", MOOD)
    moderator.act("open", MOOD)
    moderator.act("close", MOOD)
    assert photo(projector, "proves the result").startswith(f"/certificate/{MOOD}.1.svg?")
    moderator.act("reset", MOOD)
    text(projector, "#place", "round 2")
    projector.locator("#record:not([data-photo])").wait_for()
    text(projector, "#acts", "Round 2: the vote was started again")


def test_acts_that_could_sway_a_vote_stand_on_the_wall_and_in_the_record_with_their_reason(assembly, device):
    projector = opened(device, assembly)
    laptop = device(LAPTOP).new_page()
    laptop.goto(assembly.moderator)
    moderator = Moderator(assembly)
    moderator.act("show", BUDGET)
    moderator.act("open", BUDGET, **{"for": 600})
    laptop.locator('[data-act="extend"]:enabled').click()
    laptop.locator("#ask-why").fill("The beamer was off")
    laptop.locator('#ask [data-answer="yes"]').get_by_text("+1 min").click()
    text(projector, "#acts", "Extended by 60 s · The beamer was off")
    text(laptop, "#deeds", "The beamer was off")
    laptop.wait_for_timeout(700)
    laptop.keyboard.press("Space")
    text(laptop, "#ask", "public record")
    assert laptop.evaluate("document.activeElement.dataset.answer") == "no", "the focus is on the harmless answer"
    laptop.locator("#ask-why").fill("모두 투표했음")
    laptop.keyboard.press("Enter")
    laptop.keyboard.press("Enter")
    text(projector, "#acts", "Closed before its time · 모두 투표했음")
    acts = wait_for_entries(laptop, assembly, "moderator", 2)
    assert [(act["act"], act["why"], act.get("s")) for act in acts] == [
        ("extend", "The beamer was off", 60), ("close", "모두 투표했음", None)]
    # Without a timer a close is what was announced: it does not ask and is no interference.
    moderator.act("reset", BUDGET)
    moderator.act("open", BUDGET, r=2)
    laptop.locator("#main-act").get_by_text("Close").wait_for()
    laptop.wait_for_timeout(700)
    laptop.keyboard.press("Space")
    laptop.locator("#main-act").get_by_text("Reveal").wait_for()
    wait_for_entries(laptop, assembly, "close", 2)
    acts = wait_for_entries(laptop, assembly, "moderator", 3)
    assert [act["act"] for act in acts] == ["extend", "close", "reset"]


def test_the_desk_shows_the_record_its_key_and_the_ways_to_check_it(assembly, device):
    laptop = device(LAPTOP).new_page()
    laptop.goto(assembly.moderator)
    text(laptop, "#record", "Public record")
    assembly.get("/vkey")
    assert laptop.locator("#vkey").input_value() == assembly.body.decode().strip()
    assert not laptop.locator("#vkey").is_visible(), "folded"
    laptop.locator("#record summary").click()
    laptop.locator('[data-copies="vkey"]').click()
    text(laptop, "#record", "Copied")
    assert laptop.evaluate("document.activeElement === document.body"), "space stays the primary act's"
    assert laptop.locator('#record a[href="/audit"]').is_visible()
    with laptop.expect_download() as download:
        laptop.locator("#bundle").click()
    assert download.value.suggested_filename.endswith(".zip")
    assert laptop.locator("#questions .facts").all_inner_texts()[0].count("Secret") == 1


def test_opening_a_secret_vote_says_that_tokens_are_being_prepared(assembly, device):
    laptop = device(LAPTOP).new_page()
    held = []  # the opening, on its way to the hub

    def between(page):
        server = page.connect_to_server()
        page.on_message(lambda data: held.append((server, data)) if '"act":"open"' in data else server.send(data))

    laptop.route_web_socket("**/ws", between)
    laptop.goto(assembly.moderator)
    Moderator(assembly).act("show", CHAIR)
    laptop.locator("#main-act").get_by_text("Open the vote").wait_for()
    laptop.wait_for_timeout(700)
    place = laptop.locator("#main-act").bounding_box()
    laptop.keyboard.press("Space")
    text(laptop, "#main-act", "Preparing tokens")
    assert laptop.locator("#main-act").bounding_box() == place
    laptop.wait_for_timeout(4000)  # longer than the line's patience
    text(laptop, "#main-act", "Preparing tokens")
    assert not laptop.locator("#notice").is_visible()
    server, opening = held[0]
    server.send(opening)
    text(laptop, "#main-act", "Close the vote")


def test_the_end_of_the_event(assembly, device):
    projector = opened(device, assembly)
    laptop = device(LAPTOP).new_page()
    laptop.goto(assembly.moderator)
    wait_for_keys(laptop, assembly)
    moderator = Moderator(assembly)
    moderator.act("show", MOOD)
    moderator.act("open", MOOD)
    laptop.locator("#main-act").get_by_text("Close").wait_for()
    laptop.locator("#open-links").click()
    laptop.locator("#end-event").click()
    text(laptop, "#ask", "cannot be undone")
    text(laptop, "#ask", "still open")
    laptop.keyboard.press("Escape")
    laptop.locator("#ask:not([open])").wait_for(state="attached")
    assert entries(assembly)[-1]["t"] != "end"
    laptop.locator("#open-links").click()
    laptop.locator("#end-event").click()
    laptop.locator('#ask [data-answer="yes"]').click()
    laptop.locator("#main-act[aria-disabled=true]").get_by_text("The event has ended").wait_for()
    wait_for_entries(laptop, assembly, "end", 1)
    assert [entry["t"] for entry in entries(assembly)[-2:]] == ["close", "end"]
    text(projector, "#waiting-how", "The event has ended")
    assert projector.locator("#waiting-code").get_attribute("src").startswith("/checkpoint.svg?")
    assert len(projector.locator("#waiting-join").inner_text()) == 9
    # Whoever comes later learns it from the record.
    late = device(LAPTOP).new_page()
    late.goto(assembly.moderator)
    late.locator("#main-act[aria-disabled=true]").get_by_text("The event has ended").wait_for()
    late.locator("#open-links").click()
    assert late.locator("#end-event").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["en-GB", "ko-KR"])
def test_no_serious_accessibility_fault_with_record_and_dialogs(assembly, device, scheme, lang):
    laptop = device(LAPTOP, color_scheme=scheme, locale=lang).new_page()
    projector = opened(device, assembly, lang[:2], color_scheme=scheme, locale=lang, reduced_motion="reduce")
    laptop.goto(assembly.moderator)
    moderator = Moderator(assembly)
    moderator.act("show", BUDGET)
    moderator.act("open", BUDGET, **{"for": 600})
    laptop.locator("#record summary").click()
    projector.locator("#record[data-photo]").wait_for()
    found = faults(laptop) + faults(projector)
    laptop.locator('[data-act="extend"]:enabled').click()
    found += faults(laptop)
    laptop.keyboard.press("Escape")
    laptop.locator("#open-links").click()
    found += faults(laptop)
    laptop.locator("#end-event").click()
    found += faults(laptop)
    laptop.keyboard.press("Escape")
    moderator.act("extend", BUDGET, why="…", **{"for": 60})
    moderator.act("close", BUDGET)
    moderator.act("reveal", BUDGET)
    projector.locator("#record[data-photo]").wait_for()
    assert found + faults(laptop) + faults(projector) == []
