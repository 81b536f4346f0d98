/// One round of a question.
public struct RoundID: Sendable, Hashable, Comparable, Codable {
    public var question: QuestionID
    public var round: Int

    public init(_ question: QuestionID, _ round: Int) {
        self.question = question
        self.round = round
    }

    public static func < (a: RoundID, b: RoundID) -> Bool { (a.question, a.round) < (b.question, b.round) }
}

extension Question {
    /// The round votes go to now.
    public var roundID: RoundID { RoundID(id, round.number) }
}

extension BallotContext {
    public var roundID: RoundID { RoundID(question, round) }
}
