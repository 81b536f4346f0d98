public import Storage
public import Voting

/// The event as the store has it: what a restart begins with.
public struct Recovery {
    public internal(set) var meeting = Meeting()
    public internal(set) var lastSequence: Int64 = 0
    /// Ballots ever stored.
    public internal(set) var ballots = 0
    /// Moderators' messages carried out already, so that a resent one is not carried out twice.
    var messages: Set<MessageID> = []
    var sessions: Set<SessionToken> = []

    /// Replays the store from its first record.
    ///
    /// - Throws: `StorageError`; `.badRecord` if a record contradicts the rules, which only a damaged or foreign file can.
    public init(_ store: any Store) throws {
        var recovered = Recovery()
        try store.replay { record in
            do {
                try recovered.apply(record)
            } catch let error as VotingError {
                throw StorageError(.badRecord(record.sequence), path: "replay", detail: error.description)
            }
        }
        self = recovered
    }

    private init() {}

    private mutating func apply(_ record: Record) throws(VotingError) {
        lastSequence = record.sequence
        switch record {
        case .action(let action):
            _ = try meeting.apply(action.command, at: action.at)
            if let message = action.message { messages.insert(message) }
        case .ballot(let record):
            _ = try meeting.cast(record.ballot, record.context)
            ballots += 1
        case .session(let session):
            sessions.insert(session.token)
        }
    }
}
