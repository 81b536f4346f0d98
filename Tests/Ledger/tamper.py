"""Dishonest boxes: from the honest event one tampered copy for each fault, and what a verifier must say to it.

Every tampering is done twice: naively (entries and tiles rewritten, without the log key: the heads stay as they were),
and by a box that holds the log key and signs everything anew, so that only what the entries say gives it away.
"""
import functools
import json

from .sample import b64, ed25519_key, leaf_hash, public, spki, tile_files, token_key

TAMPERINGS = {}


def tampering(*codes):
    """Marks a function that changes a copy of the event; `codes` are what shows where all is signed anew."""
    def register(function):
        TAMPERINGS[function.__name__] = function, set(codes)
        return function
    return register


def find(event, kind, q=None, r=None, last=False, **fields):
    """Batch and place of an entry."""
    found = [(b, i) for b, batch in enumerate(event.batches) for i, entry in enumerate(batch)
             if entry["t"] == kind and (q is None or (entry["q"], entry["r"]) == (q, r))
             and all(entry.get(name) == value for name, value in fields.items())]
    return found[-1 if last else 0]


def sort(batch):
    """Ballots by leaf hash in the places where ballots are, as a careful box would."""
    ballots = iter(sorted((entry for entry in batch if entry["t"] == "ballot"), key=leaf_hash))
    batch[:] = [next(ballots) if entry["t"] == "ballot" else entry for entry in batch]


def change(event, place, **fields):
    """Other values in one entry; its batch in order again."""
    b, i = place
    event.batches[b][i] = {**event.batches[b][i], **fields}
    sort(event.batches[b])


def add(event, entry, b):
    """One more entry, first in a batch, among its ballots if it is one."""
    event.batches[b].insert(0, entry)
    sort(event.batches[b])


def recount(event, q, r):
    """The close as it follows from what is now in the log."""
    b, i = find(event, "close", q, r)
    old = event.batches[b].pop(i)
    event.batches[b].insert(i, event.close(q, r, present=old.get("present")))


def secret_voter(event, voter, q=1, r=1):
    return b64(public(ed25519_key(f"{event.origin} {q} {r} {voter}")))


@functools.lru_cache(maxsize=None)
def signed_anew(event, name):
    """Files of the tampered event, every head signed with the log key."""
    forged = event.copy()
    TAMPERINGS[name][0](forged)
    return forged.files()


@functools.lru_cache(maxsize=None)
def naive(event, name):
    """Files of the tampered event under the honest heads."""
    forged = event.copy()
    TAMPERINGS[name][0](forged)
    honest = event.files()
    files = {name: honest[name] for name in ("checkpoint", "checkpoints.txt", "vkey", "verify.py")}
    return {**files, **tile_files(forged.entries(), len(event.entries())), "roster.txt": forged.roster.encode()}


# ── Ballots ──

@tampering("bad-signature")
def altered_ballot(event):
    """A vote that its voter changed later: the result stays."""
    change(event, find(event, "ballot", 1, 1, k=secret_voter(event, 1), n=1), c=[2])


@tampering("bad-signature", "wrong-close")
def altered_ballot_and_result(event):
    change(event, find(event, "ballot", 1, 1, k=secret_voter(event, 20)), c=[0])
    recount(event, 1, 1)


@tampering("bad-signature")
def higher_counter(event):
    """An old vote sent again as if it were newer."""
    b, i = find(event, "ballot", 1, 1, k=secret_voter(event, 1), n=1)
    add(event, {**event.batches[b][i], "n": 9}, find(event, "moderator", 1, 1)[0] + 1)


@tampering("wrong-close")
def dropped_ballot(event):
    b, i = find(event, "ballot", 1, 1, k=secret_voter(event, 20))
    del event.batches[b][i]


@tampering("too-many-ballots")
def stuffed_ballots(event):
    """The box signs itself two tokens more than it issued, and counts them."""
    b, _ = find(event, "ballot", 1, 1, last=True)
    for stranger in ("nobody", "somebody"):
        add(event, event.ballot(1, 1, stranger, [2], w=2), b)
    recount(event, 1, 1)


@tampering("duplicate-ballot")
def duplicated_ballot(event):
    b, i = find(event, "ballot", 1, 1, k=secret_voter(event, 20))
    add(event, event.batches[b][i], b + 1)


@tampering("duplicate-ballot")
def duplicated_in_its_batch(event):
    b, i = find(event, "ballot", 1, 1, k=secret_voter(event, 20))
    add(event, event.batches[b][i], b)


@tampering("duplicate-ballot")
def second_vote_where_the_first_is_final(event):
    add(event, event.ballot(3, 2, 7, [0], n=2), find(event, "close", 3, 2)[0])


@tampering("batch-order")
def reordered_ballots(event):
    b, i = find(event, "ballot", 1, 1)
    batch = event.batches[b]
    batch[i], batch[i + 1] = batch[i + 1], batch[i]


@tampering("bad-token")
def forged_ballot(event):
    """A well-signed ballot whose token is noise."""
    ballot = event.ballot(1, 1, "forger", [0], w=1)
    add(event, {**ballot, "a": b64(bytes(256))}, find(event, "ballot", 1, 1, last=True)[0])


@tampering("bad-token")
def token_of_a_key_not_in_the_log(event):
    ballot = event.ballot(1, 1, "stranger", [0], w=1, key=token_key("another key"))
    add(event, ballot, find(event, "ballot", 1, 1, last=True)[0])


@tampering("bad-token")
def weight_without_a_key(event):
    event.tokens[1, 1, 50] = token_key("another key"), bytes(32)
    add(event, event.ballot(1, 1, "stranger", [0], w=50), find(event, "ballot", 1, 1, last=True)[0])
    del event.tokens[1, 1, 50]


@tampering("bad-token")
def token_of_another_question(event):
    """A good token of question 3 for one more vote on question 1."""
    honest = event.tokens[1, 1, 1]
    event.tokens[1, 1, 1] = event.tokens[3, 1, 1]
    ballot = event.ballot(1, 1, "twice", [0], w=1)
    event.tokens[1, 1, 1] = honest
    add(event, ballot, find(event, "ballot", 1, 1, last=True)[0])


@tampering("after-close")
def late_ballot(event):
    b, i = find(event, "ballot", 1, 1, k=secret_voter(event, 45))
    ballot = event.batches[b].pop(i)
    recount(event, 1, 1)
    add(event, ballot, find(event, "close", 1, 1)[0] + 1)


@tampering("after-close")
def ballot_after_the_withdrawal(event):
    add(event, event.ballot(4, 1, 9, [1]), find(event, "moderator", 4, 1, act="void")[0] + 1)


@tampering("after-close")
def ballot_after_the_reset(event):
    add(event, event.ballot(3, 1, 15, [1]), find(event, "moderator", 3, 1, act="reset")[0] + 1)


@tampering("not-open")
def early_ballot(event):
    b, i = find(event, "ballot", 2, 1, v=150)
    ballot = event.batches[b].pop(i)
    recount(event, 2, 1)
    add(event, ballot, find(event, "open", 2, 1)[0] - 1)


@tampering("wrong-kind")
def named_ballot_in_a_secret_question(event):
    add(event, {"t": "ballot", "q": 1, "r": 1, "n": 1, "c": [0], "v": 59}, find(event, "ballot", 1, 1, last=True)[0])


def strange_choices(name, **fields):
    """A vote of an absentee (number 175) that no phone would send."""
    def function(event):
        ballot = {"t": "ballot", "q": 2, "r": 1, "n": 1, "c": [0], "v": 175, **fields}
        add(event, ballot, find(event, "ballot", 2, 1, last=True)[0])
    function.__name__ = name
    return tampering("bad-choices")(function)


strange_choices("unknown_option", c=[3])
strange_choices("choices_not_ascending", c=[1, 0])
strange_choices("too_many_choices", c=[0, 1])
strange_choices("too_few_choices", c=[])
strange_choices("option_twice", c=[1, 1])
strange_choices("counter_of_nothing", n=0)
strange_choices("counter_too_high", n=1_000_001)


@tampering("unknown-voter")
def ballot_of_nobody(event):
    add(event, event.ballot(2, 1, 999, [0]), find(event, "ballot", 2, 1, last=True)[0])


# ── Tokens and their keys ──

@tampering("double-issue")
def double_issue(event):
    event.batches[find(event, "issue", 1, 1)[0] + 1].insert(0, {"t": "issue", "q": 1, "r": 1, "n": [12]})


@tampering("unknown-voter")
def ticket_of_a_stranger(event):
    event.batches[find(event, "issue", 1, 1)[0] + 1].insert(0, {"t": "issue", "q": 1, "r": 1, "n": [181]})


@tampering("too-many-ballots")
def more_ballots_than_tokens(event):
    """A token was given out that the log does not tell of; two, since one of weight 1 was never used."""
    b, i = find(event, "issue", 1, 1)
    change(event, (b, i), n=event.batches[b][i]["n"][2:])
    recount(event, 1, 1)


@tampering("too-many-ballots")
def ballots_before_their_tokens(event):
    b, i = find(event, "issue", 3, 2)
    issue = event.batches[b].pop(i)
    event.batches[find(event, "close", 3, 2)[0]].insert(0, issue)


@tampering("key-reused")
def token_key_of_another_question(event):
    b, i = find(event, "key", 1, 1)
    event.batches[b + 1].append({**event.batches[b][i], "q": 9})


@tampering("key-late")
def key_after_issue(event):
    b, i = find(event, "key", 3, 2)
    key = event.batches[b].pop(i)
    event.batches[find(event, "issue", 3, 2)[0]].append(key)


@tampering("key-late")
def second_key_for_the_same(event):
    b, _ = find(event, "key", 1, 1)
    event.batches[b + 1].append({"t": "key", "q": 1, "r": 1, "w": 1, "spki": b64(spki(token_key("another key")))})


# ── Wording, results, roster ──

@tampering("not-open")
def wording_changed_after_the_first_ballot(event):
    b, i = find(event, "open", 1, 1)
    event.batches[b + 2].insert(0, {**event.batches[b][i], "text": {"en": "Something else?"}})


@tampering("bad-signature", "wrong-close")
def wording_changed_under_the_ballots(event):
    change(event, find(event, "open", 1, 1), text={"en": "Something else?"})


@tampering("wrong-close")
def false_result(event):
    change(event, find(event, "close", 1, 1), result=[38, 32, 23])


@tampering("wrong-close")
def false_number_of_voters(event):
    change(event, find(event, "close", 2, 1), ballots=171)


@tampering("wrong-close")
def false_weight(event):
    change(event, find(event, "close", 2, 1), weight=199)


@tampering("wrong-close")
def false_number_of_tokens(event):
    change(event, find(event, "close", 1, 1), issued=59)


@tampering("wrong-presence")
def fewer_present_than_tokens(event):
    change(event, find(event, "close", 1, 1), present=59)


@tampering("wrong-presence")
def more_present_than_eligible(event):
    change(event, find(event, "close", 3, 2), present=181)


@tampering("wrong-presence")
def fewer_present_than_named_ballots(event):
    change(event, find(event, "close", 2, 1), present=169)


@tampering("not-open")
def closed_twice(event):
    b, i = find(event, "close", 1, 1)
    event.batches[b + 1].append({**event.batches[b][i], "result": [0, 0, 93]})


@tampering("not-open")
def withdrawn_and_closed(event):
    event.batches[find(event, "moderator", 4, 1, act="void")[0]].append(event.close(4, 1, present=100))


@tampering("bad-entry")
def closed_with_a_token_count_for_named_votes(event):
    event.batches[find(event, "ballot", 4, 1)[0]].append({**event.close(4, 1, present=100), "issued": 5})


@tampering("bad-entry")
def something_after_the_end(event):
    event.batches.append([{"t": "moderator", "q": 4, "r": 1, "act": "edit", "why": "too late"}])


@tampering("bad-entry", "wrong-close")
def ballot_written_another_way(event):
    """One that counts, with white space; what is no entry is not counted."""
    b, i = find(event, "ballot", 2, 1, v=150)
    event.batches[b][i] = json.dumps(event.batches[b][i], sort_keys=True).encode()


@tampering("not-open")
def closed_but_never_opened(event):
    b, i = find(event, "close", 1, 1)
    event.batches[b].append({**event.batches[b][i], "q": 8})


@tampering("roster-mismatch")
def roster_changed(event):
    event.roster = event.roster.replace(event.roster.split()[2], "0" * 64)


@tampering("roster-mismatch")
def roster_longer(event):
    event.roster += f"181 1 {'0' * 64}\n"


@tampering("roster-mismatch", "unknown-voter", "too-many-ballots", "wrong-close")
def roster_with_a_gap(event):
    """Malformed: no number counts."""
    event.roster = event.roster[event.roster.index("\n") + 1:]
