// Entries read strictly (Sources/Ledger/DESIGN.md, "Entries"): what is not written exactly so is none.

const isWhole = (value) => Number.isSafeInteger(value) && value >= 0;
const isPositive = (value) => isWhole(value) && value > 0;
const isString = (value) => typeof value === "string";
const isFlag = (value) => typeof value === "boolean";
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isOneOf = (...values) => (value) => values.indexOf(value) >= 0;
const isList = (isGood) => (value) => Array.isArray(value) && value.every(isGood);
const isRising = (value) => isList(isPositive)(value) && value.every((each, n) => n === 0 || value[n - 1] < each);
const isRange = (value) => isList(isWhole)(value) && value.length === 2 && value[0] <= value[1];
const isCoded = (length) => (value) =>
  isString(value) && value.length === 4 * Math.ceil(length / 3) && /^[A-Za-z0-9+/]+={0,2}$/.test(value);
const isWording = (value) =>
  isObject(value) &&
  Object.keys(value).length > 0 &&
  Object.keys(value).every((code) => /^[A-Za-z0-9-]+$/.test(code) && isString(value[code]));

const ENTRY_ROUND = { q: isPositive, r: isPositive };
const ENTRY_BALLOT = { ...ENTRY_ROUND, n: isWhole, c: isList(isWhole) };
// The members of each kind besides `t`; several where there are several forms.
const ENTRY_FORMS = {
  meeting: [
    {
      admission: isOneOf("open", "roster"),
      eligible: isWhole,
      event: isString,
      languages: isList(isString),
      roster: (value) => isString(value) && /^[0-9a-f]{64}$/.test(value),
      title: isWording,
    },
  ],
  key: [{ ...ENTRY_ROUND, w: isPositive, spki: isCoded(342) }],
  open: withOptional("detail", isWording, {
    ...ENTRY_ROUND,
    kind: isOneOf("motion", "single", "multiple"),
    text: isWording,
    options: isList(isWording),
    select: isRange,
    change: isFlag,
    live: isFlag,
    secrecy: isOneOf("secret", "named", "indicative"),
  }),
  issue: [{ ...ENTRY_ROUND, n: isRising }],
  ballot: [
    { ...ENTRY_BALLOT, w: isPositive, k: isCoded(32), a: isCoded(256), s: isCoded(64) },
    { ...ENTRY_BALLOT, v: isPositive },
    { ...ENTRY_BALLOT, d: isCoded(16) },
  ],
  moderator: [
    { ...ENTRY_ROUND, act: isOneOf("edit", "close", "reset", "void"), why: isString },
    { ...ENTRY_ROUND, act: isOneOf("extend"), why: isString, s: isPositive },
  ],
  close: withOptional("issued", isWhole, {
    ...ENTRY_ROUND,
    result: isList(isWhole),
    ballots: isWhole,
    weight: isWhole,
  }).reduce((forms, form) => forms.concat(withOptional("present", isWhole, form)), []),
  end: [{}],
};

function withOptional(name, isGood, form) {
  return [form, { ...form, [name]: isGood }];
}

/** RFC 8785, of anything whose numbers are integers. */
function canonicalText(value) {
  if (Array.isArray(value)) return "[" + value.map(canonicalText).join() + "]";
  if (!isObject(value)) return JSON.stringify(value);
  const pairs = Object.keys(value).sort().map((name) => JSON.stringify(name) + ":" + canonicalText(value[name]));
  return "{" + pairs.join() + "}";
}

function suits(entry, form) {
  const names = Object.keys(form);
  return Object.keys(entry).length === names.length + 1 && names.every((name) => form[name](entry[name]));
}

function isEntry(entry) {
  if (!isObject(entry) || !isString(entry.t)) return false;
  if (entry.t === "outcome") return isPositive(entry.q); // and whatever else
  const isKnown = Object.prototype.hasOwnProperty.call(ENTRY_FORMS, entry.t);
  return isKnown && ENTRY_FORMS[entry.t].some((form) => suits(entry, form));
}

/** null if the bytes are no entry. */
export function readEntry(bytes) {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    const entry = JSON.parse(text);
    return isEntry(entry) && canonicalText(entry) === text ? entry : null;
  } catch (error) {
    return null;
  }
}
