"""The main job on real input: 8,980 real ballots from 8,980 phones, the hub killed twice, every vote counted once.

Ballots: Burlington, Vermont, mayoral election 2009 (PrefLib 00005-00000002); expected counts: files/README.md.
"""
import json
import subprocess
import time

from playwright.sync_api import sync_playwright

from conftest import TESTS
from hub import PLENUM, Hub, Moderator, free_port

BALLOTS = TESTS / "System/files/burlington-2009-mayor.toi"
FIRST_PREFERENCES = {"Wright": 2951, "Kiss": 2585, "Montroll": 2063, "Smith": 1306, "Write-In": 36, "Simpson": 35}
OVERVOTES = 4
PHONES = 8980


def test_real_ballots_survive_two_kills(tmp_path):
    with Hub(tmp_path / "data", TESTS / "System/burlington.yaml", port=free_port()) as hub, sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        projector = browser.new_page(viewport={"width": 1920, "height": 1080})
        projector.goto(hub.screen)
        moderator = Moderator(hub)
        moderator.act("show", 1)
        moderator.act("open", 1)

        crowd = subprocess.Popen(
            [PLENUM, "rehearse", f"http://127.0.0.1:{hub.port}", "--phones", str(PHONES), "--ballots", BALLOTS,
             "--seed", "2009", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            for share in (0.2, 0.6):
                wait_for_votes(hub, crowd, share * PHONES)
                hub.kill()
                hub.start()
            output, errors = crowd.communicate(timeout=240)
        finally:
            if crowd.poll() is None:
                crowd.kill()
        assert crowd.returncode == 0, errors
        report = json.loads(output)
        assert report["counted"] == PHONES - OVERVOTES
        assert report["refused"] == {"too-many-choices": OVERVOTES}
        assert report["unacknowledged"] == 0
        assert report["duplicated"] == 0

        moderator = Moderator(hub)
        moderator.act("close", 1)
        question = moderator.act("reveal", 1)["questions"][0]
        assert {name.split()[-1]: count for name, count in zip(question["opts"], question["counts"])} == FIRST_PREFERENCES
        assert question["ballots"] == PHONES - OVERVOTES

        # What the room reads.
        for name, count in FIRST_PREFERENCES.items():
            bar = projector.locator("[data-option]").filter(has_text=name)
            bar.get_by_text(f"{count:,}", exact=True).first.wait_for(timeout=15_000)
        browser.close()

        # Once more from the disk: the same counts after another start.
        hub.kill()
        hub.start()
        again = Moderator(hub).agenda["questions"][0]
        assert again["counts"] == question["counts"]


def wait_for_votes(hub, crowd, number):
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        assert crowd.poll() is None, "the crowd went home: " + crowd.stderr.read()
        if hub.metric("ballots_recovered") + hub.metric("votes_acknowledged_total") >= number:
            return
        time.sleep(0.005)
    raise AssertionError(f"no {number} votes within 90 s")
