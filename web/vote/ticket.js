// The voter's ticket: it comes as "#t=CODE" in a link and stays on this phone.

import { readStored, writeStored } from "../lib/storage.js";

/** False if the address brings none. Where nothing is kept it stays there: a reload needs it. */
export function takeTicket() {
  const [, code] = /^#t=([^&]{1,64})/.exec(location.hash) || [];
  if (code && writeStored("ticket", code)) history.replaceState(null, "", location.pathname + location.search);
  return Boolean(code);
}

/** "" if there is none. */
export function ticketCode() {
  return readStored("ticket") || "";
}
