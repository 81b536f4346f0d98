// The projector's page: joins the line to the hub, the scene, the reveal and the stage.

import { wearAccent } from "../lib/accent.js";
import { fragmentFields } from "../lib/address.js";
import { HubClock } from "../lib/clock.js";
import { Connection } from "../lib/connection.js";
import { language, openLocale, t } from "../lib/locale.js";
import { recordHasEnded } from "../lib/record.js";
import { leadingOptions } from "./leaders.js";
import { Photographer } from "./photo.js";
import { Reveal, isReveal } from "./reveal.js";
import { emptyScene, resultIsVisible, sceneAfter } from "./scene.js";
import { Stage } from "./stage.js";
import { summaryText } from "./words.js";

const QUIET = 1500; // ms without a new scene before it is read out

class ScreenPage {
  constructor(fields) {
    this.key = fields.k || "";
    this.preview = fields.preview !== undefined;
    this.clock = new HubClock();
    this.stage = new Stage();
    this.reveal = new Reveal(() => this.show());
    this.photographer = new Photographer(() => this.show());
    this.scene = emptyScene();
    this.searched = ""; // run and size of the record that was looked through for the end of the event
    this.line = "connecting";
    this.locked = ""; // the hub's reason for not letting this page in
    this.most = 0; // the highest number seen for this question: room is kept for it
    this.quiet = null;
    this.told = "";
    this.connection = new Connection({
      hello: () => this.hello(),
      onMessage: (message) => this.hear(message),
      onState: (state) => this.turn(state),
    });
  }

  start() {
    window.addEventListener("resize", () => this.show());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => wearAccent(this.scene.accent));
    window.addEventListener("hashchange", () => location.reload());
    setInterval(() => this.tick(), 200);
    this.show();
    if (this.key) this.connection.start();
  }

  hello() {
    const hello = { t: "hello", as: "screen", key: this.key, lang: language(), rev: this.scene.rev };
    return this.preview ? { ...hello, preview: true } : hello;
  }

  turn(state) {
    this.line = state;
    this.show();
  }

  hear(message) {
    if (message.t === "error") return this.refused(message.code);
    const { question: before, head } = this.scene;
    this.scene = sceneAfter(this.scene, message);
    if (message.t === "welcome") this.welcome(message);
    if (this.scene.missed) this.connection.greet();
    const after = this.scene.question;
    if (before !== after) this.turnPage(before, after, head);
    this.lookForTheEnd();
    this.show();
  }

  /** Once nothing is in front: was that the end? The record says so. */
  lookForTheEnd() {
    const { question, known, head, ended, run } = this.scene;
    if (question || !known || !head || ended || this.searched === run + head.size) return;
    this.searched = run + head.size;
    recordHasEnded(head.size).then((found) => {
      if (!found || this.searched !== run + head.size) return;
      this.scene = sceneAfter(this.scene, { t: "ended" });
      this.show();
    });
  }

  welcome(message) {
    this.locked = "";
    this.clock.sync(message.now);
    wearAccent(this.scene.accent);
  }

  refused(code) {
    if (code === "bad-key") this.connection.stop();
    if (code === "bad-key" || code === "too-many-tries") this.locked = code;
    this.show();
  }

  turnPage(before, after, head) {
    this.photographer.turn(before, after, head);
    if (!after || !before || before.q !== after.q || before.r !== after.r) this.most = 0;
    if (isReveal(before, after)) this.reveal.start();
    else if (!after || after.state !== "revealed") this.reveal.stop();
  }

  // ---- showing

  show() {
    const { scene, stage } = this;
    stage.note(this.line === "lost" && scene.known && !this.locked ? t("reconnecting") : "");
    if (!this.key) stage.plain(t("no-key"), t("key-help"));
    else if (this.locked) stage.plain(t(this.locked), t(this.locked === "bad-key" ? "key-help" : "wait-help"));
    else if (!scene.known) stage.plain(t("connecting"), this.line === "lost" ? t("connecting-help") : "");
    else if (!scene.question) stage.waiting(scene);
    else this.showQuestion(scene);
    document.title = scene.event ? t("title", { event: scene.event }) : "Plenum";
    this.tick();
    this.speakLater();
  }

  showQuestion(scene) {
    const { question, tally } = scene;
    const visible = resultIsVisible(question) && question.state !== "void";
    const counts = tally && tally.counts;
    let mode = visible && counts ? "shown" : "hidden";
    if (visible && (this.reveal.step === "silence" || !counts)) mode = "silence";
    const shown = mode === "shown" && this.reveal.step === "";
    const leaders = shown && question.state === "revealed" ? leadingOptions(question.kind, counts) : [];
    const { phones, roster } = scene;
    const numbers = [phones, roster ? roster.eligible : 0].concat(tally ? [tally.ballots, tally.base] : []);
    this.most = Math.max(this.most, ...numbers);
    const photo = this.photographer.photo(scene, shown);
    this.stage.question(scene, { mode, leaders, most: this.most, shown, photo });
  }

  tick() {
    const question = this.scene.question;
    this.stage.timer(this.timeLeft(question));
  }

  timeLeft(question) {
    return question && question.state === "open" && question.closes ? this.clock.until(question.closes) : null;
  }

  /** Reads the scene out once it has come to rest; a running count is not read out. */
  speakLater() {
    const { question, known } = this.scene;
    if (this.preview || !known || this.reveal.step !== "") return;
    const now = question ? [question.q, question.r, question.state, language()].join() : "waiting" + this.scene.ended;
    if (now === this.told) return;
    this.told = now;
    clearTimeout(this.quiet);
    this.quiet = setTimeout(() => {
      this.stage.say(summaryText(this.scene, this.timeLeft(this.scene.question) || 0));
    }, QUIET);
  }
}

function dressPage(fields) {
  const root = document.documentElement;
  if (fields.theme === "light" || fields.theme === "dark") root.dataset.theme = fields.theme;
  if (fields.preview !== undefined) root.dataset.preview = "";
  // Paper is light.
  const worn = root.dataset.theme;
  window.addEventListener("beforeprint", () => (root.dataset.theme = "light"));
  window.addEventListener("afterprint", () => (worn ? (root.dataset.theme = worn) : delete root.dataset.theme));
}

function startScreen() {
  const fields = fragmentFields(location.hash);
  dressPage(fields);
  openLocale("screen", fields.lang).then((arrived) => arrived && new ScreenPage(fields).start());
}

startScreen();
