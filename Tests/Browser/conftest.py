"""Debian's Chromium by Playwright, with phones, a projector and a moderator's laptop to open."""
import contextlib

import pytest
from axe_playwright_python.sync_playwright import Axe
from cryptography.hazmat.primitives.asymmetric import rsa
from playwright.sync_api import sync_playwright

from Browser.keeper import FakeHub, Keeper
from Browser.modules import Modules
from Browser.samplelog import Stand

PHONE = {"width": 390, "height": 844}
PROJECTOR = {"width": 1920, "height": 1080}
LAPTOP = {"width": 1366, "height": 768}


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as play:
        # Chromium's sandbox needs rights that root in a container does not have.
        opened = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def device(browser):
    """device(viewport, **options): a browser of its own (own storage); page errors fail the test."""
    with contextlib.ExitStack() as stack:
        problems = []

        def new(viewport=PHONE, **options):
            context = browser.new_context(viewport=viewport, **{"locale": "en-GB", **options})
            stack.callback(context.close)
            context.on("weberror", lambda error: problems.append(str(error.error)))
            context.set_default_timeout(15_000)
            return context

        yield new
    assert problems == []


@pytest.fixture
def plain(device):
    """A page by plain http from elsewhere than this machine, as in a hall: no crypto.subtle."""
    modules = Modules(device, "http://plenum.test")
    assert modules.page.evaluate("crypto.subtle === undefined")
    return modules


@pytest.fixture
def secure(device):
    """A page with crypto.subtle and Ed25519 in it."""
    modules = Modules(device, "http://localhost:1")
    has = modules.page.evaluate("crypto.subtle.generateKey('Ed25519', true, ['sign']).then(() => true, String)")
    version = int(modules.page.context.browser.version.split(".")[0])
    if has is not True and version < 137:
        pytest.skip(f"Chromium {version} is too old for Ed25519 in crypto.subtle: {has}")
    assert has is True, f"Chromium {version} should have Ed25519 in crypto.subtle: {has}"
    return modules


@pytest.fixture(scope="session")
def token_key():
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture
def fake(token_key):
    """A hub that does as it is told."""
    return FakeHub(token_key)


@pytest.fixture
def keeper(plain, fake):
    """A phone's record, welcomed by that hub."""
    keeper = Keeper(plain.page)
    keeper.tell("welcome", fake.welcome())
    return keeper


@pytest.fixture
def stand(device):
    """stand(log, **options): the page of the public record with that log."""
    return lambda log, **options: Stand(device(**options), log)


def faults(page):
    """Serious accessibility faults, as axe names them, once nothing is half faded any more."""
    page.evaluate("Promise.allSettled(document.getAnimations().map((each) => each.finished)).then(() => {})")
    found = Axe().run(page).response["violations"]
    return [f"{fault['id']}: {node['target']}" for fault in found if fault["impact"] in ("serious", "critical")
            for node in fault["nodes"]]


def state(page, *names):
    """Waits for the phone's state line to say one of these."""
    selector = ", ".join(f'#state[data-state="{name}"]' for name in names)
    page.locator(selector).wait_for()
    return page.locator("#headline").inner_text()


def vote(page, *options):
    for option in options:
        page.locator(f'[data-option="{option}"]').click()
    page.locator("#vote").click()
