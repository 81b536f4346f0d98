// Who this browser is (one device, however many tabs) and the ids of what it sends.

import { toBase64url } from "./bytes.js";
import { readStored, writeStored } from "./storage.js";

function randomBase64url(bytes) {
  return toBase64url(crypto.getRandomValues(new Uint8Array(bytes)));
}

/** 22 characters base64url, 128 random bits. Read afresh each time: tabs share it. */
export function deviceId() {
  const known = readStored("device");
  if (known !== null && /^[A-Za-z0-9_-]{21}[AQgw]$/.test(known)) return known;
  writeStored("device", randomBase64url(16));
  return readStored("device");
}

/** 11 characters base64url, 64 random bits: the id of one vote or act. */
export function randomId() {
  return randomBase64url(8);
}
