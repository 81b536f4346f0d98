// What the projector knows, and how each message of the hub changes it. Pure: (scene, message) → scene.
// Late and foreign messages change nothing, so that no bar ever jumps back.

/**
 * `missed`: something passed this page by; it must ask for the whole state again. `roster`: { eligible, present } where
 * there is one. `head`: the record's newest, as sent. `ended`: the record ends with the end of the event.
 */
export function emptyScene() {
  return {
    run: "",
    rev: 0,
    known: false,
    event: "",
    accent: "",
    vkey: "",
    lang: "",
    join: "",
    phones: 0,
    roster: null,
    question: null,
    tally: null,
    head: null,
    ended: false,
    missed: false,
  };
}

/** May the audience see the counts of this question now? */
export function resultIsVisible(question) {
  if (question.state === "revealed") return true;
  return question.live && (question.state === "open" || question.state === "closed");
}

export function sceneAfter(scene, message) {
  switch (message.t) {
    case "welcome":
      return welcomed(scene, message);
    case "idle":
      return { ...scene, rev: message.rev, known: true, question: null, tally: null, missed: false };
    case "question":
      return asked(scene, message);
    case "phase":
      return moved(scene, message);
    case "tally":
      return counted(scene, message);
    case "room":
      return counting(scene, message);
    case "head":
      return { ...scene, head: message };
    case "ended":
      return { ...scene, ended: true };
    default:
      return scene;
  }
}

function counting(scene, { phones, eligible, present }) {
  return { ...scene, phones, roster: eligible === undefined ? null : { eligible, present } };
}

function welcomed(scene, message) {
  const run = message.run || "";
  const { event, accent = "", vkey = "", lang, join, phones } = message;
  const next = { ...scene, run, event, accent, vkey, lang, join, phones, missed: false };
  if (scene.run === run) return next;
  const fresh = { rev: 0, known: false, roster: null, question: null, tally: null, head: null, ended: false };
  // Another data directory: its revisions mean nothing here, and it may believe that we have its state.
  return { ...next, ...fresh, missed: scene.rev > 0 };
}

function asked(scene, message) {
  const tally = isAbout(message, scene.question) ? scene.tally : null;
  return { ...scene, rev: message.rev, known: true, question: message, tally, missed: false };
}

function moved(scene, message) {
  if (!isAbout(message, scene.question)) return { ...scene, rev: 0, missed: true };
  const question = { ...scene.question, state: message.state, closes: message.closes };
  return { ...scene, rev: message.rev, question };
}

function counted(scene, message) {
  if (!isAbout(message, scene.question)) return scene;
  const old = scene.tally;
  if (old && (message.ballots < old.ballots || (old.final && !message.final))) return scene;
  // Without counts it only says how many voted; counts known for as many ballots stay.
  const kept = old && old.ballots === message.ballots ? old : { counts: null, base: message.ballots };
  const { counts, base } = message.counts ? { counts: message.counts, base: baseOf(message) } : kept;
  return { ...scene, tally: { ballots: message.ballots, counts, base, final: Boolean(message.final) } };
}

/** What the counts are to be held against: the ballots, or their weight where that differs. */
function baseOf({ ballots, weight }) {
  return weight === undefined ? ballots : weight;
}

/** "secret", "named" (a roll call) or "indicative" (one device, one vote: not one person). */
export function secrecyOf(question) {
  return question.secrecy || "indicative";
}

/** Is `message` about this very question and round? */
function isAbout(message, question) {
  return question !== null && message.q === question.q && message.r === question.r;
}
