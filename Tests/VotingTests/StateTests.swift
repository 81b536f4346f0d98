import Testing

@testable import Voting

struct StateTests {
    private static func command(_ act: String) -> Command {
        switch act {
        case "prepare": .prepare(first)
        case "open": .open(first, seconds: nil)
        case "close": .close(first)
        case "reveal": .reveal(first)
        case "hide": .hide(first)
        case "reset": .reset(first)
        case "void": .void(first)
        default: .extend(first, seconds: 30)
        }
    }

    private static func meeting(in state: QuestionState) throws -> Meeting {
        var meeting = Meeting(.single("s", options: 2, draft: true))
        if state == .draft { return meeting }
        try meeting.run(.prepare(first), .show(first))
        let path: [Command] =
            switch state {
            case .draft, .ready: []
            case .open: [.open(first, seconds: nil)]
            case .closed: [.open(first, seconds: nil), .close(first)]
            case .revealed: [.open(first, seconds: nil), .close(first), .reveal(first)]
            case .void: [.void(first)]
            }
        for command in path { try meeting.run(command) }
        return meeting
    }

    @Test(
        "every act leads from every state where the table says, or is refused and changes nothing",
        arguments: [
            ("draft", ["prepare": "ready"]),
            ("ready", ["open": "open", "void": "void"]),
            ("open", ["close": "closed", "reset": "ready", "void": "void", "extend": "open"]),
            ("closed", ["reveal": "revealed", "reset": "ready", "void": "void"]),
            ("revealed", ["hide": "closed", "reset": "ready", "void": "void"]),
            ("void", ["reset": "ready"]),
        ])
    func table(from: String, to: [String: String]) throws {
        let state = try #require(QuestionState(rawValue: from))
        for act in ["prepare", "open", "close", "reveal", "hide", "reset", "void", "extend"] {
            var meeting = try Self.meeting(in: state)
            let before = meeting.revision
            if let expected = to[act] {
                try meeting.run(Self.command(act))
                #expect(meeting[first]?.state.rawValue == expected, "\(act) from \(from)")
                #expect(meeting.revision == before + 1)
            } else {
                #expect(throws: VotingError.self, "\(act) from \(from)") { try meeting.run(Self.command(act)) }
                #expect(meeting[first]?.state == state)
                #expect(meeting.revision == before)
            }
        }
    }

    @Test("only the question shown can be opened, and an open one is not left or cleared")
    func active() throws {
        var meeting = Meeting(.single("a", options: 2), .single("b", options: 2))
        #expect(throws: VotingError.notActive(first)) { try meeting.run(.open(first, seconds: nil)) }
        try meeting.run(.show(first), .open(first, seconds: nil))
        #expect(throws: VotingError.stillOpen(first)) { try meeting.run(.show(second)) }
        #expect(throws: VotingError.stillOpen(first)) { try meeting.run(.clear) }
        try meeting.run(.show(first), .close(first), .show(second))
        #expect(meeting.active == second)
        try meeting.run(.clear)
        #expect(meeting.active == nil)
    }

    @Test("a draft is not shown")
    func draft() throws {
        var meeting = Meeting(.single("a", options: 2, draft: true))
        #expect(throws: VotingError.notAllowed(first, .draft, act: "shown")) { try meeting.run(.show(first)) }
        try meeting.run(.prepare(first), .show(first))
        #expect(meeting.active == first)
    }

    @Test("a new round starts empty; the old one's ballots stay as they were")
    func rounds() throws {
        var meeting = Meeting(.single("s", options: 2))
        try meeting.run(.show(first), .open(first, seconds: nil))
        try meeting.cast([1], voter: 1)
        try meeting.run(.close(first), .reveal(first), .reset(first))
        let question = try #require(meeting[first])
        #expect(question.round.number == 2)
        #expect(question.round.tally.ballots == 0)
        #expect(question.state == .ready)
        #expect(question.earlierRounds.map(\.tally.counts) == [[0, 1]])
        try meeting.run(.open(first, seconds: nil))
        #expect(try meeting.cast([0], voter: 1, round: 2) == .recorded)
    }

    @Test("a timer is the moment of opening plus its seconds; more time adds to what is left")
    func timer() throws {
        var meeting = Meeting(.single("s", options: 2))
        try meeting.run(.show(first))
        try meeting.run(.open(first, seconds: 60), at: .start)
        #expect(meeting.nextDeadline?.at == .after(seconds: 60))
        try meeting.run(.extend(first, seconds: 30), at: .after(seconds: 10))
        #expect(meeting.nextDeadline?.at == .after(seconds: 90))
        try meeting.run(.extend(first, seconds: 30), at: .after(seconds: 100))
        #expect(meeting.nextDeadline?.at == .after(seconds: 130))
        try meeting.run(.close(first))
        #expect(meeting.nextDeadline == nil)
        #expect(throws: VotingError.badTime(1)) { try meeting.run(.extend(first, seconds: 1)) }
    }

    @Test("a result is visible once revealed, and while open only where the question says so")
    func visibility() throws {
        var meeting = Meeting(.motion("hidden"), .motion("running", live: true))
        try meeting.run(.show(first), .open(first, seconds: nil))
        #expect(meeting[first]?.resultIsVisible == false)
        try meeting.run(.close(first))
        #expect(meeting[first]?.resultIsVisible == false)
        try meeting.run(.reveal(first))
        #expect(meeting[first]?.resultIsVisible == true)
        try meeting.run(.hide(first), .show(second), .open(second, seconds: nil))
        #expect(meeting[first]?.resultIsVisible == false)
        #expect(meeting[second]?.resultIsVisible == true)
        try meeting.run(.void(second))
        #expect(meeting[second]?.resultIsVisible == false)
    }
}

struct AdoptTests {
    @Test("a mended file may change, add, move and remove questions that were never opened")
    func mend() throws {
        var meeting = Meeting(.single("a", options: 2), .single("b", options: 2), .single("c", options: 2))
        try meeting.run(.show(first), .open(first, seconds: nil), .close(first))
        let mended = EventDefinition.of(.single("c", options: 4), .single("a", options: 2), .single("d", options: 3))
        try meeting.run(.adopt(mended))
        #expect(meeting.questions.map(\.id.number) == [3, 1, 4])
        #expect(meeting[QuestionID(3)]?.definition.optionCount == 4)
        #expect(meeting[QuestionID(3)]?.round.tally.counts.count == 4)
        #expect(meeting[first]?.state == .closed)
        #expect(meeting[second] == nil)
        #expect(meeting.active == first)
    }

    @Test("a question that was opened keeps its wording; notes may change")
    func frozen() throws {
        var meeting = Meeting(.single("a", options: 2), .single("b", options: 2))
        try meeting.run(.show(first), .open(first, seconds: nil))
        #expect(throws: VotingError.frozenQuestion(slug: "a")) {
            try meeting.run(.adopt(.of(.single("a", options: 3), .single("b", options: 2))))
        }
        #expect(throws: VotingError.frozenQuestion(slug: "a")) {
            try meeting.run(.adopt(.of(.single("b", options: 2))))
        }
        var noted = QuestionDefinition.single("a", options: 2)
        noted.notes = "speak slowly"
        try meeting.run(.adopt(.of(noted)))
        #expect(meeting[first]?.definition.notes == "speak slowly")
        #expect(meeting[first]?.state == .open)
    }

    @Test("another event does not take the place of the stored one")
    func other() {
        var meeting = Meeting(.single("a", options: 2))
        let other = EventDefinition(slug: "other", title: english("Other"), languages: ["en"], questions: [])
        #expect(throws: VotingError.otherEvent(stored: "sample", given: "other")) { try meeting.run(.adopt(other)) }
    }

    @Test("an active question that the file no longer has is no longer shown")
    func removed() throws {
        var meeting = Meeting(.single("a", options: 2), .single("b", options: 2))
        try meeting.run(.show(first), .adopt(.of(.single("b", options: 2))))
        #expect(meeting.active == nil)
        #expect(meeting.questions.map(\.id) == [second])
    }
}

struct ReplayTests {
    @Test("the same commands and ballots in the same order lead to the same state")
    func replay() throws {
        var generator = SplitMix(state: 42)
        let event = EventDefinition.of(
            .single("a", options: 3, changeable: true), .motion("b"), .motion("c", live: true))
        var meeting = Meeting()
        var history: [Step] = []
        func take(_ step: Step) { if step.run(&meeting) { history.append(step) } }
        take(.command(.adopt(event), .start))
        for moment in 0..<3000 {
            let id = QuestionID(Int.random(in: 1...3, using: &generator))
            if Int.random(in: 0..<5, using: &generator) > 0 {
                let ballot = Ballot(
                    id: MessageID(bits: generator.next()), counter: Int.random(in: 1...4, using: &generator),
                    choices: try Choices([Int.random(in: 0..<3, using: &generator)]))
                let voter = VoterID(high: 0, low: UInt64.random(in: 0..<40, using: &generator))
                let round = meeting[id]?.round.number ?? 1
                take(.ballot(ballot, BallotContext(question: id, round: round, voter: voter)))
            } else {
                let commands: [Command] = [
                    .show(id), .open(id, seconds: 60), .open(id, seconds: nil), .close(id), .reveal(id), .hide(id),
                    .reset(id), .void(id), .extend(id, seconds: 30), .clear,
                ]
                take(.command(commands.randomElement(using: &generator)!, .after(seconds: moment)))
            }
        }
        #expect(history.count > 200)
        var again = Meeting()
        for step in history { #expect(step.run(&again)) }
        #expect(again.revision == meeting.revision)
        #expect(again.active == meeting.active)
        for (a, b) in zip(again.questions, meeting.questions) {
            #expect(a.state == b.state)
            #expect(a.closesAt == b.closesAt)
            #expect(a.round.ballots == b.round.ballots)
            #expect(a.earlierRounds.map(\.tally) == b.earlierRounds.map(\.tally))
        }
    }

    private enum Step {
        case command(Command, Instant)
        case ballot(Ballot, BallotContext)

        func run(_ meeting: inout Meeting) -> Bool {
            do {
                switch self {
                case .command(let command, let at): _ = try meeting.apply(command, at: at)
                case .ballot(let ballot, let context): return try meeting.cast(ballot, context) == .recorded
                }
                return true
            } catch {
                return false
            }
        }
    }
}
