/// A count derived from ballots: votes per option, and how many voters they come from.
public struct Tally: Sendable, Hashable {
    /// Votes per option, in option order.
    public private(set) var counts: [Int]
    /// Voters whose ballot counts.
    public private(set) var ballots: Int

    public init(optionCount: Int) {
        counts = Array(repeating: 0, count: optionCount)
        ballots = 0
    }

    mutating func add(_ choices: Choices) {
        ballots += 1
        count(choices, by: 1)
    }

    mutating func replace(_ old: Choices, with new: Choices) {
        count(old, by: -1)
        count(new, by: 1)
    }

    private mutating func count(_ choices: Choices, by step: Int) {
        var rest = choices.bits
        while rest != 0 {
            counts[rest.trailingZeroBitCount] += step
            rest &= rest - 1
        }
    }
}
