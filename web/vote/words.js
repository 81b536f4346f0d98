// What the page says about the voter's own vote. Pure. Look and tests hang on `state`.

import { formatTime, hasText, t } from "../lib/locale.js";
import { optionLetter } from "../lib/options.js";

/** What is marked: what is on its way, else the half-made choice, else what counted. */
export function shownChoice(question, entry) {
  if (question.state === "open" && entry.draft && !entry.pending) return entry.draft;
  if (entry.pending) return entry.pending.c;
  return entry.counted ? entry.counted.c : [];
}

/** bar: why this phone cannot vote here, a code; "" if it can. */
export function canChoose(question, entry, bar) {
  return question.state === "open" && !bar && !entry.pending && (!entry.counted || question.change);
}

function sameChoice(one, other) {
  return one.join() === other.join();
}

function namesOf(question, choices) {
  const name = (c) => optionLetter(question.kind, c) || question.opts[c];
  return choices.map(name).join(", ");
}

function countedHeadline(counted) {
  return counted.time ? t("counted-at", { time: formatTime(counted.time) }) : t("counted");
}

export function refusalText(code) {
  const key = "refused-" + code;
  return hasText(key) ? t(key) : t("refused", { code });
}

/** `voter` as in the hub's welcome; `roster`: is there one? */
export function secrecyText({ secrecy }, voter, roster) {
  if (secrecy === "indicative") return roster ? t("indicative") : "";
  if (secrecy === "named" && voter) return t("named-you", { n: String(voter.n) });
  return t(secrecy);
}

/** What became of a ballot that the hub has, by `status` of it; "" if there is nothing to say. */
export function recordText({ state, i, later }) {
  if (state === "recorded") return t("recorded", { i: String(i) });
  return state === "promised" || state === "accepted" ? t(later ? "recorded-later" : "recorded-soon") : "";
}

export function alarmText({ state, why, by }) {
  if (state !== "alarm") return "";
  return t("alarm-" + why, { time: why === "dropped" ? formatTime(1000 * by) : "" });
}

export function choosingText(question) {
  const { min, max } = question;
  if (question.kind !== "multiple") return t("choose-one");
  if (min === max) return t("choose-exactly", { n: min });
  return min > 0 ? t("choose-range", { min, max }) : t("choose-up-to", { n: max });
}

function choosingWords(question, entry) {
  const draft = entry.draft || [];
  const missing = question.min - draft.length;
  const label = t("vote");
  const state = draft.length > 0 ? "chosen" : "choose";
  if (draft.length === 0) return { state, headline: choosingText(question), next: t("choose-then-vote"), label };
  if (missing > 0) return { state, headline: choosingText(question), next: t("choose-more", { n: missing }), label };
  if (question.kind === "multiple") {
    const { max } = question;
    const left = max - draft.length;
    const headline = left > 0 ? t("chosen-left", { n: draft.length, left }) : t("chosen-full", { max });
    return { state, headline, next: left > 0 ? t("press-vote") : t("give-up-first"), label, ready: true };
  }
  const headline = t("chosen", { names: namesOf(question, draft) });
  return { state, headline, next: t("press-vote"), label, ready: true };
}

function changingWords(question, entry) {
  const { counted, draft } = entry;
  const headline = countedHeadline(counted);
  if (!draft || sameChoice(draft, counted.c)) return { state: "counted", headline, next: t("can-change") };
  const label = t("vote-change");
  const missing = question.min - draft.length;
  if (missing > 0) return { state: "changing", headline, next: t("choose-more", { n: missing }), label };
  const names = { counted: namesOf(question, counted.c), names: namesOf(question, draft) };
  return { state: "changing", headline, next: t("press-change", names), label, ready: true };
}

function barredWords(bar) {
  const key = bar + "-next";
  return { state: "barred", headline: refusalText(bar), next: t(hasText(key) ? key : "alarm-next") };
}

/**
 * { state, headline, next, label?, ready? }: `label` of the button, if there is one; `ready` if it can be pressed.
 * sent: was the pending vote handed to the line that is open now? sealing: does it only wait for its token?
 */
export function voteWords(question, entry, { sent, sealing, kept, bar, alarm }) {
  const words = plainWords(question, entry, sent, sealing, kept, bar);
  const isDoubtful = alarm && (words.state === "counted" || words.state === "changing");
  return isDoubtful ? { ...words, state: "alarm", headline: t("doubt") } : words;
}

function plainWords(question, entry, sent, sealing, kept, bar) {
  if (question.state === "void") return { state: "void", headline: t("void"), next: t("void-next") };
  if (entry.pending && sent) return { state: "sent", headline: t("sent"), next: t("sent-next") };
  if (entry.pending) {
    const headline = entry.pending.tried ? t("unconfirmed") : t("unsent");
    const next = kept ? t("unsent-next") : t("unsent-not-kept");
    return { state: "unsent", headline, next: sealing ? t("sealing") : next };
  }
  if (bar && !entry.counted && (question.state === "ready" || question.state === "open")) return barredWords(bar);
  if (question.state === "ready") return { state: "ready", headline: t("ready"), next: t("ready-next") };
  if (question.state === "open") {
    const why = entry.refused ? refusalText(entry.refused) : "";
    if (entry.counted && (bar || !question.change)) {
      return { state: "counted", headline: countedHeadline(entry.counted), next: why || t("counted-next") };
    }
    const words = entry.counted ? changingWords(question, entry) : choosingWords(question, entry);
    return why ? { ...words, state: "refused", headline: why } : words;
  }
  const next = question.state === "revealed" ? t("revealed-next") : t("closed-next");
  if (entry.counted) return { state: "counted", headline: countedHeadline(entry.counted), next };
  if (entry.refused) return { state: "refused", headline: refusalText(entry.refused), next };
  return { state: "none", headline: t("not-voted"), next };
}
