"""Fixtures all tiers share. Importing this puts Tests/ on the path: `from hub import Hub`."""
import pathlib

import pytest

from hub import Hub, free_port

TESTS = pathlib.Path(__file__).resolve().parent


@pytest.fixture
def hub(tmp_path):
    """A running hub with the test event (Tests/event.yaml), stopped afterwards."""
    running = Hub(tmp_path / "data", TESTS / "event.yaml", port=free_port())
    with running:
        yield running
