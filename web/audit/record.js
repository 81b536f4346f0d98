// The record as far as this device has read it and found it to be what was signed.

import { fromBase64, sameBytes } from "../lib/bytes.js";
import { leafHash, openCheckpoint } from "../lib/tlog.js";
import { pause } from "./pace.js";
import { readEntry } from "./reading.js";
import { Recount } from "./recount.js";
import { Unavailable, fetchText, readEntries } from "./source.js";
import { LogTree } from "./tree.js";

/** What a signed head says, unchecked: { origin, size, root, note }; null if it says nothing of the kind. */
export function headOf(note) {
  const [, origin, size, root] = /^(.+)\n(0|[1-9]\d{0,14})\n([A-Za-z0-9+/]{43}=)\n\n— /.exec(note) || [];
  return origin ? { origin, size: Number(size), root: fromBase64(root), note } : null;
}

/** checkpoints.txt: the heads, oldest first. */
function headsOf(text) {
  const parts = text.split("\n\n");
  const notes = [];
  for (let at = 0; at + 1 < parts.length; at += 2) notes.push(parts[at] + "\n\n" + parts[at + 1].trimEnd() + "\n");
  return notes.map(headOf);
}

export class PublicRecord {
  /** vkey: parsed; onProgress(done, of) while it reads. */
  constructor(vkey, onProgress) {
    this.vkey = vkey;
    this.onProgress = onProgress;
    this.tree = new LogTree();
    this.fresh = []; // entries in the tree, not yet found to be under a signed head
    this.size = 0; // those before are
    this.head = null; // of that size
    this.heads = []; // every earlier one this device compared
    this.count = new Recount();
  }

  /** Does a head say what this record says of its beginning? */
  holds(head) {
    return head.size <= this.size && sameBytes(this.tree.root(head.size), head.root);
  }

  /** Reads on to a head whose signature holds. False if the entries there do not lead to it. */
  async readTo(head, again) {
    if (this.tree.size > head.size) this.forget();
    const use = (entry) => {
      this.tree.add(leafHash(entry));
      this.fresh.push(entry);
      this.onProgress(this.tree.size, head.size);
    };
    const isThere = await readEntries(this.tree.size, head.size, use, again);
    if (!isThere || !sameBytes(this.tree.root(), head.root)) {
      this.forget();
      return false;
    }
    if (!this.count.meeting) await this.enrol();
    const entries = this.fresh;
    this.fresh = [];
    for (const entry of entries) {
      this.count.add(entry, this.size);
      this.size += 1;
      await pause();
    }
    this.head = head;
    this.heads.push(head);
    return true;
  }

  /** What was read but not found to be signed. */
  forget() {
    this.tree.cut(this.size);
    this.fresh = [];
  }

  /** Fetches who may vote, where that is fixed. */
  async enrol() {
    const meeting = this.fresh.length && readEntry(this.fresh[0]);
    if (!meeting || meeting.t !== "meeting") return;
    const text = meeting.admission === "roster" ? await fetchText("/roster.txt") : "";
    if (text === null) throw new Unavailable("/roster.txt");
    this.count.enrol(meeting, text);
  }

  /** Compares every earlier head. To the first that is no beginning of this record: { head, isSigned }, or null. */
  async compareHistory(text) {
    let before = -1;
    for (const head of headsOf(text)) {
      if (!head || head.size <= before || (head.size <= this.size && !this.holds(head))) {
        return { head, isSigned: Boolean(head && (await openCheckpoint(head.note, this.vkey))) };
      }
      before = head.size;
      if (head.size < this.size) this.heads.push(head);
      await pause();
    }
    return null;
  }

  /** The first place where another reading of this record is different; -1 if it only goes on or ends earlier. */
  differsAt(other) {
    const shared = Math.min(this.tree.size, other.tree.size);
    for (let index = 0; index < shared; index += 1) {
      if (!sameBytes(this.tree.leaf(index), other.tree.leaf(index))) return index;
    }
    return -1;
  }
}
