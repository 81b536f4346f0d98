// Receipts and promises read back from their files, for the page that checks them.

import { fromBase64, toBase64 } from "./bytes.js";
import { isPromise } from "./entries.js";
import { leafHash, openCheckpoint, provesInclusion } from "./tlog.js";

const BASE64 = "[A-Za-z0-9+/]";
const RECEIPT_FORM = new RegExp(
  `^c2sp\\.org/tlog-proof@v1\nextra (${BASE64}+={0,2})\nindex (0|[1-9]\\d{0,14})\n((?:${BASE64}{43}=\n)*)\n([^]+)$`,
);
const PROMISE_FORM = new RegExp(
  `^vote-receipt/v1\n(.+)\n(${BASE64}{43}=)\n(0|[1-9]\\d{0,14})\n(${BASE64}{86}==)\nextra (${BASE64}+={0,2})\n$`,
);

/** null unless that is how these bytes are written. */
function standardBytes(text) {
  if (!text || text.length % 4) return null;
  const bytes = fromBase64(text);
  return toBase64(bytes) === text ? bytes : null;
}

/** { entry, index, path, note } of a tlog-proof, entry and path as bytes; null if the text is none. */
export function parseProof(text) {
  const [, coded, index, path, note] = RECEIPT_FORM.exec(text) || [];
  const entry = standardBytes(coded);
  return entry && { entry, index: Number(index), path: path.split("\n").slice(0, -1).map(fromBase64), note };
}

/** { origin, leaf, by, signature, entry }, as they are written but the entry as bytes; null if the text is none. */
export function parsePromise(text) {
  const [, origin, leaf, by, signature, coded] = PROMISE_FORM.exec(text) || [];
  const entry = standardBytes(coded);
  return entry && { origin, leaf, by: Number(by), signature, entry };
}

/** The receipt with the { origin, size, root } it leads to; null unless all of it holds. */
export async function openProof(text, vkey) {
  const proof = parseProof(text);
  const head = proof && (await openCheckpoint(proof.note, vkey));
  if (!head) return null;
  const leaf = leafHash(proof.entry);
  return provesInclusion(proof.index, head.size, leaf, proof.path, head.root) ? { ...proof, head } : null;
}

/** The promise, null unless it is the log's and of that entry. */
export async function openPromise(text, vkey) {
  const promise = parsePromise(text);
  if (!promise || promise.origin !== vkey.name || promise.leaf !== toBase64(leafHash(promise.entry))) return null;
  return (await isPromise(vkey, promise.leaf, promise.by, promise.signature)) ? promise : null;
}
