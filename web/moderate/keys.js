// What a key means: space is the primary act, a presentation clicker's Page Down the same, its Page Up the way back.

/** "main", "back" or "" for a keydown. Nothing while a key is held, with a modifier, or where the key has its own use. */
export function keyCommand(event) {
  if (event.repeat || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || event.isComposing) return "";
  if (takesText(event.target)) return "";
  if (event.key === "PageDown") return "main";
  if (event.key === "PageUp") return "back";
  const isSpace = event.key === " " || event.key === "Spacebar";
  return isSpace && !takesSpace(event.target) ? "main" : "";
}

function nameOf(target) {
  return target && target.tagName ? target.tagName.toLowerCase() : "";
}

function takesText(target) {
  return ["input", "select", "textarea"].indexOf(nameOf(target)) >= 0 || Boolean(target && target.isContentEditable);
}

/** A button in focus is pressed by space: that is what a keyboard user means. */
function takesSpace(target) {
  return ["button", "a", "summary"].indexOf(nameOf(target)) >= 0;
}

/** Calls back with "main" or "back". `paused()`: true while a dialog is open. */
export function listenForKeys(command, paused) {
  document.addEventListener("keydown", (event) => {
    if (paused() || event.defaultPrevented) return;
    const meaning = keyCommand(event);
    if (!meaning) {
      if (event.repeat && isOurs(event)) event.preventDefault(); // a held key neither acts nor scrolls
      return;
    }
    event.preventDefault();
    command(meaning);
  });
  // A button pressed with the mouse takes no focus: the next space is meant for the primary act, not for that button.
  document.addEventListener("mousedown", (event) => {
    if (paused() || !event.target.closest || !event.target.closest("button, summary, a")) return;
    event.preventDefault();
    if (takesSpace(document.activeElement)) document.activeElement.blur();
  });
}

function isOurs(event) {
  if (takesText(event.target)) return false;
  return event.key === "PageDown" || event.key === "PageUp" || (event.key === " " && !takesSpace(event.target));
}
