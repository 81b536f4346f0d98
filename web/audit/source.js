// What the hub publishes, fetched: texts, and entries by the tile (C2SP tlog-tiles).

import { pause } from "./pace.js";

const SOURCE_PATIENCE = 15000; // ms for one answer
const TILE_WIDTH = 256;
const TILES_AHEAD = 4; // asked for before the last is worked through

/** The hub does not answer, or not with what was asked: to be tried again later. */
export class Unavailable extends Error {}

/** The bytes there; null if there is nothing. */
async function fetchBytes(path, cache) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), SOURCE_PATIENCE);
  try {
    const response = await fetch(path, { cache, signal: stop.signal });
    if (response.status === 404) return null;
    if (!response.ok) throw new Error(String(response.status));
    return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    throw new Unavailable(path + ": " + error.message);
  } finally {
    clearTimeout(timer);
  }
}

/** null if there is nothing. */
export async function fetchText(path) {
  const bytes = await fetchBytes(path, "no-store");
  return bytes && new TextDecoder().decode(bytes);
}

/** 1234067 → "x001/x234/067". */
function tileNumber(number) {
  const groups = String(number).padStart(Math.ceil(String(number).length / 3) * 3, "0").match(/.../g);
  return groups.map((group, place) => (place < groups.length - 1 ? "x" + group : group)).join("/");
}

/** Entries of a tile as bytes; null if it is not there or not as wide as it should be. */
async function fetchTile(number, width, cache) {
  const partial = width < TILE_WIDTH ? ".p/" + width : "";
  const bytes = await fetchBytes("/tile/entries/" + tileNumber(number) + partial, cache);
  const entries = [];
  let at = 0;
  while (bytes && at + 2 <= bytes.length) {
    const end = at + 2 + bytes[at] * 256 + bytes[at + 1];
    entries.push(bytes.subarray(at + 2, end));
    at = end;
  }
  return bytes && at === bytes.length && entries.length === width ? entries : null;
}

/** use(entry) for each from `from` to below `size`, in order. False if some are not there. `again`: not from memory. */
export async function readEntries(from, size, use, again) {
  const ahead = [];
  let next = Math.floor(from / TILE_WIDTH);
  for (let first = next * TILE_WIDTH; first < size; first += TILE_WIDTH) {
    for (; ahead.length < TILES_AHEAD && next * TILE_WIDTH < size; next += 1) {
      const width = Math.min(TILE_WIDTH, size - next * TILE_WIDTH);
      const tile = fetchTile(next, width, again ? "reload" : "default");
      tile.catch(() => {}); // heard of when its turn comes
      ahead.push(tile);
    }
    const entries = await ahead.shift();
    if (!entries) return false;
    for (const entry of entries.slice(Math.max(0, from - first))) {
      use(entry);
      await pause();
    }
  }
  return true;
}
