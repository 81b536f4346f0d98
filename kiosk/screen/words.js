// What the projector says in words: status, turnout, and the summary that is read out. Pure: from the scene to texts.

import { countdownText } from "../lib/clock.js";
import { formatNumber, formatPercent, t } from "../lib/locale.js";
import { optionLetter } from "../lib/options.js";
import { leadingOptions } from "./leaders.js";
import { roundedShares, sharePlaces } from "./percent.js";
import { resultIsVisible } from "./scene.js";

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
  return { headline: leaderText(question, tally), next: baseText(question, tally.ballots) };
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
export function baseText(question, ballots) {
  if (ballots === 0) return "";
  const key = { motion: "base-motion", multiple: "base-multiple" }[question.kind] || "base";
  return t(key, { n: ballots });
}

/** { number, of }: "412" and what it is. Phones that voted may have gone home. */
export function turnoutWords(question, tally, phones) {
  if (question.state === "ready" || question.state === "void") {
    return { number: formatNumber(phones), of: t("phones", { n: phones }) };
  }
  const n = tally ? tally.ballots : 0;
  if (question.state !== "open") return { number: formatNumber(n), of: t("voted", { n }) };
  return { number: formatNumber(n), of: t(n <= phones ? "voted-of" : "voted-and", { n, phones }) };
}

/** All that matters in one paragraph, for those who listen. */
export function summaryText(scene, left) {
  const { question, tally, event } = scene;
  if (!question) return t("summary-waiting", { event });
  const parts = [t("place", { nr: question.nr, of: question.of }) + ": " + question.text];
  const status = statusWords(question, tally, true);
  parts.push(status.headline);
  if (question.state === "ready" || question.state === "open") {
    parts.push(optionTexts(question).map((text, i) => spokenName(question, text, i)).join(", "));
  }
  if (question.state === "open" && left > 0) parts.push(t("time-left", { time: countdownText(left) }));
  if (question.state !== "open" && resultIsVisible(question) && tally && tally.counts) {
    parts.push(resultText(question, tally), baseText(question, tally.ballots));
  }
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
  const places = sharePlaces(tally.ballots);
  const shares = roundedShares(tally.counts, tally.ballots, places);
  const whole = tally.ballots > 0 ? 100 * Math.pow(10, places) : 0;
  return optionTexts(question)
    .map((text, i) => {
      const share = formatPercent(shares[i], whole, places);
      return t("spoken-result", { option: spokenName(question, text, i), n: tally.counts[i], share });
    })
    .join("; ");
}
