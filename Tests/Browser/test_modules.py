"""Pure modules of the pages, run in the browser that will run them."""
import json

import pytest


@pytest.fixture
def run(hub, device):
    page = device().new_page()
    page.goto(hub.phone)
    return lambda module, expression: page.evaluate(f"import('{module}').then((module) => {expression})")


def test_equal_counts_have_equal_percentages(run):
    assert run("/screen/percent.js", "module.roundedShares([3, 9, 3, 2, 0], 17, 0)") == [18, 53, 18, 12, 0]
    assert run("/screen/percent.js", "module.roundedShares([0, 0], 0, 0)") == [0, 0]
    assert run("/screen/percent.js", "module.roundedShares([437, 563], 1000, 1)") == [437, 563]


def test_ties_and_winners_are_told_apart(run):
    assert run("/screen/leaders.js", "module.leadingOptions('single', [3, 9, 3])") == [1]
    assert run("/screen/leaders.js", "module.leadingOptions('single', [3, 3, 1])") == [0, 1]
    assert run("/screen/leaders.js", "module.leadingOptions('single', [0, 0])") == []
    assert run("/screen/leaders.js", "module.leadingOptions('motion', [2, 1, 7])") == [0]


def agenda(active, *states):
    questions = [{"q": n + 1, "r": 1, "state": state} for n, state in enumerate(states)]
    return {"active": active, "questions": questions}


@pytest.mark.parametrize("active, states, act, q", [
    (0, ["ready", "ready"], "show", 1),
    (1, ["ready", "ready"], "open", 1),
    (1, ["open", "ready"], "close", 1),
    (1, ["closed", "ready"], "reveal", 1),
    (1, ["revealed", "ready"], "show", 2),
    (1, ["void", "draft", "ready"], "show", 3),
    (2, ["revealed", "revealed"], "clear", 2),
])
def test_the_primary_act_leads_through_the_agenda(run, active, states, act, q):
    step = run("/moderate/steps.js", f"module.mainStep({json.dumps(agenda(active, *states))})")
    assert (step["act"], step["q"]) == (act, q)


@pytest.mark.parametrize("size, path", [
    (1, "000.p/1"), (255, "000.p/255"), (256, "000"), (257, "001.p/1"), (256_000, "999"), (256_001, "x001/000.p/1"),
])
def test_the_end_of_a_record_is_looked_for_where_it_is(run, size, path):
    assert run("/lib/record.js", f"module.lastEntriesPath({size})") == "/tile/entries/" + path


@pytest.mark.parametrize("state, live, size, certified, shown, kind", [
    ("ready", False, 9, False, True, ""),
    ("open", False, 7, False, False, ""),  # the opening is not in the record yet
    ("open", False, 8, False, False, "opened"),
    ("closed", False, 9, False, False, ""),
    ("closed", False, 9, True, False, "sealed"),
    ("closed", True, 9, True, True, "certificate"),
    ("revealed", False, 9, True, False, "sealed"),  # still in its beat of silence
    ("revealed", False, 9, True, True, "certificate"),
    ("void", False, 9, True, True, ""),
])
def test_each_moment_has_its_photograph(run, state, live, size, certified, shown, kind):
    question, head = {"state": state, "live": live}, {"size": size, "certified": certified}
    moment = {"open": {"due": True, "size": 7}, "shown": shown}
    call = ", ".join(json.dumps(value) for value in (question, head, moment))
    assert run("/screen/photo.js", f"module.photoKind({call})") == kind


def test_counts_are_held_against_their_weight(run):
    question = {"t": "question", "rev": 1, "q": 1, "r": 1, "state": "revealed"}
    tallies = [{"t": "tally", "q": 1, "r": 1, "ballots": 3, "counts": [4, 1], "weight": 5},
               {"t": "tally", "q": 1, "r": 1, "ballots": 3, "final": True}]
    messages = json.dumps([question, *tallies])
    scene = run("/screen/scene.js", f"{messages}.reduce(module.sceneAfter, module.emptyScene())")
    assert scene["tally"] == {"ballots": 3, "counts": [4, 1], "base": 5, "final": True}


def test_ten_thousand_phones_do_not_come_back_at_once(run):
    pauses = run("/lib/connection.js", """{
        const pauses = [];
        window.setTimeout = (body, ms) => { pauses.push(ms); return 0; };
        window.WebSocket = function () { this.close = () => {}; };
        for (let n = 0; n < 300; n += 1) {
            const line = new module.Connection({ hello: () => ({}), onMessage() {}, onState() {} });
            line.start();
            line.socket.onclose({ code: 1006 });
        }
        return pauses.filter((ms) => ms < 500);
    }""")
    assert len(pauses) == 300
    tenths = [sum(1 for pause in pauses if int(pause // 50) == tenth) for tenth in range(10)]
    assert min(tenths) >= 5, tenths
