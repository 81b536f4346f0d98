// How an option is marked, the same everywhere: a letter, a shape, a colour (tokens.css; the class sets --option).
// The marks are drawn, not typed: no font has to know them.

import { svg } from "./dom.js";

const OPTION_SHAPES = [
  ["circle", "M12 2a10 10 0 1 0 0 20a10 10 0 1 0 0-20z"],
  ["triangle", "M12 1.8L23 21.5H1z"],
  ["square", "M3 3h18v18H3z"],
  ["diamond", "M12 .8L23.2 12L12 23.2L.8 12z"],
  ["star", "M12 1l3.1 7.3 7.9.7-6 5.2 1.8 7.8L12 17.9 5.2 22 7 14.2 1 9l7.9-.7z"],
  ["pentagon", "M12 1.2l11 8.1L18.8 22H5.2L1 9.3z"],
  ["plus", "M8.5 2h7v6.5H22v7h-6.5V22h-7v-6.5H2v-7h6.5z"],
  ["wedge", "M1 2.5h22L12 22.2z"],
];
const OPTION_ANSWERS = [
  ["yes", "M4.6 10.6l-3 3L9.4 21.4 22.6 7.2l-3.2-2.9L9.2 15.2z"],
  ["no", "M5.4 2.4l-3 3L9 12l-6.6 6.6 3 3L12 15l6.6 6.6 3-3L15 12l6.6-6.6-3-3L12 9z"],
  ["abstain", "M2 9.8h20v4.4H2z"],
];

/** 0 → "A", 25 → "Z", 26 → "AA". A motion's answers have no letter: "". */
export function optionLetter(kind, position) {
  if (kind === "motion") return "";
  let letters = "";
  for (let n = position; n >= 0; n = Math.floor(n / 26) - 1) letters = String.fromCharCode(65 + (n % 26)) + letters;
  return letters;
}

function optionMark(kind, position) {
  return kind === "motion" ? OPTION_ANSWERS[position % 3] : OPTION_SHAPES[position % 8];
}

/** "option-1" … "option-8" (from the 9th on again), "option-yes" … */
export function optionClass(kind, position) {
  return kind === "motion" ? "option-" + optionMark(kind, position)[0] : "option-" + ((position % 8) + 1);
}

/** An <svg class="shape option-n">. Decoration: letter and text carry the name. */
export function optionShape(kind, position) {
  const attributes = { viewBox: "0 0 24 24", class: "shape " + optionClass(kind, position), "aria-hidden": "true" };
  return svg("svg", attributes, svg("path", { d: optionMark(kind, position)[1], fill: "currentColor" }));
}
