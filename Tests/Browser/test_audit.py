"""The page of the public record: green only for what it checked itself, and no change goes unnoticed."""
import json

import pytest

from conftest import TESTS
from hub import Hub, Moderator, Phone, free_port

from Browser.conftest import LAPTOP, faults
from Browser.samplelog import ORIGIN, UNSENT, SampleLog, assembly, rewritten


def checks(page):
    return [item.get_attribute("data-state") for item in page.locator("#checks li").all()]


def test_an_honest_record_is_checked_and_counted_again(stand):
    spot = stand(assembly())
    page = spot.open()
    assert spot.verdict("good", "bad") == "Everything checked here is right."
    assert checks(page) == ["good"] * 6 + ["none"]
    assert "92 lines" in page.locator("#since").inner_text()
    assert len(page.locator("#short").inner_text()) == 9
    assert page.title() == "Assembly of tests – the public record"
    places = page.locator(".round").evaluate_all("(all) => all.map((each) => each.dataset.round)")
    assert places == ["5.1", "4.1", "3.2", "3.1", "2.1", "1.1"]
    house = page.locator('[data-round="2.1"]')
    for text in ("Yes\n25 64.1%", "34 may vote", "29 are here", "28 ballot papers handed out", "27 voted",
                 "Counted again on this device: the same", "Closed before its time", "Secret vote: nobody"):
        assert text.replace("\n", " ") in " ".join(house.inner_text().split()), text
    first = page.locator('[data-round="1.1"]').inner_text()
    assert "30 seconds more to vote: “The Wi-Fi was slow”" in first and "23 devices voted" in first
    assert "one vote per device" in first
    hidden = page.locator('[data-round="5.1"]')
    assert "3 votes so far" in hidden.inner_text() and not hidden.locator(".bars").count()
    page.locator('[data-round="3.2"] summary').first.click()
    page.get_by_text("1, 10, 31").wait_for()


def test_no_record_yet_then_its_first_line(stand):
    log = SampleLog()
    spot = stand(log)
    spot.open()
    spot.page.get_by_text("Nothing is in the record yet.").first.wait_for()
    log.publish()
    spot.verdict("good")
    assert "It has just begun" in spot.page.locator("#checks").inner_text()


def test_the_record_grows_by_what_is_new_only(stand):
    log = SampleLog()
    log.open(1)
    for voter in range(300):
        log.vote(1, voter, [voter % 3])
    log.publish()
    spot = stand(log)
    spot.open()
    spot.verdict("good")
    spot.asked.clear()
    for voter in range(300, 312):
        log.vote(1, voter, [0])
    log.publish()
    spot.page.get_by_text("The record grew by 12 lines.").first.wait_for()
    assert [path for path in spot.asked if path != "checkpoint"] == ["tile/entries/001.p/58"]
    log.close(1, [112, 100, 100], 312)
    log.add(t="end")
    log.publish()
    spot.page.get_by_text("1 result counted again").wait_for()
    assert spot.page.locator("#ending").is_visible()
    assert spot.verdict("good", "bad").startswith("Everything")


def test_without_a_connection_what_was_checked_stays(stand):
    log = assembly()
    spot = stand(None)
    spot.open()
    assert spot.verdict("warn") == "The record cannot be reached."
    spot.log = log
    spot.verdict("good")
    spot.log = None
    spot.page.locator("#line:not([hidden])").wait_for()
    assert spot.verdict("good").startswith("Everything")
    spot.log = log
    spot.page.locator("#line").wait_for(state="hidden")


def test_a_line_changed_afterwards_is_an_alarm_that_stays(stand):
    log = assembly()
    spot = stand(log)
    page = spot.open()
    spot.verdict("good")
    spot.log = rewritten(log, 10, log.entries[11])
    assert spot.verdict("bad") == "This record was changed afterwards."
    assert "Line 10" in page.locator("#since").inner_text() and "bad" in checks(page)
    spot.log = log
    page.wait_for_timeout(3500)
    assert spot.verdict("bad")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the evidence").click()
    evidence = saved.value.path().read_text()
    assert "Line 10" in evidence and evidence.count(f"\n— {ORIGIN} ") == 2 and log.vkey in evidence


def test_what_an_earlier_visit_saw_must_still_be_there(stand):
    log = assembly()
    spot = stand(log)
    page = spot.open()
    spot.verdict("good")
    page.reload()
    page.get_by_text("What this browser saw on an earlier visit").wait_for()
    spot.log = rewritten(log, 10, log.entries[11])
    page.reload()
    assert spot.verdict("bad") == "This record was changed afterwards."
    page.evaluate("localStorage.clear()")
    log.entries, log.heads = log.entries[:50], log.heads[:3]
    spot.log = log.publish()
    page.reload()
    spot.verdict("good")
    shorter = SampleLog(log.origin)
    shorter.key, shorter.roster, shorter.entries = log.key, log.roster, log.entries[:40]
    spot.log = shorter.publish()
    page.reload()
    assert spot.verdict("warn") == "The record has become shorter."
    shorter.heads.clear()
    page.reload()
    page.get_by_text("already seen 50 lines, now only 0").wait_for()


def test_heads_and_keys_that_do_not_fit(stand):
    log = assembly()
    spot = stand(log)
    page = spot.open()
    spot.verdict("good")
    stranger = assembly(seed=7)
    log.heads = stranger.heads
    assert spot.verdict("bad") == "This record is not signed with the event’s key."
    spot.log = stranger
    page.reload()
    assert spot.verdict("bad") == "The event’s key was exchanged."
    page.evaluate("localStorage.clear()")
    past = assembly()
    shorter = rewritten(past, 5, past.entries[6])
    shorter.entries = shorter.entries[:60]
    past.heads[2:-1] = shorter.publish().heads[-1:]
    spot.log = past
    page.reload()
    assert spot.verdict("bad") == "This record has lost part of its past."
    page.evaluate("localStorage.clear()")
    broken = assembly()
    broken.entries[10] = broken.entries[11]
    spot.log = broken
    page.reload()
    assert spot.verdict("bad") == "The record does not match its signature."


def test_another_event_at_the_same_address(stand):
    spot = stand(assembly())
    page = spot.open()
    spot.verdict("good")
    spot.log = SampleLog("plenum/rehearsal/ffffffffffffffff", seed=3).publish()
    assert spot.verdict("warn") == "This address now shows another record."
    page.get_by_role("button", name="Read the new record").click()
    spot.verdict("good")
    assert "1 line," in page.locator("#since").inner_text()


def broken_rule(code):
    """A log in which one thing is wrong."""
    log = SampleLog(weights=[1, 1, 1, 5])
    log.open(1, secrecy="named", change=False)
    log.open(2, secrecy="secret")
    log.add(t="issue", q=2, r=1, n=[1, 2])
    log.vote(2, 1, [0], secrecy="secret")
    log.vote(1, 1, [0], secrecy="named")
    {
        "bad-entry": lambda: log.entries.append(b'{"t": "end"}'),
        "not-open": lambda: log.vote(3, 1, [0]),
        "after-close": lambda: (log.close(1, [1, 0, 0], 1, present=3), log.vote(1, 2, [0], secrecy="named")),
        "wrong-kind": lambda: log.vote(1, 2, [0]),
        "bad-choices": lambda: log.vote(1, 2, [3], secrecy="named"),
        "unknown-voter": lambda: log.vote(1, 5, [0], secrecy="named"),
        "double-issue": lambda: log.add(t="issue", q=2, r=1, n=[2, 3]),
        "duplicate-ballot": lambda: log.vote(1, 1, [1], n=2, secrecy="named"),
        "too-many-ballots": lambda: log.vote(2, 2, [0], w=5, secrecy="secret"),
        "wrong-close": lambda: log.close(1, [0, 1, 0], 1, present=3),
        "wrong-presence": lambda: log.close(2, [1, 0, 0], 1, issued=2, present=1),
        "roster-mismatch": lambda: setattr(log, "roster", log.roster.replace("1 1 ", "1 2 ", 1)),
    }[code]()
    return log.publish()


@pytest.mark.parametrize("code", ["bad-entry", "not-open", "after-close", "wrong-kind", "bad-choices", "unknown-voter",
                                  "double-issue", "duplicate-ballot", "too-many-ballots", "wrong-close",
                                  "wrong-presence", "roster-mismatch"])
def test_every_rule_that_is_broken_is_told(stand, code):
    texts = json.loads((TESTS.parent / "web/locales/audit.en.json").read_text())
    spot = stand(broken_rule(code))
    page = spot.open()
    assert spot.verdict("good", "bad") == "Something in this record is wrong."
    assert page.locator("#faults li").count() == 1
    assert page.locator("#faults").inner_text().startswith(texts[f"fault-{code}"])
    assert checks(page).count("bad") == 1


def test_the_bundle_is_waited_for_and_saved(stand):
    spot = stand(assembly())
    page = spot.open()
    spot.verdict("good")
    wait = {"status": 503, "headers": {"Retry-After": "1"}, "body": "…"}
    name = {"Content-Disposition": 'attachment; filename="plenum-record-92.zip"'}
    spot.bundles = [wait, wait, {"body": b"PK", "headers": name}]
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download the whole record").click()
        page.get_by_text("The file is being prepared.").wait_for()
    assert saved.value.suggested_filename == "plenum-record-92.zip" and saved.value.path().read_bytes() == b"PK"
    page.get_by_text("Saved: plenum-record-92.zip").wait_for()
    spot.bundles = [{"status": 500, "body": ""}]
    page.get_by_role("button", name="Download the whole record").click()
    page.get_by_text("The file could not be fetched.").wait_for()


def test_both_languages(stand):
    log = assembly()
    spot = stand(log, locale="ko-KR")
    page = spot.open()
    assert spot.verdict("good", "bad") == "여기서 확인한 것은 모두 맞습니다."
    assert "A 국수" in spot.look_up(log.receipt(3))[1]
    page.locator("summary", has_text="누가 어디에").first.click()
    page.locator("#language").click()
    page.get_by_text("Everything checked here is right.").first.wait_for()
    page.get_by_text("exactly as you cast it: A Noodles").wait_for()
    assert page.locator('[data-round="3.2"] details[open]').count() == 1
    assert page.locator("html").get_attribute("lang") == "en" and page.title().startswith("Assembly of tests")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessible_in_every_state(stand, scheme):
    log = assembly()
    spot = stand(log, color_scheme=scheme)
    page = spot.open()
    spot.verdict("good")
    spot.look_up(log.receipt(3))
    for fold in page.locator("summary").all():
        fold.click()
    assert faults(page) == []
    spot.look_up(log.promise(UNSENT, 1))
    spot.log = rewritten(log, 10, log.entries[11])
    spot.verdict("bad")
    assert faults(page) == []
    spot = stand(None, color_scheme=scheme)
    spot.open()
    spot.verdict("warn")
    assert faults(spot.page) == []


@pytest.mark.parametrize("width, size", [(320, "100%"), (320, "200%"), (1366, "200%")])
def test_nothing_is_cut_off(stand, width, size):
    log = assembly()
    spot = stand(log, viewport={"width": width, "height": 700})
    page = spot.open()
    spot.verdict("good")
    page.evaluate(f"document.documentElement.style.fontSize = '{size}'")
    spot.look_up(log.receipt(3))
    for fold in page.locator("summary").all():
        fold.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_fifty_thousand_lines_leave_the_page_responsive(stand):
    log = SampleLog()
    log.open(1)
    for voter in range(50_000):
        log.vote(1, voter, [voter % 3])
    log.publish()
    spot = stand(log, viewport=LAPTOP)
    spot.page.add_init_script("""window.longest = 0; let before = performance.now();
        setInterval(() => { const now = performance.now();
            window.longest = Math.max(window.longest, now - before); before = now; }, 10);""")
    page = spot.open()
    page.get_by_text("lines read and checked").wait_for()
    page.locator('#verdict[data-state="good"]').wait_for(timeout=120_000)
    longest = page.evaluate("window.longest")
    print(f"50,000 lines: longest standstill {longest:.0f} ms")
    assert longest < 500
    assert spot.look_up(log.receipt(40_000))[0] == "good"


def test_with_a_real_hub(tmp_path, device):
    with Hub(tmp_path / "data", TESTS / "event.yaml", port=free_port()) as hub:
        page = device(LAPTOP).new_page()
        requests = []
        page.on("request", lambda request: requests.append(request.url.split("/", 3)[3]))
        page.goto(f"http://127.0.0.1:{hub.port}/audit")
        page.locator('#verdict[data-state="good"]').wait_for()
        assert [path for path in requests if path.endswith((".js", ".css", ".json"))] == [], "one document"
        moderator = Moderator(hub)
        moderator.act("show", 1)
        moderator.act("open", 1)
        crowd = [Phone(hub) for _ in range(12)]
        for number, phone in enumerate(crowd):
            assert phone.vote([number % 3])["t"] == "ack"
        moderator.act("close", 1)
        first = page.locator('[data-round="1.1"][data-state="closed"]')
        first.wait_for()
        assert "Counted again on this device: the same result." in first.inner_text()
        assert "Noodles 4 33.3%" in " ".join(first.inner_text().split())
        first.locator("summary").click()
        assert first.locator("img").evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 0
        assert hub.get("/certificate/1.1.tlog-proof") == 200
        page.locator("#receipt").fill(hub.body.decode())
        page.locator("#look-up").click()
        page.get_by_text("This result is in the public record").wait_for()
        with page.expect_download() as saved:
            page.locator("#download").click()
        assert saved.value.suggested_filename.startswith("plenum-record-")
        assert saved.value.path().read_bytes().startswith(b"PK")
        assert hub.get("/vkey") == 200 and page.locator("#vkey").text_content() == hub.body.decode().strip()
        assert faults(page) == []
        hub.kill()
        page.locator("#line:not([hidden])").wait_for()
        hub.start()
        page.locator("#line").wait_for(state="hidden")
        assert page.locator("#headline").inner_text() == "Everything checked here is right."
