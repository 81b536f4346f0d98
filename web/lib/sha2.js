// SHA-2 (FIPS 180-4). SHA-256 in 32-bit integers: an audit hashes a whole log. The long ones are rare, BigInt will do.

import { concat, fromBigInt, toBigInt } from "./bytes.js";

const SHA_PRIMES = [];
for (let n = 2; SHA_PRIMES.length < 80; n += 1) if (SHA_PRIMES.every((prime) => n % prime)) SHA_PRIMES.push(n);
const SHA_ROUNDS = SHA_PRIMES.map((prime) => shaRoot(prime, 3n));
const SHA_START = SHA_PRIMES.slice(0, 16).map((prime) => shaRoot(prime, 2n));
const SHA256_ROUNDS = shaUpper(SHA_ROUNDS);
const SHA256_START = shaUpper(SHA_START);

/** The first 64 bits after the point of the k-th root: one step of Newton's from what a double knows. */
function shaRoot(prime, k) {
  const guess = BigInt(Math.pow(prime, 1 / Number(k)) * Math.pow(2, 64));
  return BigInt.asUintN(64, ((k - 1n) * guess + (BigInt(prime) << (64n * k)) / guess ** (k - 1n)) / k);
}

function shaUpper(words) {
  return Int32Array.from(words, (word) => Number(word >> 32n));
}

function shaPadded(bytes, block) {
  const zeros = block - 1 - ((bytes.length + block / 8) % block) + block / 8;
  const data = concat(bytes, [128], new Uint8Array(zeros));
  new DataView(data.buffer).setUint32(data.length - 4, 8 * bytes.length);
  return data;
}

export function sha256(bytes) {
  const turn = (x, n) => (x >>> n) | (x << (32 - n));
  const data = shaPadded(bytes, 64);
  const view = new DataView(data.buffer);
  const state = SHA256_START.slice(0, 8);
  const w = new Int32Array(64);
  for (let at = 0; at < data.length; at += 64) {
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i += 1) {
      if (i < 16) {
        w[i] = view.getInt32(at + 4 * i);
      } else {
        const x = w[i - 15];
        const y = w[i - 2];
        const mixed = (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10));
        w[i] = w[i - 16] + w[i - 7] + mixed;
      }
      const t1 = h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + SHA256_ROUNDS[i] + w[i];
      const t2 = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
      [a, b, c, d, e, f, g, h] = [(t1 + t2) | 0, a, b, c, (d + t1) | 0, e, f, g];
    }
    [a, b, c, d, e, f, g, h].forEach((word, i) => (state[i] += word));
  }
  state.forEach((word, i) => view.setInt32(4 * i, word));
  return data.slice(0, 32);
}

function shaLong(bytes, start) {
  const short = (x) => BigInt.asUintN(64, x);
  const turn = (x, n) => short((x >> n) | (x << (64n - n)));
  const data = shaPadded(bytes, 128);
  const state = SHA_START.slice(start, start + 8);
  const w = [];
  for (let at = 0; at < data.length; at += 128) {
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 80; i += 1) {
      if (i < 16) {
        w[i] = toBigInt(data.slice(at + 8 * i, at + 8 * i + 8));
      } else {
        const x = w[i - 15];
        const y = w[i - 2];
        const mixed = (turn(x, 1n) ^ turn(x, 8n) ^ (x >> 7n)) + (turn(y, 19n) ^ turn(y, 61n) ^ (y >> 6n));
        w[i] = short(w[i - 16] + w[i - 7] + mixed);
      }
      const t1 = h + (turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n)) + ((e & f) ^ (~e & g)) + SHA_ROUNDS[i] + w[i];
      const t2 = (turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c));
      [a, b, c, d, e, f, g, h] = [short(t1 + t2), a, b, c, short(d + t1), e, f, g];
    }
    [a, b, c, d, e, f, g, h].forEach((word, i) => (state[i] = short(state[i] + word)));
  }
  return concat(...state.map((word) => fromBigInt(word, 8)));
}

export function sha512(bytes) {
  return shaLong(bytes, 0);
}

export function sha384(bytes) {
  return shaLong(bytes, 8).slice(0, 48);
}
