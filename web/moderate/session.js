// The moderator's way in: the key of the printed link once, then the session the hub gave for it.

import { fragmentFields } from "../lib/address.js";
import { forgetStored, readStored, writeStored } from "../lib/storage.js";

export class Session {
  constructor() {
    this.key = fragmentFields(location.hash).k || "";
    this.token = readStored("session") || "";
  }

  /** A fresh link goes before an old session. */
  get isThere() {
    return Boolean(this.key || this.token);
  }

  /** The members of `hello` that say who this is. */
  get proof() {
    return this.key ? { key: this.key } : { session: this.token };
  }

  /** Keeps the session; takes the key out of the address once a reload no longer needs it. */
  admit(token) {
    if (!token) return;
    this.token = token;
    if (!writeStored("session", token)) return;
    this.key = "";
    history.replaceState(null, "", location.pathname + location.search);
  }

  /** The hub does not know it. */
  refuse() {
    if (!this.key) forgetStored("session");
  }
}
