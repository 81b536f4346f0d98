@testable import Voting

func english(_ words: String) -> LocalizedText { LocalizedText(["en": words]) }

extension QuestionDefinition {
    static func motion(_ slug: String, changeable: Bool = false, live: Bool = false) -> Self {
        Self(slug: slug, text: english(slug), kind: .motion, changeable: changeable, live: live)
    }

    static func single(_ slug: String, options: Int, changeable: Bool = false, draft: Bool = false) -> Self {
        Self(
            slug: slug, text: english(slug), kind: .single, options: (0..<options).map { english("option \($0)") },
            changeable: changeable, draft: draft)
    }

    static func multiple(_ slug: String, options: Int, choose: ClosedRange<Int>) -> Self {
        Self(
            slug: slug, text: english(slug), kind: .multiple(minimum: choose.lowerBound, maximum: choose.upperBound),
            options: (0..<options).map { english("option \($0)") })
    }
}

extension EventDefinition {
    static func of(_ questions: QuestionDefinition...) -> Self {
        Self(slug: "sample", title: english("Sample"), languages: ["en"], questions: questions)
    }
}

extension Instant {
    static let start = Instant(milliseconds: 1_764_000_000_000)

    static func after(seconds: Int) -> Instant { start.adding(seconds: seconds) }
}

extension Meeting {
    init(_ questions: QuestionDefinition...) {
        self.init()
        let event = EventDefinition(slug: "sample", title: english("Sample"), languages: ["en"], questions: questions)
        // A sample that is refused is a mistake in the test.
        _ = try! apply(.adopt(event), at: .start)
    }

    mutating func run(_ commands: Command..., at: Instant = .start) throws {
        for command in commands { _ = try apply(command, at: at) }
    }

    /// Casts for voter `voter`, with an id made of voter and counter unless given.
    @discardableResult
    mutating func cast(
        _ choices: [Int], voter: UInt64, question: Int = 1, round: Int = 1, counter: Int = 1, id: UInt64? = nil
    ) throws -> CastOutcome {
        try cast(
            Ballot(
                id: MessageID(bits: id ?? voter * 1000 + UInt64(counter)), counter: counter,
                choices: try Choices(choices)),
            BallotContext(question: QuestionID(question), round: round, voter: VoterID(high: 0, low: voter)))
    }
}

let first = QuestionID(1)
let second = QuestionID(2)
