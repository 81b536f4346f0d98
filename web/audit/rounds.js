// What happened: each round of voting with its result as counted here, newest first.

import { h, replaceContent } from "../lib/dom.js";
import { formatNumber, formatPercent, language, t } from "../lib/locale.js";
import { optionClass, optionLetter, optionShape } from "../lib/options.js";
import { countOf, optionCount } from "./recount.js";
import { actText, chainOf, numbersText, optionWording, roundState, wordingOf } from "./words.js";

export class RoundsView {
  constructor(list) {
    this.list = list;
    this.cards = new Map(); // "q.r" → { key, element }
  }

  /** Only what changed is built anew; what was unfolded stays so. */
  show(count) {
    const { languages } = count.meeting || {};
    const rounds = Array.from(count.rounds.values()).filter((round) => round.open || round.acts.length);
    rounds.sort((a, b) => b.index - a.index);
    if (!rounds.length) {
      this.cards.clear();
      return replaceContent(this.list, h("p", { class: "soft" }, t("rounds-none")));
    }
    const elements = rounds.map((round) => this.card(round, count, languages));
    const shown = this.list.children;
    const isSame = elements.length === shown.length && elements.every((each, n) => each === shown[n]);
    if (!isSame) replaceContent(this.list, elements);
    return undefined;
  }

  card(round, count, languages) {
    const name = round.q + "." + round.r;
    const { index, votes, issued, acts, ended, faults, close } = round;
    const key = [language(), index, votes, issued.size, acts.length, ended, faults, Boolean(close)].join();
    const known = this.cards.get(name);
    if (known && known.key === key) return known.element;
    const element = makeRound(round, count, languages);
    if (known) keepFolds(known.element, element);
    this.cards.set(name, { key, element });
    return element;
  }
}

function keepFolds(before, after) {
  for (const fold of before.querySelectorAll("details[open]")) {
    const same = after.querySelector('[data-fold="' + fold.dataset.fold + '"]');
    if (same) same.open = true;
  }
}

/** A text that may be in another language than the page. */
function worded(tag, attributes, { text, lang }) {
  return h(tag, { ...attributes, lang }, text);
}

function makeRound(round, count, languages) {
  const { q, r, open } = round;
  const state = roundState(round);
  const place = t(r > 1 ? "round-again" : "round-place", { q, r });
  const title = open ? wordingOf(open.text, languages) : { text: t("early-text"), lang: null };
  return h(
    "article",
    { class: "round", "data-round": q + "." + r, "data-state": state },
    h("p", { class: "place" }, h("span", {}, place), h("span", { class: "state" }, t("state-" + state))),
    worded("h3", {}, title),
    open && open.detail ? worded("p", { class: "soft" }, wordingOf(open.detail, languages)) : null,
    open ? h("p", { class: "secrecy" }, t("secrecy-" + open.secrecy)) : null,
    open ? makeResult(round, languages) : null,
    open && count.meeting ? makeChain(round, count.meeting) : null,
    round.faults ? h("p", { class: "wrong" }, t("faults-here", { n: round.faults })) : null,
    round.acts.length ? makeActs(round.acts) : null,
    open && open.secrecy === "named" && (round.close || open.live) ? makeRollCall(round, languages) : null,
    round.close ? makeCertificate(round) : null,
  );
}

/** The bars, once voting has closed or if the room sees them grow; until then, how many voted. */
function makeResult(round, languages) {
  const { open, close } = round;
  if (!close && !(open.live && !round.ended)) {
    return h("p", { class: "so-far" }, t(round.ended ? "votes" : "so-far", { n: round.voters.size }));
  }
  const { result, weight, ballots } = close ? close.count : countOf(round);
  const differs = close && !close.agrees;
  const rows = result.map((n, position) => {
    const announced = differs ? " " + t("announced", { n: formatNumber(close.result[position] || 0) }) : "";
    return makeBar(open, position, optionWording(open, position, languages), { n, weight, announced });
  });
  const said = differs ? "recount-differs" : "recounted";
  const verdict = h("p", { class: differs ? "wrong" : "right" }, t(said));
  const devices = open.secrecy === "indicative" ? h("p", { class: "soft" }, t("devices", { n: ballots })) : null;
  const weights = weight !== ballots ? h("p", { class: "soft" }, t("weighted", { n: ballots, weight })) : null;
  return h("div", {}, h("ul", { class: "bars" }, rows), devices, weights, close ? verdict : null);
}

function makeBar({ kind }, position, wording, { n, weight, announced }) {
  const letter = optionLetter(kind, position);
  const share = h("span", {}, formatPercent(n, weight));
  const bar = h("span", { class: "bar" });
  bar.style.setProperty("transform", "scaleX(" + (weight > 0 ? n / weight : 0) + ")");
  return h(
    "li",
    { class: optionClass(kind, position) },
    h("span", { class: "mark" }, optionShape(kind, position), letter ? h("b", {}, letter) : null),
    worded("span", { class: "text" }, wording),
    h("span", { class: "figures" }, h("strong", {}, formatNumber(n)), " ", share, announced),
    h("span", { class: "rail", "aria-hidden": "true" }, bar),
  );
}

function makeChain(round, meeting) {
  const links = chainOf(round, meeting);
  if (!links.length) return null;
  const fits = links.every(({ n }, at) => at === 0 || links[at - 1].n >= n);
  const least = () => [h("span", { "aria-hidden": "true" }, "≥"), h("span", { class: "unseen" }, t("chain-least"))];
  const items = links.map(({ text }, at) => {
    return h("li", {}, at ? h("span", { class: "least" }, least()) : null, h("span", {}, text));
  });
  const wrong = fits ? null : h("p", { class: "wrong" }, t("chain-wrong"));
  return [h("ul", { class: "chain", "aria-label": t("chain") }, items), wrong];
}

function makeActs(acts) {
  const items = acts.map((act) => h("li", {}, actText(act)));
  return h("div", { class: "small" }, h("h4", {}, t("acts")), h("ul", {}, items));
}

/** Numbers by answer; made when it is unfolded. */
function makeRollCall(round, languages) {
  const body = h("div", {});
  const fill = (event) => {
    if (!event.target.open || body.firstChild) return;
    const rows = [];
    for (let position = 0; position < optionCount(round.open); position += 1) {
      const chose = Array.from(round.voters).filter(([, voter]) => voter.c.indexOf(position) >= 0);
      const letter = optionLetter(round.open.kind, position);
      const name = worded("span", {}, optionWording(round.open, position, languages));
      const shape = optionShape(round.open.kind, position);
      const numbers = numbersText(chose.map(([number]) => number));
      rows.push(h("dt", {}, shape, letter ? h("b", {}, letter) : null, name), h("dd", {}, numbers || "–"));
    }
    body.append(h("p", { class: "soft" }, t("roll-how")), h("dl", { class: "roll" }, rows));
  };
  return h("details", { "data-fold": "roll", ontoggle: fill }, h("summary", {}, t("roll-call")), body);
}

function makeCertificate({ q, r }) {
  const path = "/certificate/" + q + "." + r;
  const file = h("a", { href: path + ".tlog-proof", download: q + "." + r + ".tlog-proof" }, t("certificate-file"));
  const body = h("div", { class: "certificate" });
  const fill = (event) => {
    if (!event.target.open || body.firstChild) return;
    body.append(
      h("img", { src: path + ".svg", alt: t("certificate-alt", { q, r }) }),
      h("div", {}, h("p", {}, t("certificate-how")), h("p", {}, file)),
    );
  };
  return h("details", { "data-fold": "certificate", ontoggle: fill }, h("summary", {}, t("certificate")), body);
}
