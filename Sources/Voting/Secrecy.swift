/// What a question's ballots tell of those who cast them.
public enum Secrecy: String, Codable, Sendable, Hashable {
    /// One for each roster entry, by a blind token: nobody can link ballot and voter.
    case secret
    /// A roll call: the roster number stands in the ballot.
    case named
    /// One for each device, without a roster: an indication, not one person one vote.
    case indicative
}
