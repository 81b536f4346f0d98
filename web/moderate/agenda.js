// The agenda: every question with its state, kind and ballots. Touching one shows it beside the stage, never on it.

import { h, replaceContent } from "../lib/dom.js";
import { language, t } from "../lib/locale.js";
import { secrecyName } from "./words.js";

export class AgendaList {
  /** onSelect(q): the moderator wants to see question q; 0 to see what comes next again. */
  constructor(list, onSelect) {
    this.list = list;
    this.onSelect = onSelect;
    this.drawn = "";
    this.active = -1;
  }

  /** `ballots`: of the active question, fresher than the agenda's. */
  show(agenda, { following, selected, ballots }) {
    const next = following ? following.q : 0;
    const key = JSON.stringify([language(), agenda.questions, agenda.active, next, selected, ballots]);
    if (this.drawn === key) return;
    this.drawn = key;
    const focused = this.list.contains(document.activeElement) ? document.activeElement.dataset.q : null;
    replaceContent(
      this.list,
      agenda.questions.map((question, i) => {
        const active = question.q === agenda.active;
        const n = active ? ballots : question.ballots;
        return this.item(question, i + 1, { active, next: question.q === next, chosen: question.q === selected, n });
      }),
    );
    if (focused) this.list.querySelector('[data-q="' + focused + '"]').focus();
    if (this.active !== agenda.active) this.reach(agenda.active);
    this.active = agenda.active;
  }

  /** Brings the active question into the list's view, where the list scrolls by itself. */
  reach(q) {
    const entry = this.list.querySelector('[data-q="' + q + '"]');
    const column = this.list.parentElement;
    if (!entry || column.scrollHeight <= column.clientHeight) return;
    const middle = entry.getBoundingClientRect().top - column.getBoundingClientRect().top + column.scrollTop;
    column.scrollTop = middle - column.clientHeight / 3;
  }

  item(question, nr, { active, next, chosen, n }) {
    const facts = [t("kind-" + question.kind), secrecyName(question)];
    if (question.r > 1) facts.push(t("round", { r: question.r }));
    if (n > 0) facts.push(t("ballots", { n }));
    const badge = active ? t("on-screen") : next ? t("is-next") : "";
    return h(
      "li",
      {},
      h(
        "button",
        {
          type: "button",
          class: "entry",
          "data-q": question.q,
          "data-state": question.state,
          "data-active": active,
          "aria-pressed": String(chosen),
          onclick: () => this.onSelect(chosen ? 0 : question.q),
        },
        h("span", { class: "nr" }, String(nr)),
        h("span", { class: "what" }, question.text),
        h(
          "span",
          { class: "facts" },
          h("span", { class: "state", "data-state": question.state }, t("state-" + question.state)),
          h("span", {}, facts.join(" · ")),
          badge ? h("b", { class: "badge" }, badge) : null,
        ),
      ),
    );
  }
}
