// What can be taken away: the whole record as one file, and evidence.

import { h } from "../lib/dom.js";

const TAKE_TRIES = 120;
const TAKE_PAUSE = 1000; // ms, unless the hub says how long

/** Saves a blob as a file. */
export function saveFile(name, blob) {
  const link = h("a", { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

/** Fetches the bundle, however long the hub prepares it, and saves it. To its name; throws if there is none. */
export async function takeBundle(size) {
  for (let tries = 0; tries < TAKE_TRIES; tries += 1) {
    const response = await fetch("/bundle.zip", { cache: "no-store" });
    if (response.ok) {
      const said = /filename="([\w.-]+)"/.exec(response.headers.get("Content-Disposition") || "");
      const name = said ? said[1] : "plenum-record-" + size + ".zip";
      saveFile(name, await response.blob());
      return name;
    }
    if (response.status !== 503) throw new Error(String(response.status));
    const asked = 1000 * Number(response.headers.get("Retry-After"));
    await new Promise((resolve) => setTimeout(resolve, asked > 0 ? asked : TAKE_PAUSE));
  }
  throw new Error("not prepared");
}
