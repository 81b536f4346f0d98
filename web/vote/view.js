// The page as it is seen. A question is built once, then only touched where it changed: nothing jumps.

import { countdownText } from "../lib/clock.js";
import { toBase64url, utf8 } from "../lib/bytes.js";
import { h, replaceContent, setText } from "../lib/dom.js";
import { formatPercent, language, languages, t } from "../lib/locale.js";
import { optionClass, optionLetter, optionShape } from "../lib/options.js";
import { choosingText } from "./words.js";

function byId(id) {
  return document.getElementById(id);
}

export class VoteView {
  /** on: { choose(choices), vote(), language(code) } */
  constructor(on) {
    this.on = on;
    this.built = "";
    this.cards = [];
    this.spoken = "";
    this.alarmed = "";
    window.addEventListener("resize", () => this.fit());
    byId("vote").addEventListener("click", () => this.pressed());
    byId("language").addEventListener("click", () => this.on.language(this.otherLanguage()[0]));
  }

  otherLanguage() {
    return languages().find(([code]) => code !== language());
  }

  frame(event) {
    const [code, name] = this.otherLanguage();
    const button = byId("language");
    setText(button, name);
    button.lang = code;
    button.hidden = false;
    byId("dock").setAttribute("aria-label", t("your-vote"));
    byId("dock").hidden = false;
    document.title = event || t("title");
    this.event = event;
  }

  /** Nothing to answer: the event's name, large. */
  waiting(words) {
    setText(byId("event"), "");
    this.build("waiting " + language() + this.event, () => {
      const marks = [0, 1, 2, 3].map((n) => optionShape("single", n));
      const name = h("h1", { id: "heading", tabindex: "-1" }, this.event || t("title"));
      return h("div", { class: "waiting" }, h("p", { class: "marks" }, marks), name, h("p", {}, t("waiting")));
    });
    this.cards = [];
    this.state(words);
  }

  /**
   * A question. `touch`: may the cards be touched? `counts`: votes per option, or null; `whole`: what they are parts of.
   */
  question(question, { secrecy, choices, touch, counts, whole, ballots, words }) {
    setText(byId("event"), this.event);
    const key = ["question", language(), question.q, question.r, question.text, question.live, secrecy].join(" ");
    const isNew = this.build(key, () => this.makeQuestion(question, secrecy));
    byId("answers").disabled = !touch;
    this.cards.forEach((card, position) => {
      const chosen = choices.indexOf(position) >= 0;
      card.input.checked = chosen;
      card.label.classList.toggle("chosen", chosen);
      card.result.hidden = !question.live && !counts;
      const share = counts && whole > 0 ? counts[position] / whole : 0;
      card.bar.style.setProperty("transform", "scaleX(" + share + ")");
      setText(card.percent, counts ? formatPercent(counts[position], whole) : "");
      setText(card.count, counts ? t("votes", { n: counts[position] }) : "");
      card.mine.hidden = !(chosen && question.state === "revealed");
    });
    setText(byId("ballots"), counts ? t("ballots", { n: ballots }) : "");
    this.state(words);
    // Focus on the new heading reads it out: not twice.
    const said = document.activeElement && document.activeElement.id === "heading";
    if (isNew && !said) this.tell(t("new-question", { text: question.text }) + " " + words.headline);
  }

  makeQuestion(question, secrecy) {
    const place = t("question-of", { nr: question.nr, of: question.of });
    const round = question.r > 1 ? " · " + t("round", { r: question.r }) : "";
    const type = question.kind === "multiple" ? "checkbox" : "radio";
    this.cards = question.opts.map((text, position) => this.makeCard(question.kind, type, text, position));
    return h(
      "div",
      { class: "question" },
      h("p", { class: "place" }, h("span", {}, place + round), h("span", { id: "timer" })),
      h("h1", { id: "heading", tabindex: "-1" }, question.text),
      question.detail ? h("p", { class: "detail" }, question.detail) : null,
      secrecy ? h("p", { id: "secrecy", class: "rule" }, secrecy) : null,
      h("p", { id: "rule", class: question.kind === "multiple" ? "rule" : "unseen" }, choosingText(question)),
      h(
        "fieldset",
        { id: "answers", "aria-labelledby": "heading", "aria-describedby": "secrecy rule", onchange: () => this.changed() },
        this.cards.map((card) => card.label),
      ),
      h("p", { id: "ballots", class: "rule" }),
    );
  }

  makeCard(kind, type, text, position) {
    const input = h("input", { class: "unseen", type, name: "answer", value: position });
    const bar = h("span", { class: "bar" });
    const percent = h("strong", {});
    const count = h("span", {});
    const mine = h("span", { class: "mine", hidden: true }, t("your-vote"));
    const rail = h("span", { class: "rail" }, bar);
    const result = h("span", { class: "result", hidden: true }, rail, percent, count, mine);
    const letter = optionLetter(kind, position);
    const label = h(
      "label",
      { class: "card " + optionClass(kind, position), "data-option": position },
      input,
      h("span", { class: "mark" }, optionShape(kind, position), letter ? h("b", {}, letter) : null),
      h("span", { class: "text" }, text),
      h("span", { class: "tick " + type, "aria-hidden": "true" }),
      result,
    );
    return { label, input, result, bar, percent, count, mine };
  }

  /** New content for a new `key`. Focus that was in the old goes to the new heading. */
  build(key, make) {
    if (this.built === key) return false;
    const stage = byId("stage");
    const hadFocus = stage.contains(document.activeElement);
    this.built = key;
    replaceContent(stage, make());
    window.scrollTo(0, 0);
    this.timer("");
    if (hadFocus) byId("heading").focus();
    return true;
  }

  /** The state line and the button. */
  state(words) {
    const state = byId("state");
    const button = byId("vote");
    state.dataset.state = words.state;
    byId("dock").dataset.state = words.state;
    setText(byId("headline"), words.headline);
    setText(byId("next"), words.next || "");
    const hadFocus = document.activeElement === button;
    button.hidden = !words.label;
    button.setAttribute("aria-disabled", String(!words.ready));
    if (words.label) setText(button, words.label);
    else if (hadFocus) {
      this.spoken = words.headline; // focus reads it out
      state.focus();
    }
    this.fit();
    if (["unsent", "counted", "refused", "barred", "alarm", "none", "void"].indexOf(words.state) >= 0) this.tell(words.headline);
  }

  /** Where the ballot is in the public record. `evidence` of it as a file, "" if there is none. */
  record(text, evidence) {
    byId("record").hidden = !text;
    setText(byId("recorded"), text);
    const link = byId("receipt");
    setText(link, t("receipt"));
    link.hidden = !evidence;
    link.href = "/audit#receipt=" + toBase64url(utf8(evidence));
  }

  /** The hub does not keep its word. "" hides. */
  alarm(text, evidence) {
    if (this.alarmed === text + evidence) return;
    this.alarmed = text + evidence;
    const block = byId("alarm");
    block.hidden = !text;
    byId("dock").classList.toggle("alarmed", !block.hidden);
    const href = URL.createObjectURL(new Blob([evidence]));
    const save = h("a", { class: "button", href, download: "plenum-evidence.txt" }, t("alarm-save"));
    replaceContent(block, h("h2", {}, t("alarm")), h("p", {}, text), h("p", {}, t("alarm-next")), save);
  }

  /** The dock stays in view unless that leaves too little of the answers. */
  fit() {
    const dock = byId("dock");
    const most = byId("alarm").hidden ? 0.45 : 0.8;
    dock.classList.toggle("loose", dock.offsetHeight > most * window.innerHeight);
  }

  /** Says `text` to screen readers, once. */
  tell(text) {
    if (this.spoken === text) return;
    this.spoken = text;
    setText(byId("live"), text);
  }

  /** About something else than the vote in front. "" hides. */
  notice(id, text) {
    const element = byId(id);
    setText(element, text);
    element.hidden = !text;
  }

  timer(text) {
    const element = byId("timer");
    if (element) setText(element, text);
  }

  countdown(milliseconds) {
    this.timer(t("closes-in", { time: countdownText(milliseconds) }));
  }

  changed() {
    const choices = [];
    this.cards.forEach((card, position) => card.input.checked && choices.push(position));
    this.on.choose(choices);
  }

  pressed() {
    if (byId("vote").getAttribute("aria-disabled") === "true") this.tell(byId("next").textContent);
    else this.on.vote();
  }
}
