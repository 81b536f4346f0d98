// The reveal: a beat of silence, then the bars grow, then the leader is marked.

const REVEAL_TIMES = { silence: 900, growth: 600 }; // ms

/** True where a hidden result comes out before the audience's eyes: the same round, one moment later. */
export function isReveal(before, after) {
  if (!before || !after || before.q !== after.q || before.r !== after.r) return false;
  return before.state !== "revealed" && after.state === "revealed" && !after.live;
}

export class Reveal {
  /** onChange(): the step has changed. `step`: "" (nothing going on), "silence", "growth". */
  constructor(onChange) {
    this.onChange = onChange;
    this.step = "";
    this.timer = null;
  }

  start() {
    this.go("silence", REVEAL_TIMES.silence, () => this.go("growth", REVEAL_TIMES.growth, () => this.end()));
  }

  /** Ends it at once, wherever it is. */
  stop() {
    clearTimeout(this.timer);
    this.step = "";
  }

  end() {
    this.stop();
    this.onChange();
  }

  go(step, duration, then) {
    this.step = step;
    this.timer = setTimeout(then, duration);
    this.onChange();
  }
}
