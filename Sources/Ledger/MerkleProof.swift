/// Checking proofs without the log: the algorithms of RFC 9162.
public enum MerkleProof {
    /// Whether `proof` leads from `leaf` at `index` to `root` over `size` entries (§2.1.3.2).
    public static func includes(
        _ leaf: LogHash, at index: Int, size: Int, root: LogHash, proof: [LogHash]
    ) -> Bool {
        guard index >= 0, index < size else { return false }
        var (position, last, hash) = (index, size - 1, leaf)
        for sibling in proof {
            guard last > 0 else { return false }
            if position & 1 == 1 || position == last {
                hash = .node(sibling, hash)
                while position & 1 == 0 && position != 0 {
                    position >>= 1
                    last >>= 1
                }
            } else {
                hash = .node(hash, sibling)
            }
            position >>= 1
            last >>= 1
        }
        return last == 0 && hash == root
    }

    /// Whether `proof` shows the log with `oldRoot` to be the beginning of the one with `newRoot` (§2.1.4.2).
    ///
    /// Every log continues the empty one; nothing is to be proven then, nor between equal sizes.
    public static func continues(
        oldSize: Int, oldRoot: LogHash, newSize: Int, newRoot: LogHash, proof: [LogHash]
    ) -> Bool {
        guard oldSize >= 0, oldSize <= newSize else { return false }
        if oldSize == newSize { return proof.isEmpty && oldRoot == newRoot }
        if oldSize == 0 { return proof.isEmpty && oldRoot == .empty }
        var path = proof[...]
        if oldSize & (oldSize - 1) == 0 { path = [oldRoot] + path }
        var (position, last) = (oldSize - 1, newSize - 1)
        while position & 1 == 1 {
            position >>= 1
            last >>= 1
        }
        guard let first = path.popFirst() else { return false }
        var (old, new) = (first, first)
        for sibling in path {
            guard last > 0 else { return false }
            if position & 1 == 1 || position == last {
                old = .node(sibling, old)
                new = .node(sibling, new)
                while position & 1 == 0 && position != 0 {
                    position >>= 1
                    last >>= 1
                }
            } else {
                new = .node(new, sibling)
            }
            position >>= 1
            last >>= 1
        }
        return last == 0 && old == oldRoot && new == newRoot
    }
}
