// The projector's page as it is seen. A scene is built when it comes up; afterwards only what changed is touched.

import { countdownText } from "../lib/clock.js";
import { typedAddress } from "../lib/address.js";
import { setText } from "../lib/dom.js";
import { formatNumber, language, t } from "../lib/locale.js";
import { BarChart } from "./bars.js";
import { firstFitting, fitText, fittingSteps, isDense, lastResort, staysInside } from "./fit.js";
import { RecordCorner } from "./record.js";
import { secrecyOf } from "./scene.js";
import { actTexts, optionTexts, presenceText, secrecyText, statusWords, turnoutWords } from "./words.js";

const EVENT_SIZES = [6, 5, 4.5, 4, 3.5, 3, 2.5, 2, 1.5];
const ADDRESS_SIZES = [10, 9, 8, 7, 6, 5.5, 5, 4.5, 4, 3.5, 3, 2.5, 2];
const JOIN_SIZES = [2.75, 2.5, 2.25, 2, 1.75, 1.5, 1.25, 1];
const KICKER_SIZES = [1.75, 1.5, 1.25, 1, 0.875];
const STATUS_SIZES = [3, 2.75, 2.5, 2.25, 2, 1.75, 1.5, 1.25, 1, 0.75];
const NEXT_SIZES = [1.75, 1.5, 1.25, 1.125];
const ACT_SIZES = [1.5, 1.375, 1.25, 1.125];
const LAST_ACT_SIZES = ACT_SIZES.concat([1, 0.875]);
const THINNEST = 0.25; // bars, in heights of their label
const TRACK_SIZES = [1, 0.8, 0.65, 0.5, 0.4, 0.3, THINNEST];
const HURRY = 10000; // ms left from which the timer stands out

function part(id) {
  return document.getElementById(id);
}

export class Stage {
  constructor() {
    this.chart = new BarChart(part("chart"));
    this.built = "";
    this.fitted = ""; // what the sizes were chosen for
    this.kept = null; // the step chosen for the question
    this.unfit = true; // the footer's words have to be fitted again
    this.said = ""; // in the footer
    this.record = new RecordCorner(part("record"));
  }

  // ---- scenes

  /** Nothing from the hub to show: what is going on and what helps. */
  plain(title, text) {
    this.enter("plain");
    setText(part("plain-title"), title);
    setText(part("plain-text"), text);
  }

  waiting(scene) {
    this.enter("waiting");
    const { head, ended } = scene;
    const address = typedAddress(scene.join);
    setText(part("waiting-event"), scene.event);
    setText(part("waiting-how"), ended ? t("ended-how") : t("join-how"));
    setText(part("waiting-join"), ended ? head.code : address);
    setText(part("waiting-phones"), ended ? t("ended-entries", { n: head.size }) : presenceText(scene));
    setText(part("waiting-record"), head && !ended ? t("record-code", { code: head.code }) : "");
    setText(part("waiting-key"), scene.vkey ? t("record-key", { key: scene.vkey }) : "");
    if (ended) this.picture("waiting-code", "/checkpoint.svg?" + head.size, t("photo-alt-ended", { code: head.code }));
    else this.code("waiting-code", scene);
    this.fit(["waiting", scene.event, address, ended, Boolean(head), scene.vkey].join("\n"), () => {
      fitText(part("waiting-event"), EVENT_SIZES);
      fitText(part("waiting-join"), ADDRESS_SIZES);
    });
  }

  /**
   * `mode` and `leaders` as in BarChart.show; `most`: the highest number to expect; `shown`: result complete; `photo`:
   * of the record, if one is due.
   */
  question(scene, { mode, leaders, most, shown, photo }) {
    const { question, tally, head } = scene;
    const address = typedAddress(scene.join);
    this.enter("question");
    document.body.dataset.state = question.state;
    setText(part("event"), scene.event);
    setText(part("place"), placeText(question));
    setText(part("secrecy"), secrecyText(question));
    part("secrecy").dataset.secrecy = secrecyOf(question);
    setText(part("join-how"), t("join-short"));
    setText(part("join"), address);
    this.code("code", scene);
    this.build(question);
    this.chart.reserve(most);
    const isVoid = question.state === "void";
    part("chart").hidden = isVoid;
    part("void").hidden = !isVoid;
    setText(part("void"), isVoid ? t("void-long") : "");
    const size = [this.chart.room, isVoid].join();
    this.fit([this.built, scene.event, address, size, language()].join("\n"), () => this.fitQuestion(question));
    this.chart.show(mode, tally, leaders);
    this.status(statusWords(question, tally, shown), head ? actTexts(question, head.acts) : []);
    this.turnout(question, tally, scene);
    this.record.show(head, photo);
  }

  build(question) {
    const key = JSON.stringify([question.q, question.r, question.kind, question.text, question.detail, optionTexts(question)]);
    if (this.built === key) return;
    this.built = key;
    setText(part("text"), question.text);
    setText(part("detail"), question.detail || "");
    this.chart.build(question.kind, optionTexts(question));
  }

  /** `acts`: lines of small print, oldest first. */
  status({ headline, next }, acts) {
    const said = JSON.stringify([headline, next, acts]);
    if (this.said === said && !this.unfit) return;
    this.said = said;
    this.unfit = false;
    part("question").classList.toggle("has-acts", acts.length > 0);
    setText(part("headline"), headline);
    setText(part("next"), next);
    part("next").hidden = !next;
    part("acts").hidden = acts.length === 0;
    fitText(part("headline"), STATUS_SIZES);
    fitText(part("next"), NEXT_SIZES);
    // Where there is no room for all of them the newest stay; the record has every one.
    for (let left = 0; left < acts.length; left += 1) {
      const earlier = left > 0 ? [t("acts-earlier", { n: left })] : [];
      setText(part("acts"), earlier.concat(acts.slice(left)).join(t("acts-between")));
      fitText(part("acts"), left < acts.length - 1 ? ACT_SIZES : LAST_ACT_SIZES);
      if (staysInside(part("acts"))) return;
    }
  }

  turnout(question, tally, scene) {
    const { number, of, roster, early } = turnoutWords(question, tally, scene);
    setText(part("ballots"), number);
    setText(part("ballots-of"), of);
    const box = part("turnout");
    box.toggleAttribute("data-roster", Boolean(roster));
    box.dataset.digits = this.chart.room;
    box.toggleAttribute("data-early", Boolean(roster && early));
    for (const name of ["eligible", "present"]) {
      setText(part(name), roster ? formatNumber(roster[name]) : "");
      setText(part(name + "-of"), roster ? t(name) : "");
    }
    const open = question.state === "open" && tally;
    const most = roster ? roster.present : scene.phones;
    const share = open ? Math.min(1, tally.ballots / Math.max(1, most)) : 0;
    part("turnout-bar").style.transform = "scaleX(" + share + ")";
  }

  /** `left`: ms until the question closes, null without a timer. */
  timer(left) {
    const timer = part("timer");
    timer.hidden = left === null;
    if (left === null) return;
    setText(part("time"), countdownText(left));
    setText(part("time-left"), t("left"));
    timer.toggleAttribute("data-hurry", left <= HURRY);
  }

  /** A discreet word about the line to the hub; "" hides it. */
  note(text) {
    setText(part("line"), text);
    part("line").hidden = !text;
  }

  say(text) {
    setText(part("live"), text);
  }

  // ---- helpers of the scenes

  enter(name) {
    if (document.body.dataset.scene === name) return;
    document.body.dataset.scene = name;
    for (const section of document.querySelectorAll(".scene")) section.hidden = section.id !== name;
    if (name !== "question") delete document.body.dataset.state;
    this.fitted = "";
  }

  /** The QR code; asked for again under a new name when the address changes. */
  code(id, { join }) {
    this.picture(id, "/join.svg?" + encodeURIComponent(join), t("code-alt", { address: join }));
  }

  picture(id, source, words) {
    const image = part(id);
    if (image.getAttribute("src") !== source) image.setAttribute("src", source);
    if (image.alt !== words) image.alt = words;
  }

  /** Runs `work` when `key` or the window has changed since the last time. */
  fit(key, work) {
    const whole = key + "\n" + window.innerWidth + "x" + window.innerHeight;
    if (this.fitted === whole) return;
    this.fitted = whole;
    this.unfit = true;
    work();
  }

  fitQuestion(question) {
    const section = part("question");
    const body = section.querySelector(".body");
    fitText(part("join"), JOIN_SIZES);
    fitText(section.querySelector(".kicker"), KICKER_SIZES);
    section.classList.remove("clamped");
    section.classList.add("measuring");
    section.classList.toggle("dense", isDense(this.chart.rows.length));
    const fits = (step) => {
      section.style.setProperty("--question", step.question + "rem");
      section.style.setProperty("--label", step.label + "rem");
      section.style.setProperty("--count", step.count + "rem");
      part("detail").hidden = !step.detail;
      section.style.setProperty("--track", THINNEST + "em");
      this.chart.arrange(step.columns);
      return staysInside(section) && staysInside(body) && this.rowsStayInside();
    };
    const steps = fittingSteps(this.chart.rows.length, Boolean(question.detail));
    const room = [this.built, window.innerWidth, window.innerHeight].join("\n");
    const kept = this.kept && this.kept.room === room ? [this.kept.step] : []; // what is seen already stays, if it can
    const step = firstFitting(kept.concat(steps), fits);
    this.kept = { room, step };
    if (!fits(step)) {
      section.classList.add("clamped");
      fits(lastResort(this.chart.rows.length));
    }
    firstFitting(TRACK_SIZES, (size) => {
      section.style.setProperty("--track", size + "em");
      return this.rowsStayInside();
    });
    this.chart.balance();
    section.classList.replace("measuring", "settling");
    void section.offsetHeight; // the new places are taken before motion is allowed again
    section.classList.remove("settling");
  }

  rowsStayInside() {
    const chart = part("chart");
    if (chart.hidden) return true;
    return staysInside(chart) && this.chart.rows.every((row) => staysInside(row.item));
  }
}

function placeText({ nr, of, r }) {
  const place = t("place", { nr, of });
  return r > 1 ? place + " · " + t("round", { r }) : place;
}
