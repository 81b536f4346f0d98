// What is written of a ballot, to the byte (Sources/Ledger/DESIGN.md): entries, what is signed, what is kept.

import { fromBase64, toBase64, utf8 } from "./bytes.js";
import { edVerify } from "./ed25519.js";
import { sha256 } from "./sha2.js";

/** RFC 8785, of members that are integers, lists of integers and texts; undefined ones stay out. */
export function entryBytes(members) {
  return utf8(JSON.stringify(members, Object.keys(members).sort()));
}

/** The `d` of an indicative ballot: the device, but another for each question and round. */
export function devicePseudonym(origin, q, r, device) {
  return toBase64(sha256(utf8(["vote-device/v1", origin, q, r, device, ""].join("\n"))).slice(0, 16));
}

/** What a secret ballot's `s` signs. `open`: base64 leaf hash of the question's open entry. */
export function ballotMessage(origin, open, n, c) {
  return utf8(["vote-ballot/v1", origin, open, n, JSON.stringify(c), ""].join("\n"));
}

/** What the hub signs when it promises to log a leaf by a time. Leaf in base64, time in Unix seconds. */
function promiseBody(origin, leaf, by) {
  return ["vote-receipt/v1", origin, leaf, by, ""].join("\n");
}

/** A promise that holds? To a promise: true or false. */
export async function isPromise(vkey, leaf, by, signature) {
  return edVerify(vkey.key, utf8(promiseBody(vkey.name, leaf, by)), fromBase64(signature));
}

/** A promise as a file. */
export function promiseText(origin, leaf, by, signature, entry) {
  return promiseBody(origin, leaf, by) + signature + "\nextra " + toBase64(entry) + "\n";
}

/** A C2SP tlog-proof: a receipt, or a result's certificate. Path in base64; `note`: the signed head. */
export function proofText(entry, index, path, note) {
  return ["c2sp.org/tlog-proof@v1", "extra " + toBase64(entry), "index " + index, ...path, "", note].join("\n");
}
