// The state of the record in words. Pure: from what was checked to sentences.

import { formatTime, hasText, language, t } from "../lib/locale.js";
import { optionLetter } from "../lib/options.js";
import { optionCount } from "./recount.js";

const MOTION_ANSWERS = ["yes", "no", "abstain"];
const FAULTS_TOLD = 20;

/** { text, lang } of a wording: in the page's language, else in the event's first. */
export function wordingOf(wording, languages) {
  const codes = [language()].concat(languages || [], Object.keys(wording).sort());
  const lang = codes.find((code) => Object.prototype.hasOwnProperty.call(wording, code));
  return { text: wording[lang], lang: lang === language() ? null : lang };
}

/** An option's { text, lang } without its letter. */
export function optionWording(open, place, languages) {
  if (open.kind === "motion") return { text: t(MOTION_ANSWERS[place]), lang: null };
  return wordingOf(open.options[place], languages);
}

/** "A Noodles, C Bread" */
export function choicesText(open, choices, languages) {
  if (choices.length === 0) return t("no-answer");
  const known = choices.filter((place) => place < optionCount(open));
  const name = (place) => (optionLetter(open.kind, place) + " " + optionWording(open, place, languages).text).trim();
  return known.map(name).join(", ");
}

/** The sentence above everything: { state, headline, since, todo }. */
export function verdictWords(watch) {
  const { phase, record, behind, isLost } = watch;
  const { done, of } = watch.progress;
  const n = record ? record.size : 0;
  if (phase === "alarm") return alarmWords(watch.alarm);
  if (phase === "other") {
    const names = { before: eventName(record.vkey.name), now: eventName(watch.otherOrigin) };
    return { state: "warn", headline: t("other"), since: t("other-since", names), todo: t("other-todo") };
  }
  if (phase === "empty" && behind && !isLost) return behindWords(behind);
  if (phase === "empty" && !isLost) return { state: "waiting", headline: t("empty"), since: t("empty-since") };
  if (phase !== "checked") {
    if (isLost) return { state: "warn", headline: t("lost"), since: t("lost-since") };
    const since = of > 0 ? t("loading-since", { done, n: of }) : t("loading-start");
    return { state: "waiting", headline: t("loading"), since };
  }
  const faults = record.count.faults.length;
  if (faults) {
    return { state: "bad", headline: t("faulty"), since: t("faulty-since", { n: faults }), todo: t("show-it") };
  }
  if (behind) return behindWords(behind);
  return { state: "good", headline: t("good"), since: t("good-since", { n, time: formatTime(watch.checkedAt) }) };
}

function behindWords(behind) {
  return { state: "warn", headline: t("behind"), since: t("behind-since", behind), todo: t("behind-todo") };
}

function alarmWords({ kind, place, size }) {
  const what = kind === "changed" && place < 0 ? "shorter" : kind;
  const since = t("alarm-" + what + "-since", { place, size });
  return { state: "bad", headline: t("alarm-" + kind), since, todo: t("show-it") };
}

/** "plenum/night-taxi/0123456789abcdef" → "night-taxi/01234567": names told apart, not read. */
export function eventName(origin) {
  return origin.replace(/^plenum\//, "").replace(/([0-9a-f]{8})[0-9a-f]{8}$/, "$1");
}

/** What was checked on this device: [{ state, text }], state "good", "bad", "waiting" or "none". */
export function checkLines(watch) {
  const { phase, alarm, record, isRemembered } = watch;
  if (phase !== "checked" && !(record && record.size)) return [];
  const { count, head, size } = record;
  const kind = alarm ? alarm.kind : "";
  const line = (state, key, params) => ({ state, text: t(key + (state === "bad" ? "-bad" : ""), params) });
  const among = (...kinds) => (kinds.indexOf(kind) >= 0 ? "bad" : "good");
  const earlier = new Set(record.heads.map((each) => each.size)).size - 1;
  const grown = earlier > 0 ? "check-grown" : "check-grown-first";
  const lines = [
    line(among("signature", "key"), "check-signed"),
    line(among("broken"), "check-whole", { n: size }),
    line(among("changed", "history", "unsigned", "forgotten"), grown, { n: earlier }),
  ];
  if (isRemembered) lines.push(line("good", "check-remembered"));
  const has = (code) => count.faults.some((fault) => fault.code === code);
  if (count.meeting && count.meeting.admission === "roster") {
    lines.push(line(has("roster-mismatch") ? "bad" : "good", "check-roster", { n: count.meeting.eligible }));
  }
  const rounds = Array.from(count.rounds.values());
  const closed = rounds.filter((round) => round.close);
  const wrong = closed.filter((round) => !round.close.agrees).length;
  if (closed.length) lines.push(line(wrong ? "bad" : "good", "check-counted", { n: wrong || closed.length }));
  else lines.push(line("waiting", "check-counted-none"));
  const broken = count.faults.length - wrong - (has("roster-mismatch") ? 1 : 0);
  if (head && head.size > 1) lines.push(line(broken ? "bad" : "good", "check-rules", { n: broken }));
  const isSecret = (round) => round.open && round.open.secrecy === "secret" && round.votes > 0;
  if (rounds.some(isSecret)) lines.push(line("none", "check-not"));
  return lines;
}

/** What breaks the rules, in sentences. */
export function faultLines(faults) {
  const told = faults.slice(0, FAULTS_TOLD).map(({ code, index, q, r }) => {
    const what = t(hasText("fault-" + code) ? "fault-" + code : "fault-bad-entry");
    const place = index === null ? "" : t("fault-place", { place: index });
    const where = q === null ? "" : t("fault-question", { q, r });
    return [what, where, place].filter(Boolean).join(" ");
  });
  return faults.length > FAULTS_TOLD ? told.concat(t("fault-more", { n: faults.length - FAULTS_TOLD })) : told;
}

/** A moderator's act, with its reason if one was given. */
export function actText({ act, s, why }) {
  const done = t("act-" + act, { n: s || 0 });
  return why ? t("act-why", { act: done, why }) : done;
}

/** What became of a round: "open", "closed", "reset", "void" or "early" (not opened). */
export function roundState(round) {
  if (round.ended) return round.ended;
  if (!round.open) return "early";
  return round.close ? "closed" : "open";
}

/** [{ text, n }]: from who may vote to who did. */
export function chainOf(round, meeting) {
  const { open, close } = round;
  if (open.secrecy === "indicative") return [];
  const link = (key, n) => ({ text: t("chain-" + key, { n }), n });
  const chain = [link("eligible", meeting.eligible)];
  if (close) chain.push(link("present", close.present));
  if (open.secrecy === "secret") chain.push(link("issued", round.issued.size));
  return chain.concat(link("votes", round.voters.size));
}

/** "1–4, 7" */
export function numbersText(numbers) {
  const spans = [];
  for (const number of numbers.slice().sort((a, b) => a - b)) {
    const last = spans[spans.length - 1];
    if (last && last[1] === number - 1) last[1] = number;
    else spans.push([number, number]);
  }
  const spanText = ([first, last]) => first + (last - first > 1 ? "–" : ", ") + last;
  return spans.map((span) => (span[0] === span[1] ? String(span[0]) : spanText(span))).join(", ");
}
