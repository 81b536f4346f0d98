// The tree over all entries (RFC 6962 §2.1), grown leaf by leaf. It knows its root at every earlier size.

import { sha256 } from "../lib/sha2.js";
import { nodeHash } from "../lib/tlog.js";

export class LogTree {
  constructor() {
    this.levels = [[]]; // hashes of whole subtrees: of 1, 2, 4 … leaves
  }

  get size() {
    return this.levels[0].length;
  }

  leaf(index) {
    return this.levels[0][index];
  }

  add(leaf) {
    let hash = leaf;
    for (let level = 0; ; level += 1) {
      if (!this.levels[level]) this.levels[level] = [];
      const row = this.levels[level];
      row.push(hash);
      if (row.length % 2) return;
      hash = nodeHash(row[row.length - 2], row[row.length - 1]);
    }
  }

  /** Back to an earlier size. */
  cut(size) {
    this.levels.forEach((row, level) => (row.length = Math.floor(size / Math.pow(2, level))));
  }

  root(size = this.size) {
    let root = null;
    let rest = size;
    for (let level = 0; rest > 0; level += 1, rest = Math.floor(rest / 2)) {
      if (rest % 2 === 0) continue;
      const whole = this.levels[level][rest - 1];
      root = root ? nodeHash(whole, root) : whole;
    }
    return root || sha256([]);
  }
}
