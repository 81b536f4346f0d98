/// What one key of blind tokens is for.
public struct TokenClass: Sendable, Hashable, Codable {
    public var round: RoundID
    public var weight: Int

    public init(_ round: RoundID, weight: Int) {
        self.round = round
        self.weight = weight
    }
}
