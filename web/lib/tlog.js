// The log as a phone reads it (Sources/Ledger/DESIGN.md): heads, and proofs that something is under one.

import { concat, fromBase64, sameBytes, toBigInt, toHex, utf8 } from "./bytes.js";
import { edVerify } from "./ed25519.js";
import { sha256 } from "./sha2.js";

export function leafHash(entry) {
  return sha256(concat([0], entry));
}

export function nodeHash(left, right) {
  return sha256(concat([1], left, right));
}

/** Where a tree of `size` leaves parts: the largest power of two below. */
function treeParting(size) {
  let part = 1;
  while (2 * part < size) part *= 2;
  return part;
}

/** The roots of a tree's first `old` and of all `size` leaves, by a path as in RFC 9162 §2.1, of which it uses up. */
function treeRoots(old, size, known, path, isLeaf) {
  const next = () => path.shift() || [];
  if (isLeaf ? size === 1 : old === size) {
    const whole = known || next();
    return [whole, whole];
  }
  const part = treeParting(size);
  if (old > part) {
    const roots = treeRoots(old - part, size - part, isLeaf && known, path, isLeaf);
    const left = next();
    return roots.map((right) => nodeHash(left, right));
  }
  const [less, more] = treeRoots(old, part, known, path, isLeaf);
  return [less, nodeHash(more, next())];
}

/** RFC 9162 §2.1.3.2; hashes as bytes. */
export function provesInclusion(index, size, leaf, path, root) {
  const rest = path.slice();
  if (!Number.isInteger(index) || index < 0 || index >= size) return false;
  const [, more] = treeRoots(index + 1, size, leaf, rest, true);
  return sameBytes(more, root) && !rest.length;
}

/** RFC 9162 §2.1.4.2: are the first `old` leaves those of the root before? Nothing is a beginning of everything. */
export function provesConsistency(old, size, oldRoot, root, path) {
  const rest = path.slice();
  if (!old || old > size) return !old && !rest.length;
  const [less, more] = treeRoots(old, size, oldRoot, rest, false);
  return sameBytes(less, oldRoot) && sameBytes(more, root) && !rest.length;
}

/** { name, id, key } of a C2SP verifier key; null if it is none. */
export function parseVkey(text) {
  const [, name, id, coded] = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})$/.exec(text) || [];
  const bytes = fromBase64(coded || "");
  const isSound = bytes[0] === 1 && toHex(sha256(concat(utf8(name), [10], bytes)).slice(0, 4)) === id;
  return isSound ? { name, id, key: bytes.slice(1) } : null;
}

/** { origin, size, root } of a head that the log signed, the root as bytes; null for anything else. */
export async function openCheckpoint(text, vkey) {
  const form = /^((.+)\n(0|[1-9]\d{0,14})\n([A-Za-z0-9+/]{43}=)\n)\n— \2 ([A-Za-z0-9+/]{91}=)\n$/;
  const [, body, origin, size, root, coded] = form.exec(text) || [];
  const signature = fromBase64(coded || "");
  const isNamed = origin === vkey.name && toHex(signature.slice(0, 4)) === vkey.id;
  const isSigned = isNamed && (await edVerify(vkey.key, utf8(body), signature.slice(4)));
  return isSigned ? { origin, size: Number(size), root: fromBase64(root) } : null;
}

/** 40 bits of a root, to compare by eye: "ABCD-EFGH". */
export function shortCode(root) {
  const digits = toBigInt(root.slice(0, 5)).toString(32).padStart(8, "0");
  const crockford = (digit) => "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[parseInt(digit, 32)];
  return digits.replace(/./g, crockford).replace(/^..../, "$&-");
}
