// Dialogs: a question that must be answered, and the large join code. <dialog> where the browser has it.

import { h, replaceContent } from "../lib/dom.js";
import { t } from "../lib/locale.js";

const openDialogs = new Set();

export function isDialogOpen() {
  return openDialogs.size > 0;
}

/** Opens the dialog; `onClose` runs when it closes, whichever way. Focus goes to `focus` and returns afterwards. */
export function openDialog(dialog, focus, onClose) {
  const before = document.activeElement;
  const native = typeof dialog.showModal === "function";
  const closed = () => {
    if (!openDialogs.delete(dialog)) return;
    dialog.removeEventListener("close", closed);
    document.removeEventListener("keydown", keys, true);
    if (!native) dialog.removeAttribute("open");
    document.body.classList.remove("behind-dialog");
    if (before && before.focus) before.focus();
    onClose();
  };
  const keys = (event) => {
    if (event.key === "Escape") closeDialog(dialog);
    if (event.key === "Tab") keepFocusInside(dialog, event);
  };
  openDialogs.add(dialog);
  dialog.closing = closed;
  dialog.addEventListener("close", closed);
  if (native) dialog.showModal();
  else {
    dialog.setAttribute("open", "");
    dialog.setAttribute("role", "dialog");
    dialog.setAttribute("aria-modal", "true");
    document.body.classList.add("behind-dialog");
    document.addEventListener("keydown", keys, true);
  }
  focus.focus();
}

export function closeDialog(dialog) {
  if (typeof dialog.close === "function" && dialog.open) dialog.close();
  if (dialog.closing) dialog.closing();
}

function keepFocusInside(dialog, event) {
  const stops = Array.from(dialog.querySelectorAll("button, input, select, a[href]")).filter((stop) => !stop.disabled);
  const at = stops.indexOf(document.activeElement);
  const next = (at + (event.shiftKey ? -1 : 1) + stops.length) % stops.length;
  event.preventDefault();
  stops[next].focus();
}

/** Asks once. Resolves true on `yes`; the focus lies on the harmless answer. */
export function ask(dialog, { title, text, yes }) {
  return new Promise((resolve) => {
    let answer = false;
    const reply = (value) => () => {
      answer = value;
      closeDialog(dialog);
    };
    const no = h("button", { type: "button", class: "quiet", "data-answer": "no", onclick: reply(false) }, t("cancel"));
    const go = h("button", { type: "button", class: "danger", "data-answer": "yes", onclick: reply(true) }, yes);
    const lines = text.split("\n").map((line) => h("p", {}, line));
    replaceContent(dialog, h("h2", { id: "ask-title" }, title), lines, h("div", { class: "answers" }, no, go));
    openDialog(dialog, no, () => resolve(answer));
  });
}
