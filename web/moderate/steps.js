// Which act comes next. Pure: from the agenda as the hub sent it to the act a key or a button stands for.
// A step is { act, q, r } (q and r as the moderator sees them now) or null where there is none.

export function questionOf(agenda, q) {
  return agenda.questions.find((question) => question.q === q) || null;
}

export function activeQuestion(agenda) {
  return agenda.active > 0 ? questionOf(agenda, agenda.active) : null;
}

export function stepFor(act, question) {
  return { act, q: question.q, r: question.r };
}

function showable(questions) {
  return questions.filter((question) => question.state !== "draft");
}

/** The question after the one in front. With the waiting screen in front: the first after all that was done so far. */
export function followingQuestion(agenda) {
  const questions = showable(agenda.questions);
  const done = (question) => question.state !== "ready";
  let position = questions.findIndex((question) => question.q === agenda.active);
  if (position < 0) position = questions.reduce((last, question, i) => (done(question) ? i : last), -1);
  return questions[position + 1] || (agenda.active > 0 ? null : questions.find((one) => !done(one)) || null);
}

/** The question before the one in front; before the waiting screen none. */
export function previousQuestion(agenda) {
  const questions = showable(agenda.questions);
  const position = questions.findIndex((question) => question.q === agenda.active);
  return position > 0 ? questions[position - 1] : null;
}

/** The one primary act: show → open → close → reveal → the next question; at the end the waiting screen. */
export function mainStep(agenda) {
  const active = activeQuestion(agenda);
  const act = active && { ready: "open", open: "close", closed: "reveal" }[active.state];
  if (act) return stepFor(act, active);
  const following = followingQuestion(agenda);
  if (following) return stepFor("show", following);
  return active ? stepFor("clear", active) : null;
}

export function backStep(agenda) {
  const previous = previousQuestion(agenda);
  return previous && stepFor("show", previous);
}

/** Acts the hub would take for this question in its state, besides the primary one. */
export function sideActs(question) {
  if (!question) return [];
  const allowed = {
    draft: ["prepare"],
    ready: ["void", "clear"],
    open: ["extend", "reset", "void", "clear"],
    closed: ["reset", "void", "clear"],
    revealed: ["hide", "reset", "void", "clear"],
    void: ["reset", "clear"],
  };
  return allowed[question.state] || [];
}

/** Acts to send, in order: a question that is open is closed before another takes its place. `why`: for the record. */
export function actsFor(step, agenda, why) {
  const active = activeQuestion(agenda);
  const reasoned = (act) => (why ? { ...act, why } : act);
  return leavesOpen(step, active) ? [reasoned(stepFor("close", active)), step] : [reasoned(step)];
}

function leavesOpen(step, active) {
  if (!active || active.state !== "open") return false;
  return step.act === "clear" || step.act === "end" || (step.act === "show" && step.q !== active.q);
}

/** Why this step asks first: "leave-open", "close-early" or its act; "" if it does not. `now`: the hub's clock. */
export function dangerOf(step, agenda, now) {
  const active = activeQuestion(agenda);
  if (["reset", "void", "extend", "end"].indexOf(step.act) >= 0) return step.act;
  if (leavesOpen(step, active)) return "leave-open";
  return step.act === "close" && isEarly(active, now) ? "close-early" : "";
}

/** Is its timer still running? Then closing it stands in the record. */
export function isEarly(question, now) {
  return Boolean(question) && question.state === "open" && question.closes - now > 1000;
}

/** Does what is asked about stand in the public record as the moderator's doing? */
export function isRecorded(danger, agenda, now) {
  const leaving = danger === "leave-open" || danger === "end";
  return leaving ? isEarly(activeQuestion(agenda), now) : danger !== "";
}

/** Seconds to choose from when opening; 0 is no timer. A question's own timer is always among them. */
export function timerChoices(own) {
  const choices = [0, 30, 60, 120, 300];
  if (own && choices.indexOf(own) < 0) choices.push(own);
  return choices.sort((a, b) => a - b);
}
