// A field to copy from.

import { h, setText } from "../lib/dom.js";
import { t } from "../lib/locale.js";

/** { input, said, whole }. Plain http has no clipboard: the old way is taken; if that fails, the text is selected. */
export function copyField(id, label) {
  const input = h("input", { id, type: "text", readonly: true, spellcheck: "false" });
  const said = h("span", { class: "said", role: "status" });
  const copy = () => {
    const before = document.activeElement;
    input.focus();
    input.select();
    let copied = false;
    try {
      copied = document.execCommand("copy");
    } catch (error) {
      // not allowed: the text stays selected
    }
    setText(said, copied ? t("copied") : t("selected"));
    if (!copied) return;
    input.blur(); // the next space is not meant for this field
    if (before && before.focus) before.focus();
  };
  const button = h("button", { type: "button", class: "quiet", onclick: copy, "data-copies": id }, t("copy"));
  const line = h("div", { class: "copy" }, input, button);
  return { input, said, whole: h("div", { class: "field" }, h("label", { for: id }, label), line, said) };
}
