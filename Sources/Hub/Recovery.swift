public import Ledger
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
    var book: LogBook
    /// Of secret and named questions, the counts of what is in the log.
    var logged: [RoundID: Tally] = [:]

    /// Replays the store from its first record. The log is made again on the way, and each batch must come out with the
    /// root that was signed.
    ///
    /// - Throws: `StorageError`; `.badRecord` if a record contradicts the rules or the log, which only a damaged or foreign
    ///   file can, `.otherLogKey` if the log was signed with another key.
    public init(_ store: any Store, key: LogKey) throws {
        var recovered = Recovery(key)
        try store.replay { record in
            do {
                try recovered.apply(record, in: store.path)
            } catch let error as VotingError {
                throw StorageError(.badRecord(record.sequence), path: store.path, detail: error.description)
            }
        }
        recovered.settle()
        self = recovered
    }

    private init(_ key: LogKey) { book = LogBook(key: key) }

    private mutating func apply(_ record: Record, in path: String) throws {
        lastSequence = record.sequence
        switch record.content {
        case .action(let command, let message, let why):
            let old = meeting
            _ = try meeting.apply(command, at: record.at)
            if let message { messages.insert(message) }
            book.note(
                command, at: record.at, sequence: record.sequence, byModerator: message != nil, why: why, from: old,
                to: meeting)
        case .ballot(let ballot, let context, let seal):
            _ = try meeting.cast(ballot, context)
            book.note(
                LogBook.WaitingBallot(
                    sequence: record.sequence, ballot: ballot, context: context, seal: seal,
                    secrecy: meeting.secrecy(of: context.question) ?? .indicative))
            ballots += 1
        case .session(let token):
            sessions.insert(token)
        case .publication(let publication):
            try publish(publication, record.sequence, in: path)
        case .presence, .tokenKey, .issue:
            book.note(record)
        }
    }

    private mutating func publish(_ publication: Publication, _ sequence: Int64, in path: String) throws {
        let signed = try? Checkpoint(publication.checkpoint)
        guard let signed, signed.isSigned(by: book.key.verifier) else {
            throw StorageError(.otherLogKey, path: path, detail: "record \(sequence)")
        }
        let batch = book.draft(of: publication).finish()
        guard batch.checkpoint == signed else {
            throw StorageError(
                .badRecord(sequence), path: path, detail: "the log does not come out as it was signed")
        }
        book.apply(batch)
    }

    /// Counts of rounds whose ballots are all in the log may be shown at once; others after the next batch.
    private mutating func settle() {
        let waiting = Set(book.ballots.map(\.context.roundID))
        for question in meeting.questions
        where question.definition.secrecy != .indicative && !waiting.contains(question.roundID) {
            logged[question.roundID] = question.round.tally
        }
    }
}
