/// Who is entitled to vote: numbered entries with a weight and the hash of the code on each ticket.
///
/// Its text form is `roster.txt`, a line `number weight hex(SHA256(code))` each; the log's first entry holds its hash.
public struct Roster: Sendable, Hashable, Codable {
    public struct Entry: Sendable, Hashable {
        /// 1 and up, the entry's place.
        public var number: Int
        public var weight: Int
    }

    /// Weights by number: `weights[number - 1]`.
    public let weights: [Int]
    private let numbers: [String: Int]
    /// The hashes of the codes, lower-case hexadecimal, in the order of the numbers.
    private let codes: [String]

    public static let maximumEntries = 1_000_000
    public static let weightRange = 1...1_000_000

    /// Reads `roster.txt`.
    ///
    /// - Throws: `RosterError` naming the first line at fault.
    public init(text: String) throws(RosterError) {
        var weights: [Int] = []
        var codes: [String] = []
        var numbers: [String: Int] = [:]
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.popLast() == "" else {
            throw RosterError(line: lines.count + 1, fault: "does not end with a line feed")
        }
        guard lines.count <= Self.maximumEntries else {
            throw RosterError(line: Self.maximumEntries, fault: "is the last there can be")
        }
        for (position, line) in lines.enumerated() {
            func fault(_ text: String) -> RosterError { RosterError(line: position + 1, fault: text) }
            let fields = line.split(separator: " ", omittingEmptySubsequences: false)
            guard fields.count == 3 else { throw fault("is not 'number weight hash'") }
            guard fields[0] == String(position + 1) else { throw fault("should have number \(position + 1)") }
            guard let weight = Int(fields[1]), String(weight) == fields[1], Self.weightRange.contains(weight) else {
                throw fault("has a weight that is not 1 to \(Self.weightRange.upperBound)")
            }
            guard fields[2].utf8.count == 64, fields[2].utf8.allSatisfy(Self.isHex) else {
                throw fault("has a hash that is not 64 lower-case hexadecimal digits")
            }
            let code = String(fields[2])
            guard numbers.updateValue(position + 1, forKey: code) == nil else {
                throw fault("has the code of an earlier line")
            }
            weights.append(weight)
            codes.append(code)
        }
        (self.weights, self.codes, self.numbers) = (weights, codes, numbers)
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }

    public var count: Int { weights.count }

    /// The entry a code opens, by the code's hash in lower-case hexadecimal digits.
    public func entry(codeHash: String) -> Entry? {
        numbers[codeHash].map { Entry(number: $0, weight: weights[$0 - 1]) }
    }

    public func weight(of number: Int) -> Int? {
        weights.indices.contains(number - 1) ? weights[number - 1] : nil
    }

    /// The weights there are, ascending: a secret question has a token key for each.
    public var weightClasses: [Int] { Set(weights).sorted() }

    public var text: String {
        var text = ""
        for (position, code) in codes.enumerated() { text += "\(position + 1) \(weights[position]) \(code)\n" }
        return text
    }

    public init(from decoder: any Decoder) throws {
        self = try Roster(text: try decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

/// A roster that cannot be used: which line, and what is wrong with it.
public struct RosterError: Error, Hashable, Sendable, CustomStringConvertible {
    public var line: Int
    public var fault: String

    public var description: String { "line \(line) \(fault)" }
}
