// What the projector says in words: status, turnout, and the summary that is read out. Pure: from the scene to texts.

import { countdownText } from "../lib/clock.js";
import { formatNumber, formatPercent, t } from "../lib/locale.js";
import { optionLetter } from "../lib/options.js";
import { leadingOptions } from "./leaders.js";
import { roundedShares, sharePlaces } from "./percent.js";
import { resultIsVisible, secrecyOf } from "./scene.js";

/** The options' names. The hub leaves out those of a motion: they are always the same. */
export function optionTexts(question) {
  return question.opts.length > 0 ? question.opts : [t("yes"), t("no"), t("abstain")];
}

/** { headline, next } of the footer. `shown`: is the whole result on the wall already? */
export function statusWords(question, tally, shown) {
  const { state, live } = question;
  if (state === "ready") return { headline: t("ready"), next: choosingRule(question) };
  if (state === "open") return { headline: t("open"), next: live ? choosingRule(question) : t("open-hidden") };
  if (state === "closed") return { headline: t("closed"), next: live ? "" : t("closed-hidden") };
  if (state === "void") return { headline: t("void"), next: t("void-next") };
  if (!shown || !tally || !tally.counts) return { headline: t("reveal"), next: "" };
  return { headline: leaderText(question, tally), next: baseText(question, tally) };
}

export function choosingRule({ kind, min, max }) {
  if (kind !== "multiple") return t("choose-one");
  if (min === max) return t("choose-exactly", { n: min });
  return min > 0 ? t("choose-range", { min, max }) : t("choose-up-to", { n: max });
}

/** "Most votes: B Midnight", "Tie: A, C", "No votes were cast." */
export function leaderText(question, tally) {
  const leaders = leadingOptions(question.kind, tally.counts);
  const texts = optionTexts(question);
  if (tally.ballots === 0) return t("no-votes");
  if (leaders.length === 0) return t("no-leader");
  const name = (position) => (optionLetter(question.kind, position) + " " + texts[position]).trim();
  if (leaders.length === 1) return t("most-votes", { option: name(leaders[0]) });
  const short = (position) => optionLetter(question.kind, position) || texts[position];
  return t("tie", { options: leaders.map(short).join(", "), n: tally.counts[leaders[0]] });
}

/** What the percentages are percentages of. */
export function baseText(question, { ballots, base }) {
  if (base === 0) return "";
  const weighted = base === ballots ? "" : "-weighted";
  const kind = { motion: "-motion", multiple: "-multiple" }[question.kind] || "";
  return t("base" + kind + weighted, { n: base, voters: ballots });
}

/** "Secret vote", "Roll call", "Indicative: not one person, one vote". */
export function secrecyText(question) {
  return t("secrecy-" + secrecyOf(question));
}

/**
 * { number, of, roster, early } of the rail: "412" and what it is; phones that voted may have gone home. Where the
 * question asks for a roster entry, `roster` is { eligible, present }. `early`: nobody could vote so far.
 */
export function turnoutWords(question, tally, { phones, roster }) {
  const early = question.state === "ready" || question.state === "void";
  const n = tally ? tally.ballots : 0;
  const byRoster = roster && secrecyOf(question) !== "indicative";
  if (byRoster) return { number: formatNumber(n), of: t("voted-row"), roster, early };
  if (early) return { number: formatNumber(phones), of: t("phones", { n: phones }), roster: null };
  if (question.state !== "open") return { number: formatNumber(n), of: t("voted", { n }), roster: null };
  return { number: formatNumber(n), of: t(n <= phones ? "voted-of" : "voted-and", { n, phones }), roster: null };
}

/** Who is here, on the waiting screen. */
export function presenceText({ phones, roster }) {
  return roster ? t("roster-present", roster) : t("phones-connected", { n: phones });
}

/** The acts of a moderator on this question, oldest first: the lines of the small print. `acts`: of a head. */
export function actTexts(question, acts) {
  return acts.filter((act) => act.q === question.q).map(actText);
}

function actText({ r, act, s, why }) {
  const text = t("act-" + act, { n: s === undefined ? 0 : s, r, next: r + 1 });
  return why ? t("act-why", { text, why }) : text;
}

/** All that matters in one paragraph, for those who listen. */
export function summaryText(scene, left) {
  const { question, tally, event } = scene;
  if (scene.ended) return t("summary-ended", { event });
  if (!question) return t("summary-waiting", { event });
  const parts = [t("place", { nr: question.nr, of: question.of }) + ": " + question.text];
  const status = statusWords(question, tally, true);
  parts.push(secrecyText(question), status.headline);
  if (question.state === "ready" || question.state === "open") {
    parts.push(optionTexts(question).map((text, i) => spokenName(question, text, i)).join(", "));
  }
  if (question.state === "open" && left > 0) parts.push(t("time-left", { time: countdownText(left) }));
  if (question.state !== "open" && resultIsVisible(question) && tally && tally.counts) {
    parts.push(resultText(question, tally), baseText(question, tally));
  }
  if (scene.head) parts.push(...actTexts(question, scene.head.acts));
  return parts.filter(Boolean).map(asSentence).join(" ");
}

function asSentence(text) {
  return /[.!?]$/.test(text) ? text : text + ".";
}

function spokenName(question, text, position) {
  const letter = optionLetter(question.kind, position);
  return letter ? letter + " " + text : text;
}

function resultText(question, tally) {
  const places = sharePlaces(tally.base);
  const shares = roundedShares(tally.counts, tally.base, places);
  const whole = tally.base > 0 ? 100 * Math.pow(10, places) : 0;
  return optionTexts(question)
    .map((text, i) => {
      const share = formatPercent(shares[i], whole, places);
      return t("spoken-result", { option: spokenName(question, text, i), n: tally.counts[i], share });
    })
    .join("; ");
}
