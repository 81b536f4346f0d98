// Voting tokens: RFC 9578 type 2, RFC 9474's RSABSSA-SHA384-PSS-Deterministic. The hub signs what it cannot read.

import { concat, fromBigInt, toBase64, toBigInt, utf8 } from "./bytes.js";
import { modInverse, modPower } from "./modular.js";
import { sha256, sha384 } from "./sha2.js";

const TOKEN_SALT = 48;
// RFC 9578 §8.2.2 before a modulus of 2048 bits; the exponent after it, 65537.
const TOKEN_SPKI =
  "MIIBUjA9BgkqhkiG9w0BAQowMKANMAsGCWCGSAFlAwQCAqEaMBgGCSqGSIb3DQEBCDALBglghkgBZQMEAgKiAwIBMAOCAQ8AMIIBCgKCAQEA";

/** Base64, of a modulus of 256 bytes. */
export function tokenSPKI(modulus) {
  return TOKEN_SPKI + toBase64(concat(modulus, [2, 3, 1, 0, 1]));
}

/** What the hub signs. `leaf` of the key entry, `spki` as bytes. */
export function tokenInput(origin, leaf, spki, publicKey) {
  const name = utf8(origin);
  const challenge = concat([0, 2, name.length >> 8, name.length], name, [leaf.length], leaf, [0, 0]);
  return concat([0, 2], publicKey, sha256(challenge), sha256(spki));
}

function tokenEncoded(input, salt, length) {
  const hash = sha384(concat(new Uint8Array(8), sha384(input), salt));
  let mask = [];
  for (let n = 0; mask.length < length; n += 1) mask = concat(mask, sha384(concat(hash, [0, 0, 0, n])));
  const encoded = concat(mask.slice(0, length - 49), hash, [0xbc]);
  concat([1], salt).forEach((byte, i) => (encoded[length - 98 + i] ^= byte));
  encoded[0] &= 127;
  return toBigInt(encoded);
}

/** Salt, then a blind that is uniform among those that can be undone. */
function tokenSecret(modulus) {
  for (;;) {
    const secret = crypto.getRandomValues(new Uint8Array(TOKEN_SALT + modulus.length));
    const blind = toBigInt(secret.slice(TOKEN_SALT));
    if (blind < toBigInt(modulus) && modInverse(blind, toBigInt(modulus))) return secret;
  }
}

/** { blinded, secret }; the same secret gives the same again. */
export function tokenBlind(modulus, input, secret = tokenSecret(modulus)) {
  const n = toBigInt(modulus);
  const cover = modPower(toBigInt(secret.slice(TOKEN_SALT)), 65537n, n);
  const encoded = tokenEncoded(input, secret.slice(0, TOKEN_SALT), modulus.length);
  return { blinded: fromBigInt((encoded * cover) % n, modulus.length), secret };
}

/** The authenticator. Throws if the hub did not sign: a token that may tell voters apart is worse than none. */
export function tokenFinalize(modulus, input, blindSignature, secret) {
  const n = toBigInt(modulus);
  const signature = (toBigInt(blindSignature) * modInverse(toBigInt(secret.slice(TOKEN_SALT)), n)) % n;
  const encoded = tokenEncoded(input, secret.slice(0, TOKEN_SALT), modulus.length);
  if (modPower(signature, 65537n, n) !== encoded) throw new Error("bad-token");
  return fromBigInt(signature, modulus.length);
}
