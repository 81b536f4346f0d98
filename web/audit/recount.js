// Counts every round again from the ballots, entry by entry, and notes what breaks the rules. The signatures of single
// ballots are not looked at here: `plenum verify` and verify.py do that. Codes as in Sources/Ledger/DESIGN.md.

import { toHex, utf8 } from "../lib/bytes.js";
import { sha256 } from "../lib/sha2.js";
import { readEntry } from "./reading.js";

const MAX_COUNTER = 1000000;
const RECOUNT_MARK = { secret: "k", named: "v", indicative: "d" };

/** Whose ballot it is, within its round. */
export function voterOf(ballot) {
  return ballot.k ? ballot.w + " " + ballot.k : ballot.v || ballot.d;
}

/** How many answers a question has. */
export function optionCount(open) {
  return open.kind === "motion" ? 3 : open.options.length;
}

function newRound(q, r) {
  return {
    q,
    r,
    open: null, // its open entry, at `index`
    index: -1,
    acts: [], // the moderator's
    ended: "", // or "reset", "void"
    issued: new Set(), // roster numbers
    issuedOf: new Map(), // weight → how many of them
    voters: new Map(), // voter → the newest ballot: { n, c, weight, index, counters }
    votersOf: new Map(), // weight → how many of them
    overfull: new Set(), // weights with more voters than tokens
    votes: 0, // ballots, changed ones too
    faults: 0,
    close: null, // its close entry with { index, count, agrees, fits }
  };
}

/** What a round's ballots give. */
export function countOf(round) {
  const result = new Array(optionCount(round.open)).fill(0);
  let weight = 0;
  for (const voter of round.voters.values()) {
    weight += voter.weight;
    for (const place of voter.c) result[place] += voter.weight;
  }
  return { result, ballots: round.voters.size, weight };
}

/** The weights of roster.txt by number; null if it is malformed. */
function rosterWeights(text) {
  const weights = [undefined];
  for (const line of text.split("\n").slice(0, -1)) {
    const [, number, weight] = /^([1-9]\d{0,14}) ([1-9]\d{0,14}) [0-9a-f]{64}$/.exec(line) || [];
    if (!(Number(number) >= weights.length)) return null;
    weights[Number(number)] = Number(weight);
  }
  return text === "" || text.endsWith("\n") ? weights : null;
}

export class Recount {
  constructor() {
    this.meeting = null;
    this.weights = [];
    this.rounds = new Map(); // "q.r" → round, in the order of their first entry
    this.faults = []; // { code, index, q, r }
    this.hasEnded = false;
  }

  /** Who may vote, for the meeting of entry 0. Before any other entry. */
  enrol(meeting, text) {
    const weights = rosterWeights(text);
    const isSame = toHex(sha256(utf8(text))) === meeting.roster;
    const lines = weights ? weights.filter(Boolean).length : -1;
    if (!isSame || lines !== meeting.eligible) this.fault("roster-mismatch", null);
    this.weights = weights || [];
  }

  add(bytes, index) {
    const entry = readEntry(bytes);
    if (!entry || this.hasEnded || (entry.t === "meeting") !== (index === 0)) return this.fault("bad-entry", index);
    if (entry.t === "meeting") this.meeting = entry;
    if (entry.t === "end") this.hasEnded = true;
    if (!entry.r) return undefined;
    const round = this.roundOf(entry);
    if (entry.t === "ballot") this.ballot(entry, index, round);
    if (entry.t === "open") this.open(entry, index, round);
    if (entry.t === "issue") this.issue(entry, index, round);
    if (entry.t === "close") this.close(entry, index, round);
    if (entry.t === "moderator") this.act(entry, round);
    return undefined;
  }

  roundOf({ q, r }) {
    const name = q + "." + r;
    if (!this.rounds.has(name)) {
      this.rounds.set(name, newRound(q, r));
    }
    return this.rounds.get(name);
  }

  fault(code, index, round) {
    const { q, r } = round || { q: null, r: null };
    this.faults.push({ code, index, q, r });
    if (round) round.faults += 1;
  }

  open(entry, index, round) {
    if (round.open) return this.fault("not-open", index, round);
    round.open = entry;
    round.index = index;
    return undefined;
  }

  issue(entry, index, round) {
    if (!entry.n.every((number) => this.weights[number])) this.fault("unknown-voter", index, round);
    if (entry.n.some((number) => round.issued.has(number))) this.fault("double-issue", index, round);
    for (const number of entry.n) {
      const weight = this.weights[number];
      if (!weight || round.issued.has(number)) continue;
      round.issued.add(number);
      round.issuedOf.set(weight, (round.issuedOf.get(weight) || 0) + 1);
    }
  }

  ballot(entry, index, round) {
    const { open, voters } = round;
    round.votes += 1;
    if (!open) return this.fault("not-open", index, round);
    if (!(RECOUNT_MARK[open.secrecy] in entry)) return this.fault("wrong-kind", index, round);
    const before = round.faults;
    const [voter, weight] = [voterOf(entry), this.weightOf(entry)];
    const known = voters.get(voter);
    if (round.close || round.ended) this.fault("after-close", index, round);
    if (!this.isAnswer(entry, open)) this.fault("bad-choices", index, round);
    if (!weight) this.fault("unknown-voter", index, round);
    if (known && (!open.change || known.counters.has(entry.n))) this.fault("duplicate-ballot", index, round);
    if (round.faults === before) {
      const counters = (known ? known.counters : new Set()).add(entry.n);
      const newest = known && known.n > entry.n ? known : { n: entry.n, c: entry.c, index };
      voters.set(voter, { ...newest, weight, counters });
      if (!known) round.votersOf.set(weight, (round.votersOf.get(weight) || 0) + 1);
    }
    if (open.secrecy === "secret") this.compareWithIssued(entry.w, index, round);
    return undefined;
  }

  weightOf(entry) {
    if (entry.v) return this.weights[entry.v] || 0;
    return entry.w || 1;
  }

  isAnswer({ n, c }, open) {
    const isRising = c.every((place, at) => place < optionCount(open) && (at === 0 || c[at - 1] < place));
    return isRising && c.length >= open.select[0] && c.length <= open.select[1] && n >= 1 && n <= MAX_COUNTER;
  }

  compareWithIssued(weight, index, round) {
    const isOver = (round.votersOf.get(weight) || 0) > (round.issuedOf.get(weight) || 0);
    if (!isOver || round.overfull.has(weight)) return;
    round.overfull.add(weight);
    this.fault("too-many-ballots", index, round);
  }

  close(entry, index, round) {
    if (!round.open || round.close || round.ended) return this.fault("not-open", index, round);
    const { secrecy } = round.open;
    const hasIssued = "issued" in entry === (secrecy === "secret");
    const hasPresent = "present" in entry === (secrecy !== "indicative");
    if (!hasIssued || !hasPresent) return this.fault("bad-entry", index, round);
    const count = countOf(round);
    const issued = secrecy === "secret" ? round.issued.size : undefined;
    const isSame = ["ballots", "weight"].every((name) => entry[name] === count[name]);
    const agrees = isSame && entry.issued === issued && entry.result.join() === count.result.join();
    if (!agrees) this.fault("wrong-close", index, round);
    const least = secrecy === "secret" ? round.issued.size : count.ballots;
    const eligible = this.meeting ? this.meeting.eligible : 0;
    const fits = secrecy === "indicative" || (least <= entry.present && entry.present <= eligible);
    if (!fits) this.fault("wrong-presence", index, round);
    round.close = { ...entry, index, count, agrees, fits };
    return undefined;
  }

  act(entry, round) {
    round.acts.push(entry);
    if (entry.act === "reset" || entry.act === "void") round.ended = entry.act;
  }
}
