"""Takes the README's pictures from the real thing: .build/test-venv/bin/python Tests/Browser/take_pictures.py

A hub with the sample conference, 411 phones that vote, the projector and one phone in Chromium.
"""
import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from playwright.sync_api import sync_playwright  # noqa: E402

from hub import ROOT, Hub, Moderator, Phone, free_port  # noqa: E402

PICTURES = HERE / "pictures"


def picture(page, name):
    page.screenshot(path=PICTURES / f"{name}.jpg", type="jpeg", quality=70)


def main():
    with tempfile.TemporaryDirectory() as data, sync_playwright() as play:
        port = free_port()
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        # The address in the pictures is one a room would see; the browser is told where it really is.
        with Hub(data, ROOT / "kiosk/sample/night-taxi.yaml", port=port,
                 options=["--url", "http://192.168.0.10"]) as hub:
            here = f"http://127.0.0.1:{port}/"
            screen = browser.new_page(viewport={"width": 960, "height": 540}, locale="en-GB")
            screen.goto(here + "screen#" + hub.screen.split("#")[1])
            context = browser.new_context(viewport={"width": 390, "height": 844}, locale="en-GB")
            phone = context.new_page()
            phone.goto(here)
            moderator = Moderator(hub)
            moderator.act("show", 1)
            moderator.act("open", 1, **{"for": 60})
            phone.locator('[data-option="0"]').click()
            phone.locator("#vote").click()
            phone.locator('#state[data-state="counted"]').wait_for()
            crowd = [Phone(hub) for _ in range(411)]
            for number, voter in enumerate(crowd):
                voter.vote([(0, 0, 1, 0, 2, 4, 0, 1, 3, 5, 0, 2)[number % 12]])
            phone.evaluate("scrollTo(0, 0)")
            screen.wait_for_timeout(1500)
            picture(screen, "projector")
            picture(phone, "phone")
        browser.close()


main()
