// The moderator's page: joins the line to the hub, the agenda, the acts and the view.

import { wearAccent } from "../lib/accent.js";
import { HubClock } from "../lib/clock.js";
import { Connection } from "../lib/connection.js";
import { randomId } from "../lib/device.js";
import { language, openLocale, setLanguage, t } from "../lib/locale.js";
import { recordHasEnded } from "../lib/record.js";
import { ActQueue } from "./acts.js";
import { Desk, otherLanguage } from "./desk.js";
import { ask, isDialogOpen } from "./dialogs.js";
import { listenForKeys } from "./keys.js";
import { openLinks } from "./links.js";
import { Session } from "./session.js";
import { actsFor, activeQuestion, backStep, dangerOf, isRecorded } from "./steps.js";
import { mainStep, questionOf, sideActs, stepFor } from "./steps.js";
import { switchTheme, wearTheme } from "./theme.js";
import { dangerWords, refusalWords } from "./words.js";

const REST = 600; // ms after the primary act has changed in which a press is meant for the old one

class ModeratePage {
  constructor() {
    this.clock = new HubClock();
    this.session = new Session();
    this.acts = new ActQueue({
      send: (message) => this.connection.send(message),
      makeId: randomId,
      onChange: () => this.show(),
    });
    this.welcome = null;
    this.agenda = null;
    this.tally = null; // of the active question
    this.room = { phones: 0 };
    this.health = null;
    this.head = null; // of the record
    this.ended = false; // the record ends with the end of the event
    this.searched = ""; // run and size of the record that was looked through for it
    this.line = "connecting";
    this.locked = this.session.isThere ? "" : "no-key";
    this.selected = 0; // the question touched in the agenda
    this.timers = new Map(); // "q.r" -> seconds chosen
    this.notice = "";
    this.mainKey = "";
    this.mainSince = 0;
    this.connection = new Connection({
      hello: () => ({ t: "hello", as: "moderator", lang: language(), ...this.session.proof }),
      onMessage: (message) => this.hear(message),
      onState: (state) => this.turn(state),
    });
  }

  start() {
    this.desk = new Desk({
      main: () => this.main(),
      side: (act) => this.sideAct(act),
      timer: (seconds) => this.chooseTimer(seconds),
      select: (q) => this.select(q),
      show: (q) => this.take(stepFor("show", questionOf(this.agenda, q))),
      prepare: (q) => this.take(stepFor("prepare", questionOf(this.agenda, q))),
      speak: () => this.speak(),
      dress: () => this.dress(),
      links: () => this.links(),
    });
    window.addEventListener("hashchange", () => location.reload());
    listenForKeys((command) => (command === "main" ? this.main() : this.sideAct("back")), isDialogOpen);
    setInterval(() => this.tick(), 250);
    this.frame();
    this.show();
    if (!this.locked) this.connection.start();
  }

  // ---- the line

  turn(state) {
    this.line = state;
    this.show();
  }

  hear(message) {
    const hear = {
      welcome: () => this.welcomed(message),
      agenda: () => this.planned(message),
      tally: () => (this.tally = message),
      room: () => (this.room = message),
      health: () => this.measured(message),
      head: () => this.grown(message),
      done: () => this.acts.done(message.id),
      refused: () => this.failed(message.id, message),
      error: () => this.faulted(message),
    }[message.t];
    if (!hear) return;
    hear();
    this.show();
  }

  /** The room's figures in it are the freshest; it does not know the roster. */
  measured(message) {
    this.health = message;
    this.room = { ...this.room, phones: message.phones, screens: message.screens };
  }

  /** The record has grown. Once nothing is in front: was that the end? */
  grown(message) {
    this.head = message;
    const key = this.welcome.run + message.size;
    if (this.ended || this.searched === key || (this.agenda && activeQuestion(this.agenda))) return;
    this.searched = key;
    recordHasEnded(message.size).then((found) => {
      if (found && this.searched === key) this.end();
    });
  }

  end() {
    this.ended = true;
    this.show();
  }

  welcomed(message) {
    if (this.welcome && this.welcome.run !== message.run) {
      this.head = null;
      this.ended = false;
    }
    this.welcome = message;
    this.locked = "";
    this.tally = null; // counts start anew from the agenda that follows
    this.clock.sync(message.now);
    this.session.admit(message.session);
    this.acts.resend();
    wearAccent(message.accent);
    this.frame();
  }

  planned(agenda) {
    const before = this.agenda && activeQuestion(this.agenda);
    this.agenda = agenda;
    const now = activeQuestion(agenda);
    if (now && this.selected === now.q) this.selected = 0;
    if (this.selected && !questionOf(agenda, this.selected)) this.selected = 0;
    if (!before || !now || before.q !== now.q || before.r !== now.r || before.state !== now.state) this.desk.announce(now);
  }

  failed(id, { code, text }) {
    if (!this.acts.fail(id)) return;
    if (code === "ended") this.end();
    else this.notice = refusalWords(code, text);
  }

  faulted({ code, text }) {
    if (code === "bad-key") {
      this.session.refuse();
      this.connection.stop();
    }
    if (code === "bad-key" || code === "too-many-tries") this.locked = code;
    else this.failed("", { code, text });
  }

  // ---- acting

  /** The primary act: button, space, Page Down. */
  main() {
    const step = this.agenda && mainStep(this.agenda);
    if (!step || Date.now() - this.mainSince < REST) return;
    if (step.act === "open") step.for = this.seconds() || undefined;
    this.take(step);
  }

  sideAct(act) {
    if (!this.agenda) return;
    const active = activeQuestion(this.agenda);
    if (act === "back") {
      const step = backStep(this.agenda);
      if (step) this.take(step);
    } else if (sideActs(active).indexOf(act) >= 0) {
      this.take(stepFor(act, active));
    }
  }

  /** Asks where it must, then sends. What was true when asked must still be true at the answer. */
  take(step) {
    if (this.busy()) return;
    this.notice = "";
    const now = this.clock.now();
    const danger = dangerOf(step, this.agenda, now);
    if (!danger) return this.submit(step);
    const question = activeQuestion(this.agenda);
    const left = question && question.closes ? this.clock.until(question.closes) : 0;
    const [ballots, recorded] = [this.ballots(question), isRecorded(danger, this.agenda, now)];
    const words = dangerWords(danger, step, { agenda: this.agenda, question, ballots, left, recorded });
    const before = this.situation();
    ask(document.getElementById("ask"), words).then((answer) => {
      if (!answer) return;
      if (danger === "extend") step.for = answer.choice;
      if (this.situation() === before && !this.busy()) this.submit(step, answer.why);
      else {
        this.notice = t("moved-on");
        this.show();
      }
    });
  }

  submit(step, why) {
    const acts = actsFor(step, this.agenda, why);
    if (step.act === "show" || step.act === "clear") this.selected = 0;
    if (!this.acts.submit(acts)) this.notice = t("not-sent");
    this.show();
  }

  situation() {
    const active = activeQuestion(this.agenda);
    return active ? [active.q, active.r, active.state].join() : "";
  }

  /** "ended", "preparing" (tokens for a secret vote), "sending", "away" or "": whether an act can go out now. */
  busy() {
    if (this.ended) return "ended";
    const { current } = this.acts;
    const opening = current && current.act === "open" && questionOf(this.agenda, current.q);
    if (opening && opening.secrecy === "secret") return "preparing";
    if (current) return "sending";
    return this.line === "open" ? "" : "away";
  }

  chooseTimer(seconds) {
    const active = activeQuestion(this.agenda);
    if (active) this.timers.set(active.q + "." + active.r, seconds);
    this.show();
  }

  seconds() {
    const active = activeQuestion(this.agenda);
    if (!active) return 0;
    const key = active.q + "." + active.r;
    return this.timers.has(key) ? this.timers.get(key) : active.timer || 0;
  }

  select(q) {
    this.selected = q;
    this.show();
  }

  // ---- the page's own settings

  speak() {
    setLanguage(otherLanguage()[0]).then((arrived) => {
      if (!arrived) return;
      this.frame();
      this.connection.greet();
      this.show();
    });
  }

  dress() {
    switchTheme();
    if (this.welcome) wearAccent(this.welcome.accent);
    this.frame();
  }

  links() {
    const end = this.ended ? null : () => this.take({ act: "end" });
    openLinks(document.getElementById("links"), this.welcome, language(), { look: () => this.show(), end });
  }

  frame() {
    this.desk.frame(this.welcome ? this.welcome.event : "");
  }

  // ---- showing

  show() {
    const { agenda, welcome, selected, room, health, head, line, notice } = this;
    const ready = agenda !== null && !this.locked;
    this.desk.turnTo(this.locked ? "locked" : ready ? "desk" : "starting", line);
    if (!ready) return this.desk.plain(this.locked || "connecting", line);
    const ballots = this.ballots(activeQuestion(agenda));
    this.rest(mainStep(agenda));
    const [seconds, busy] = [this.seconds(), this.busy()];
    const { vkey } = welcome;
    this.desk.show({ agenda, selected, seconds, busy, ballots, room, health, head, vkey, line, notice });
    this.desk.showPreview(welcome.screen);
    this.tick();
  }

  /** Remembers since when the primary act means what it means. */
  rest(step) {
    const key = step ? [step.act, step.q, step.r].join() : "";
    if (key === this.mainKey) return;
    this.mainKey = key;
    this.mainSince = Date.now();
  }

  /** How many voted on the active question; the tally comes more often than the agenda. */
  ballots(question) {
    if (!question) return 0;
    const { tally } = this;
    const fresh = tally && tally.q === question.q && tally.r === question.r ? tally.ballots : 0;
    return Math.max(fresh, question.ballots);
  }

  tick() {
    const question = this.agenda && activeQuestion(this.agenda);
    const timed = question && question.state === "open" && question.closes;
    this.desk.front.timer(timed ? this.clock.until(question.closes) : null);
  }
}

wearTheme();
openLocale("moderate").then((arrived) => arrived && new ModeratePage().start());
