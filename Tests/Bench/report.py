"""Medians over all samples, ratios to the floor, one table, one line of JSON.

    report.py FIGURES MACHINE       files of JSON lines (from load and join.py) and of one JSON object
"""
import json
import statistics
import sys

# The design's 20 µs a vote and 0.8 s for the storm were set where the floor took 12.9 µs and 0.47 s: as ratios, 1.55 and
# 1.70, they hold on any machine.
# figure: its words, the unit, and the goal at 10,000 phones: ("ratio" or "hub", "<=" or ">=", bound); a bound may be
# (another figure of the hub, times, plus)
ROWS = {
    "push_ms": ("question to the last phone", "ms", ("ratio", "<=", 1.10)),
    "push_cpu_us": ("server CPU per pushed frame", "µs", None),
    "votes_per_s": ("votes acknowledged per second", "/s", ("ratio", ">=", 0.85)),
    "vote_cpu_us@full": ("server CPU per vote, at full rate", "µs", None),
    "server_busy": ("  server's core, busy", "of 1", None),
    "load_busy": ("  load's core, busy", "of 1", None),
}
for rate, goal in (1000, None), (5000, None), (10000, ("hub", "<=", 4)):
    for point in "p50", "p99", "p999", "max":
        ROWS[f"ack_{point}_ms@{rate}"] = (f"ack {point} at {rate:,} votes/s", "ms", goal if point == "p99" else None)
    ROWS[f"vote_cpu_us@{rate}"] = (
        f"server CPU per vote at {rate:,} votes/s", "µs", ("ratio", "<=", 1.55) if rate == 10000 else None)
ROWS |= {
    "moment_ms": ("the whole moment: open, all vote, last ack", "ms", ("ratio", "<=", 1.2)),
    "moment_cpu_us": ("server CPU per phone in that moment", "µs", None),
    "storm_ms": ("killed, restarted, all back with state", "ms", ("ratio", "<=", 1.70)),
    "storm_cpu_ms": ("server CPU for that", "ms", None),
    "join_ms": ("a calm arrival of all phones", "ms", None),
    "memory_kb": ("memory per phone", "KB", ("hub", "<=", 3)),
    "projector_p50_ms": ("vote to projector p50 at 5,000 votes/s", "ms", None),
    "projector_p99_ms": ("vote to projector p99 at 5,000 votes/s", "ms", ("hub", "<=", 150)),
    "question_bytes": ("bytes: question", "B", None),
    "open_bytes": ("bytes: its opening", "B", None),
    "vote_bytes": ("bytes: vote", "B", None),
    "ack_bytes": ("bytes: ack", "B", None),
    "question_vote_ack_bytes": ("bytes: all of one question", "B", ("hub", "<=", 1024)),
    "secret_join_ms": ("a calm arrival of all phones with tickets", "ms", None),
    "tokens_per_s": ("tokens issued a second, beside 1,000 votes/s", "/s", None),
    "token_cpu_us": ("server CPU per token", "µs", None),
    "ack_p99_ms@calm": ("ack p99 at 1,000 votes/s, no tokens", "ms", None),
    "ack_p99_ms@tokens": ("ack p99 at 1,000 votes/s, tokens issued", "ms", ("hub", "<=", ("ack_p99_ms@calm", 2, 2))),
    "ack_max_ms@calm": ("ack max at 1,000 votes/s, no tokens", "ms", None),
    "ack_max_ms@tokens": ("ack max at 1,000 votes/s, tokens issued", "ms", None),
    "secret_moment_ms": ("the whole moment, secret", "ms", None),
    "secret_moment_load_ms": ("  of it the load's CPU (it signs)", "ms", None),
    "secret_moment_cpu_us": ("server CPU per phone in that moment", "µs", None),
    "secret_votes_per_s": ("secret votes acknowledged per second", "/s", ("hub", ">=", 10000)),
    "secret_server_cpu_us": ("server CPU per secret vote, at full rate", "µs", None),
    "secret_server_busy": ("  server, busy", "cores", None),
    "secret_load_busy": ("  load, busy", "cores", None),
    "secret_vote_bytes": ("bytes: secret vote", "B", None),
    "secret_ack_bytes": ("bytes: its ack with the promise", "B", None),
    "token_bytes": ("bytes: token, asked for and given", "B", None),
    "keys_bytes": ("bytes: keys", "B", None),
    "others_busy": ("cores kept busy by other programs", "cores", None),
    "join_cold_bytes": ("bytes: joining, empty cache", "B", None),
    "join_cold_page_bytes": ("  of these the page (HTTP)", "B", None),
    "join_cold_requests": ("  in requests", "", None),
    "join_warm_bytes": ("bytes: joining, warm cache", "B", ("hub", "<=", 2048)),
    "join_warm_page_bytes": ("  of these the page (HTTP)", "B", None),
    "join_warm_requests": ("  in requests", "", None),
}
GOALS_AT = 10000
# With more than this many cores busy elsewhere, what depends on the machine is shown but not judged.
QUIET = 0.1
STEADY_UNITS = ("B", "KB", "")


def read(path):
    samples = {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            entry = json.loads(line)
            key = (entry["figure"], entry["phones"], entry["server"])
            samples.setdefault(key, []).append(entry["value"])
    return samples


def number(value):
    if value is None:
        return "–"
    if value == round(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) < 10 else f"{value:.1f}"


def span(values):
    return [min(values), max(values)] if values else None


def verdict(goal, hub, ratio, judged):
    kind, relation, bound = goal
    value = ratio if kind == "ratio" else hub
    sign = {"<=": "≤", ">=": "≥"}[relation]
    text = f"{sign} {number(bound)}" if kind == "beside" else f"{sign} {bound:,}" + ("×" if kind == "ratio" else "")
    if value is None:
        return text
    if not judged:
        return f"{text} (not judged)"
    reached = value <= bound if relation == "<=" else value >= bound
    return f"{text} {'reached' if reached else 'MISSED'}"


def disturbance(samples, phones):
    """Cores that other programs kept busy, in the worst of the measurements."""
    return max((max(values) for key, values in samples.items() if key[:2] == ("others_busy", phones)), default=0)


def table(samples):
    lines = [("figure", "unit", "phones", "floor", "hub", "ratio", "hub's spread", "goal")]
    results = []
    for name, (words, unit, goal) in ROWS.items():
        for phones in sorted({key[1] for key in samples if key[0] == name}):
            values = {server: samples.get((name, phones, server)) for server in ("floor", "hub")}
            floor, hub = (statistics.median(values[s]) if values[s] else None for s in ("floor", "hub"))
            ratio = hub / floor if hub is not None and floor and unit not in ("of 1", "cores") else None
            spread = values["hub"] and "–".join(number(value) for value in span(values["hub"]))
            if goal and isinstance(goal[2], tuple):
                other, times, plus = goal[2]
                beside = samples.get((other, phones, "hub"))
                goal = beside and ("beside", goal[1], times * statistics.median(beside) + plus)
            applies = goal and (phones in (1, GOALS_AT) or unit == "B")
            judged = unit in STEADY_UNITS or disturbance(samples, phones) <= QUIET
            lines.append((words, unit, f"{phones:,}", number(floor), number(hub),
                          f"{ratio:.2f}×" if ratio is not None else "–",
                          spread or "", verdict(goal, hub, ratio, judged) if applies else ""))
            results.append({"figure": name, "phones": phones, "floor": floor, "hub": hub,
                            "floor_range": span(values["floor"]), "hub_range": span(values["hub"]),
                            "ratio": round(ratio, 4) if ratio is not None else None})
    return lines, results


def main():
    samples = read(sys.argv[1])
    with open(sys.argv[2], encoding="utf-8") as file:
        machine = json.load(file)
    lines, results = table(samples)
    if not results:
        raise SystemExit("report.py: there is no figure to report")
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    for line in lines:
        cells = [cell.ljust(width) if column in (0, 1, 7) else cell.rjust(width)
                 for column, (cell, width) in enumerate(zip(line, widths))]
        print("  ".join(cells).rstrip())
    loud = {phones: worst for phones in sorted({key[1] for key in samples})
            if (worst := disturbance(samples, phones)) > QUIET}
    if loud:
        print("\nThis machine was not quiet: other programs kept up to "
              + ", ".join(f"{worst:.1f} cores busy at {phones:,} phones" for phones, worst in loud.items())
              + ".\nWhat depends on that is shown and not judged.\n")
    print(json.dumps({"machine": machine, "results": results}, ensure_ascii=False, separators=(",", ":")))


if __name__ == "__main__":
    main()
