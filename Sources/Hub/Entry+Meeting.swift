internal import Ledger
internal import Voting

/// Entries of what happens in a meeting. Whether they fit was looked at when the event was taken over.
extension Entry {
    static func meeting(_ meeting: Meeting) -> [UInt8] {
        fitting { () throws(LedgerError) in
            try Entry.meeting(
                meeting.definition, roster: meeting.roster.flatMap { RosterFile(text: Array($0.text.utf8)) })
        }
    }

    static func open(_ question: Question) -> [UInt8] {
        fitting { () throws(LedgerError) in
            try Entry.open(
                question.id, round: question.round.number, question.definition, secrecy: question.definition.secrecy)
        }
    }

    static func close(_ question: Question, issued: Int, present: Int) -> [UInt8] {
        let tally = question.round.tally
        let secrecy = question.definition.secrecy
        return Entry.close(
            question.id, round: question.round.number,
            RoundCount(
                result: tally.counts, ballots: tally.ballots, weight: tally.weight,
                issued: secrecy == .secret ? issued : nil, present: secrecy == .indicative ? nil : present))
    }

    static func ballot(_ waiting: LogBook.WaitingBallot, origin: String) -> [UInt8] {
        let (context, ballot) = (waiting.context, waiting.ballot)
        switch waiting.secrecy {
        case .secret:
            guard let seal = waiting.seal else { preconditionFailure("a secret ballot without its seal") }
            return Entry.ballot(
                context.question, round: context.round, counter: ballot.counter, choices: ballot.choices,
                weight: context.weight, key: Array(seal.key), authenticator: Array(seal.authenticator),
                signature: Array(seal.signature))
        case .named:
            return Entry.ballot(
                context.question, round: context.round, counter: ballot.counter, choices: ballot.choices,
                voter: Int(context.voter.low))
        case .indicative:
            return Entry.ballot(
                context.question, round: context.round, counter: ballot.counter, choices: ballot.choices,
                pseudonym: Entry.pseudonym(
                    origin: origin, question: context.question, round: context.round, device: context.voter))
        }
    }

    static func moderator(_ round: RoundID, _ act: ModeratorAct, why: String) -> [UInt8] {
        fitting { () throws(LedgerError) in
            try Entry.moderator(round.question, round: round.round, act, why: why)
        }
    }

    /// The first question whose wording is more than one entry of the log can hold.
    static func tooLong(in definition: EventDefinition) -> QuestionDefinition? {
        definition.questions.first {
            (try? Entry.open(QuestionID(.max), round: .max, $0, secrecy: $0.secrecy)) == nil
        }
    }

    private static func fitting(_ make: () throws(LedgerError) -> [UInt8]) -> [UInt8] {
        do throws(LedgerError) {
            return try make()
        } catch {
            preconditionFailure("an entry that was looked at before does not fit: \(error)")
        }
    }
}
