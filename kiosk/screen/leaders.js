// Which options lead. A fact about the counts, not a verdict: that also needs a base, a threshold and a quorum.

/** Positions with the highest count, ascending; several are a tie, none means no votes. Of a motion yes and no vie. */
export function leadingOptions(kind, counts) {
  const vying = kind === "motion" ? counts.slice(0, 2) : counts;
  const highest = Math.max(0, ...vying);
  if (highest === 0) return [];
  return vying.map((_, position) => position).filter((position) => vying[position] === highest);
}
