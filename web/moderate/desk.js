// The moderator's page as it is seen: header, agenda, stage and side, or the page that says what is missing.

import { setText } from "../lib/dom.js";
import { language, languages, t } from "../lib/locale.js";
import { AgendaList } from "./agenda.js";
import { Front } from "./front.js";
import { previewSource, projectorLook } from "./links.js";
import { Preview } from "./preview.js";
import { RecordPanel } from "./record.js";
import { Side } from "./side.js";
import { activeQuestion, backStep, followingQuestion, mainStep, questionOf, sideActs } from "./steps.js";
import { isDark } from "./theme.js";

function element(id) {
  return document.getElementById(id);
}

/** The language the switch leads to: [code, name]. */
export function otherLanguage() {
  return languages().find(([code]) => code !== language());
}

export class Desk {
  /** on: { main(), side(act), timer(seconds), select(q), show(q), prepare(q), speak(), dress(), links() } */
  constructor(on) {
    this.agendaList = new AgendaList(element("questions"), on.select);
    const [notes, deeds, next, health] = ["notes", "deeds", "next", "health"].map(element);
    const acts = { show: on.show, prepare: on.prepare, unselect: () => on.select(0) };
    this.side = new Side(acts, { notes, deeds, next, health });
    this.record = new RecordPanel(element("record"));
    this.front = new Front(on);
    this.preview = new Preview(element("preview"), element("preview-frame"));
    element("language").addEventListener("click", on.speak);
    element("theme").addEventListener("click", on.dress);
    element("open-links").addEventListener("click", on.links);
    this.told = "";
  }

  /** Words that stay while questions come and go. */
  frame(event) {
    const [code, name] = otherLanguage();
    const button = element("language");
    setText(button, name);
    button.lang = code;
    button.hidden = false;
    setText(element("theme"), isDark() ? t("light") : t("dark"));
    element("theme").hidden = false;
    setText(element("open-links"), t("links"));
    setText(element("agenda-title"), t("agenda"));
    setText(element("notes-title"), t("notes"));
    element("reading").setAttribute("aria-label", t("reading"));
    setText(element("deeds-title"), t("deeds"));
    setText(element("health-title"), t("health"));
    element("timers").setAttribute("aria-label", t("timer-label"));
    setText(element("event"), event);
    document.title = event ? t("title", { event }) : t("title-plain");
    this.front.frame();
  }

  /** `page`: "desk", "starting" or "locked". */
  turnTo(page, line) {
    document.body.dataset.page = page;
    element("desk").hidden = page !== "desk";
    element("plain").hidden = page === "desk";
    element("open-links").hidden = page !== "desk";
    const chip = element("line");
    chip.hidden = page === "locked";
    chip.dataset.line = line;
    setText(chip, t("line-" + line));
  }

  /** Nothing to lead yet: `reason` is "connecting", "no-key", "bad-key" or "too-many-tries". */
  plain(reason, line) {
    setText(element("plain-title"), t(reason));
    const waiting = reason === "connecting";
    const lost = line === "lost" ? t("connecting-help") : "";
    setText(element("plain-text"), waiting ? lost : t(reason + "-text"));
    setText(element("plain-help"), reason === "no-key" || reason === "bad-key" ? t("key-help") : "");
  }

  /** view: { agenda, selected, seconds, busy, ballots, room, health, head, vkey, line, notice } */
  show({ agenda, selected, seconds, busy, ballots, room, health, head, vkey, line, notice }) {
    const question = activeQuestion(agenda);
    const step = mainStep(agenda);
    const following = busy === "ended" ? null : followingQuestion(agenda);
    const allowed = sideActs(question).concat(backStep(agenda) ? ["back"] : []);
    const canGo = Boolean(step) && !busy;
    this.front.show({ agenda, question, step, seconds, allowed, canGo, busy, ballots, room });
    this.agendaList.show(agenda, { following, selected, ballots });
    const chosen = selected ? questionOf(agenda, selected) : null;
    this.side.showNotes(question);
    this.side.showNext(agenda, chosen || following, { chosen: Boolean(chosen), busy });
    this.side.showDeeds(question, head ? head.acts : []);
    this.side.showHealth(health, room, line);
    this.record.show(head, vkey);
    const words = line === "lost" ? t("lost") : busy === "ended" ? t("ended") : notice;
    setText(element("notice"), words);
    element("notice").hidden = !words;
  }

  /** `screen`: the hub's projector link. */
  showPreview(screen) {
    this.preview.show(previewSource(screen, projectorLook(language())), t("preview"));
  }

  /** For those who listen: what is in front, said once. */
  announce(question) {
    const state = t("state-" + (question ? question.state : "waiting"));
    const text = question ? t("announce", { text: question.text, state }) : t("now-waiting");
    if (text === this.told) return;
    this.told = text;
    setText(element("live"), text);
  }
}
