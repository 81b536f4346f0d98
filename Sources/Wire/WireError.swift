public import Voting

/// Why a message could not be understood or was refused before it reached the event.
public enum WireError: Error, Hashable, Sendable {
    /// Not a message of this protocol; the text says what and where.
    case badMessage(String)
    /// Nothing but `hello` is heard before `hello`.
    case helloFirst
    case badKey
    case tooManyTries
    /// No place for another phone; those inside are not disturbed.
    case roomFull
    /// The question has moved on since the moderator looked.
    case stale
    /// Nothing is in the log yet.
    case noRecord
    /// The page holds a checkpoint larger than the log is.
    case unknownHead
    /// The ballot itself is impossible whatever the event says; `id` is the message's.
    case ballot(id: MessageID, VotingError)

    public var code: String {
        switch self {
        case .badMessage: "bad-message"
        case .helloFirst: "hello-first"
        case .badKey: "bad-key"
        case .tooManyTries: "too-many-tries"
        case .roomFull: "room-full"
        case .stale: "stale"
        case .noRecord: "no-record"
        case .unknownHead: "unknown-head"
        case .ballot(_, let error): error.code
        }
    }
}

extension WireError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .badMessage(let text): text
        case .helloFirst: "say hello first"
        case .badKey: "this key is not the one in the link; take the link from the hub's terminal again"
        case .tooManyTries: "too many wrong keys from this address; wait a minute"
        case .roomFull: "the room is full; this page tries again by itself"
        case .stale: "the question has moved on since; look again"
        case .noRecord: "nothing is in the public record yet; try again in a moment"
        case .unknownHead: "the page holds a head of the record that is larger than the record"
        case .ballot(_, let error): error.description
        }
    }
}
