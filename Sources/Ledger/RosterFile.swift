/// roster.txt as it is published and as a stranger reads it (its rules for those who make one: `Voting.Roster`): a line
/// `number weight hex(sha256(code))` for each entry, numbers 1, 2, 3 …
public struct RosterFile: Sendable, Hashable {
    public struct Line: Sendable, Hashable {
        /// How much this voter's ballot counts; at least 1.
        public var weight: Int
        /// `SHA256(code)`, 32 bytes; the code is on the voter's ticket.
        public var codeHash: LogHash

        public init(weight: Int, codeHash: LogHash) {
            self.weight = weight
            self.codeHash = codeHash
        }

        /// A line for the code on a ticket.
        public init(weight: Int, code: String) {
            self.init(weight: weight, codeHash: .plain(Array(code.utf8)))
        }
    }

    /// The entry of number n at n − 1.
    public var lines: [Line]

    public init(_ lines: [Line]) { self.lines = lines }

    /// Reads roster.txt, exactly as `text` writes it.
    ///
    /// - Returns: nil for anything else.
    public init?(text: [UInt8]) {
        var rows = text.split(separator: 0x0A, omittingEmptySubsequences: false)
        guard rows.popLast()?.isEmpty == true else { return nil }
        lines = []
        lines.reserveCapacity(rows.count)
        for row in rows {
            let parts = row.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
            guard parts.count == 3, Decimal.parse(parts[0]) == lines.count + 1, let weight = Decimal.parse(parts[1]),
                weight > 0, let hash = Hex.decode(parts[2]), let codeHash = LogHash(bytes: hash)
            else { return nil }
            lines.append(Line(weight: weight, codeHash: codeHash))
        }
    }

    /// The bytes of roster.txt.
    public var text: [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(lines.count * 80)
        for (place, line) in lines.enumerated() {
            text += "\(place + 1) \(line.weight) \(Hex.encode(line.codeHash.bytes))\n".utf8
        }
        return text
    }

    /// The weight of the entry with this number, or nil if there is none.
    public func weight(of number: Int) -> Int? {
        number >= 1 && number <= lines.count ? lines[number - 1].weight : nil
    }
}
