/// The files of a bundle, read as far as they can be read without judging them.
struct AuditBundle {
    struct Unreadable: Error {
        let text: String
    }

    let checkpoint: Checkpoint
    /// Those of checkpoints.txt, as they stand.
    let history: [Checkpoint]
    let vkey: VerifierKey
    let rosterText: [UInt8]
    /// As the entries tiles give them, one tile after another.
    let log: Log
    /// The tiles that hold something else than the entries make them hold.
    let strangeTiles: [TilePath]

    /// - Throws: for a file that is missing or does not parse.
    init(_ files: [String: [UInt8]]) throws(Unreadable) {
        func file(_ name: String) throws(Unreadable) -> [UInt8] {
            guard let bytes = files[name] else { throw Unreadable(text: "The file '\(name)' is missing.") }
            return bytes
        }
        func text(_ name: String) throws(Unreadable) -> String {
            guard let text = String(validating: try file(name), as: UTF8.self) else {
                throw Unreadable(text: "The file '\(name)' is not UTF-8 text.")
            }
            return text
        }
        var line = try text("vkey")[...]
        if line.utf8.last == 0x0A { line = Substring(line.utf8.dropLast()) }
        do {
            vkey = try VerifierKey(line)
            checkpoint = try Checkpoint(text("checkpoint"))
        } catch let error as LedgerError {
            throw Unreadable(text: "The bundle cannot be read: \(error).")
        } catch let error as Unreadable {
            throw error
        } catch {
            throw Unreadable(text: "The bundle cannot be read.")
        }
        history = try Self.heads(text("checkpoints.txt"))
        rosterText = try file("roster.txt")
        // A log that says it is larger than its files can be is not gone through.
        guard checkpoint.size / TilePath.fullWidth <= files.count else {
            throw Unreadable(
                text: "The checkpoint is of \(checkpoint.size) entries, but most of the tiles are missing.")
        }
        let paths = TilePath.all(size: checkpoint.size)
        var log = Log()
        for path in paths where path.kind == .entries {
            try Self.append(file(path.description), name: path.description, to: &log)
        }
        var strangeTiles: [TilePath] = []
        for path in paths where try file(path.description) != log.tile(path) ?? [] { strangeTiles.append(path) }
        self.log = log
        self.strangeTiles = strangeTiles
    }

    private static func append(_ tile: [UInt8], name: String, to log: inout Log) throws(Unreadable) {
        var place = 0
        while place < tile.count {
            guard place + 2 <= tile.count else {
                throw Unreadable(text: "The file '\(name)' ends in the middle of an entry.")
            }
            let end = place + 2 + (Int(tile[place]) << 8 | Int(tile[place + 1]))
            guard end <= tile.count else {
                throw Unreadable(text: "The file '\(name)' ends in the middle of an entry.")
            }
            log.append(Array(tile[(place + 2)..<end]))
            place = end
        }
    }

    /// The heads of checkpoints.txt: each a body, an empty line and its signatures, an empty line between two.
    private static func heads(_ text: String) throws(Unreadable) -> [Checkpoint] {
        var heads: [Checkpoint] = []
        var start = text.utf8.startIndex
        var emptyLines = 0
        var lineStart = start
        func head(until end: String.Index) throws(Unreadable) -> Checkpoint {
            do {
                return try Checkpoint(text[start..<end])
            } catch {
                throw Unreadable(text: "Head \(heads.count + 1) of checkpoints.txt cannot be read: \(error).")
            }
        }
        var place = start
        while place < text.utf8.endIndex {
            let next = text.utf8.index(after: place)
            if text.utf8[place] == 0x0A {
                if place == lineStart {
                    emptyLines += 1
                    if emptyLines == 2 {
                        heads.append(try head(until: place))
                        (start, emptyLines) = (next, 0)
                    }
                }
                lineStart = next
            }
            place = next
        }
        heads.append(try head(until: text.utf8.endIndex))
        return heads
    }
}
