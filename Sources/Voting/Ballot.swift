/// What one voter cast, kept as sent.
public struct Ballot: Sendable, Hashable {
    /// Made by the page: the same id is the same ballot sent again.
    public var id: MessageID
    /// The voter's own count of ballots for this question and round, from 1. The highest counts.
    public var counter: Int
    public var choices: Choices

    public init(id: MessageID, counter: Int, choices: Choices) {
        self.id = id
        self.counter = counter
        self.choices = choices
    }
}

/// What a ballot is about, whose it is and how much it weighs.
public struct BallotContext: Sendable, Hashable {
    public var question: QuestionID
    public var round: Int
    public var voter: VoterID
    /// 1 but for a weighted roster.
    public var weight: Int

    public init(question: QuestionID, round: Int, voter: VoterID, weight: Int = 1) {
        self.question = question
        self.round = round
        self.voter = voter
        self.weight = weight
    }
}
