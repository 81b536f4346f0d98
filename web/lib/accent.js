// The event's accent colour, moved lighter or darker until it can be read on this page's paper: computed, not guessed.

const ACCENT_CONTRAST = 4.5; // WCAG 2.2, 1.4.3: text against its background

/** "#0b57d0" → [11, 87, 208]; null if it is none. */
export function colourParts(colour) {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(String(colour).trim());
  return match && match.slice(1).map((hex) => parseInt(hex, 16));
}

/** WCAG 2.2 contrast ratio of two colours given as parts, 1 to 21. */
export function contrastRatio(one, other) {
  const light = [one, other].map(relativeLuminance).sort((a, b) => b - a);
  return (light[0] + 0.05) / (light[1] + 0.05);
}

function relativeLuminance(parts) {
  const [r, g, b] = parts.map((part) => {
    const c = part / 255;
    return c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4);
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** The colour nearest to `accent`, towards black or white, that keeps 4.5:1 on each of the `grounds`. */
export function readableAccent(accent, grounds) {
  const goal = grounds.every((ground) => relativeLuminance(ground) > 0.18) ? 0 : 255;
  for (let step = 0; step < 20; step += 1) {
    const parts = accent.map((part) => Math.round(part + ((goal - part) * step) / 20));
    if (grounds.every((ground) => contrastRatio(parts, ground) >= ACCENT_CONTRAST)) return parts;
  }
  return [goal, goal, goal];
}

/** Puts the event's accent on the page, for light and for dark; anything but "#rrggbb" leaves the page's own. */
export function wearAccent(colour) {
  const root = document.documentElement;
  const accent = colourParts(colour);
  for (const name of ["--accent", "--on-accent"]) root.style.removeProperty(name);
  const look = getComputedStyle(root);
  const grounds = ["--paper", "--surface"].map((name) => colourParts(look.getPropertyValue(name)));
  if (!accent || grounds.indexOf(null) >= 0) return;
  const worn = readableAccent(accent, grounds);
  const black = [16, 19, 26];
  const white = [255, 255, 255];
  const text = contrastRatio(worn, white) >= contrastRatio(worn, black) ? white : black;
  root.style.setProperty("--accent", "rgb(" + worn.join(", ") + ")");
  root.style.setProperty("--on-accent", "rgb(" + text.join(", ") + ")");
}
