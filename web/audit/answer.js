// What a receipt, a promise, a photographed code or a certificate says, held against the record that this device read.
// An answer is { state, kind, … }; the words are receipt-words.js's. States: "found", "missing" (evidence!), "other",
// "later" (cannot tell yet), "void" (proves nothing), "unreadable".

import { fromBase64, sameBytes, utf8 } from "../lib/bytes.js";
import { openPromise, openProof, parsePromise, parseProof } from "../lib/receipt.js";
import { shortCode } from "../lib/shortcode.js";
import { leafHash, openCheckpoint, parseVkey } from "../lib/tlog.js";
import { readEntry } from "./reading.js";
import { headOf } from "./record.js";
import { voterOf } from "./recount.js";

/** As files write it, whatever a mail program or a form made of it. */
export function tidied(raw) {
  const lines = raw.replace(/\r\n?/g, "\n").split("\n");
  return lines.map((line) => line.trim()).join("\n").trim() + "\n";
}

/** The text in "#receipt=…" (base64url of UTF-8); "" if there is none. */
export function receiptInFragment(coded) {
  try {
    const bytes = fromBase64((coded || "").replace(/-/g, "+").replace(/_/g, "/"));
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    return "";
  }
}

/** record: as read so far; vkeyText: its key. */
export async function answerTo(raw, record, vkeyText) {
  const text = tidied(raw);
  const kinds = [
    [/^c2sp\.org\/tlog-proof@/, answerToProof],
    [/^vote-receipt\//, answerToPromise],
    [/^\{.*\}\n[^{]+\n— /, answerToCertificate],
    [/^\S+\n\d+\n\S+\n\n— /, answerToHead],
    [/^\S+\+[0-9a-f]{8}\+\S+\n$/, answerToKey],
    [/^[0-9A-Z]{4}[- ]?[0-9A-Z]{4}\n$/i, answerToCode],
  ];
  const [, answer] = kinds.find(([form]) => form.test(text)) || [];
  return answer ? answer(text, record, vkeyText) : { state: "unreadable" };
}

/** null if the head is of this record; otherwise the answer that it is not. Its signature is another matter. */
function strangeHead(head, record) {
  if (!head) return { state: "unreadable" };
  return head.origin === record.vkey.name ? null : { state: "other", origin: head.origin };
}

async function answerToProof(text, record) {
  const proof = parseProof(text);
  const strange = strangeHead(proof && headOf(proof.note), record);
  if (strange) return strange;
  const opened = await openProof(text, record.vkey);
  return opened ? placed(proof.entry, proof.index, opened.head, record) : { state: "void" };
}

/** An entry that a signed head says is at that index. */
function placed(bytes, index, head, record) {
  const about = aboutEntry(bytes, record);
  if (head.size > record.size) return { state: "later", kind: "longer", size: head.size };
  const isThere = sameBytes(record.tree.leaf(index), leafHash(bytes));
  if (isThere && record.holds(head)) return { state: "found", index, ...about };
  return { state: "missing", index, isThere, ...about };
}

async function answerToPromise(text, record) {
  const promise = parsePromise(text);
  if (!promise) return { state: "unreadable" };
  if (promise.origin !== record.vkey.name) return { state: "other", origin: promise.origin };
  if (!(await openPromise(text, record.vkey))) return { state: "void" };
  const about = aboutEntry(promise.entry, record);
  const { round } = about;
  if (about.kind !== "ballot") return { state: "void" };
  const leaf = leafHash(promise.entry);
  for (let index = 0; index < record.size; index += 1) {
    if (sameBytes(record.tree.leaf(index), leaf)) return { state: "found", index, ...about };
  }
  const isOver = record.count.hasEnded || (round && (round.close || round.ended));
  return isOver ? { state: "missing", ...about } : { state: "later", kind: "promised", by: promise.by };
}

/** The code under a result: its close entry, a line, and the head over it. */
async function answerToCertificate(text, record) {
  const [line, ...rest] = text.split("\n");
  const note = rest.join("\n");
  const head = headOf(note);
  const about = aboutEntry(utf8(line), record);
  const strange = about.kind === "close" ? strangeHead(head, record) : { state: "unreadable" };
  if (strange) return strange;
  if (!(await openCheckpoint(note, record.vkey))) return { state: "void" };
  if (head.size > record.size) return { state: "later", kind: "longer", size: head.size };
  const index = about.round && about.round.close ? about.round.close.index : -1;
  const isThere = index >= 0 && index < head.size && sameBytes(record.tree.leaf(index), leafHash(utf8(line)));
  return { state: isThere && record.holds(head) ? "found" : "missing", index, isThere, ...about };
}

async function answerToHead(text, record) {
  const head = headOf(text);
  const strange = strangeHead(head, record);
  if (strange) return strange;
  if (!(await openCheckpoint(text, record.vkey))) return { state: "void" };
  if (head.size > record.size) return { state: "later", kind: "longer", size: head.size };
  return { state: record.holds(head) ? "found" : "missing", kind: "head", size: head.size };
}

function answerToKey(text, record, vkeyText) {
  const vkey = parseVkey(text.trim());
  if (!vkey) return { state: "unreadable" };
  if (vkey.name !== record.vkey.name) return { state: "other", origin: vkey.name };
  return { state: text.trim() === vkeyText ? "found" : "missing", kind: "key" };
}

/** A code typed off the projector: of which earlier state? Letters that look like digits are taken as such. */
function answerToCode(text, record) {
  const typed = text.trim().toUpperCase().replace(/[- ]/, "").replace(/[IL]/g, "1").replace(/O/g, "0");
  const code = typed.slice(0, 4) + "-" + typed.slice(4);
  const head = record.heads.find(({ root }) => shortCode(root) === code);
  return head ? { state: "found", kind: "code", code, size: head.size } : { state: "later", kind: "code", code };
}

/** { kind, entry, round, voter }: of what the entry is; `voter`: what counts of a ballot's voter now. */
function aboutEntry(bytes, record) {
  const entry = readEntry(bytes);
  if (!entry) return { kind: "entry", entry: null };
  const round = entry.r && record.count.rounds.get(entry.q + "." + entry.r);
  const voter = entry.t === "ballot" && round ? round.voters.get(voterOf(entry)) : undefined;
  return { kind: entry.t === "ballot" || entry.t === "close" ? entry.t : "entry", entry, round, voter };
}

/** Everything a scrutineer needs: what the receipt said, what the record said, who signed. */
export function evidenceText(sentence, receipt, notes, vkeyText) {
  const parts = [sentence, location.origin, new Date().toISOString(), vkeyText, ...notes, receipt];
  return parts.filter(Boolean).map((part) => part.trim() + "\n").join("\n");
}
