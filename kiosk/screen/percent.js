// Shares of a whole that may be added up: rounded by largest remainder, so that they make exactly 100 %.

/**
 * Per count its share of `base` in units of 10^-places percent (places 1: 437 is 43.7 %).
 * Where the counts add up to `base`, the shares add up to 100 %; else (several answers a ballot) each is rounded alone.
 * All 0 where `base` is 0. Equal counts differ by at most one unit, the earlier option getting it.
 */
export function roundedShares(counts, base, places) {
  const whole = 100 * Math.pow(10, places);
  if (!(base > 0)) return counts.map(() => 0);
  const sum = counts.reduce((total, count) => total + count, 0);
  if (sum !== base) return counts.map((count) => Math.round((count * whole) / base));
  const shares = counts.map((count) => Math.floor((count * whole) / base));
  const missing = whole - shares.reduce((total, share) => total + share, 0);
  const remainder = (position) => (counts[position] * whole) % base;
  const order = counts.map((_, position) => position).sort((a, b) => remainder(b) - remainder(a) || a - b);
  for (const position of order.slice(0, missing)) shares[position] += 1;
  return shares;
}

/** Digits after the point: tenths of a percent mean something from a thousand ballots on. */
export function sharePlaces(ballots) {
  return ballots >= 1000 ? 1 : 0;
}
