// Ed25519 signatures by the thousand, for the audit: by the browser itself where this origin lets it.

import { edVerify } from "./ed25519.js";

/** A promise of true or false. */
export function edVerifyFast(publicKey, message, signature) {
  const native = async () => {
    const key = await crypto.subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
    return crypto.subtle.verify("Ed25519", key, signature, message);
  };
  return native().catch(() => edVerify(publicKey, message, signature));
}
