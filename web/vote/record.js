// What this phone holds of the public record, and whether the hub keeps its word. The page passes on what the hub says
// and calls `tick` a few times a second. When to ask is left to chance, so that it tells nothing.

import { fromBase64, toBase64 } from "../lib/bytes.js";
import { tokenBlind, tokenFinalize, tokenInput, tokenSPKI } from "../lib/blind.js";
import { randomId } from "../lib/device.js";
import { edPublicKey, edSign } from "../lib/ed25519.js";
import { ballotMessage, devicePseudonym, entryBytes, isPromise, promiseText, proofText } from "../lib/entries.js";
import { readStored, writeStored } from "../lib/storage.js";
import { leafHash, openCheckpoint, parseVkey, provesConsistency, provesInclusion } from "../lib/tlog.js";

const RECORD_HEADS = 101;
const RECORD_ITEMS = 300;
const RECORD_PATIENCE = 15000;
const RECORD_CLAIM = 2000; // a tab that claimed a request and made none is gone
const RECORD_GRACE = 60000; // from a question's close until its ballots must be in the log

/** When a promised ballot must be in the log, in the hub's milliseconds. */
function recordDeadline({ by, ended }) {
  return by ? Math.min(by * 1000, ended ? ended + RECORD_GRACE : Infinity) : Infinity;
}

export class PublicRecord {
  /** on: { send(message): handed over?, now(): the hub's milliseconds, device(): its id, changed() } */
  constructor(on) {
    this.on = on;
    // leaf -> when to ask about it; what was asked, and until when its answer is awaited (performance.now()).
    this.due = new Map();
    this.tab = randomId();
    this.asked = { until: 0 };
    this.reload();
  }

  /** Each run has its own log and is kept for itself, under the key it had at first; so is each voter of one phone. */
  welcome({ run, vkey, voter }) {
    this.voter = voter || {};
    this.name = "record." + run + (voter ? "." + voter.n : "");
    this.asked = { until: 0 };
    this.reload();
    this.kept.vkey = this.kept.vkey || vkey;
    this.vkey = parseVkey(this.kept.vkey);
    // The last ballot in the log is looked for once more: is it still there?
    const logged = this.kept.items.filter((item) => item.path).pop();
    this.again = logged && logged.leaf;
    this.save();
  }

  /** Whatever another tab wrote counts. Items are { entry, leaf, … }: ballots of this phone and keys of its tokens. */
  reload() {
    try {
      this.kept = { heads: [], items: [], ...JSON.parse(readStored(this.name)) };
    } catch (error) {
      this.kept = { heads: [], items: [] };
    }
  }

  save() {
    this.kept.heads = this.kept.heads.slice(-RECORD_HEADS);
    this.kept.items = this.kept.items.slice(-RECORD_ITEMS);
    writeStored(this.name, JSON.stringify(this.kept));
    this.on.changed();
  }

  /** What is kept of a question's entries of type `t`. */
  of({ q, r }, t) {
    return this.kept.items.filter(({ entry }) => entry.q === q && entry.r === r && entry.t === t);
  }

  add(entry) {
    this.kept.items.push({ entry, leaf: toBase64(leafHash(entryBytes(entry))) });
    this.save();
  }

  later({ leaf }, from, to) {
    this.due.set(leaf, performance.now() + 1000 * (from + Math.random() * (to - from)));
  }

  /** The hub names token keys: one is fetched for each, first of all for the question in front. */
  keys(message) {
    this.reload();
    for (const { q, r, w, n } of message.keys) {
      const modulus = fromBase64(n);
      const [key] = this.of({ q, r }, "key");
      if (!key && w === this.voter.w && modulus.length === 256) this.add({ t: "key", q, r, w, spki: tokenSPKI(modulus) });
      // Named again, it may be asked again.
      if (key && key.refused === "no-such-key") {
        key.refused = "";
        this.save();
      }
    }
    this.attend(this.front);
  }

  /** `question` (or null) is in front now, in this state. */
  attend(question) {
    this.front = question;
    if (!question) return;
    for (const key of this.of(question, "key")) this.later(key, 0, 1);
    if (this.isHidden(question)) return;
    // From its close on a ballot has no excuse but the way into the log.
    for (const ballot of this.of(question, "ballot")) {
      if (question.state !== "open") ballot.ended = ballot.ended || this.on.now();
      if (!ballot.path) this.later(ballot, 2, 10);
    }
    this.save();
  }

  /** Ballots of a question that is open and shows no running result join the log when it closes. */
  isHidden({ q, r }) {
    const { front } = this;
    return front && front.q === q && front.r === r && front.state === "open" && !front.live;
  }

  /** Asks the hub one thing at a time. */
  tick() {
    const now = performance.now();
    if (!this.vkey || now < this.asked.until) return;
    const next = this.kept.items.find((item) => {
      const isKey = item.entry.t === "key";
      if (isKey ? item.a || item.refused : !item.acked || (item.path && item.leaf !== this.again)) return false;
      if (!isKey && !item.path && this.isHidden(item.entry)) return false;
      if (!this.due.has(item.leaf)) this.later(item, isKey ? 0 : 5, isKey ? 20 : 15);
      return this.due.get(item.leaf) <= now;
    });
    if (!next) return;
    const { leaf } = next;
    const { isShorter } = this.asked;
    const have = this.newest().size;
    // An answer may be to the first time it was asked.
    const at = this.asked.leaf === leaf ? this.asked.at : this.on.now();
    this.later(next, 5, 15);
    const message = next.isProved ? this.request(next) : { t: "proof", leaf, have: isShorter ? 0 : have };
    if (message && this.on.send(message)) this.asked = { leaf, have, at, until: now + RECORD_PATIENCE };
  }

  /** The hub's record is shorter than a head that it signed: its newest head will show it. */
  shorter() {
    this.due.set(this.asked.leaf, 0);
    this.asked = { until: 0, isShorter: true };
  }

  newest() {
    return this.kept.heads[this.kept.heads.length - 1] || { size: 0, root: "" };
  }

  /** The same each time, from whichever tab: the hub signs one for each voter. Null until it is clear which tab makes it. */
  request({ leaf, entry: { q, r } }) {
    this.reload();
    const key = this.kept.items.find((each) => each.leaf === leaf);
    if (!key.b) {
      if (key.tab !== this.tab) {
        // Of two that claim it at once, the claim written last stands when both look again.
        if (!(Date.now() - key.since < RECORD_CLAIM)) {
          Object.assign(key, { tab: this.tab, since: Date.now() });
          this.save();
        }
        this.later(key, 0.5, 0.5);
        return null;
      }
      const seed = crypto.getRandomValues(new Uint8Array(32));
      key.k = toBase64(edPublicKey(seed));
      const { blinded, secret } = tokenBlind(...this.material(key));
      Object.assign(key, { id: randomId(), seed: toBase64(seed), b: toBase64(blinded), secret: toBase64(secret) });
      this.save();
    }
    return { t: "token", id: key.id, q, r, b: key.b };
  }

  /** Modulus and token input. */
  material({ leaf, entry, k }) {
    const spki = fromBase64(entry.spki);
    return [spki.slice(81, 337), tokenInput(this.vkey.name, fromBase64(leaf), spki, fromBase64(k))];
  }

  token({ id, s }) {
    this.reload();
    const key = this.kept.items.find((each) => each.id === id);
    if (!key || key.a) return;
    try {
      key.a = toBase64(tokenFinalize(...this.material(key), fromBase64(s), fromBase64(key.secret)));
    } catch (error) {
      return this.refused({ id, code: "bad-token" });
    }
    this.asked.until = 0;
    this.save();
  }

  /** False if it was not about a token. */
  refused({ id, code }) {
    this.reload();
    const key = this.kept.items.find((each) => each.id === id);
    if (!key) return false;
    this.asked.until = 0;
    key.refused = code;
    this.save();
    return true;
  }

  proof({ leaf, i, path, note, since }) {
    this.reload();
    const { have, at } = this.asked;
    const last = this.newest();
    if (!leaf || leaf !== this.asked.leaf) return;
    this.asked = { until: 0 };
    // If another tab went on, this is asked again.
    if (have !== last.size) return;
    const head = openCheckpoint(note, this.vkey);
    if (!head) return this.accuse("bad-head", note);
    const steps = (since || []).map(fromBase64);
    if (!provesConsistency(have, head.size, fromBase64(last.root), head.root, steps)) {
      return this.accuse("fork", this.kept.note + "\n" + note);
    }
    if (head.size > have) {
      this.kept.heads.push({ size: head.size, root: toBase64(head.root) });
      this.kept.note = note;
    }
    const isLogged = path && provesInclusion(i, head.size, fromBase64(leaf), path.map(fromBase64), head.root);
    const item = this.kept.items.find((each) => each.leaf === leaf);
    if (item.entry.t === "key") {
      item.isProved = isLogged;
      if (isLogged) this.later(item, 0, 0);
    } else if (isLogged) Object.assign(item, { i, path, note, why: "" });
    else if (item.path) item.why = "vanished";
    else if (recordDeadline(item) < at) item.why = "dropped";
    if (leaf === this.again) this.again = "";
    this.save();
  }

  /** Stays: what was signed cannot be taken back. */
  accuse(why, text) {
    this.kept.alarm = this.kept.alarm || { why, text };
    this.save();
  }

  /** What a vote says besides question, round, counter and choices; null while there is no token for it. */
  seal(question, c, n) {
    this.reload();
    const { q, r, secrecy, open } = question;
    const entry = { t: "ballot", q, r, n, c };
    const [key] = this.of(question, "key");
    if (secrecy === "named") entry.v = this.voter.n;
    else if (secrecy === "indicative") entry.d = devicePseudonym(this.vkey.name, q, r, this.on.device());
    else if (!key || !key.a) return null;
    else {
      const s = toBase64(edSign(fromBase64(key.seed), ballotMessage(this.vkey.name, open, n, c)));
      Object.assign(entry, { w: key.entry.w, k: key.k, a: key.a, s });
    }
    if (!this.ballot(question, c, n)) this.add(entry);
    const { w, k, a, s } = entry;
    return { w, k, a, s };
  }

  ballot(question, c, n) {
    return this.of(question, "ballot").find(({ entry }) => entry.n === n && entry.c.join() === c.join());
  }

  /** The hub holds that ballot. `ack`: its answer; null if that is known from elsewhere. */
  acked(question, c, n, ack) {
    this.reload();
    const ballot = this.ballot(question, c, n);
    if (!ballot) return;
    const { by, sig } = ack || {};
    const isMissing = ack && (sig || !ballot.entry.d) && !isPromise(this.vkey, ballot.leaf, by, sig);
    Object.assign(ballot, { acked: true, by, sig, why: isMissing ? "bad-promise" : "" });
    this.later(ballot, 2, 8);
    this.save();
  }

  /** The ballot to speak of: one with an alarm, whatever it is about; else the question's last. */
  told(question) {
    const isAcked = (ballot) => ballot.acked;
    return this.kept.items.find((item) => item.why) || this.of(question, "ballot").filter(isAcked).pop() || {};
  }

  /**
   * { state, why, i, by, token, later }. state: "" (not acknowledged), "accepted" (no promise), "promised", "recorded" or
   * "alarm"; token: "none", "waiting", "ready" or the code of a refusal. later: not
   * before the question closes.
   */
  status(question) {
    const told = this.told(question);
    const { acked, path, i, why } = { ...told, ...this.kept.alarm };
    const by = told.by && recordDeadline(told) / 1000;
    const [key] = this.of(question, "key");
    const token = key ? key.refused || (key.a ? "ready" : "waiting") : "none";
    const state = path ? "recorded" : by ? "promised" : acked ? "accepted" : "";
    return { state: why ? "alarm" : state, why, i, by, token, later: this.isHidden(question) };
  }

  /** As a file: the receipt, before that the promise; if the log contradicts itself both of its heads. */
  evidence(question) {
    const { entry, path, note, leaf, i, by, sig } = this.told(question);
    if (this.kept.alarm) return this.kept.alarm.text;
    if (path) return proofText(entryBytes(entry), i, path, note);
    return sig ? promiseText(this.vkey.name, leaf, by, sig, entryBytes(entry)) : "";
  }
}
