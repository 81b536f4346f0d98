// The answer to a receipt in words: { tone, headline, lines, isEvidence }. Tones: "good", "bad", "warn", "plain".

import { formatTime, t } from "../lib/locale.js";
import { choicesText, eventName, wordingOf } from "./words.js";

const PROMISE_GRACE = 60000; // ms: this device's clock may be a little ahead

/** record: the one it was held against. */
export function answerWords(answer, record) {
  const { languages } = record.count.meeting || {};
  const words = {
    found: () => foundWords(answer, languages),
    missing: () => missingWords(answer, languages),
    other: () => plainWords("other", [t("receipt-other-names", otherNames(answer, record)), t("receipt-other-next")]),
    later: () => laterWords(answer, record),
    void: () => plainWords("void", [t("receipt-void-next")]),
    unreadable: () => plainWords("unreadable", [t("receipt-unreadable-next")]),
  };
  return { lines: [], isEvidence: false, ...words[answer.state]() };
}

function plainWords(key, lines) {
  return { tone: "warn", headline: t("receipt-" + key), lines };
}

function otherNames(answer, record) {
  return { receipt: eventName(answer.origin), here: eventName(record.vkey.name) };
}

/** The question an entry is about, in quotation marks. */
function aboutText({ entry, round }, languages) {
  if (!entry || !round || !round.open) return "";
  return t("receipt-question", { q: entry.q, text: wordingOf(round.open.text, languages).text });
}

function foundWords(answer, languages) {
  const { kind, index, entry, round, size, code } = answer;
  const tone = "good";
  if (kind === "key") return { tone, headline: t("found-key") };
  if (kind === "code") return { tone, headline: t("found-code", { code, n: size }) };
  if (kind === "head") return { tone, headline: t("found-head", { n: size }) };
  const lines = [aboutText(answer, languages)];
  if (kind === "close") return { tone, headline: t("found-close", { place: index }), lines: lines.filter(Boolean) };
  if (kind !== "ballot") return { tone, headline: t("found-entry", { place: index }) };
  const names = round && round.open ? choicesText(round.open, entry.c, languages) : "";
  const fate = ballotFate(answer, languages);
  return {
    tone: fate.isGood ? tone : "warn",
    headline: t("found-vote", { place: index, names }),
    lines: lines.concat(fate.text).filter(Boolean),
  };
}

/** Does that ballot count, and if not, why? { isGood, text } */
function ballotFate({ entry, round, voter }, languages) {
  if (!round || !round.open || !voter) return { isGood: false, text: t("fate-fault") };
  if (round.ended) return { isGood: true, text: t("fate-" + round.ended) };
  if (entry.n < voter.n) {
    const params = { place: voter.index, names: choicesText(round.open, voter.c, languages) };
    return { isGood: true, text: t("fate-changed", params) };
  }
  return { isGood: true, text: t(round.close ? "fate-counted" : "fate-open") };
}

function missingWords(answer, languages) {
  const { kind, isThere, size } = answer;
  const key = kind === "entry" ? "ballot" : kind;
  const lines = [aboutText(answer, languages)];
  if (kind === "ballot" && answer.round && answer.round.open) {
    lines.push(t("missing-answer", { names: choicesText(answer.round.open, answer.entry.c, languages) }));
  }
  const headline = isThere ? t("missing-past") : t("missing-" + key, { n: size });
  return { tone: "bad", headline, lines: lines.concat(t("missing-todo")).filter(Boolean), isEvidence: true };
}

function laterWords({ kind, size, by, code }, record) {
  const tone = "plain";
  const headline = t("receipt-later");
  if (kind === "longer") return { tone, headline, lines: [t("later-longer", { n: size, here: record.size })] };
  if (kind === "code") return { tone, headline: t("later-code", { code }), lines: [t("later-code-next")] };
  const time = formatTime(by * 1000);
  if (Date.now() < by * 1000 + PROMISE_GRACE) return { tone, headline, lines: [t("later-promised", { time })] };
  return { tone: "warn", headline, lines: [t("later-overdue", { time })], isEvidence: true };
}
