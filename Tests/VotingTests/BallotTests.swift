import Testing

@testable import Voting

struct BallotTests {
    @Test(
        "each kind takes exactly the ballots its rule allows",
        arguments: [
            (QuestionDefinition.motion("m"), [0], nil),
            (.motion("m"), [2], nil),
            (.motion("m"), [3], VotingError.unknownOption(3)),
            (.motion("m"), [], .tooFewChoices(got: 0, minimum: 1)),
            (.motion("m"), [0, 1], .tooManyChoices(got: 2, maximum: 1)),
            (.single("s", options: 4), [3], nil),
            (.single("s", options: 4), [4], .unknownOption(4)),
            (.single("s", options: 4), [1, 2], .tooManyChoices(got: 2, maximum: 1)),
            (.single("s", options: 64), [63], nil),
            (.multiple("x", options: 5, choose: 2...3), [0, 4], nil),
            (.multiple("x", options: 5, choose: 2...3), [0, 1, 4], nil),
            (.multiple("x", options: 5, choose: 2...3), [1], .tooFewChoices(got: 1, minimum: 2)),
            (.multiple("x", options: 5, choose: 2...3), [0, 1, 2, 3], .tooManyChoices(got: 4, maximum: 3)),
            (.multiple("x", options: 5, choose: 2...3), [0, 5], .unknownOption(5)),
        ] as [(QuestionDefinition, [Int], VotingError?)])
    func rule(definition: QuestionDefinition, choices: [Int], refusal: VotingError?) throws {
        var meeting = Meeting(definition)
        try meeting.run(.show(first), .open(first, seconds: nil))
        if let refusal {
            #expect(throws: refusal) { try meeting.cast(choices, voter: 1) }
            #expect(meeting[first]?.round.tally.ballots == 0)
        } else {
            #expect(try meeting.cast(choices, voter: 1) == .recorded)
            let counts = (0..<definition.optionCount).map { choices.contains($0) ? 1 : 0 }
            #expect(meeting[first]?.round.tally.counts == counts)
            #expect(meeting[first]?.round.tally.ballots == 1)
        }
    }

    @Test(
        "positions that no ballot could name are refused before any question is asked",
        arguments: [
            ([0, 0], VotingError.repeatedOption(0)), ([64], .unknownOption(64)), ([-1], .unknownOption(-1)),
        ])
    func impossible(positions: [Int], refusal: VotingError) {
        #expect(throws: refusal) { try Choices(positions) }
    }

    @Test("a second ballot is refused where votes cannot be changed, and the first one counts")
    func secondBallot() throws {
        var meeting = Meeting(.single("s", options: 3))
        try meeting.run(.show(first), .open(first, seconds: nil))
        try meeting.cast([0], voter: 1)
        #expect(throws: VotingError.alreadyVoted) { try meeting.cast([1], voter: 1, counter: 2) }
        #expect(meeting[first]?.round.tally.counts == [1, 0, 0])
    }

    @Test("the same ballot sent again is known, also after closing and in an earlier round")
    func again() throws {
        var meeting = Meeting(.single("s", options: 3))
        try meeting.run(.show(first), .open(first, seconds: nil))
        try meeting.cast([0], voter: 1)
        #expect(try meeting.cast([0], voter: 1) == .known)
        try meeting.run(.close(first))
        #expect(try meeting.cast([0], voter: 1) == .known)
        try meeting.run(.reset(first))
        #expect(try meeting.cast([0], voter: 1) == .known)
        #expect(meeting[first]?.round.tally.ballots == 0)
    }

    @Test("the ballot with the highest counter counts, whatever order they come in")
    func change() throws {
        var meeting = Meeting(.single("s", options: 3, changeable: true))
        try meeting.run(.show(first), .open(first, seconds: nil))
        try meeting.cast([0], voter: 1, counter: 1)
        try meeting.cast([2], voter: 1, counter: 3)
        #expect(throws: VotingError.superseded) { try meeting.cast([1], voter: 1, counter: 2) }
        #expect(throws: VotingError.alreadyVoted) { try meeting.cast([1], voter: 1, counter: 3, id: 77) }
        #expect(meeting[first]?.round.tally.counts == [0, 0, 1])
        #expect(meeting[first]?.round.tally.ballots == 1)
    }

    @Test("ballots for the wrong round, question or moment are refused with their own codes")
    func misplaced() throws {
        var meeting = Meeting(.single("a", options: 3), .single("b", options: 3))
        #expect(throws: VotingError.notOpen(first)) { try meeting.cast([0], voter: 1) }
        #expect(throws: VotingError.unknownQuestion(QuestionID(9))) { try meeting.cast([0], voter: 1, question: 9) }
        try meeting.run(.show(first), .open(first, seconds: nil))
        #expect(throws: VotingError.wrongRound(asked: 2, current: 1)) { try meeting.cast([0], voter: 1, round: 2) }
        #expect(throws: VotingError.notOpen(second)) { try meeting.cast([0], voter: 1, question: 2) }
        #expect(throws: VotingError.badCounter(0)) { try meeting.cast([0], voter: 1, counter: 0) }
        try meeting.run(.close(first))
        #expect(throws: VotingError.closed(first)) { try meeting.cast([0], voter: 1) }
        try meeting.run(.void(first))
        #expect(throws: VotingError.closed(first)) { try meeting.cast([0], voter: 1) }
    }

    @Test("after any sequence of ballots the tally is what counting the ballots afresh gives")
    func derived() throws {
        var generator = SplitMix(state: 7)
        var meeting = Meeting(
            QuestionDefinition(
                slug: "x", text: english("x"), kind: .multiple(minimum: 1, maximum: 3),
                options: (0..<6).map { english("\($0)") }, changeable: true))
        try meeting.run(.show(first), .open(first, seconds: nil))
        for _ in 0..<2000 {
            let choices = Set(
                (0..<Int.random(in: 1...3, using: &generator)).map { _ in
                    Int.random(in: 0..<6, using: &generator)
                })
            _ = try? meeting.cast(
                choices.sorted(), voter: UInt64.random(in: 0..<50, using: &generator),
                counter: Int.random(in: 1...30, using: &generator), id: generator.next())
        }
        let round = try #require(meeting[first]?.round)
        var counts = [Int](repeating: 0, count: 6)
        for ballot in round.ballots.values { for position in ballot.choices.positions { counts[position] += 1 } }
        #expect(round.tally.counts == counts)
        #expect(round.tally.ballots == round.ballots.count)
        #expect(round.ballots.count == 50)
    }
}

/// A small generator with a seed (Steele, Lea, Flood 2014), so that a failing case can be run again.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
