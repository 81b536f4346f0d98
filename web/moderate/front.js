// The middle of the page: what the audience sees, how it stands, and the buttons. The buttons are made once; from then
// on only their words and whether they can be pressed change, so that each stays where it is.

import { countdownText } from "../lib/clock.js";
import { h, replaceContent, setText } from "../lib/dom.js";
import { formatNumber, t } from "../lib/locale.js";
import { timerChoices } from "./steps.js";
import { durationText, mainText, situationText, votedText } from "./words.js";

const SIDE_ACTS = ["back", "extend", "hide", "clear", "reset", "void"];

function one(id) {
  return document.getElementById(id);
}

export class Front {
  /** on: { main(), side(act), timer(seconds) } */
  constructor(on) {
    this.on = on;
    one("main-act").addEventListener("click", () => this.on.main());
    const button = (act) => h("button", { type: "button", class: "quiet", "data-act": act, onclick: () => on.side(act) });
    this.side = SIDE_ACTS.map(button);
    replaceContent(one("side-acts"), this.side);
    this.timerKey = "";
  }

  /** Words that stay. */
  frame() {
    this.side.forEach((button) => setText(button, t("act-" + button.dataset.act)));
    this.timerKey = "";
  }

  /** view: { agenda, question, step, seconds, allowed, canGo, busy, ballots, room } */
  show({ agenda, question, step, seconds, allowed, canGo, busy, ballots, room }) {
    document.body.dataset.state = question ? question.state : "waiting";
    const chip = one("now-state");
    setText(chip, question ? t("state-" + question.state) : t("state-waiting"));
    chip.dataset.state = question ? question.state : "waiting";
    const nr = question ? agenda.questions.indexOf(question) + 1 : 0;
    const round = question && question.r > 1 ? " · " + t("round", { r: question.r }) : "";
    const place = question ? t("place", { nr, of: agenda.questions.length }) + round : t("waiting-screen");
    setText(one("now-place"), place);
    setText(one("now-text"), question ? question.text : "");
    setText(one("ballots"), formatNumber(ballots));
    setText(one("ballots-of"), votedText(question, ballots, room));
    one("count").hidden = !question || question.state === "ready" || question.state === "draft";
    setText(one("situation"), busy === "ended" ? t("now-ended") : situationText(question));
    this.mainButton(mainText(step, agenda, seconds), step ? step.act : "", canGo, busy);
    this.side.forEach((button) => {
      button.disabled = busy || allowed.indexOf(button.dataset.act) < 0;
    });
    this.timers(question, seconds, step, busy);
  }

  mainButton(label, act, canGo, busy) {
    const button = one("main-act");
    button.dataset.act = act;
    button.setAttribute("aria-disabled", String(!canGo));
    const words = { sending: t("sending"), preparing: t("preparing"), ended: t("main-ended") };
    button.toggleAttribute("data-busy", busy === "sending" || busy === "preparing");
    setText(one("main-label"), words[busy] || label);
    const hints = { away: t("hint-away"), sending: label, preparing: t("hint-preparing"), ended: t("hint-ended") };
    setText(one("main-hint"), hints[busy] || (act ? t("hint-keys") : ""));
  }

  /** The choice of timer before opening. */
  timers(question, seconds, step, busy) {
    const opening = Boolean(step) && step.act === "open";
    const key = JSON.stringify([question && question.q, question && question.timer, seconds, opening, busy]);
    if (key === this.timerKey) return;
    this.timerKey = key;
    const group = one("timers");
    group.toggleAttribute("data-idle", !opening);
    const focused = group.contains(document.activeElement) ? document.activeElement.dataset.seconds : null;
    const buttons = timerChoices(question ? question.timer : 0).map((choice) => {
      const pressed = String(opening && choice === seconds);
      const onclick = () => this.on.timer(choice);
      const attributes = { type: "button", "data-seconds": choice, "aria-pressed": pressed, disabled: !opening, onclick };
      return h("button", attributes, durationText(choice));
    });
    replaceContent(group, buttons);
    const again = focused !== null && group.querySelector('[data-seconds="' + focused + '"]');
    if (again) again.focus();
  }

  /** `left`: ms, null without a timer. */
  timer(left) {
    one("timer").hidden = left === null;
    if (left !== null) setText(one("time"), countdownText(left));
    one("timer").toggleAttribute("data-hurry", left !== null && left <= 10000);
  }
}
