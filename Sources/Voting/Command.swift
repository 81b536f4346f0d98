/// What moves an event on, apart from ballots. Stored as it was accepted, so that a restart replays it.
public enum Command: Sendable, Hashable, Codable {
    /// Takes over an event definition: the first, or a mended one.
    case adopt(EventDefinition)
    /// Fixes who is entitled to vote; the first command of an event that has a roster.
    case enrol(Roster)
    /// A draft becomes ready.
    case prepare(QuestionID)
    /// Makes a question the active one; nothing opens.
    case show(QuestionID)
    /// No active question: the waiting screen.
    case clear
    /// Opens the active question, for `seconds` or until closed.
    case open(QuestionID, seconds: Int?)
    case close(QuestionID)
    case reveal(QuestionID)
    case hide(QuestionID)
    /// A new round; the ballots of the old one stay stored and no longer count.
    case reset(QuestionID)
    /// Withdraws the round: no result will be shown.
    case void(QuestionID)
    /// More time for an open question; starts a timer if there is none.
    case extend(QuestionID, seconds: Int)
    /// Ends the event: nothing opens any more, the record is complete.
    case end

    /// The question it is about, if it is about one.
    public var question: QuestionID? {
        switch self {
        case .adopt, .enrol, .clear, .end: nil
        case .prepare(let id), .show(let id), .open(let id, _), .close(let id), .reveal(let id), .hide(let id),
            .reset(let id), .void(let id), .extend(let id, _):
            id
        }
    }
}

/// What others need to be told after a command.
public enum Effect: Sendable, Hashable {
    /// The wording of the agenda may have changed.
    case agendaChanged
    /// Another question, a new round of it, or none, is now active.
    case activeChanged
    /// The active question's state or timer changed.
    case phaseChanged(QuestionID)
}
