/// A growing list in chunks of 256: a copy shares every chunk, and appending to a copy copies one chunk at most.
struct Chunked<Element: Sendable>: Sendable {
    static var width: Int { 256 }

    /// The full chunks.
    private(set) var full: [[Element]] = []
    /// The chunk being filled: 0 to 255 elements.
    private(set) var last: [Element] = []

    var count: Int { full.count * Self.width + last.count }

    subscript(index: Int) -> Element {
        let chunk = index >> 8
        return chunk < full.count ? full[chunk][index & 255] : last[index & 255]
    }

    mutating func append(_ element: Element) {
        last.append(element)
        guard last.count == Self.width else { return }
        full.append(last)
        last = []
        last.reserveCapacity(Self.width)
    }
}

/// Entries in chunks of 256, their bytes as the entries tiles hold them: a big-endian uint16 length before each.
struct EntryChunks: Sendable {
    struct Chunk: Sendable {
        var bytes: [UInt8] = []
        /// Where each entry ends.
        var ends: [Int] = []

        func entry(_ place: Int) -> ArraySlice<UInt8> {
            bytes[((place == 0 ? 0 : ends[place - 1]) + 2)..<ends[place]]
        }

        /// The first `count` entries with their lengths.
        func prefix(_ count: Int) -> ArraySlice<UInt8> { bytes[..<ends[count - 1]] }
    }

    private(set) var full: [Chunk] = []
    private(set) var last = Chunk()

    subscript(index: Int) -> ArraySlice<UInt8> {
        let chunk = index >> 8
        return chunk < full.count ? full[chunk].entry(index & 255) : last.entry(index & 255)
    }

    mutating func append(_ entry: [UInt8]) {
        precondition(entry.count <= Log.maximumEntryBytes, "an entry has at most 65,535 bytes")
        last.bytes.append(UInt8(entry.count >> 8))
        last.bytes.append(UInt8(entry.count & 0xFF))
        last.bytes.append(contentsOf: entry)
        last.ends.append(last.bytes.count)
        guard last.ends.count == 256 else { return }
        full.append(last)
        last = Chunk()
        last.ends.reserveCapacity(256)
    }
}
