// Beside the stage: notes on what is shown, what comes next (or the question that was touched), the room's health.

import { h, replaceContent, setText } from "../lib/dom.js";
import { language, t } from "../lib/locale.js";
import { optionLetter, optionShape } from "../lib/options.js";
import { deedText, healthRows, optionNames, placeOf, rulesText, secrecyName } from "./words.js";

export class Side {
  /** on: { show(q), prepare(q), unselect() } */
  constructor(on, { notes, deeds, next, health }) {
    this.on = on;
    this.notes = notes;
    this.deeds = deeds;
    this.next = next;
    this.health = health;
    this.drawn = "";
  }

  showNotes(question) {
    const text = question && question.notes ? question.notes : "";
    this.notes.hidden = !text;
    setText(this.notes.querySelector("p"), text);
  }

  /** What stands in the record of the moderators' doing, on the question in front. `acts`: of a head. */
  showDeeds(question, acts) {
    const lines = question ? acts.filter((act) => act.q === question.q).map(deedText) : [];
    const key = JSON.stringify(lines);
    this.deeds.hidden = lines.length === 0;
    if (this.deedsDrawn === key) return;
    this.deedsDrawn = key;
    replaceContent(
      this.deeds.querySelector("ol"),
      lines.map((line) => h("li", {}, line)),
    );
  }

  /** `question`: what to show; `chosen`: the moderator asked for it; `busy`: why nothing can be sent now. */
  showNext(agenda, question, { chosen, busy }) {
    const key = JSON.stringify([language(), question, chosen, busy, agenda.active, agenda.questions.length]);
    if (this.drawn === key) return;
    this.drawn = key;
    const hadFocus = this.next.contains(document.activeElement);
    const nr = question ? placeOf(agenda, question.q) : 0;
    const nothing = t(busy === "ended" ? "hint-ended" : "next-none");
    const title = chosen ? t("chosen-title", { nr }) : question ? t("next-title", { nr }) : t("next-none-title");
    replaceContent(
      this.next,
      h("h2", { tabindex: "-1" }, title),
      question ? this.details(agenda, question) : h("p", { class: "soft" }, nothing),
      chosen ? this.buttons(agenda, question, busy) : null,
    );
    if (hadFocus) this.next.querySelector("h2").focus();
  }

  details(agenda, question) {
    const names = optionNames(question);
    return [
      h("p", { class: "asked" }, question.text),
      question.detail ? h("p", { class: "soft detail" }, question.detail) : null,
      h("p", { class: "soft" }, secrecyName(question) + " · " + rulesText(question)),
      h(
        "ol",
        { class: "options" },
        names.map((name, i) => {
          const letter = optionLetter(question.kind, i);
          const count = question.counts ? h("b", { class: "count" }, t("votes", { n: question.counts[i] })) : null;
          const mark = [optionShape(question.kind, i), letter ? h("b", {}, letter) : null];
          return h("li", {}, mark, h("span", {}, name), count);
        }),
      ),
      question.notes && question.q !== agenda.active ? h("p", { class: "note" }, question.notes) : null,
    ];
  }

  buttons(agenda, question, busy) {
    const draft = question.state === "draft";
    const shown = question.q === agenda.active;
    const go = () => (draft ? this.on.prepare(question.q) : this.on.show(question.q));
    const label = draft ? t("prepare") : t("show-now");
    const goAttributes = { type: "button", id: "show-chosen", disabled: Boolean(busy), onclick: go };
    return h(
      "div",
      { class: "answers" },
      h("button", { type: "button", class: "quiet", onclick: () => this.on.unselect() }, t("back-to-next")),
      shown ? null : h("button", goAttributes, label),
    );
  }

  showHealth(health, room, line) {
    const rows = healthRows(health, room, line);
    const key = JSON.stringify(rows);
    if (this.healthDrawn === key) return;
    this.healthDrawn = key;
    replaceContent(
      this.health,
      rows.map(({ name, value, state }) => h("div", { "data-health": state }, h("dt", {}, name), h("dd", {}, value))),
    );
  }
}
