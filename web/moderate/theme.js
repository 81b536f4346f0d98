// Light or dark: the browser's wish until the moderator chooses.

import { readStored, writeStored } from "../lib/storage.js";

export function isDark() {
  const theme = document.documentElement.dataset.theme;
  return theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

/** Puts on what was chosen earlier, if anything. */
export function wearTheme() {
  const theme = readStored("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
}

export function switchTheme() {
  writeStored("theme", isDark() ? "light" : "dark");
  wearTheme();
}
