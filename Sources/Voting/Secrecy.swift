/// How much of a ballot others can see.
public enum Secrecy: String, Codable, Sendable, Hashable {
    /// Nobody can tell who cast a ballot, the hub neither: blind tokens, and a signature of the voter's own.
    case secret
    /// A roll call: the voter stands beside the vote.
    case named
    /// No roster, one per device: a show of hands, not one person one vote.
    case indicative
}
