/// The running event: its agenda, which question is active, and every ballot that counts.
///
/// A pure value. The same commands and ballots in the same order always lead to the same state, which is how a restart
/// finds its way back.
public struct Meeting: Sendable {
    public private(set) var definition: EventDefinition
    /// In agenda order.
    public private(set) var questions: [Question] = []
    public private(set) var active: QuestionID?
    /// Who is entitled; nil where anyone may vote.
    public private(set) var roster: Roster?
    public private(set) var isEnded = false
    /// Grows by one with every command that was accepted.
    public private(set) var revision = 0

    /// An event nobody has described yet; `enrol` and `adopt` are the only commands it takes.
    public init() {
        definition = EventDefinition(slug: "", title: LocalizedText([:]), languages: ["en"], questions: [])
    }

    public subscript(id: QuestionID) -> Question? {
        guard let index = index(of: id) else { return nil }
        return questions[index]
    }

    /// Whether anyone has described it yet.
    public var isDescribed: Bool { !definition.questions.isEmpty || !definition.slug.isEmpty }

    /// What ballots on a question must be like, without copying the question.
    public func secrecy(of id: QuestionID) -> Secrecy? { index(of: id).map { questions[$0].definition.secrecy } }

    /// Whether a question's running result is shown, without copying the question.
    public func isLive(_ id: QuestionID) -> Bool { index(of: id).map { questions[$0].definition.live } ?? false }

    public var activeQuestion: Question? { active.flatMap { self[$0] } }

    /// When the hub must close a question next, and which.
    public var nextDeadline: (question: QuestionID, at: Instant)? {
        guard let active, let at = self[active]?.closesAt else { return nil }
        return (active, at)
    }

    /// Counts a ballot, or finds that the very same one counts already.
    ///
    /// - Throws: the reason it does not count; nothing has changed then.
    public mutating func cast(_ ballot: Ballot, _ context: BallotContext) throws(VotingError) -> CastOutcome {
        guard let index = index(of: context.question) else { throw .unknownQuestion(context.question) }
        return try questions[index].cast(ballot, context)
    }

    /// Carries out a command at a moment.
    ///
    /// - Returns: what others need to be told.
    /// - Throws: why it is refused; nothing has changed then.
    public mutating func apply(_ command: Command, at now: Instant) throws(VotingError) -> Effect {
        let effect: Effect
        if isEnded { throw .ended }
        switch command {
        case .enrol(let roster):
            guard revision == 0 else { throw .rosterIsFixed }
            self.roster = roster
            effect = .agendaChanged
        case .end:
            try leaveActive(for: nil)
            active = nil
            isEnded = true
            effect = .activeChanged
        case .adopt(let definition):
            try adopt(definition)
            effect = .agendaChanged
        case .clear:
            try leaveActive(for: nil)
            active = nil
            effect = .activeChanged
        case .prepare(let id):
            try change(id, from: [.draft], act: "made ready") { $0.state = .ready }
            effect = .agendaChanged
        case .show(let id):
            guard let question = self[id] else { throw .unknownQuestion(id) }
            guard question.state != .draft else { throw .notAllowed(id, .draft, act: "shown") }
            try leaveActive(for: id)
            active = id
            effect = .activeChanged
        case .reset(let id):
            try change(id, from: [.open, .closed, .revealed, .void], act: "reset") { $0.startNewRound() }
            effect = id == active ? .activeChanged : .agendaChanged
        case .open, .close, .reveal, .hide, .void, .extend:
            effect = try move(command, at: now)
        }
        revision += 1
        return effect
    }

    private mutating func move(_ command: Command, at now: Instant) throws(VotingError) -> Effect {
        guard let id = command.question else { return .agendaChanged }
        guard self[id] != nil else { throw .unknownQuestion(id) }
        switch command {
        case .open(_, let seconds):
            guard id == active else { throw .notActive(id) }
            if let seconds { try check(seconds) }
            try change(id, from: [.ready], act: "opened") {
                $0.state = .open
                $0.everOpened = true
                $0.closesAt = seconds.map { now.adding(seconds: $0) }
            }
        case .close:
            try change(id, from: [.open], act: "closed") { $0.settle(.closed) }
        case .reveal:
            try change(id, from: [.closed], act: "revealed") { $0.settle(.revealed) }
        case .hide:
            try change(id, from: [.revealed], act: "hidden") { $0.settle(.closed) }
        case .void:
            try change(id, from: [.ready, .open, .closed, .revealed], act: "voided") { $0.settle(.void) }
        case .extend(_, let seconds):
            try check(seconds)
            try change(id, from: [.open], act: "given more time") {
                $0.closesAt = max($0.closesAt ?? now, now).adding(seconds: seconds)
            }
        default:
            preconditionFailure("\(command) does not move a question")
        }
        return id == active ? .phaseChanged(id) : .agendaChanged
    }

    private mutating func change(
        _ id: QuestionID, from states: [QuestionState], act: String, _ body: (inout Question) -> Void
    ) throws(VotingError) {
        guard let index = index(of: id) else { throw .unknownQuestion(id) }
        let state = questions[index].state
        guard states.contains(state) else { throw .notAllowed(id, state, act: act) }
        body(&questions[index])
    }

    private func leaveActive(for next: QuestionID?) throws(VotingError) {
        if let active, active != next, self[active]?.state == .open { throw .stillOpen(active) }
    }

    private func check(_ seconds: Int) throws(VotingError) {
        guard Limits.timerSeconds.contains(seconds) else { throw .badTime(seconds) }
    }

    /// Numbers are given in order and never reused, so a question is usually found at its number.
    private func index(of id: QuestionID) -> Int? {
        let likely = id.number - 1
        if questions.indices.contains(likely), questions[likely].id == id { return likely }
        return questions.firstIndex { $0.id == id }
    }

    /// The next free number is one above the highest ever given.
    private var highestNumber = 0
}

extension Meeting {
    /// A question that was ever open keeps wording, options and rules; others may be changed, added, moved or removed.
    private mutating func adopt(_ given: EventDefinition) throws(VotingError) {
        if isDescribed, given.slug != definition.slug {
            throw .otherEvent(stored: definition.slug, given: given.slug)
        }
        if roster == nil, let question = given.questions.first(where: { $0.secrecy != .indicative }) {
            throw .needsRoster(slug: question.slug)
        }
        for question in questions where question.everOpened {
            let same = given.questions.first { $0.slug == question.definition.slug }
            guard let same, same.asksTheSame(as: question.definition) else {
                throw .frozenQuestion(slug: question.definition.slug)
            }
        }
        var agenda: [Question] = []
        for asked in given.questions {
            if var known = questions.first(where: { $0.definition.slug == asked.slug }) {
                if known.everOpened || known.state != .draft && known.state != .ready {
                    known.definition.notes = asked.notes
                } else {
                    let state = known.state
                    known = Question(id: known.id, definition: asked)
                    if state == .ready { known.state = .ready }
                }
                agenda.append(known)
            } else {
                highestNumber += 1
                agenda.append(Question(id: QuestionID(highestNumber), definition: asked))
            }
        }
        questions = agenda
        definition = given
        if let active, self[active] == nil { self.active = nil }
    }
}

extension Question {
    fileprivate mutating func settle(_ next: QuestionState) {
        state = next
        closesAt = nil
    }

    fileprivate mutating func startNewRound() {
        earlierRounds.append(round)
        round = Round(number: round.number + 1, optionCount: definition.optionCount)
        settle(.ready)
    }
}
