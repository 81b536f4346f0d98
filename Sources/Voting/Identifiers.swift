/// A question's number: 1 and up, given when the question is first adopted, never reused.
public struct QuestionID: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
    public var number: Int

    public init(_ number: Int) { self.number = number }

    public static func < (a: QuestionID, b: QuestionID) -> Bool { a.number < b.number }

    public var description: String { "question \(number)" }

    public init(from decoder: any Decoder) throws {
        number = try decoder.singleValueContainer().decode(Int.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(number)
    }
}

/// Who casts: 128 bits. The device's own random number, a roster number, or the beginning of a token's key, as the
/// question's secrecy asks.
public struct VoterID: Sendable, Hashable {
    public var high: UInt64
    public var low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The holder of a roster entry, in a roll call.
    public init(rosterNumber: Int) { self.init(high: 0, low: UInt64(rosterNumber)) }
}

/// A random number made by the page that sent a message: the same number is the same message sent again.
public struct MessageID: Sendable, Hashable {
    public var bits: UInt64

    public init(bits: UInt64) { self.bits = bits }
}
