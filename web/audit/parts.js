// The parts of the page by their names in index.html.

import { setText } from "../lib/dom.js";

export function byId(id) {
  return document.getElementById(id);
}

/** Sets text, and hides the element if there is none. */
export function setOrHide(element, text) {
  setText(element, text || "");
  element.hidden = !text;
}
