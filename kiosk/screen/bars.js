// The chart: one row per option, in the order of the ballot paper, always. Rows never move and never change size while
// a question is shown; bars grow by transform only.

import { h, replaceContent, setText } from "../lib/dom.js";
import { formatNumber, formatPercent } from "../lib/locale.js";
import { optionClass, optionLetter, optionShape } from "../lib/options.js";
import { roundedShares, sharePlaces } from "./percent.js";

export class BarChart {
  constructor(list) {
    this.list = list;
    this.rows = [];
    this.room = 3; // digits
  }

  /** `texts`: the options' names. */
  build(kind, texts) {
    this.rows = texts.map((text, position) => this.makeRow(kind, text, position));
    replaceContent(
      this.list,
      this.rows.map((row) => row.item),
    );
  }

  makeRow(kind, text, position) {
    const letter = optionLetter(kind, position);
    const count = h("span", { class: "count" });
    const percent = h("span", { class: "percent" });
    const bar = h("span", { class: "bar" });
    const option = h(
      "span",
      { class: "option" },
      h("span", { class: "mark" }, optionShape(kind, position), letter ? h("b", {}, letter) : null),
      h("span", { class: "label" }, text),
    );
    const item = h(
      "li",
      { class: "row " + optionClass(kind, position), "data-option": position },
      option,
      count,
      percent,
      h("span", { class: "track", "aria-hidden": "true" }, bar),
    );
    return { item, option, count, percent, bar };
  }

  /** Columns are filled downwards. */
  arrange(columns) {
    const lines = Math.ceil(this.rows.length / columns);
    this.list.dataset.columns = columns;
    this.list.style.setProperty("--columns", columns);
    this.list.style.setProperty("--lines", lines);
  }

  /** As long as there is no bar below it, a name stands in the middle of its row: this far lower. */
  balance() {
    const falls = this.rows.map(({ item, option }) => {
      return item.clientHeight / 2 - option.offsetTop - option.offsetHeight / 2;
    });
    this.rows.forEach((row, position) => row.item.style.setProperty("--fall", falls[position] + "px"));
  }

  /** Room for numbers up to `most`, three digits at least, so that no label moves when a digit is added. */
  reserve(most) {
    this.room = Math.max(3, formatNumber(most).length);
    this.list.style.setProperty("--count-room", this.room + "ch");
    this.list.style.setProperty("--percent-room", sharePlaces(most) > 0 ? "6.4ch" : "4.8ch");
  }

  /** `mode`: "hidden" (names only), "silence" (empty bars, no numbers), "shown". `leaders`: positions to mark. */
  show(mode, tally, leaders) {
    this.list.dataset.mode = mode;
    const seen = mode === "shown" && tally && tally.counts;
    const counts = seen ? tally.counts : this.rows.map(() => 0);
    const base = seen ? tally.base : 0;
    const places = sharePlaces(base);
    const shares = roundedShares(counts, base, places);
    this.rows.forEach((row, position) => {
      const share = base > 0 ? counts[position] / base : 0;
      row.bar.style.transform = "scaleX(" + Math.min(1, share) + ")";
      setText(row.count, seen ? formatNumber(counts[position]) : "");
      const whole = 100 * Math.pow(10, places);
      setText(row.percent, seen ? formatPercent(shares[position], base > 0 ? whole : 0, places) : "");
      row.item.toggleAttribute("data-leading", leaders.indexOf(position) >= 0);
    });
  }
}
