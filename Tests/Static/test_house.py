"""The house itself: rooms, top level, scripts, style."""
import re
import subprocess

import pytest

from conftest import TESTS

ROOT = TESTS.parent
# Each room and the rooms it may know (design: dependencies point one way).
ROOMS = {
    "Voting": set(), "Ledger": {"Voting"}, "Wire": {"Voting", "Ledger"}, "Interchange": {"Voting"},
    "Storage": {"Voting", "Ledger"}, "SocketLoop": set(),
    "Hub": {"Voting", "Ledger", "Wire", "Storage", "SocketLoop"}, "Rehearsal": {"Voting", "Interchange"},
    "plenum": {"Voting", "Ledger", "Wire", "Interchange", "Storage", "SocketLoop", "Hub", "Rehearsal"},
}


def tracked():
    return subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_knows_only_lower_rooms(room):
    files = list((ROOT / "Sources" / room).rglob("*.swift"))
    assert files
    for file in files:
        names = set(re.findall(r"^(?:\w+ )?import (\w+)", file.read_text(), re.M)) & ROOMS.keys()
        assert names <= ROOMS[room], f"{file.relative_to(ROOT)} imports {names - ROOMS[room]}"


def test_every_room_is_in_the_table():
    rooms = {path.name for path in (ROOT / "Sources").iterdir() if not path.name.startswith("C")}
    assert rooms == ROOMS.keys()


def test_the_rules_do_no_input_or_output():
    for file in (ROOT / "Sources/Voting").glob("*.swift"):
        assert not re.search(r"^\w* ?import (Foundation|Glibc|Dispatch)", file.read_text(), re.M), file.name


def test_the_top_level_holds_what_belongs_there():
    visible = {name.split("/")[0] for name in tracked() if not name.startswith(".")}
    assert visible <= {"Package.swift", "Sources", "Tests", "README.md", "web", "kiosk"}
    assert not any(name.endswith("Package.resolved") or name.startswith(".build") for name in tracked())


def test_scripts_are_clean_and_strict():
    scripts = [ROOT / name for name in tracked()
               if (ROOT / name).is_file() and (ROOT / name).read_bytes().startswith(b"#!/usr/bin/env bash")]
    assert len(scripts) >= 4
    for script in scripts:
        assert "set -euo pipefail" in script.read_text(), script
        assert script.stat().st_mode & 0o100, f"{script} is not executable"
    subprocess.run(["shellcheck", *scripts], check=True)


def test_swift_is_formatted():
    result = subprocess.run(["swift", "format", "lint", "--strict", "--recursive", "Package.swift", "Sources", "Tests"],
                            cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


def test_no_file_is_too_long_to_read():
    for name in tracked():
        if name.endswith((".swift", ".js", ".css", ".py", ".c", ".h")):
            assert (ROOT / name).read_text().count("\n") <= 400, name
