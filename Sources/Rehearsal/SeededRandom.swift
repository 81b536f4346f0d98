/// Random numbers that are the same in every run with the same seed (SplitMix64, Steele, Lea and Flood 2014).
struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// A generator of its own for every combination of words.
    init(_ words: UInt64...) {
        state = 0
        for word in words { state = Self.mixed(state &+ 0x9E37_79B9_7F4A_7C15) ^ word }
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mixed(state)
    }

    /// From 0 up to and without 1.
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    private static func mixed(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// What a random number is for, so that the same phone's numbers do not depend on each other.
enum Purpose {
    static let device: UInt64 = 1
    static let ballot: UInt64 = 2
    static let choice: UInt64 = 3
    static let connection: UInt64 = 4
    static let flaky: UInt64 = 5
    static let thinking: UInt64 = 6
}
