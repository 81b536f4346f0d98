// The hub's clock, as seen from a page whose own clock may be wrong.

export class HubClock {
  constructor() {
    this.ahead = 0;
  }

  /** `hubNow`: the `now` of a welcome, milliseconds since 1970. */
  sync(hubNow) {
    if (Number.isFinite(hubNow)) this.ahead = hubNow - Date.now();
  }

  now() {
    return Date.now() + this.ahead;
  }

  /** Milliseconds until `closes`, never below 0. */
  until(closes) {
    return Math.max(0, closes - this.now());
  }
}

/** 61 000 → "1:01". Rounds up: "0:00" appears only when the time is over. */
export function countdownText(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const minutes = Math.floor(seconds / 60);
  const two = (n) => (n < 10 ? "0" + n : String(n));
  if (minutes < 60) return minutes + ":" + two(seconds % 60);
  return Math.floor(minutes / 60) + ":" + two(minutes % 60) + ":" + two(seconds % 60);
}
