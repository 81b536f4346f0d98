"""What the page of the public record answers to a receipt, however it comes."""
import base64

from Browser.samplelog import UNSENT, SampleLog, assembly, rewritten


def test_receipts_are_found_missing_strange_or_too_early(stand):
    log = assembly()
    spot = stand(log)
    page = spot.open()
    spot.verdict("good")
    assert spot.look_up(log.receipt(3)) == ("good", "\n\n".join([
        "Your vote is in the public record, on line 3, exactly as you cast it: A Noodles.",
        "Question 1: “What shall we eat on day 1?”", "It is one of the votes counted in the result."]))
    mailed = "  " + log.receipt(3, head=2).replace("\n", "\r\n").rstrip()
    assert spot.look_up(mailed)[0] == "good"
    assert "It was changed later: what counts is the vote on line 25, A Noodles." in spot.look_up(log.receipt(6))[1]
    assert "is in the public record" in spot.look_up(log.promise(log.entries[30], 1))[1]
    assert "started again" in spot.look_up(log.receipt(62))[1]
    assert spot.look_up(log.certificate(27))[1].startswith("This result is in the public record, on line 27")
    assert spot.look_up(log.receipt(27))[1].startswith("This result is in the public record, on line 27")
    assert spot.look_up(log.heads[1])[1] == "This is the same record: its first 27 lines have not changed since."
    assert spot.look_up(log.vkey)[1] == "This is the key of this record."
    code = page.locator("#short").inner_text()
    assert spot.look_up(code.lower().replace("-", " ").replace("0", "o"))[0] == "good"

    tone, text = spot.look_up(log.promise(UNSENT, 1))
    assert tone == "bad" and text.startswith("This record does not contain your vote.")
    assert "On the receipt: B Rice." in text and page.get_by_role("button", name="Save the evidence").is_visible()
    other = rewritten(log, 10, log.entries[11])
    assert spot.look_up(other.receipt(10))[0] == "bad"
    assert "other lines have changed" in spot.look_up(other.receipt(3))[1]
    assert spot.look_up(other.heads[0])[1].startswith("This is not the record you saw when it had 92 lines.")
    assert spot.look_up(assembly(seed=9).vkey)[0] == "bad"
    claim = log.certificate(27).replace("[13,5,2,3]", "[5,13,2,3]")
    assert spot.look_up(claim)[1].startswith("This record does not contain the result on this certificate.")

    strange = SampleLog("plenum/rehearsal/ffffffffffffffff", seed=3).publish()
    assert spot.look_up(strange.receipt(0))[1].startswith("This receipt is for another event.")
    assert "rehearsal/ffffffff" in spot.look_up(strange.vkey)[1]
    assert spot.look_up(assembly(seed=9).receipt(3))[1].startswith("This receipt proves nothing.")
    assert spot.look_up(log.receipt(3).replace("index 3", "index 4"))[1].startswith("This receipt proves nothing.")
    assert "not a receipt" in spot.look_up("my vote please")[1]
    assert "does not know the code" in spot.look_up("ABCD-EFGH")[1]
    waiting = log.promise(UNSENT.replace(b'"q":1', b'"q":5'), 4_000_000_000)
    assert spot.look_up(waiting)[1].startswith("Cannot tell yet.")
    assert spot.look_up(log.promise(UNSENT.replace(b'"q":1', b'"q":5'), 1))[0] == "warn"


def test_a_receipt_newer_than_the_record_is_answered_when_it_has_grown(stand):
    log, later = assembly(), assembly()
    later.vote(5, 7, [1], secrecy="secret")
    later.publish()
    spot = stand(log)
    receipt = base64.urlsafe_b64encode(later.receipt(92).encode()).decode().rstrip("=")
    page = spot.open(f"#receipt={receipt}")
    page.get_by_text("Cannot tell yet.").wait_for()
    assert page.locator("#receipt").input_value().startswith("c2sp.org/tlog-proof@v1")
    spot.log = later
    page.get_by_text("on line 92, exactly as you cast it: B Rice").wait_for()


def test_a_receipt_as_a_file_and_by_camera(stand):
    log = assembly()
    spot = stand(log)
    page = spot.open()
    spot.verdict("good")
    file = {"name": "vote.tlog-proof", "mimeType": "text/plain", "buffer": log.receipt(3).encode()}
    page.locator("#file").set_input_files(file)
    page.get_by_text("on line 3, exactly as you cast it").wait_for()
    page.locator("#file").set_input_files({**file, "buffer": bytes(300_000)})
    page.get_by_text("This file is too large to be a receipt.").wait_for()
    page.locator("#mine").evaluate("""(section, text) => {
        const carried = new DataTransfer();
        carried.items.add(new File([text], "receipt"));
        section.dispatchEvent(new DragEvent("drop", { dataTransfer: carried, cancelable: true }));
    }""", log.receipt(4))
    page.get_by_text("on line 4, exactly as you cast it").wait_for()
    assert not page.locator("#scan").is_visible(), "plain http has no camera"


def test_a_code_is_scanned_where_the_browser_can(hub, device):
    page = device().new_page()
    page.add_init_script("""
        window.BarcodeDetector = class { async detect() { return [{ rawValue: "ABCD-EFGH" }]; } };
        navigator.mediaDevices.getUserMedia = async () => document.createElement("canvas").captureStream();
        HTMLMediaElement.prototype.play = async () => {};""")
    page.goto(f"http://127.0.0.1:{hub.port}/audit")
    page.locator("#scan").click()
    page.get_by_text("This page does not know the code ABCD-EFGH").wait_for()
    assert page.locator("#camera").is_hidden()
