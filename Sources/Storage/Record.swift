public import Voting

/// One thing that happened, in the order it happened. Sequence numbers run from 1 without a gap over all kinds.
public struct Record: Sendable, Hashable {
    public enum Content: Sendable, Hashable {
        /// A command the event accepted; `message` is the moderator's that asked for it, nil when the hub acted by itself.
        /// With the moderator's reason, which may be empty.
        case action(Command, message: MessageID?, why: String = "")
        /// A ballot the event accepted, as it was sent; `seal` only with a secret one.
        case ballot(Ballot, BallotContext, seal: Seal?)
        /// A moderator who showed the key and may come back without it.
        case session(SessionToken)
        /// A roster entry whose holder has come, by number.
        case presence(Int)
        /// A key for the blind tokens of a question, round and weight (PKCS #1 DER).
        case tokenKey(TokenClass, der: [UInt8])
        /// A token given out for a question and round to a roster number; `request` is the SHA-256 of what was signed
        /// blindly, so that asking again gets the same answer and asking for another gets none.
        case issue(RoundID, number: Int, request: [UInt8])
        /// Entries that joined the log.
        case publication(Publication)
    }

    public var sequence: Int64
    public var at: Instant
    public var content: Content

    public init(sequence: Int64, at: Instant, _ content: Content) {
        self.sequence = sequence
        self.at = at
        self.content = content
    }
}

/// A moderator session's secret: 128 random bits.
public struct SessionToken: Sendable, Hashable, Codable {
    public var high: UInt64
    public var low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }
}

/// One batch of the log: the entries in full that are not ballots, and up to which record ballots are in.
///
/// Ballots are not stored twice: their entries are made again from their records and ordered by leaf hash, and the
/// checkpoint's signed root tells whether they came out the same.
public struct Publication: Sendable, Hashable, Codable {
    /// Entries before the ballots, each the text of one JSON object.
    public var before: [String]
    /// The entries are those of every record up to this one that had not joined the log yet,
    public var through: Int64
    /// the ballots those up to this one.
    public var ballotsThrough: Int64
    /// Entries after the ballots.
    public var after: [String]
    /// The signed checkpoint at the end of the batch.
    public var checkpoint: String

    public init(before: [String], through: Int64, ballotsThrough: Int64, after: [String], checkpoint: String) {
        self.before = before
        self.through = through
        self.ballotsThrough = ballotsThrough
        self.after = after
        self.checkpoint = checkpoint
    }
}
