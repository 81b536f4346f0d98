// Join and links: the code large enough to be photographed, the address, the projector's link to copy.

import { fragmentFields, fragmentOf, typedAddress } from "../lib/address.js";
import { h, replaceContent, setText } from "../lib/dom.js";
import { languages, t } from "../lib/locale.js";
import { readStored, writeStored } from "../lib/storage.js";
import { copyField } from "./copy.js";
import { closeDialog, openDialog } from "./dialogs.js";

/** How the projector is to look: { lang, theme }; what the moderator chose for it, else the given language. */
export function projectorLook(lang) {
  const theme = readStored("screen-theme") === "dark" ? "dark" : "light";
  return { lang: readStored("screen-lang") || lang, theme };
}

/** The hub's projector link with that look. */
export function projectorLink(screen, look) {
  const [page, fragment = ""] = screen.split("#");
  return page + fragmentOf({ k: fragmentFields(fragment).k || "", ...look });
}

/** The same page for the preview, from this very origin: the hub's link may name another address of it. */
export function previewSource(screen, look) {
  const fragment = screen.split("#")[1] || "";
  return "/screen" + fragmentOf({ k: fragmentFields(fragment).k || "", ...look, preview: "" });
}

/** Opens the dialog. `welcome`: the hub's; on: { look(): the projector's has changed, end(): of the event or null }. */
export function openLinks(dialog, welcome, lang, on) {
  const look = projectorLook(lang);
  const link = copyField("screen-link", t("projector-link"));
  const show = () => {
    link.input.value = projectorLink(welcome.screen, look);
    setText(link.said, "");
  };
  const choose = (name) => (event) => {
    look[name] = event.target.value;
    writeStored("screen-" + name, look[name]);
    show();
    on.look();
  };
  const known = languages().filter(([code]) => welcome.langs.indexOf(code) >= 0);
  const themes = [
    ["light", t("light")],
    ["dark", t("dark")],
  ];
  const join = copyField("join-link", t("phone-link"));
  join.input.value = welcome.join;
  const close = h("button", { type: "button", class: "quiet", onclick: () => closeDialog(dialog) }, t("close-dialog"));
  replaceContent(
    dialog,
    h("h2", { id: "links-title" }, t("links")),
    h(
      "div",
      { class: "links" },
      h("img", { class: "code", src: "/join.svg?" + encodeURIComponent(welcome.join), alt: t("code-alt") }),
      h(
        "div",
        { class: "stack" },
        h("p", { class: "address" }, typedAddress(welcome.join)),
        join.whole,
        link.whole,
        h(
          "div",
          { class: "pair" },
          choice("screen-lang", t("projector-language"), known, look.lang, choose("lang")),
          choice("screen-theme", t("projector-theme"), themes, look.theme, choose("theme")),
        ),
      ),
    ),
    h("div", { class: "answers" }, on.end ? endButton(dialog, on.end) : null, close),
  );
  show();
  openDialog(dialog, close, () => {});
}

/** A calm place for what is done once: away from the acts, behind two dialogs. */
function endButton(dialog, end) {
  const leave = () => {
    closeDialog(dialog);
    end();
  };
  return h("button", { type: "button", class: "quiet apart", id: "end-event", onclick: leave }, t("end-event"));
}

function choice(id, label, pairs, chosen, onchange) {
  const options = pairs.map(([value, text]) => h("option", { value, selected: value === chosen }, text));
  return h("div", { class: "field" }, h("label", { for: id }, label), h("select", { id, onchange }, options));
}
