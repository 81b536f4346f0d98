// When the record is worth a photograph, and which: after opening the checkpoint that holds the question's wording, at
// the close the one that seals the result, with the result its certificate. What is on the wall stays as it is, code
// and QR alike, until the next such moment.

import { resultIsVisible } from "./scene.js";

const PHOTO_TIMES = { settle: 1200, opened: 15000 }; // ms: until the opening is in the record; how long it is shown

/** "opened", "sealed", "certificate" or "": what question and head call for. `open`: see Photographer. */
export function photoKind(question, head, { open, shown }) {
  if (!question || !head) return "";
  if (question.state === "open") return open.due && head.size > open.size ? "opened" : "";
  if (question.state !== "closed" && question.state !== "revealed") return "";
  if (!head.certified) return "";
  return resultIsVisible(question) && shown ? "certificate" : "sealed";
}

/** Does `after` show the opening of a vote, seen by this page? */
export function isOpening(before, after) {
  if (!before || !after || before.q !== after.q || before.r !== after.r) return false;
  return before.state === "ready" && after.state === "open";
}

export class Photographer {
  /** onChange(): another photograph, or none, is due. */
  constructor(onChange) {
    this.onChange = onChange;
    this.taken = { key: "", photo: null };
    this.stop();
  }

  /** The question has moved on. `head`: the record before. */
  turn(before, after, head) {
    if (isOpening(before, after)) {
      this.stop();
      this.open.size = head ? head.size : 0;
      this.after(PHOTO_TIMES.settle, () => (this.open.due = true));
    } else if (!after || after.state !== "open") this.stop();
  }

  stop() {
    clearTimeout(this.timer);
    this.open = { due: false, size: 0 };
    this.timer = null;
  }

  after(pause, act) {
    this.timer = setTimeout(() => {
      act();
      this.onChange();
    }, pause);
  }

  /** { kind, src, code } or null. `shown`: the whole result is on the wall. */
  photo({ question, head, run }, shown) {
    const kind = photoKind(question, head, { open: this.open, shown });
    if (!kind) return null;
    const key = [kind, run, question.q, question.r].join();
    if (this.taken.key !== key) {
      this.taken = { key, photo: { kind, src: photoSource(kind, question, head), code: head.code } };
      if (kind === "opened") this.after(PHOTO_TIMES.opened, () => (this.open.due = false));
    }
    return this.taken.photo;
  }
}

/** The hub draws the newest head; under another name the browser asks again. */
function photoSource(kind, { q, r }, { size }) {
  return kind === "certificate" ? "/certificate/" + q + "." + r + ".svg?" + size : "/checkpoint.svg?" + size;
}
