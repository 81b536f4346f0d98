// Dialogs: a question that must be answered, and the large join code. <dialog> where the browser has it.

import { h, replaceContent } from "../lib/dom.js";
import { t } from "../lib/locale.js";

const WHY_LENGTH = 200; // the hub takes no more
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

/**
 * Asks once. `reason`: a field for the public reason is offered; `choices`: [[value, label]] instead of one `yes`.
 * Resolves to { why, choice }, or to null; the focus lies on the harmless answer.
 */
export function ask(dialog, { title, text, yes, reason, choices }) {
  return new Promise((resolve) => {
    let answer = null;
    const field = h("input", { id: "ask-why", type: "text", maxlength: WHY_LENGTH, autocomplete: "off" });
    const reply = (value) => () => {
      answer = value === null ? null : { why: field.value.trim(), choice: value };
      closeDialog(dialog);
    };
    const no = h("button", { type: "button", class: "quiet", "data-answer": "no", onclick: reply(null) }, t("cancel"));
    const look = choices ? "" : "danger";
    const ways = (choices || [[true, yes]]).map(([value, label]) =>
      h("button", { type: "button", class: look, "data-answer": "yes", onclick: reply(value) }, label),
    );
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.isComposing) ways[0].focus();
    });
    replaceContent(
      dialog,
      h("h2", { id: "ask-title" }, title),
      text.split("\n").map((line) => h("p", {}, line)),
      reason ? h("div", { class: "field" }, h("label", { for: "ask-why" }, t("reason")), field) : null,
      h("div", { class: "answers" }, no, ways),
    );
    openDialog(dialog, choices ? ways[0] : no, () => resolve(answer));
  });
}
