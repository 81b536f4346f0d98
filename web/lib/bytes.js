// Bytes and what they are written as: text, base64 (standard, padded), numbers (big-endian).

export function utf8(text) {
  return new TextEncoder().encode(text);
}

export function toBase64(bytes) {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

/** Without padding, for addresses and names. */
export function toBase64url(bytes) {
  return toBase64(bytes).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** No bytes if it is none: then nothing made of them holds. */
export function fromBase64(text) {
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch (error) {
    return new Uint8Array(0);
  }
}

/** Of Uint8Arrays and plain arrays. */
export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function sameBytes(one, other) {
  return one.join() === other.join();
}

export function toHex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Of no bytes 0. */
export function toBigInt(bytes) {
  return BigInt("0x0" + toHex(bytes));
}

export function fromBigInt(number, length) {
  const pairs = number.toString(16).padStart(2 * length, "0").match(/../g);
  return Uint8Array.from(pairs, (pair) => parseInt(pair, 16));
}
