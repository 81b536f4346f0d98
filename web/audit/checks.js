// The verdict on the record: what was checked here, what was found, and the code to compare.

import { h, replaceContent, setText, svg } from "../lib/dom.js";
import { formatTime, t } from "../lib/locale.js";
import { shortCode } from "../lib/shortcode.js";
import { byId, setOrHide } from "./parts.js";
import { checkLines, faultLines, verdictWords } from "./words.js";

const CHECK_MARKS = {
  good: "M4.6 10.6l-3 3L9.4 21.4 22.6 7.2l-3.2-2.9L9.2 15.2z",
  bad: "M5.4 2.4l-3 3L9 12l-6.6 6.6 3 3L12 15l6.6 6.6 3-3L15 12l6.6-6.6-3-3L12 9z",
  waiting: "M12 8.5a3.5 3.5 0 1 0 0 7a3.5 3.5 0 1 0 0-7z",
  none: "M3 10.2h18v3.6H3z",
};
const GROWTH_TOLD = 20000; // ms: screen readers are not told more often

function mark(state) {
  const path = svg("path", { d: CHECK_MARKS[state], fill: "currentColor" });
  return svg("svg", { viewBox: "0 0 24 24", class: "tick", "aria-hidden": "true" }, path);
}

export class ChecksView {
  /** on: { save(): the evidence, reopen(): read the other record } */
  constructor(on) {
    this.on = on;
    this.shown = "";
    this.grown = null;
    this.toldAt = 0;
  }

  show(watch) {
    const words = verdictWords(watch);
    const { record, phase } = watch;
    const isRead = Boolean(record && record.size && record.head);
    byId("verdict").dataset.state = words.state;
    setText(byId("headline"), words.headline);
    setText(byId("since"), words.since);
    setOrHide(byId("todo"), words.todo);
    setOrHide(byId("line"), watch.isLost && isRead ? t("lost-notice", { time: formatTime(watch.checkedAt) }) : "");
    this.showActs(phase, words);
    this.showFaults(isRead && phase !== "alarm" ? record.count.faults : []);
    this.showLines(isRead ? checkLines(watch) : []);
    this.showCode(isRead ? record : null);
    this.showGrowth(watch.growth);
    this.tell(words, watch);
  }

  showActs(phase, { state }) {
    const acts = [];
    const button = (key, onclick) => h("button", { type: "button", class: "main", onclick }, t(key));
    if (state === "bad") acts.push(button("save-evidence", () => this.on.save()));
    if (phase === "other") acts.push(button("other-open", () => this.on.reopen()));
    const line = byId("verdict-acts");
    const text = acts.map((act) => act.textContent).join();
    if (line.textContent !== text) replaceContent(line, acts);
    line.hidden = !acts.length;
  }

  showFaults(faults) {
    const lines = faultLines(faults);
    const list = byId("faults");
    list.hidden = !lines.length;
    if (list.textContent !== lines.join("")) replaceContent(list, lines.map((line) => h("li", {}, line)));
  }

  /** Line by line: what stays the same is not touched. */
  showLines(lines) {
    const list = byId("checks");
    const key = JSON.stringify(lines);
    if (key === this.shown) return;
    this.shown = key;
    const item = ({ state, text }) => {
      const word = h("span", { class: state === "none" ? "word" : "unseen" }, t("check-" + state) + " ");
      return h("li", { "data-state": state }, mark(state), h("span", {}, word, text));
    };
    replaceContent(list, lines.map(item));
  }

  showCode(record) {
    byId("code").hidden = !record;
    if (!record) return;
    setText(byId("code-title"), t("code-title", { n: record.size }));
    setText(byId("short"), shortCode(record.head.root));
    setText(byId("code-how"), t("code-how", { n: record.size }));
  }

  showGrowth(growth) {
    setOrHide(byId("growth"), growth ? t("growth", { n: growth.entries }) : "");
  }

  /** Screen readers hear a new verdict at once, growth now and then. */
  tell(words, watch) {
    const isNews = words.state !== this.state && watch.phase !== "loading";
    this.state = words.state;
    if (isNews) return setText(byId("live"), words.headline);
    if (watch.growth === this.grown || Date.now() - this.toldAt < GROWTH_TOLD) return undefined;
    this.grown = watch.growth;
    this.toldAt = Date.now();
    return setText(byId("live"), t("growth", { n: watch.growth.entries }));
  }
}
