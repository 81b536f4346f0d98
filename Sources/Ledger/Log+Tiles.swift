extension Log {
    /// The bytes of a tile, or nil if the log does not reach that far.
    ///
    /// A hash tile is its hashes one after another; an entries tile has a big-endian uint16 length before each entry.
    /// Partial tiles narrower than what there is are served too: somebody may hold an older checkpoint.
    public func tile(_ path: TilePath) -> [UInt8]? {
        guard path.number >= 0, (1...TilePath.fullWidth).contains(path.width) else { return nil }
        switch path.kind {
        case .entries:
            let isFull = path.number < entries.full.count
            guard isFull || path.number == entries.full.count else { return nil }
            let chunk = isFull ? entries.full[path.number] : entries.last
            guard chunk.ends.count >= path.width else { return nil }
            return Array(chunk.prefix(path.width))
        case .hashes(let level):
            guard (0..<8).contains(level), level * 8 < levels.count else { return nil }
            let hashes = levels[level * 8]
            let isFull = path.number < hashes.full.count
            guard isFull || path.number == hashes.full.count else { return nil }
            let chunk = isFull ? hashes.full[path.number] : hashes.last
            guard chunk.count >= path.width else { return nil }
            return chunk[..<path.width].withUnsafeBytes { Array($0) }
        }
    }
}
