/// Why a ballot or an act was refused. `code` is stable and goes over the wire; `description` is for people.
public enum VotingError: Error, Hashable, Sendable {
    case unknownQuestion(QuestionID)
    case notActive(QuestionID)
    case notOpen(QuestionID)
    case closed(QuestionID)
    case wrongRound(asked: Int, current: Int)
    /// A ballot of this voter counts already, and the question does not allow changing it (or its counter was used).
    case alreadyVoted
    /// A ballot with a higher counter counts already.
    case superseded
    case tooFewChoices(got: Int, minimum: Int)
    case tooManyChoices(got: Int, maximum: Int)
    case unknownOption(Int)
    case repeatedOption(Int)
    case badCounter(Int)
    /// The question's state does not allow the act.
    case notAllowed(QuestionID, QuestionState, act: String)
    /// Another question must be closed first.
    case stillOpen(QuestionID)
    case badTime(Int)
    /// An event file that cannot take the place of the stored one.
    case frozenQuestion(slug: String)
    case otherEvent(stored: String, given: String)
    /// The event is over.
    case ended
    /// A roster can only be given before anything else.
    case rosterIsFixed
    /// A secret or named question without a roster.
    case needsRoster(slug: String)
    /// A question whose wording is more than an entry of the log can hold.
    case tooMuchText(slug: String)
    /// This voter holds no roster entry, and the question asks for one.
    case noTicket
    /// A secret ballot without a valid token and signature.
    case badToken
    case badSignature

    public var code: String {
        switch self {
        case .unknownQuestion: "unknown-question"
        case .notActive: "not-active"
        case .notOpen: "not-open"
        case .closed: "closed"
        case .wrongRound: "wrong-round"
        case .alreadyVoted: "already-voted"
        case .superseded: "superseded"
        case .tooFewChoices: "too-few-choices"
        case .tooManyChoices: "too-many-choices"
        case .unknownOption: "unknown-option"
        case .repeatedOption: "repeated-option"
        case .badCounter: "bad-message"
        case .notAllowed: "not-allowed"
        case .stillOpen: "still-open"
        case .badTime: "bad-time"
        case .frozenQuestion: "frozen-question"
        case .otherEvent: "other-event"
        case .ended: "ended"
        case .rosterIsFixed: "roster-is-fixed"
        case .needsRoster: "needs-roster"
        case .tooMuchText: "too-much-text"
        case .noTicket: "no-ticket"
        case .badToken: "bad-token"
        case .badSignature: "bad-signature"
        }
    }
}

extension VotingError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unknownQuestion(let id): "there is no \(id) in this event"
        case .notActive(let id): "\(id) is not the one being shown; show it first"
        case .notOpen(let id): "\(id) is not open for voting yet"
        case .closed(let id): "voting on \(id) has closed"
        case .wrongRound(let asked, let current): "that was meant for round \(asked), but this is round \(current)"
        case .alreadyVoted: "a vote from this device counts already, and it cannot be changed"
        case .superseded: "a later vote from this device counts already"
        case .tooFewChoices(let got, let minimum): "\(got) options chosen, at least \(minimum) needed"
        case .tooManyChoices(let got, let maximum): "\(got) options chosen, at most \(maximum) allowed"
        case .unknownOption(let position): "there is no option at position \(position)"
        case .repeatedOption(let position): "the option at position \(position) is chosen twice"
        case .badCounter(let counter): "a ballot's counter is 1 to 1000000, not \(counter)"
        case .notAllowed(let id, let state, let act): "\(id) is \(state.rawValue); it cannot be \(act) now"
        case .stillOpen(let id): "\(id) is still open; close it first"
        case .badTime(let seconds):
            "a time is \(Limits.timerSeconds.lowerBound) to \(Limits.timerSeconds.upperBound) seconds, not \(seconds)"
        case .frozenQuestion(let slug):
            "question '\(slug)' has been opened for voting: its wording, options, rules and place in the file are fixed;"
                + " put them back, or start a new event in an empty data directory"
        case .otherEvent(let stored, let given):
            "the data directory holds the event '\(stored)', the file describes '\(given)';"
                + " use another data directory for another event"
        case .ended: "the event has ended; nothing can be opened or changed any more"
        case .rosterIsFixed:
            "the roster is fixed when an event begins, and this one has begun with another one or without;"
                + " leave --roster out, or use another data directory"
        case .needsRoster(let slug):
            "question '\(slug)' is secret or named, which needs to know who may vote: give a roster with --roster"
                + " (make one with: plenum roster), or make the question indicative"
        case .tooMuchText(let slug):
            "question '\(slug)' has more text than the public record takes (60,000 bytes in all languages); shorten it"
        case .noTicket: "this vote is for holders of a ticket; open the link on yours"
        case .badToken: "the ballot's token is not one for this question"
        case .badSignature: "the ballot's signature does not fit it"
        }
    }
}
