// The moderator's page: joins the line to the hub, the agenda, the acts and the view.

import { wearAccent } from "../lib/accent.js";
import { HubClock } from "../lib/clock.js";
import { Connection } from "../lib/connection.js";
import { randomId } from "../lib/device.js";
import { setText } from "../lib/dom.js";
import { language, languages, openLocale, setLanguage, t } from "../lib/locale.js";
import { readStored, writeStored } from "../lib/storage.js";
import { ActQueue } from "./acts.js";
import { AgendaList } from "./agenda.js";
import { ask, isDialogOpen } from "./dialogs.js";
import { Front } from "./front.js";
import { listenForKeys } from "./keys.js";
import { openLinks, previewSource, projectorLook } from "./links.js";
import { Preview } from "./preview.js";
import { Session } from "./session.js";
import { Side } from "./side.js";
import {
  actsFor,
  activeQuestion,
  backStep,
  dangerOf,
  followingQuestion,
  mainStep,
  questionOf,
  sideActs,
  stepFor,
} from "./steps.js";
import { dangerWords, refusalWords } from "./words.js";

const MORE_TIME = 30; // seconds
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
    this.line = "connecting";
    this.locked = this.session.isThere ? "" : "no-key";
    this.selected = 0; // the question touched in the agenda
    this.timers = new Map(); // "q.r" -> seconds chosen
    this.notice = "";
    this.told = "";
    this.mainKey = "";
    this.mainSince = 0;
    this.connection = new Connection({
      hello: () => ({ t: "hello", as: "moderator", lang: language(), ...this.session.proof }),
      onMessage: (message) => this.hear(message),
      onState: (state) => this.turn(state),
    });
  }

  start() {
    this.agendaList = new AgendaList(this.part("questions"), (q) => this.select(q));
    const sections = { notes: this.part("notes"), next: this.part("next"), health: this.part("health") };
    const sideOn = { show: (q) => this.showQuestion(q), prepare: (q) => this.prepare(q), unselect: () => this.select(0) };
    this.side = new Side(sideOn, sections);
    this.front = new Front({
      main: () => this.main(),
      side: (act) => this.sideAct(act),
      timer: (seconds) => this.chooseTimer(seconds),
    });
    this.preview = new Preview(this.part("preview"), this.part("preview-frame"));
    this.part("language").addEventListener("click", () => this.speak());
    this.part("theme").addEventListener("click", () => this.dress());
    this.part("open-links").addEventListener("click", () => this.links());
    window.addEventListener("hashchange", () => location.reload());
    listenForKeys((command) => (command === "main" ? this.main() : this.sideAct("back")), isDialogOpen);
    setInterval(() => this.tick(), 250);
    this.frame();
    this.show();
    if (!this.locked) this.connection.start();
  }

  part(id) {
    return document.getElementById(id);
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
      health: () => (this.room = this.health = message),
      done: () => this.acts.done(message.id),
      refused: () => this.failed(message.id, message),
      error: () => this.faulted(message),
    }[message.t];
    if (!hear) return;
    hear();
    this.show();
  }

  welcomed(message) {
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
    if (!before || !now || before.q !== now.q || before.r !== now.r || before.state !== now.state) this.announce(now);
  }

  failed(id, { code, text }) {
    if (this.acts.fail(id)) this.notice = refusalWords(code, text);
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
    if (!step || this.busy() || Date.now() - this.mainSince < REST) return;
    if (step.act === "open") step.for = this.seconds() || undefined;
    this.take(step);
  }

  sideAct(act) {
    if (!this.agenda || this.busy()) return;
    const active = activeQuestion(this.agenda);
    if (act === "back") {
      const step = backStep(this.agenda);
      if (step) this.take(step);
    } else if (sideActs(active).indexOf(act) >= 0) {
      const step = stepFor(act, active);
      this.take(act === "extend" ? { ...step, for: MORE_TIME } : step);
    }
  }

  showQuestion(q) {
    if (!this.busy()) this.take(stepFor("show", questionOf(this.agenda, q)));
  }

  prepare(q) {
    if (!this.busy()) this.take(stepFor("prepare", questionOf(this.agenda, q)));
  }

  /** Asks where it must, then sends. What was true when asked must still be true at the answer. */
  take(step) {
    this.notice = "";
    const danger = dangerOf(step, this.agenda, this.clock.now());
    if (!danger) return this.submit(step);
    const question = activeQuestion(this.agenda);
    const left = question && question.closes ? this.clock.until(question.closes) : 0;
    const words = dangerWords(danger, step, { agenda: this.agenda, question, ballots: this.ballots(question), left });
    const before = this.situation();
    ask(this.part("ask"), words).then((yes) => {
      if (!yes) return;
      if (this.situation() === before && !this.busy()) this.submit(step);
      else {
        this.notice = t("moved-on");
        this.show();
      }
    });
  }

  submit(step) {
    const acts = actsFor(step, this.agenda);
    if (step.act === "show" || step.act === "clear") this.selected = 0;
    if (!this.acts.submit(acts)) this.notice = t("not-sent");
    this.show();
  }

  situation() {
    const active = activeQuestion(this.agenda);
    return active ? [active.q, active.r, active.state].join() : "";
  }

  /** "sending", "away" or "": whether an act can go out now. */
  busy() {
    if (this.acts.current) return "sending";
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
    setLanguage(this.otherLanguage()[0]).then((arrived) => {
      if (!arrived) return;
      this.frame();
      this.connection.greet();
      this.show();
    });
  }

  otherLanguage() {
    return languages().find(([code]) => code !== language());
  }

  dress() {
    writeStored("theme", isDark() ? "light" : "dark");
    wearTheme();
    if (this.welcome) wearAccent(this.welcome.accent);
    this.frame();
  }

  links() {
    openLinks(this.part("links"), this.welcome, language(), () => this.showPreview());
  }

  // ---- showing

  /** Words that stay while questions come and go. */
  frame() {
    const [code, name] = this.otherLanguage();
    const button = this.part("language");
    setText(button, name);
    button.lang = code;
    button.hidden = false;
    setText(this.part("theme"), isDark() ? t("light") : t("dark"));
    this.part("theme").hidden = false;
    setText(this.part("open-links"), t("links"));
    setText(this.part("agenda-title"), t("agenda"));
    setText(this.part("notes-title"), t("notes"));
    setText(this.part("health-title"), t("health"));
    this.part("timers").setAttribute("aria-label", t("timer-label"));
    const event = this.welcome ? this.welcome.event : "";
    setText(this.part("event"), event);
    document.title = event ? t("title", { event }) : t("title-plain");
    this.front.frame();
  }

  show() {
    const ready = this.agenda !== null && !this.locked;
    document.body.dataset.page = this.locked ? "locked" : ready ? "desk" : "starting";
    this.part("desk").hidden = !ready;
    this.part("plain").hidden = ready;
    this.part("open-links").hidden = !ready || !this.welcome;
    this.showLine();
    if (ready) this.showDesk();
    else this.showPlain();
  }

  showPlain() {
    const key = this.locked || "connecting";
    setText(this.part("plain-title"), t(key));
    const lost = this.line === "lost" ? t("connecting-help") : "";
    setText(this.part("plain-text"), this.locked ? t(key + "-text") : lost);
    setText(this.part("plain-help"), this.locked && this.locked !== "too-many-tries" ? t("key-help") : "");
  }

  showLine() {
    const chip = this.part("line");
    chip.hidden = Boolean(this.locked);
    chip.dataset.line = this.line;
    setText(chip, t("line-" + this.line));
  }

  showDesk() {
    const { agenda } = this;
    const question = activeQuestion(agenda);
    const step = mainStep(agenda);
    const busy = this.busy();
    const following = followingQuestion(agenda);
    const allowed = sideActs(question).concat(backStep(agenda) ? ["back"] : []);
    const ballots = this.ballots(question);
    this.rest(step);
    this.front.show({
      agenda,
      question,
      step,
      seconds: this.seconds(),
      allowed,
      canGo: Boolean(step) && !busy,
      busy,
      ballots,
      phones: this.room.phones,
    });
    this.agendaList.show(agenda, { following, selected: this.selected, ballots });
    const chosen = this.selected ? questionOf(agenda, this.selected) : null;
    this.side.showNotes(question);
    this.side.showNext(agenda, chosen || following, { chosen: Boolean(chosen), busy: Boolean(busy) });
    this.side.showHealth(this.health, this.room.phones, this.line);
    const notice = this.line === "lost" ? t("lost") : this.notice;
    setText(this.part("notice"), notice);
    this.part("notice").hidden = !notice;
    this.showPreview();
    this.tick();
  }

  /** Remembers since when the primary act means what it means. */
  rest(step) {
    const key = step ? [step.act, step.q, step.r].join() : "";
    if (key === this.mainKey) return;
    this.mainKey = key;
    this.mainSince = Date.now();
  }

  showPreview() {
    if (this.welcome) this.preview.show(previewSource(this.welcome.screen, projectorLook(language())), t("preview"));
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
    this.front.timer(timed ? this.clock.until(question.closes) : null);
  }

  /** For those who listen: what is in front, said once. */
  announce(question) {
    const state = t("state-" + (question ? question.state : "waiting"));
    const text = question ? t("announce", { text: question.text, state }) : t("now-waiting");
    if (text === this.told) return;
    this.told = text;
    setText(this.part("live"), text);
  }
}

function isDark() {
  const theme = document.documentElement.dataset.theme;
  return theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function wearTheme() {
  const theme = readStored("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
}

wearTheme();
openLocale("moderate").then((arrived) => arrived && new ModeratePage().start());
