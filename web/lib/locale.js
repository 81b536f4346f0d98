// The page's language, its texts (/locales/vote.ko.json) and its numbers.
// A text is a string with {names}, or { "one": …, "other": … } chosen by {n}.

import { readStored, writeStored } from "./storage.js";

const LOCALE_LANGUAGES = { ko: "한국어", en: "English" };
const localeState = { page: "", language: "en", texts: {}, wish: 0 };

/** [["ko", "한국어"], ["en", "English"]], for the switch. */
export function languages() {
  return Object.keys(LOCALE_LANGUAGES).map((code) => [code, LOCALE_LANGUAGES[code]]);
}

export function language() {
  return localeState.language;
}

/** Stored choice, then ?lang=, then the browser's wishes, then English. */
export function preferredLanguage() {
  const asked = new URLSearchParams(location.search).get("lang");
  const wishes = [readStored("lang"), asked].concat(navigator.languages || [navigator.language]);
  for (const wish of wishes) {
    const code = String(wish || "").toLowerCase().split("-")[0];
    if (Object.prototype.hasOwnProperty.call(LOCALE_LANGUAGES, code)) return code;
  }
  return "en";
}

/** Loads the texts of `page` ("vote"), in `asked` if there is such, else as preferred. Tries until `t` can be used. */
export function openLocale(page, asked) {
  localeState.page = page;
  const known = Object.prototype.hasOwnProperty.call(LOCALE_LANGUAGES, asked);
  return fetchLocale(known ? asked : preferredLanguage());
}

/** Switches and remembers. Resolves to false if a later switch overtook it. */
export function setLanguage(code) {
  writeStored("lang", code);
  return fetchLocale(code);
}

/** The hub sends the texts along with the page (PageLinker.swift); a page opened from its sources fetches them. */
function localeTexts(page, code) {
  const sent = document.querySelector('script[data-locale="' + page + '"]');
  if (sent) {
    const { keys, [code]: texts } = JSON.parse(sent.textContent);
    return Promise.resolve(Object.fromEntries(keys.map((key, n) => [key, texts[n]])));
  }
  return fetch("/locales/" + page + "." + code + ".json").then((response) => {
    if (!response.ok) throw new Error("locale " + response.status);
    return response.json();
  });
}

function fetchLocale(code) {
  const wish = ++localeState.wish;
  const attempt = (failures) =>
    localeTexts(localeState.page, code).then(
      (texts) => {
        if (wish !== localeState.wish) return false;
        localeState.texts = texts;
        localeState.language = code;
        document.documentElement.lang = code;
        return true;
      },
      () => {
        if (wish !== localeState.wish) return false;
        const pause = Math.min(8000, 500 * Math.pow(2, failures)) * (0.5 + Math.random());
        return new Promise((resolve) => setTimeout(resolve, pause)).then(() => attempt(failures + 1));
      },
    );
  return attempt(0);
}

export function hasText(key) {
  return Object.prototype.hasOwnProperty.call(localeState.texts, key);
}

/** t("choose-range", { min: 1, max: 3 }). A missing key shows itself. */
export function t(key, params) {
  if (!hasText(key)) return key;
  let text = localeState.texts[key];
  if (typeof text === "object") {
    const form = new Intl.PluralRules(localeState.language).select(params.n);
    text = text[form] || text.other;
  }
  return text.replace(/\{(\w+)\}/g, (whole, name) => {
    if (!params || params[name] === undefined) return whole;
    return typeof params[name] === "number" ? formatNumber(params[name]) : String(params[name]);
  });
}

export function formatNumber(n) {
  return new Intl.NumberFormat(localeState.language).format(n);
}

/** "43.7%"; "–" when whole is 0. */
export function formatPercent(part, whole, digits) {
  if (!(whole > 0)) return "–";
  const places = digits === undefined ? 1 : digits;
  const options = { style: "percent", minimumFractionDigits: places, maximumFractionDigits: places };
  return new Intl.NumberFormat(localeState.language, options).format(part / whole);
}

/** "14:32" where the page is. */
export function formatTime(milliseconds) {
  const options = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  return new Intl.DateTimeFormat(localeState.language, options).format(new Date(milliseconds));
}
