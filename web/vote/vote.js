// The phone's page: joins the line to the hub, the ballots and the view.

import { wearAccent } from "../lib/accent.js";
import { HubClock } from "../lib/clock.js";
import { Connection } from "../lib/connection.js";
import { deviceId } from "../lib/device.js";
import { language, openLocale, setLanguage, t } from "../lib/locale.js";
import { onStoredElsewhere, storageIsKept } from "../lib/storage.js";
import { BallotBox } from "./ballots.js";
import { PublicRecord } from "./record.js";
import { takeTicket, ticketCode } from "./ticket.js";
import { VoteView } from "./view.js";
import { alarmText, canChoose, recordText, refusalText, secrecyText, shownChoice, voteWords } from "./words.js";

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
    this.record = new PublicRecord({
      send: (message) => this.connection.send(message),
      now: () => this.clock.now(),
      device: deviceId,
      changed: () => {}, // it changes when the page tells it something, and then the page shows it
    });
    this.connection = new Connection({
      hello: () => this.hello(),
      onMessage: (message) => this.hear(message),
      onState: (state) => this.turn(state),
    });
    this.rev = 0; // of the state this page shows
    this.known = false; // has the hub said what is in front?
    this.welcomed = {}; // the hub's last welcome
    this.strange = ""; // the ticket's code if the hub does not know it: saying it again would look like guessing
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
    // Another ticket is another voter.
    window.addEventListener("hashchange", () => takeTicket() && location.reload());
    onStoredElsewhere((key) => {
      if (key === "ticket") location.reload();
      if (key !== null && !/^(ballots|record)/.test(key)) return;
      this.box.reload();
      this.record.reload();
      this.flush();
      this.show();
    });
    setInterval(() => this.tick(), 250);
    this.show();
    this.connection.start();
  }

  hello() {
    const ticket = ticketCode();
    const shown = ticket && ticket !== this.strange ? { ticket } : {};
    return { t: "hello", as: "phone", device: deviceId(), lang: language(), rev: this.rev, ...shown };
  }

  choose(choices) {
    if (!canChoose(this.active, this.box.of(this.active), this.bar())) return;
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
    if (!this.record.vkey) return;
    for (const entry of this.box.pending()) {
      const { id, n, c } = entry.pending;
      if (this.sent.has(id)) continue;
      const seal = this.record.seal(entry, c, n);
      const why = seal ? "" : this.hopeless(entry);
      if (why) this.refused(id, why);
      if (!seal || !this.connection.send(this.box.message(entry, seal))) continue;
      this.sent.add(id);
      this.box.tried(entry);
    }
  }

  /** Why no token will come for a secret vote, as a code; "" while one may. */
  hopeless(entry) {
    if (this.known && !(this.isFront(entry) && this.active.state === "open")) return "closed";
    return this.tokenRefusal(entry);
  }

  tokenRefusal(question) {
    const { token } = this.record.status(question);
    return ["none", "waiting", "ready"].indexOf(token) < 0 ? token : "";
  }

  /** Why this phone cannot vote on what is in front, as a code; "" if it can. */
  bar() {
    const { secrecy } = this.active;
    if (secrecy === "indicative") return "";
    if (!this.welcomed.voter) return this.strange ? "unknown-ticket" : "no-ticket";
    return secrecy === "secret" ? this.tokenRefusal(this.active) : "";
  }

  hear(message) {
    const hear = {
      welcome: () => this.welcome(message),
      idle: () => this.front(message, null),
      question: () => this.front(message, message),
      phase: () => this.phase(message),
      tally: () => (this.tally = message),
      ack: () => this.acknowledged(message),
      refused: () => this.record.refused(message) || this.refused(message.id, message.code, message.mine),
      error: () => this.faulted(message.code),
      keys: () => this.record.keys(message),
      token: () => this.record.token(message),
      proof: () => this.record.proof(message),
    }[message.t];
    if (!hear) return;
    hear();
    this.flush();
    this.show();
  }

  welcome(message) {
    this.full = false;
    this.welcomed = message;
    this.record.welcome(message);
    if (message.ticket === "unknown") this.strange = ticketCode();
    this.clock.sync(message.now);
    this.event = message.event;
    wearAccent(message.accent);
    if (!this.box.recognise(message.run)) {
      this.active = null; // what is in front now follows: revisions of two runs never meet
      this.known = false;
      if (this.strange && message.ticket === "none") {
        this.strange = "";
        this.connection.greet(); // this hub may know it
      }
    }
    const { mine } = message;
    if (mine && this.box.adopt(mine, this.clock.now())) this.record.acked(mine, mine.c, mine.n, null);
    this.mine = mine;
    // Nothing changed meanwhile: no question follows.
    if (this.active && this.rev === message.rev) this.compare();
  }

  /** Takes back "counted" where the hub, asked just now, holds no ballot. Of secret ones only this phone knows. */
  compare() {
    const mine = this.mine;
    if (mine === null || this.active.secrecy === "secret") return;
    if (!mine || mine.q !== this.active.q || mine.r !== this.active.r) this.box.disown(this.active);
    this.mine = null;
  }

  front(message, question) {
    const before = this.active;
    this.known = true;
    this.rev = message.rev;
    this.active = question;
    if (question) question.secrecy = question.secrecy || "indicative";
    if (question && question.kind === "motion") question.opts = [t("yes"), t("no"), t("abstain")];
    this.record.attend(question);
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
    question.open = message.open;
    this.record.attend(question);
  }

  acknowledged(message) {
    const entry = this.box.acknowledge(message.id, this.clock.now());
    if (entry) this.record.acked(entry, entry.counted.c, entry.counted.n, message);
    this.answer(entry, "earlier-counted");
  }

  faulted(code) {
    if (code === "room-full") this.full = true;
    else if (code === "unknown-head") this.record.shorter();
    else if (code !== "no-record") for (const id of Array.from(this.sent)) this.refused(id, code);
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
    const { active, box, record, view } = this;
    view.frame(this.event);
    const status = record.status(active || {});
    const alarm = alarmText(status);
    const evidence = status.state ? record.evidence(active || {}) : "";
    view.alarm(alarm, alarm && evidence);
    const full = this.full && active ? t("room-full") : "";
    view.notice("line", full || (this.line === "lost" && !this.full ? t("lost") : ""));
    const waiting = box.pending().find((entry) => !this.isFront(entry));
    view.notice("earlier", waiting ? t("earlier-waiting", { nr: waiting.nr }) : this.earlier);
    if (!active) {
      view.record("", "");
      const next = this.kept ? t("idle-next") : t("not-kept");
      if (this.known) view.waiting({ state: "idle", headline: t("idle"), next: alarm ? "" : next });
      else if (this.full) view.waiting({ state: "full", headline: t("full"), next: t("full-next") });
      else view.waiting({ state: "starting", headline: t("connecting"), next: t("connecting-next") });
      return;
    }
    const entry = box.of(active);
    const sent = entry.pending ? this.sent.has(entry.pending.id) : false;
    const sealing = active.secrecy === "secret" && this.line === "open" && status.token !== "ready";
    const bar = this.bar();
    const words = voteWords(active, entry, { sent, sealing, kept: this.kept, bar, alarm });
    const tally = this.tally && this.tally.q === active.q && this.tally.r === active.r ? this.tally : null;
    const seen = active.state === "revealed" || (active.live && active.state !== "void");
    view.question(active, {
      secrecy: secrecyText(active, this.welcomed.voter, this.welcomed.voter || this.welcomed.ticket),
      choices: active.state === "void" ? [] : shownChoice(active, entry),
      touch: canChoose(active, entry, bar),
      counts: seen && tally && tally.counts ? tally.counts : null,
      ballots: tally ? tally.ballots : 0,
      whole: tally ? tally.weight || tally.ballots : 0,
      words,
    });
    const isCounted = words.state === "counted" || words.state === "changing";
    view.record(isCounted ? recordText(status) : "", evidence);
    this.tick();
  }

  tick() {
    this.record.tick();
    const active = this.active;
    if (!active) return;
    if (active.state === "open" && active.closes) this.view.countdown(this.clock.until(active.closes));
    else this.view.timer(t("phase-" + active.state));
  }
}

takeTicket();
openLocale("vote").then((arrived) => arrived && new VotePage().start());
