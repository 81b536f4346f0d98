/// A count derived from ballots: votes per option, and how many voters they come from.
public struct Tally: Sendable, Hashable {
    /// Votes per option, in option order, each by its voter's weight.
    public private(set) var counts: [Int]
    /// Voters whose ballot counts.
    public private(set) var ballots: Int
    /// What those voters weigh together; the same number where everybody weighs 1.
    public private(set) var weight: Int

    public init(optionCount: Int) {
        counts = Array(repeating: 0, count: optionCount)
        ballots = 0
        weight = 0
    }

    public mutating func add(_ choices: Choices, weight: Int) {
        ballots += 1
        self.weight += weight
        count(choices, by: weight)
    }

    public mutating func replace(_ old: Choices, with new: Choices, weight: Int) {
        count(old, by: -weight)
        count(new, by: weight)
    }

    private mutating func count(_ choices: Choices, by step: Int) {
        var rest = choices.bits
        while rest != 0 {
            counts[rest.trailingZeroBitCount] += step
            rest &= rest - 1
        }
    }
}
