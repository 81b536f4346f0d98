// The public record as any page can read it: the hub serves it over HTTP in the form of C2SP tlog-tiles.

const BUNDLE_WIDTH = 256; // entries in one file

/** The path of the file that holds the last entry of a record of this size: "/tile/entries/x001/234.p/7". */
export function lastEntriesPath(size) {
  let rest = Math.floor((size - 1) / BUNDLE_WIDTH);
  const width = size % BUNDLE_WIDTH;
  const groups = [];
  do {
    groups.unshift((groups.length > 0 ? "x" : "") + String(rest % 1000).padStart(3, "0"));
    rest = Math.floor(rest / 1000);
  } while (rest > 0);
  return "/tile/entries/" + groups.join("/") + (width > 0 ? ".p/" + width : "");
}

/** The entries in such a file, as texts: before each its length, two bytes, the higher first. */
export function entryTexts(bytes) {
  const texts = [];
  for (let at = 0; at + 2 <= bytes.length; ) {
    const end = at + 2 + bytes[at] * 256 + bytes[at + 1];
    texts.push(new TextDecoder().decode(bytes.subarray(at + 2, end)));
    at = end;
  }
  return texts;
}

/** Resolves to true if a record of this size ends with the end of the event; to false too where it cannot be had. */
export function recordHasEnded(size) {
  if (!(size > 0)) return Promise.resolve(false);
  return fetch(lastEntriesPath(size))
    .then((response) => (response.ok ? response.arrayBuffer() : new ArrayBuffer(0)))
    .then((buffer) => entryTexts(new Uint8Array(buffer)).pop() === '{"t":"end"}')
    .catch(() => false);
}
