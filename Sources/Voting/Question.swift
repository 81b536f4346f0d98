/// Where a question stands. Reopening makes a new round; nothing is erased.
public enum QuestionState: String, Sendable, Hashable, Codable {
    /// Being written; cannot be shown.
    case draft
    /// Can be shown and opened.
    case ready
    /// Ballots are accepted.
    case open
    /// No more ballots; the result is not shown.
    case closed
    /// The result is shown.
    case revealed
    /// Withdrawn; no result will be shown for this round.
    case void
}

/// A question during the event: its definition, its state and its ballots.
public struct Question: Sendable {
    public let id: QuestionID
    public internal(set) var definition: QuestionDefinition
    public internal(set) var state: QuestionState
    /// When the open question closes by itself.
    public internal(set) var closesAt: Instant?
    /// Whether it was ever open: from then on its wording is fixed.
    public internal(set) var everOpened = false
    /// The current round, last of all rounds.
    public internal(set) var round = Round(number: 1, optionCount: 0)
    /// Earlier rounds, oldest first.
    public internal(set) var earlierRounds: [Round] = []

    init(id: QuestionID, definition: QuestionDefinition) {
        self.id = id
        self.definition = definition
        state = definition.draft ? .draft : .ready
        round = Round(number: 1, optionCount: definition.optionCount)
    }

    /// Whether anyone may see the counts now. What is hidden is hidden from everybody.
    public var resultIsVisible: Bool { state == .revealed || (definition.live && (state == .open || state == .closed)) }

    mutating func cast(_ ballot: Ballot, _ context: BallotContext) throws(VotingError) -> CastOutcome {
        let (voter, number) = (context.voter, context.round)
        guard number == round.number else {
            if earlierRounds.contains(where: { $0.number == number && $0.ballots[voter] == ballot }) { return .known }
            throw .wrongRound(asked: number, current: round.number)
        }
        let counted = round.ballots[voter]
        if counted == ballot { return .known }
        switch state {
        case .open: break
        case .draft, .ready: throw .notOpen(id)
        case .closed, .revealed, .void: throw .closed(id)
        }
        guard (1...1_000_000).contains(ballot.counter) else { throw .badCounter(ballot.counter) }
        let choices = ballot.choices
        guard choices.highest < definition.optionCount else { throw .unknownOption(choices.highest) }
        let selectable = definition.selectable
        guard choices.count <= selectable.upperBound else {
            throw .tooManyChoices(got: choices.count, maximum: selectable.upperBound)
        }
        guard choices.count >= selectable.lowerBound else {
            throw .tooFewChoices(got: choices.count, minimum: selectable.lowerBound)
        }
        if let counted {
            guard definition.changeable else { throw .alreadyVoted }
            if ballot.counter == counted.counter { throw .alreadyVoted }
            if ballot.counter < counted.counter { throw .superseded }
            // One key with tokens of two weights: whichever came first is the voter's.
            guard round.weight(of: voter) == context.weight else { throw .alreadyVoted }
        }
        round.record(ballot, of: voter, weight: context.weight)
        return .recorded
    }
}

/// What became of a ballot that was not refused.
public enum CastOutcome: Sendable, Hashable {
    /// It is new and counts from now on.
    case recorded
    /// The very same ballot counts already: it was sent again.
    case known
}

/// One round of voting on a question: for each voter the ballot that counts, and the tally derived from them.
public struct Round: Sendable {
    public let number: Int
    public private(set) var ballots: [VoterID: Ballot] = [:]
    public private(set) var tally: Tally
    /// Weights other than 1.
    private var weights: [VoterID: Int] = [:]

    init(number: Int, optionCount: Int) {
        self.number = number
        tally = Tally(optionCount: optionCount)
    }

    mutating func record(_ ballot: Ballot, of voter: VoterID, weight: Int) {
        if let old = ballots.updateValue(ballot, forKey: voter) {
            tally.replace(old.choices, with: ballot.choices, weight: weight)
        } else {
            tally.add(ballot.choices, weight: weight)
            if weight != 1 { weights[voter] = weight }
        }
    }

    func weight(of voter: VoterID) -> Int { weights.isEmpty ? 1 : weights[voter] ?? 1 }
}
