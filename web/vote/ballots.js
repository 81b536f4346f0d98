// What this phone knows of its own votes, whatever sleep, reload or a second tab do. For each question and round:
// `draft` (chosen), `pending` (cast; sent under the same id until answered), `counted`, `refused` (a code). Pending
// secret votes are sealed when they are sent: the token for them may come later, and sealing gives the same each time.

import { randomId } from "../lib/device.js";
import { forgetStored, readStored, writeStored } from "../lib/storage.js";
import { ticketCode } from "./ticket.js";

const BALLOTS_KEPT = 200; // questions and rounds: more than an event has

export class BallotBox {
  constructor() {
    this.reload();
  }

  /** Each voter of one phone has ballots of their own. */
  reload() {
    this.name = "ballots" + ticketCode();
    let stored = null;
    try {
      stored = JSON.parse(readStored(this.name));
    } catch (error) {
      forgetStored(this.name);
    }
    const whole = stored && Array.isArray(stored.entries);
    this.run = whole ? stored.run : null;
    this.entries = whole ? stored.entries.slice(-BALLOTS_KEPT) : [];
  }

  save() {
    writeStored(this.name, JSON.stringify({ run: this.run, entries: this.entries }));
  }

  /** Are these ballots of this run of the hub? Those of another (a rehearsal) are forgotten. */
  recognise(run) {
    if (this.run === run) return true;
    const first = this.run === null;
    this.run = run;
    if (!first) this.entries = [];
    this.save();
    return first;
  }

  /** The entry of that question and round; a new one if there was none. */
  of(question) {
    const found = this.entries.find((entry) => entry.q === question.q && entry.r === question.r);
    if (found) return found;
    const entry = { q: question.q, r: question.r, nr: question.nr };
    this.entries.push(entry);
    this.entries = this.entries.slice(-BALLOTS_KEPT);
    return entry;
  }

  choose(question, choices) {
    const entry = this.of(question);
    entry.draft = choices;
    entry.refused = null;
    this.save();
  }

  cast(question) {
    const entry = this.of(question);
    const n = 1 + Math.max(entry.last || 0, entry.counted ? entry.counted.n : 0);
    entry.pending = { id: randomId(), n, c: entry.draft, tried: false };
    entry.last = n;
    entry.draft = null;
    entry.refused = null;
    entry.secrecy = question.secrecy;
    entry.open = question.open;
    this.save();
  }

  pending() {
    return this.entries.filter((entry) => entry.pending);
  }

  message(entry, seal) {
    const { id, n, c } = entry.pending;
    return { t: "vote", id, q: entry.q, r: entry.r, n, c, ...seal };
  }

  tried(entry) {
    entry.pending.tried = true;
    this.save();
  }

  /** The hub's ack, at `time` by its clock. Returns the entry, undefined if it is not ours. */
  acknowledge(id, time) {
    const entry = this.pending().find((each) => each.pending.id === id);
    if (!entry) return undefined;
    const { n, c } = entry.pending;
    entry.counted = { id, n, c, time };
    entry.pending = null;
    this.save();
    return entry;
  }

  /** What the hub says it counted: it knows better than this phone. True if it is what was pending. */
  adopt(mine, time) {
    const entry = this.of(mine);
    const { id, n, c } = mine;
    const same = entry.counted && entry.counted.id === id;
    const ours = entry.pending && entry.pending.id === id;
    if (!same) entry.counted = { id, n, c, time: ours ? time : 0 };
    if (ours) entry.pending = null;
    entry.last = Math.max(entry.last || 0, n);
    this.save();
    return ours;
  }

  /** The hub holds nothing: "counted" would be false. */
  disown(question) {
    this.of(question).counted = null;
    this.save();
  }

  /** Not counted: the choice becomes a draft again. Returns the entry, undefined if it is not ours. */
  refuse(id, code, mine) {
    const entry = this.pending().find((each) => each.pending.id === id);
    if (!entry) return undefined;
    if (!entry.draft && !mine) entry.draft = entry.pending.c;
    entry.pending = null;
    entry.refused = code;
    if (mine) this.adopt(mine, 0);
    this.save();
    return entry;
  }
}
