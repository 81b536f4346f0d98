// The phone's page: joins the line to the hub, the ballots and the view.

import { wearAccent } from "../lib/accent.js";
import { HubClock } from "../lib/clock.js";
import { Connection } from "../lib/connection.js";
import { deviceId } from "../lib/device.js";
import { language, openLocale, setLanguage, t } from "../lib/locale.js";
import { onStoredElsewhere, storageIsKept } from "../lib/storage.js";
import { BallotBox } from "./ballots.js";
import { VoteView } from "./view.js";
import { canChoose, refusalText, shownChoice, voteWords } from "./words.js";

class VotePage {
  constructor() {
    this.clock = new HubClock();
    this.box = new BallotBox();
    this.kept = storageIsKept();
    this.view = new VoteView({
      choose: (choices) => this.choose(choices),
      vote: () => this.vote(),
      language: (code) => this.speak(code),
    });
    this.connection = new Connection({
      hello: () => ({ t: "hello", as: "phone", device: deviceId(), lang: language(), rev: this.rev }),
      onMessage: (message) => this.hear(message),
      onState: (state) => this.turn(state),
    });
    this.rev = 0; // of the state this page shows
    this.known = false; // has the hub said what is in front?
    this.event = "";
    this.active = null; // the question in front
    this.tally = null;
    this.mine = null; // the welcome's, until the question it belongs to is known
    this.line = "connecting";
    this.full = false; // the hub said so; until it welcomes
    this.sent = new Set(); // ids handed to the line that is open now
    this.earlier = ""; // what became of a vote whose question has gone
  }

  start() {
    onStoredElsewhere((key) => {
      if (key !== null && key !== "ballots") return;
      this.box.reload();
      this.flush();
      this.show();
    });
    setInterval(() => this.tick(), 250);
    this.show();
    this.connection.start();
  }

  choose(choices) {
    if (!canChoose(this.active, this.box.of(this.active))) return;
    const full = choices.length > this.active.max;
    if (!full) this.box.choose(this.active, choices);
    this.show();
    if (full) this.view.tell(t("give-up-first"));
  }

  vote() {
    this.box.cast(this.active);
    this.flush();
    this.show();
  }

  speak(code) {
    setLanguage(code).then((arrived) => {
      if (!arrived) return;
      this.rev = 0; // texts come anew
      this.connection.greet();
      this.show();
    });
  }

  turn(state) {
    this.line = state;
    if (state !== "open") this.sent.clear();
    this.show();
  }

  flush() {
    for (const entry of this.box.pending()) {
      if (this.sent.has(entry.pending.id) || !this.connection.send(this.box.message(entry))) continue;
      this.sent.add(entry.pending.id);
      this.box.tried(entry);
    }
  }

  hear(message) {
    const hear = {
      welcome: () => this.welcome(message),
      idle: () => this.front(message, null),
      question: () => this.front(message, message),
      phase: () => this.phase(message),
      tally: () => (this.tally = message),
      ack: () => this.answer(this.box.acknowledge(message.id, this.clock.now()), "earlier-counted"),
      refused: () => this.refused(message.id, message.code, message.mine),
      error: () => this.faulted(message.code),
    }[message.t];
    if (!hear) return;
    hear();
    this.show();
  }

  welcome(message) {
    this.full = false;
    this.clock.sync(message.now);
    this.event = message.event;
    wearAccent(message.accent);
    if (!this.box.recognise(message.run)) {
      this.active = null; // what is in front now follows: revisions of two runs never meet
      this.known = false;
    }
    if (message.mine) this.box.adopt(message.mine, this.clock.now());
    this.mine = message.mine;
    // Nothing changed meanwhile: no question follows.
    if (this.active && this.rev === message.rev) this.compare();
    this.flush();
  }

  /** Takes back "counted" where the hub, asked just now, holds no ballot. */
  compare() {
    const mine = this.mine;
    if (mine === null) return;
    if (!mine || mine.q !== this.active.q || mine.r !== this.active.r) this.box.disown(this.active);
    this.mine = null;
  }

  front(message, question) {
    const before = this.active;
    this.known = true;
    this.rev = message.rev;
    this.active = question;
    if (question && question.kind === "motion") question.opts = [t("yes"), t("no"), t("abstain")];
    if (!question || !before || before.q !== question.q || before.r !== question.r) {
      this.tally = null;
      this.earlier = "";
    }
    if (question) this.compare();
    this.mine = null;
  }

  phase(message) {
    const question = this.active;
    if (!question || question.q !== message.q || question.r !== message.r) {
      this.rev = 0; // something was missed: ask for the whole
      this.connection.greet();
      return;
    }
    this.rev = message.rev;
    question.state = message.state;
    question.closes = message.closes;
  }

  faulted(code) {
    if (code === "room-full") this.full = true;
    else for (const id of Array.from(this.sent)) this.refused(id, code);
  }

  refused(id, code, mine) {
    this.answer(this.box.refuse(id, code, mine), "earlier-refused", code);
  }

  /** An answer for a question that is no longer in front is told beside what is. */
  answer(entry, key, code) {
    if (!entry || this.isFront(entry)) return;
    this.earlier = t(key, { nr: entry.nr, why: code ? refusalText(code) : "" });
    this.view.tell(this.earlier);
  }

  isFront(entry) {
    return this.active !== null && this.active.q === entry.q && this.active.r === entry.r;
  }

  show() {
    const { active, box, view } = this;
    view.frame(this.event);
    const full = this.full && active ? t("room-full") : "";
    view.notice("line", full || (this.line === "lost" && !this.full ? t("lost") : ""));
    const waiting = box.pending().find((entry) => !this.isFront(entry));
    view.notice("earlier", waiting ? t("earlier-waiting", { nr: waiting.nr }) : this.earlier);
    if (!active) {
      const next = this.kept ? t("idle-next") : t("not-kept");
      if (this.known) view.waiting({ state: "idle", headline: t("idle"), next });
      else if (this.full) view.waiting({ state: "full", headline: t("full"), next: t("full-next") });
      else view.waiting({ state: "starting", headline: t("connecting"), next: t("connecting-next") });
      return;
    }
    const entry = box.of(active);
    const sent = entry.pending ? this.sent.has(entry.pending.id) : false;
    const tally = this.tally && this.tally.q === active.q && this.tally.r === active.r ? this.tally : null;
    const seen = active.state === "revealed" || (active.live && active.state !== "void");
    view.question(active, {
      choices: active.state === "void" ? [] : shownChoice(active, entry),
      touch: canChoose(active, entry),
      counts: seen && tally && tally.counts ? tally.counts : null,
      ballots: tally ? tally.ballots : 0,
      words: voteWords(active, entry, sent, this.kept),
    });
    this.tick();
  }

  tick() {
    const active = this.active;
    if (!active) return;
    if (active.state === "open" && active.closes) this.view.countdown(this.clock.until(active.closes));
    else this.view.timer(t("phase-" + active.state));
  }
}

openLocale("vote").then((arrived) => arrived && new VotePage().start());
