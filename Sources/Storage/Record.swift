public import Voting

/// One thing that happened, in the order it happened. Sequence numbers run from 1 without a gap over all kinds.
public enum Record: Sendable, Hashable {
    case action(ActionRecord)
    case ballot(BallotRecord)
    case session(SessionRecord)

    public var sequence: Int64 {
        switch self {
        case .action(let record): record.sequence
        case .ballot(let record): record.sequence
        case .session(let record): record.sequence
        }
    }
}

/// A command the event accepted.
public struct ActionRecord: Sendable, Hashable {
    public var sequence: Int64
    public var at: Instant
    /// The moderator's message that asked for it; nil when the hub acted by itself (a timer, a start).
    public var message: MessageID?
    public var command: Command

    public init(sequence: Int64, at: Instant, message: MessageID?, command: Command) {
        self.sequence = sequence
        self.at = at
        self.message = message
        self.command = command
    }
}

/// A ballot the event accepted, as it was sent.
public struct BallotRecord: Sendable, Hashable {
    public var sequence: Int64
    public var at: Instant
    public var context: BallotContext
    public var ballot: Ballot

    public init(sequence: Int64, at: Instant, context: BallotContext, ballot: Ballot) {
        self.sequence = sequence
        self.at = at
        self.context = context
        self.ballot = ballot
    }
}

/// A moderator who showed the key and may come back without it.
public struct SessionRecord: Sendable, Hashable {
    public var sequence: Int64
    public var at: Instant
    public var token: SessionToken

    public init(sequence: Int64, at: Instant, token: SessionToken) {
        self.sequence = sequence
        self.at = at
        self.token = token
    }
}

/// A moderator session's secret: 128 random bits.
public struct SessionToken: Sendable, Hashable {
    public var high: UInt64
    public var low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }
}
