/// The log: entries in the order they were added, and every hash of the tree over them (RFC 6962 §2.1).
///
/// A value: a copy shares storage, and appending to a copy copies at most one tile at each level, so that a snapshot
/// can serve proofs and tiles on another thread while the original grows.
public struct Log: Sendable {
    /// The most bytes an entry may have: entries tiles give lengths in two bytes.
    public static let maximumEntryBytes = 65_535

    /// Hashes of complete subtrees by their height: leaves, pairs, fours …
    private(set) var levels: [Chunked<LogHash>] = [Chunked()]
    private(set) var entries = EntryChunks()
    /// How many entries there are.
    public private(set) var size = 0

    public init() {}

    /// The hash over the whole log; `LogHash.empty` while there is no entry.
    public var root: LogHash { root(at: size) }

    /// Adds an entry of at most `maximumEntryBytes`.
    public mutating func append(_ entry: [UInt8]) { append(entry, leaf: LogHash.leaf(entry)) }

    /// Adds an entry whose leaf hash was computed before, by whoever had the time; it is not checked.
    public mutating func append(_ entry: [UInt8], leaf: LogHash) {
        entries.append(entry)
        var (hash, index, level) = (leaf, size, 0)
        size += 1
        while true {
            levels[level].append(hash)
            guard index & 1 == 1 else { return }
            hash = .node(levels[level][index - 1], hash)
            index >>= 1
            level += 1
            if level == levels.count { levels.append(Chunked()) }
        }
    }

    /// The bytes of the entry at `index`, which must be below `size`.
    public func entry(_ index: Int) -> [UInt8] {
        precondition((0..<size).contains(index), "no such entry")
        return Array(entries[index])
    }

    /// The leaf hash of the entry at `index`, which must be below `size`.
    public func leaf(_ index: Int) -> LogHash {
        precondition((0..<size).contains(index), "no such entry")
        return levels[0][index]
    }

    /// The root this log had when it held `size` entries; at most its size now.
    public func root(at size: Int) -> LogHash {
        precondition((0...self.size).contains(size), "no such size")
        return size == 0 ? .empty : subtree(from: 0, count: size)
    }

    /// The hashes that lead from the entry at `index` to the root at `size` (RFC 6962 §2.1.1), nearest first.
    public func inclusionProof(of index: Int, in size: Int) -> [LogHash] {
        precondition(size <= self.size && (0..<size).contains(index), "no such entry or size")
        var path: [LogHash] = []
        var (start, count) = (0, size)
        while count > 1 {
            let left = Self.split(count)
            if index - start < left {
                path.append(subtree(from: start + left, count: count - left))
                count = left
            } else {
                path.append(subtree(from: start, count: left))
                start += left
                count -= left
            }
        }
        path.reverse()
        return path
    }

    /// The hashes that show the log of `old` entries to be the beginning of the log of `new` (RFC 6962 §2.1.2).
    ///
    /// Empty if `old` is 0 or equal to `new`.
    public func consistencyProof(from old: Int, to new: Int) -> [LogHash] {
        precondition(0 <= old && old <= new && new <= size, "no such sizes")
        guard old > 0, old < new else { return [] }
        var path: [LogHash] = []
        var (start, count, rest) = (0, new, old)
        var whole = true
        while rest != count {
            let left = Self.split(count)
            if rest <= left {
                path.append(subtree(from: start + left, count: count - left))
                count = left
            } else {
                path.append(subtree(from: start, count: left))
                start += left
                count -= left
                rest -= left
                whole = false
            }
        }
        if !whole { path.append(subtree(from: start, count: count)) }
        path.reverse()
        return path
    }

    /// The hash over `count` entries from `start`, a multiple of the smallest power of two not below `count`.
    private func subtree(from start: Int, count: Int) -> LogHash {
        var (rest, end) = (count, start + count)
        var hash: LogHash?
        while rest > 0 {
            let level = rest.trailingZeroBitCount
            let left = levels[level][(end >> level) - 1]
            hash = hash.map { .node(left, $0) } ?? left
            rest &= rest - 1
            end -= 1 << level
        }
        return hash ?? .empty
    }

    /// The largest power of two below `count`, which is at least 2.
    private static func split(_ count: Int) -> Int { 1 << (Int.bitWidth - 1 - (count - 1).leadingZeroBitCount) }
}
