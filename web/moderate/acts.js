// Acts on their way to the hub: one at a time, each with an id that stays the same however often it is sent, so that it
// takes effect once. Until the hub says "done" or "refused" nothing else goes out.

export class ActQueue {
  /** send(message) → true if handed to an open line. makeId() → a new id. onChange(): something came or went. */
  constructor({ send, makeId, onChange }) {
    this.send = send;
    this.makeId = makeId;
    this.onChange = onChange;
    this.waiting = [];
  }

  /** The act whose answer is awaited, or null. */
  get current() {
    return this.waiting[0] || null;
  }

  /** Takes the acts and sends the first; the next follows when it is done. False if one is under way or the line is. */
  submit(acts) {
    if (this.current || acts.length === 0) return false;
    this.waiting = acts.map((act) => ({ ...act, id: this.makeId() }));
    if (!this.send(this.message())) this.waiting = [];
    this.onChange();
    return this.current !== null;
  }

  message() {
    return { t: "do", ...this.current };
  }

  /** After each welcome: the answer may have been lost with the line, or the act itself. */
  resend() {
    if (this.current) this.send(this.message());
  }

  /** The hub has it on disk. True if it was ours. */
  done(id) {
    if (!this.current || this.current.id !== id) return false;
    this.waiting.shift();
    if (this.current && !this.send(this.message())) this.waiting = [];
    this.onChange();
    return true;
  }

  /** The hub did not do it; what was to follow is dropped too. The act that failed, or null if it was not ours. */
  fail(id) {
    const failed = this.current;
    if (!failed || (id && failed.id !== id)) return null;
    this.waiting = [];
    this.onChange();
    return failed;
  }
}
