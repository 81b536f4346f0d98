/// The options a ballot names: a set of positions 0 to 63.
public struct Choices: Sendable, Hashable {
    public private(set) var bits: UInt64

    public init() { bits = 0 }

    /// From stored bits; every pattern is meaningful.
    public init(bits: UInt64) { self.bits = bits }

    /// - Throws: `unknownOption` for a position outside 0…63, `repeatedOption` for one named twice.
    public init(_ positions: some Sequence<Int>) throws(VotingError) {
        bits = 0
        for position in positions { try insert(position) }
    }

    public mutating func insert(_ position: Int) throws(VotingError) {
        guard (0..<64).contains(position) else { throw .unknownOption(position) }
        let bit: UInt64 = 1 << UInt64(position)
        guard bits & bit == 0 else { throw .repeatedOption(position) }
        bits |= bit
    }

    public var count: Int { bits.nonzeroBitCount }

    /// The highest position named, or -1.
    public var highest: Int { 63 - bits.leadingZeroBitCount }

    /// The positions in ascending order.
    public var positions: [Int] { (0..<64).filter { bits & (1 << UInt64($0)) != 0 } }
}
