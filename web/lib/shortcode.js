// A head of the log, short enough to compare by eye.

import { toBigInt } from "./bytes.js";

/** 40 bits of a root, to compare by eye: "ABCD-EFGH". */
export function shortCode(root) {
  const digits = toBigInt(root.slice(0, 5)).toString(32).padStart(8, "0");
  const crockford = (digit) => "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[parseInt(digit, 32)];
  return digits.replace(/./g, crockford).replace(/^..../, "$&-");
}
