// Shares of a whole, rounded.

/**
 * Per count its share of `base` in units of 10^-places percent (places 1: 437 is 43.7 %). All 0 where `base` is 0.
 * Each is rounded by itself: equal counts always read the same, even where the shares then make 99 or 101 %.
 */
export function roundedShares(counts, base, places) {
  const whole = 100 * Math.pow(10, places);
  return counts.map((count) => (base > 0 ? Math.round((count * whole) / base) : 0));
}

/** Digits after the point: tenths of a percent mean something from a thousand ballots on. */
export function sharePlaces(ballots) {
  return ballots >= 1000 ? 1 : 0;
}
