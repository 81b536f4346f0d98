// What the projector knows, and how each message of the hub changes it. Pure: (scene, message) → scene.
// Late and foreign messages change nothing, so that no bar ever jumps back.

/** `missed`: something passed this page by; it must ask for the whole state again. */
export function emptyScene() {
  return {
    run: "",
    rev: 0,
    known: false,
    event: "",
    accent: "",
    lang: "",
    join: "",
    phones: 0,
    question: null,
    tally: null,
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
      return { ...scene, phones: message.phones };
    default:
      return scene;
  }
}

function welcomed(scene, message) {
  const run = message.run || "";
  const { event, accent = "", lang, join, phones } = message;
  const next = { ...scene, run, event, accent, lang, join, phones, missed: false };
  if (scene.run === run) return next;
  // Another data directory: its revisions mean nothing here, and it may believe that we have its state.
  return { ...next, rev: 0, known: false, question: null, tally: null, missed: scene.rev > 0 };
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
  const kept = old && old.ballots === message.ballots ? old.counts : null;
  const tally = { ballots: message.ballots, counts: message.counts || kept, final: Boolean(message.final) };
  return { ...scene, tally };
}

/** Is `message` about this very question and round? */
function isAbout(message, question) {
  return question !== null && message.q === question.q && message.r === question.r;
}
