// The moderator's page in words. Pure: from questions, steps and figures to texts.

import { countdownText } from "../lib/clock.js";
import { formatNumber, hasText, t } from "../lib/locale.js";

const SLOW_COMMIT = 100000; // µs
const MORE_TIME = [30, 60, 120, 300]; // seconds to choose from
const MANY_WAITING = 1000; // ballots

/** The options' names. The hub leaves out those of a motion: they are always the same. */
export function optionNames(question) {
  return question.opts.length > 0 ? question.opts : [t("yes"), t("no"), t("abstain")];
}

/** "Multiple choice, 1 to 3 · can be changed · runs 1:00" */
export function rulesText(question) {
  const { kind, min, max, change, live, timer } = question;
  const range = kind === "multiple" ? t("choose-range", { min, max }) : "";
  const parts = [t("kind-" + kind), range, change ? t("can-change") : "", live ? t("is-live") : t("is-hidden")];
  if (timer) parts.push(t("runs", { time: durationText(timer) }));
  return parts.filter(Boolean).join(" · ");
}

/** 0 → "No timer", 30 → "30 s", 300 → "5 min". */
export function durationText(seconds) {
  if (seconds === 0) return t("no-timer");
  return seconds % 60 === 0 ? t("minutes", { n: seconds / 60 }) : t("seconds", { n: seconds });
}

/** The label of the primary act. */
export function mainText(step, agenda, seconds) {
  if (!step) return t("main-none");
  const nr = step.act === "show" ? placeOf(agenda, step.q) : 0;
  if (step.act === "open" && seconds > 0) return t("main-open-for", { time: durationText(seconds) });
  return t("main-" + step.act, { nr });
}

/** 1 for the first question of the agenda. */
export function placeOf(agenda, q) {
  return agenda.questions.findIndex((question) => question.q === q) + 1;
}

/** What the audience sees and who sees the result, in one sentence. */
export function situationText(question) {
  if (!question) return t("now-waiting");
  if (question.state === "open") return question.live ? t("now-open-live") : t("now-open-hidden");
  if (question.state === "closed") return question.live ? t("now-closed-live") : t("now-closed-hidden");
  return t("now-" + question.state);
}

/** "secret", "named" (a roll call) or "indicative". */
export function secrecyName(question) {
  return t("secrecy-" + (question.secrecy || "indicative"));
}

/** Behind the number of votes: how many could have voted. */
export function votedText(question, ballots, { phones, eligible, present }) {
  const byRoster = eligible !== undefined && question && question.secrecy;
  return byRoster ? t("voted-present", { n: ballots, present, eligible }) : t("voted-of", { n: ballots, phones });
}

/** What a moderator did, as it stands in the record: "Extended by 60 s (reason)". */
export function deedText({ act, r, s, why }) {
  const text = t("deed-" + act, { n: s === undefined ? 0 : s, next: r + 1 });
  return why ? t("deed-why", { text, why }) : text;
}

/** { title, text, yes, reason, choices } of the dialog that asks before `step`. `recorded`: it stands in the record. */
export function dangerWords(danger, step, { agenda, question, ballots, left, recorded }) {
  const params = { n: ballots, r: question ? question.r : 0, next: question ? question.r + 1 : 0 };
  params.time = countdownText(left);
  params.nr = question ? placeOf(agenda, question.q) : 0;
  params.text = question ? question.text : "";
  const parts = [t("ask-" + danger, params)];
  if (danger === "leave-open") parts.push(then(step, agenda));
  if (danger === "end" && question && question.state === "open") parts.unshift(t("ask-end-open", params));
  if (recorded) parts.push(t("ask-recorded"));
  const title = t("ask-" + danger + "-title", params);
  const more = MORE_TIME.map((seconds) => [seconds, "+" + durationText(seconds)]);
  const choices = danger === "extend" ? more : null;
  return { title, text: parts.join("\n"), yes: t("ask-" + danger + "-yes", params), reason: recorded, choices };
}

function then(step, agenda) {
  return step.act === "show" ? t("then-show", { nr: placeOf(agenda, step.q) }) : t("then-clear");
}

/** Why the hub did not do it. */
export function refusalWords(code, text) {
  const key = "refused-" + code;
  return hasText(key) ? t(key) : t("refused", { text: text || code });
}

/** [{ name, value, state }] of the room, state "good" or "warn". `health` may be null. */
export function healthRows(health, { phones, eligible, present }, line) {
  const rows = [{ name: t("line"), value: t("line-" + line), state: line === "open" ? "good" : "warn" }];
  const full = health && phones >= health.capacity;
  const turned = full ? t("room-full", { n: health.turned }) : formatNumber(phones);
  rows.push({ name: t("phones"), value: turned, state: full ? "warn" : "good" });
  const attended = { name: t("present"), value: t("present-of", { present, eligible }), state: "good" };
  if (eligible !== undefined) rows.push(attended);
  if (!health) return rows;
  const { screens } = health;
  const value = screens > 0 ? formatNumber(screens) : t("no-projector");
  rows.push({ name: t("projectors"), value, state: screens > 0 ? "good" : "warn" });
  rows.push({ name: t("moderators"), value: formatNumber(health.moderators), state: "good" });
  rows.push({ name: t("votes-stored"), value: formatNumber(health.votes), state: "good" });
  const waiting = health.waiting >= MANY_WAITING ? "warn" : "good";
  rows.push({ name: t("votes-waiting"), value: formatNumber(health.waiting), state: waiting });
  const commit = t("milliseconds", { n: Math.round(health.commit / 100) / 10 });
  rows.push({ name: t("commit"), value: commit, state: health.commit >= SLOW_COMMIT ? "warn" : "good" });
  return rows;
}
