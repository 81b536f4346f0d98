// Ed25519 (RFC 8032): the browser's own where this origin has it (plain http has not), otherwise as below.

import { concat, fromBigInt, sameBytes, toBigInt } from "./bytes.js";
import { modInverse, modPower, modulo } from "./modular.js";
import { sha512 } from "./sha2.js";

const ED_PRIME = 2n ** 255n - 19n;
const ED_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const ED_D = -121665n * modInverse(121666n, ED_PRIME);
const ED_BASE = edDecode(edBytes((4n * modInverse(5n, ED_PRIME)) % ED_PRIME));

function edNumber(bytes) {
  return toBigInt(bytes.slice().reverse());
}

function edBytes(number) {
  return fromBigInt(number, 32).reverse();
}

/** Points are [X, Y, Z, T] of RFC 8032 §5.1.4; the sum is right for equal points too. */
function edAdd([x1, y1, z1, t1], [x2, y2, z2, t2]) {
  const a = (y1 - x1) * (y2 - x2);
  const b = (y1 + x1) * (y2 + x2);
  const c = ((2n * ED_D * t1) % ED_PRIME) * t2;
  const d = 2n * z1 * z2;
  const [e, f, g, h] = [b - a, d - c, d + c, b + a].map((x) => x % ED_PRIME);
  return [e * f, g * h, f * g, e * h].map((x) => x % ED_PRIME);
}

function edTimes(point, scalar) {
  let sum = [0n, 1n, 1n, 0n];
  for (; scalar; scalar >>= 1n) {
    if (scalar & 1n) sum = edAdd(sum, point);
    point = edAdd(point, point);
  }
  return sum;
}

function edEncode([x, y, z]) {
  const [u, v] = [x, y].map((each) => modulo(each * modInverse(z, ED_PRIME), ED_PRIME));
  return edBytes(v | ((u & 1n) << 255n));
}

/** null if the bytes are no point. */
function edDecode(bytes) {
  const y = BigInt.asUintN(255, edNumber(bytes));
  const square = modulo((y * y - 1n) * modInverse(ED_D * y * y + 1n, ED_PRIME), ED_PRIME);
  let x = modPower(square, (ED_PRIME + 3n) / 8n, ED_PRIME);
  if ((x * x - square) % ED_PRIME) x = (x * modPower(2n, (ED_PRIME - 1n) / 4n, ED_PRIME)) % ED_PRIME;
  if ((x & 1n) !== BigInt(bytes[31] >> 7)) x = modulo(-x, ED_PRIME);
  const point = [x, y, 1n, (x * y) % ED_PRIME];
  // Not so where there is no root, y is not below the prime, or a zero has a sign.
  return sameBytes(edEncode(point), bytes) && !((x * x - square) % ED_PRIME) ? point : null;
}

function edHash(...parts) {
  return edNumber(sha512(concat(...parts))) % ED_ORDER;
}

function edSecret(seed) {
  return (BigInt.asUintN(254, edNumber(sha512(seed).slice(0, 32))) & -8n) | (2n ** 254n);
}

export async function edPublicKey(seed) {
  return edEncode(edTimes(ED_BASE, edSecret(seed)));
}

export async function edSign(seed, message) {
  const nonce = edHash(sha512(seed).slice(32), message);
  const point = edEncode(edTimes(ED_BASE, nonce));
  const challenge = edHash(point, await edPublicKey(seed), message);
  return concat(point, edBytes((nonce + challenge * edSecret(seed)) % ED_ORDER));
}

/** Where the browser cannot. */
export async function edVerifyHere(publicKey, message, signature) {
  const key = edDecode(publicKey);
  const point = signature.slice(0, 32);
  if (!key || signature.length !== 64) return false;
  const proof = edNumber(signature.slice(32));
  const [x, y, z, t] = edTimes(key, edHash(point, publicKey, message));
  return proof < ED_ORDER && sameBytes(edEncode(edAdd(edTimes(ED_BASE, proof), [-x, y, z, -t])), point);
}

export function edVerify(publicKey, message, signature) {
  const native = async () => {
    const key = await crypto.subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
    return crypto.subtle.verify("Ed25519", key, signature, message);
  };
  return native().catch(() => edVerifyHere(publicKey, message, signature));
}
