// Long work in short pieces, so that the page goes on scrolling.

const PACE_PIECE = 20; // ms of work between two breaths
let paceSince = 0;

/** To be awaited between two steps of long work: lets the page breathe when it is time. */
export function pause() {
  const now = performance.now();
  if (now - paceSince < PACE_PIECE) return null;
  return new Promise((resolve) => setTimeout(resolve)).then(() => {
    paceSince = performance.now();
  });
}
