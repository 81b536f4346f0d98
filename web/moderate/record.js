// The public record, beside the room's health: how far it is, its code, its key, and the ways to check it.

import { h, replaceContent, setText } from "../lib/dom.js";
import { language, t } from "../lib/locale.js";
import { copyField } from "./copy.js";

const BUNDLE_PAUSE = 1000; // ms until a bundle that is being prepared is asked for again
const BUNDLE_TRIES = 120;

export class RecordPanel {
  constructor(section) {
    this.section = section;
    this.drawn = "";
  }

  /** `head`: the record's newest, or null; `vkey`: of the welcome. */
  show(head, vkey) {
    this.section.hidden = !head;
    if (!head) return;
    this.frame(vkey);
    setText(this.size, t("record-entries", { n: head.size }));
    setText(this.code, head.code);
  }

  frame(vkey) {
    const key = language() + vkey;
    if (this.drawn === key) return;
    this.drawn = key;
    this.size = h("span", {});
    this.code = h("b", { id: "record-code" });
    const field = copyField("vkey", t("record-key"));
    field.input.value = vkey;
    const bundle = h("a", { href: "/bundle.zip", download: true, id: "bundle" }, t("record-bundle"));
    bundle.addEventListener("click", (event) => {
      event.preventDefault();
      fetchBundle(bundle);
    });
    const audit = h("a", { href: "/audit", target: "_blank", rel: "noopener" }, t("record-audit"));
    const help = h("p", { class: "soft" }, t("record-key-help"));
    replaceContent(
      this.section,
      h("h2", { id: "record-title" }, t("record")),
      h("p", { class: "facts" }, this.size, this.code),
      h("p", { class: "ways" }, audit, bundle),
      h("details", {}, h("summary", {}, t("record-key-show")), field.whole, help),
    );
  }
}

/** The hub zips it on demand: until it is done the link says so, then the download begins. */
function fetchBundle(link) {
  if (link.dataset.busy) return;
  link.dataset.busy = "1";
  setText(link, t("record-bundle-busy"));
  const end = (words) => {
    delete link.dataset.busy;
    setText(link, words);
  };
  const attempt = (left) =>
    fetch(link.href, { cache: "no-store" }).then((response) => {
      if (response.body) response.body.cancel();
      if (response.ok) {
        location.assign(link.href);
        return end(t("record-bundle"));
      }
      if (response.status !== 503 || left === 0) throw new Error("bundle " + response.status);
      return new Promise((resolve) => setTimeout(resolve, BUNDLE_PAUSE)).then(() => attempt(left - 1));
    });
  attempt(BUNDLE_TRIES).catch(() => end(t("record-bundle-failed")));
}
