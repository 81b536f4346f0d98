"""What a vote costs the hub, counted and not timed: instructions and allocations from message to acknowledgement.

Counted between two lengths of the same run (Tests/Bench/VotePath), so that starting up cancels out. The figures are
in Tests/Bench/budget.json; a change that makes a vote dearer than the tolerance fails here, one that makes it cheaper
by as much asks for a lower budget.
"""
import json
import re
import subprocess

import pytest

from conftest import TESTS

ROOT = TESTS.parent
BUDGET = json.loads((TESTS / "Bench/budget.json").read_text())


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    subprocess.run(["swift", "build", "-c", "release", "--product", "VotePath"], cwd=ROOT, check=True,
                   capture_output=True)
    # valgrind 3.19 gives up on Swift's debug information.
    stripped = tmp_path_factory.mktemp("path") / "VotePath"
    subprocess.run(["strip", "--strip-debug", "-o", stripped, ROOT / ".build/release/VotePath"], check=True)
    return stripped


def counted(program, folder, tool, pattern, votes, more):
    folder = folder / f"{tool}{votes}"
    folder.mkdir()
    options = [f"--callgrind-out-file={folder}/out"] if tool == "callgrind" else ["--leak-check=no"]
    run = subprocess.run(["valgrind", f"--tool={tool}", *options, program, str(votes), folder, *more], capture_output=True,
                         text=True, timeout=300)
    assert run.returncode == 0 and f"for {votes} votes" in run.stdout, run.stderr
    return int(re.search(pattern, run.stderr).group(1).replace(",", ""))


@pytest.mark.parametrize("tool, figure, pattern, more", [
    ("callgrind", "instructions_per_vote", r"Collected : (\d+)", []),
    ("memcheck", "allocations_per_vote", r"total heap usage: ([\d,]+) allocs", []),
    ("callgrind", "instructions_per_logged_vote", r"Collected : (\d+)", ["logged"]),
])
def test_a_vote_costs_what_it_cost(program, tmp_path, tool, figure, pattern, more):
    few, many = (counted(program, tmp_path, tool, pattern, votes, more) for votes in (4000, 12000))
    cost = (many - few) / 8000
    print(f"{figure}: {cost:.2f}, budget {BUDGET[figure]} ± {BUDGET['tolerance_percent']} %")
    room = BUDGET[figure] * BUDGET["tolerance_percent"] / 100
    assert cost <= BUDGET[figure] + room
    assert cost >= BUDGET[figure] - room, f"better than its budget: set {figure} to {cost:.2f}"
