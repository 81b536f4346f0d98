// Looks at the record again and again: reads what is new, and remembers what was seen so that no change goes unnoticed.

import { readStored, writeStored } from "../lib/storage.js";
import { openCheckpoint, parseVkey } from "../lib/tlog.js";
import { PublicRecord, headOf } from "./record.js";
import { Unavailable, fetchText } from "./source.js";

const WATCH_PAUSE = 3000; // ms between two looks
const WATCH_REST = 30000; // while nobody looks at the page
const WATCH_LONGEST = 15000; // between two tries without an answer

export class RecordWatch {
  /** onChange(): something of what follows is different. */
  constructor(onChange) {
    this.onChange = onChange;
    this.phase = "loading"; // then "empty", "checked", "alarm" or "other"
    this.isLost = false; // the hub does not answer
    this.progress = { done: 0, of: 0 };
    this.vkeyText = "";
    this.record = null;
    this.alarm = null; // { kind, place, size, notes: [text] }
    this.behind = null; // { before, now }: entries seen earlier, where fewer are shown now
    this.growth = null; // { entries } of the last time it grew
    this.checkedAt = 0;
    this.seen = headOf(readStored("audit.head") || ""); // on an earlier visit, until it was compared
    this.isRemembered = false; // what the earlier visit saw is still in it
    this.failures = 0;
    this.timer = 0;
    this.isBusy = false;
  }

  start() {
    const now = () => document.visibilityState === "visible" && this.look();
    document.addEventListener("visibilitychange", now);
    window.addEventListener("online", now);
    this.look();
  }

  isOver() {
    return this.phase === "alarm" || this.phase === "other";
  }

  async look() {
    if (this.isBusy || this.isOver()) return;
    this.isBusy = true;
    clearTimeout(this.timer);
    try {
      await this.step();
      this.isLost = false;
      this.failures = 0;
    } catch (error) {
      this.isLost = true;
      this.failures += 1;
      if (!(error instanceof Unavailable)) console.error(error); // a fault of this page: it goes on looking
    } finally {
      this.isBusy = false;
    }
    this.onChange();
    const pace = document.visibilityState === "visible" ? WATCH_PAUSE : WATCH_REST;
    const wait = Math.max(pace, Math.min(WATCH_LONGEST, 1000 * Math.pow(2, this.failures)));
    this.timer = setTimeout(() => this.look(), wait * (0.9 + 0.2 * Math.random()));
  }

  async step() {
    const isFirst = !this.record;
    if (isFirst) await this.begin();
    const heads = isFirst || !this.record.size ? await fetchText("/checkpoints.txt") : null;
    const note = await fetchText("/checkpoint");
    const { record } = this;
    if (note === null) {
      const before = record.size || (this.seen && this.seen.origin === record.vkey.name ? this.seen.size : 0);
      this.behind = before ? { before, now: 0 } : null;
      if (!record.size) this.phase = "empty";
      return;
    }
    const head = await this.openHead(note);
    if (!head || (await this.follow(head)) === false) return;
    if (heads !== null) await this.compareHistory(heads);
    if (!this.isOver()) this.compareWithSeen();
    if (this.isOver()) return;
    this.phase = record.size ? "checked" : "empty";
    this.checkedAt = Date.now();
    if (!this.behind) this.remember();
  }

  async begin() {
    const text = ((await fetchText("/vkey")) || "").trim();
    const vkey = parseVkey(text);
    if (!vkey) throw new Unavailable("/vkey");
    this.vkeyText = text;
    this.record = new PublicRecord(vkey, (done, of) => this.advance(done, of));
  }

  advance(done, of) {
    this.progress = { done, of };
    if (this.phase === "loading" && done % 256 === 0) this.onChange();
  }

  /** A head of this log, signed; else null, and the phase says what it is. */
  async openHead(note) {
    const { record } = this;
    const head = await openCheckpoint(note, record.vkey);
    if (head) return { ...head, note };
    const said = headOf(note);
    const isOther = said && said.origin !== record.vkey.name;
    if (isOther && !record.size) {
      this.record = null; // the event changed between two requests: from the start
      throw new Unavailable("/vkey");
    }
    if (isOther) this.turnOther(said.origin);
    else this.raise({ kind: "signature", notes: [note] });
    return null;
  }

  turnOther(origin) {
    this.phase = "other";
    this.otherOrigin = origin;
  }

  raise(alarm) {
    const { head } = this.record;
    this.phase = "alarm";
    this.alarm = { ...alarm, notes: (head ? [head.note] : []).concat(alarm.notes) };
  }

  /** Reads to the head, or says why not. */
  async follow(head) {
    const { record } = this;
    this.behind = head.size < record.size ? { before: record.size, now: head.size } : null;
    if (head.size <= record.size) return record.holds(head) || this.contradict(head);
    const { size } = record;
    this.advance(record.tree.size, head.size);
    if (!(await record.readTo(head))) return this.contradict(head);
    if (size) this.growth = { entries: head.size - size };
    return true;
  }

  /** The head does not go with what was read: reads it all anew, to tell what is wrong. */
  async contradict(head) {
    const { record } = this;
    const anew = new PublicRecord(record.vkey, (done, of) => this.advance(done, of));
    const isWhole = await anew.readTo(head, true);
    const place = isWhole ? record.differsAt(anew) : -1;
    if (isWhole && place < 0 && head.size >= record.size) {
      this.record = anew; // the first reading was damaged on its way
      return true;
    }
    this.raise({ kind: isWhole ? "changed" : "broken", place, size: head.size, notes: [head.note] });
    return false;
  }

  async compareHistory(text) {
    const wrong = await this.record.compareHistory(text);
    if (!wrong) return;
    const kind = wrong.isSigned ? "history" : "unsigned";
    this.raise({ kind, size: wrong.head ? wrong.head.size : 0, notes: [wrong.head ? wrong.head.note : text] });
  }

  /** What an earlier visit saw of this record must be its beginning. */
  compareWithSeen() {
    const { record, seen } = this;
    if (!seen || seen.origin !== record.vkey.name) return;
    const isSameKey = readStored("audit.vkey") === this.vkeyText;
    if (isSameKey && seen.size > record.size) {
      this.behind = { before: seen.size, now: record.size };
      return;
    }
    this.seen = null;
    if (isSameKey && record.holds(seen)) this.isRemembered = true;
    else this.raise({ kind: isSameKey ? "forgotten" : "key", size: seen.size, notes: [seen.note] });
  }

  remember() {
    writeStored("audit.vkey", this.vkeyText);
    writeStored("audit.head", this.record.head.note);
  }
}
