"""The vote's way through a real hub, seen from its sockets."""
from conftest import TESTS
from hub import Hub, Moderator, Page, Phone, free_port, random_text

EVENT = TESTS / "event.yaml"


def opened(hub, q=1):
    moderator = Moderator(hub)
    moderator.act("show", q)
    moderator.act("open", q)
    return moderator


def test_story_from_question_to_result(hub):
    screen = Page(hub, **{"as": "screen", "key": hub.screen.split("#k=")[1], "lang": "en"})
    phones = [Phone(hub, lang="ko" if n % 2 else "en") for n in range(4)]
    assert phones[0].hear("idle")
    moderator = opened(hub)
    assert phones[0].hear("question")["opts"] == ["Noodles", "Rice", "Bread"]
    assert phones[1].hear("question")["opts"] == ["국수", "밥", "빵"]
    for phone, choice in zip(phones, [0, 1, 1, 2]):
        assert phone.vote([choice])["t"] == "ack"
    hidden = screen.hear("tally", ballots=4)
    assert "counts" not in hidden
    moderator.act("close", 1)
    assert "counts" not in screen.hear("tally", final=True)
    moderator.act("reveal", 1)
    assert screen.hear("tally", ballots=4, counts=[1, 2, 1])["final"]
    assert phones[2].hear("tally")["counts"] == [1, 2, 1]


def test_hidden_counts_reach_nobody(hub):
    moderator = opened(hub)
    screen = Page(hub, **{"as": "screen", "key": hub.screen.split("#k=")[1]})
    phone = Phone(hub)
    phone.vote([1])
    screen.hear("tally", ballots=1)
    moderator.act("close", 1)
    other = Phone(hub)
    assert other.hear("question")["state"] == "closed"
    for page in (moderator, screen, phone, other):
        assert not any("counts" in message for message in page.heard)
    assert all("counts" not in question for question in moderator.agenda["questions"])


def test_live_results_reach_screen_and_phones(hub):
    opened(hub, 3)
    screen = Page(hub, **{"as": "screen", "key": hub.screen.split("#k=")[1]})
    phone = Phone(hub)
    assert phone.vote([0, 2], q=3)["t"] == "ack"
    assert screen.hear("tally", ballots=1)["counts"] == [1, 0, 1, 0]
    assert phone.hear("tally", ballots=1)["counts"] == [1, 0, 1, 0]


def test_one_vote_per_device_however_many_tabs(hub):
    moderator = opened(hub)
    tab = Phone(hub)
    other = Phone(hub, device=tab.device)
    id = random_text(8)
    assert tab.vote([0], id=id)["t"] == "ack"
    refused = other.vote([1])
    assert refused["code"] == "already-voted" and refused["mine"]["c"] == [0] and refused["mine"]["id"] == id
    assert other.vote([0], id=id)["t"] == "ack"
    assert moderator.act("close", 1)["questions"][0]["ballots"] == 1


def test_changing_a_vote_where_it_is_allowed(hub):
    moderator = opened(hub, 2)
    phone = Phone(hub)
    assert phone.vote([0], q=2)["t"] == "ack"
    assert phone.vote([1], q=2, n=2)["t"] == "ack"
    assert phone.vote([2], q=2, n=1)["code"] == "superseded"
    moderator.act("close", 2)
    assert moderator.act("reveal", 2)["questions"][1]["counts"] == [0, 1, 0]


def test_refusals_have_stable_codes(hub):
    phone = Phone(hub)
    assert phone.vote([0])["code"] == "not-open"
    assert phone.vote([0], q=9)["code"] == "unknown-question"
    moderator = opened(hub)
    for choices, code in [([], "too-few-choices"), ([0, 1], "too-many-choices"), ([7], "unknown-option"),
                          ([99], "unknown-option"), ([0, 0], "repeated-option")]:
        assert phone.vote(choices)["code"] == code
    assert phone.vote([0], r=2)["code"] == "wrong-round"
    moderator.act("close", 1)
    assert phone.vote([0])["code"] == "closed"


def test_an_attendee_can_do_nothing_a_moderator_can(hub):
    phone = Phone(hub)
    phone.say(t="do", id=random_text(8), act="show", q=1, r=1)
    assert phone.hear("error")["code"] == "hello-first"
    screen = Page(hub, **{"as": "screen", "key": hub.screen.split("#k=")[1]})
    screen.say(t="do", id=random_text(8), act="show", q=1, r=1)
    assert screen.hear("error")["code"] == "hello-first"
    for hello in ({"as": "moderator", "key": "wrong"}, {"as": "moderator", "session": "0" * 32},
                  {"as": "moderator", "key": hub.screen.split("#k=")[1]}, {"as": "screen", "key": "wrong"}):
        try:
            Page(hub, **hello)
            raise AssertionError(f"let in: {hello}")
        except AssertionError as error:
            assert "bad-key" in str(error)
    assert Moderator(hub).agenda["active"] == 0


def test_guessing_keys_is_slowed_down(hub):
    codes = []
    for _ in range(12):
        try:
            Page(hub, **{"as": "moderator", "key": random_text(16)})
        except AssertionError as error:
            codes.append("too-many-tries" if "too-many-tries" in str(error) else "bad-key")
    assert codes == ["bad-key"] * 10 + ["too-many-tries"] * 2


def test_a_moderator_comes_back_by_session_also_after_a_kill(tmp_path):
    port = free_port()
    with Hub(tmp_path / "data", EVENT, port=port) as hub:
        session = Moderator(hub).welcome["session"]
        hub.kill()
        hub.start()
        again = Moderator(hub, key=None, session=session)
        assert again.welcome["session"] == session
        again.act("show", 1)


def test_a_resent_act_is_done_once_also_after_a_kill(tmp_path):
    with Hub(tmp_path / "data", EVENT, port=free_port()) as hub:
        moderator = opened(hub)
        act = dict(t="do", id=random_text(8), act="extend", q=1, r=1, **{"for": 60})
        moderator.say(**act)
        moderator.hear("done", id=act["id"])
        closes = Moderator(hub).agenda["questions"][0]["closes"]
        hub.kill()
        hub.start()
        moderator = Moderator(hub)
        moderator.say(**act)
        moderator.hear("done", id=act["id"])
        assert Moderator(hub).agenda["questions"][0]["closes"] == closes


def test_a_stale_act_is_refused(hub):
    moderator = opened(hub)
    moderator.act("close", 1)
    moderator.act("reset", 1)
    try:
        moderator.act("reveal", 1, r=1)
        raise AssertionError("not refused")
    except AssertionError as error:
        assert "stale" in str(error)


def test_the_timer_closes_by_itself(hub):
    moderator = Moderator(hub)
    moderator.act("show", 1)
    moderator.act("open", 1, **{"for": 5})
    phone = Phone(hub)
    question = phone.hear("question")
    assert 0 < question["closes"] - phone.welcome["now"] <= 5000
    assert phone.hear("phase", timeout=10)["state"] == "closed"


def test_a_kill_in_the_middle_of_an_open_question_changes_nothing(tmp_path):
    with Hub(tmp_path / "data", EVENT, port=free_port()) as hub:
        moderator = opened(hub)
        voted = Phone(hub)
        assert voted.vote([1])["t"] == "ack"
        revision = voted.welcome["run"], voted.hear("question")["rev"] if not voted.heard else voted.heard[-1]
        before = moderator.agenda
        hub.kill()
        hub.start()
        after = Moderator(hub).agenda
        assert after["rev"] == before["rev"] and after["active"] == 1
        assert after["questions"][0]["ballots"] == 1 and after["questions"][0]["state"] == "open"
        again = Phone(hub, device=voted.device)
        assert again.welcome["mine"]["c"] == [1] and again.welcome["run"] == revision[0]
        assert Phone(hub).vote([2])["t"] == "ack"
        # A page that saw this state already is not told again.
        quiet = Phone(hub, rev=after["rev"])
        quiet.say(t="beat")
        quiet.hear("beat")
        assert [message["t"] for message in quiet.heard] == ["welcome", "beat"]


def test_time_that_ran_out_while_the_hub_was_away_leaves_the_phones_a_chance(tmp_path):
    import time
    with Hub(tmp_path / "data", EVENT, port=free_port()) as hub:
        moderator = Moderator(hub)
        moderator.act("show", 1)
        moderator.act("open", 1, **{"for": 5})
        hub.kill()
        time.sleep(5.5)
        hub.start()
        phone = Phone(hub)
        question = phone.hear("question")
        assert question["state"] == "open" and question["closes"] - phone.welcome["now"] > 10_000
        assert phone.vote([0])["t"] == "ack"


def test_metrics_and_logs_show_no_choice_and_no_device(tmp_path):
    with Hub(tmp_path / "data", EVENT, port=free_port(), options=["--log-level", "debug"]) as hub:
        opened(hub)
        phone = Phone(hub)
        phone.vote([2])
        assert hub.metric("votes_acknowledged_total") == 1
        assert hub.metric('connections{role="phone"}') == 1
        metrics = hub.body.decode()
        hub.stop()
        log = "".join(hub.errors)
        assert "open" in log
        for text in (metrics, log):
            assert phone.device not in text and "[2]" not in text and "Bread" not in text
