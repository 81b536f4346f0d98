internal import Voting

/// Goes through the entries in log order and follows what they say: rounds, voters, tokens, counts.
struct LogAudit {
    private(set) var faults: [Report.Fault] = []
    private(set) var results: [Report.Result] = []
    /// Whether the log has its `end`.
    private(set) var hasEnded = false
    private var rounds: [RoundName: RoundAudit] = [:]
    private var keys: Set<[UInt8]> = []
    private var meeting: MeetingRecord?
    /// The ballot before: its place and its leaf hash.
    private var lastBallot: (index: Int, leaf: LogHash)?

    private let roster: RosterFile
    private let checks: SignatureChecks
    private let log: Log
    /// The sizes of the heads, ascending.
    private let heads: [Int]
    private var nextHead = 0

    init(_ log: Log, _ checks: SignatureChecks, roster: RosterFile, heads: Set<Int>) {
        self.log = log
        self.checks = checks
        self.roster = roster
        self.heads = heads.sorted()
        if log.size == 0 { add(.badEntry, nil, nil, "The log has no entries: entry 0 is to be the meeting.") }
        for (index, record) in checks.records.enumerated() { take(record, at: index) }
    }

    /// What entry 0 says, if it is the meeting.
    var opening: MeetingRecord? { meeting }

    /// Whether no more ballots can come in that round.
    func isOver(_ round: RoundName) -> Bool { hasEnded || rounds[round]?.isOver ?? false }

    private mutating func take(_ record: Result<Record, Record.Failure>, at index: Int) {
        switch record {
        case .failure(let failure): add(.badEntry, index, nil, "Entry \(index) is no entry: \(failure.text).")
        case .success where hasEnded: add(.badEntry, index, nil, "Entry \(index) comes after the end.")
        case .success(.meeting(let record)):
            guard index == 0 else {
                add(.badEntry, index, nil, "Entry \(index) is a meeting, which only entry 0 is.")
                return
            }
            meeting = record
        case .success where index == 0: add(.badEntry, 0, nil, "Entry 0 is not the meeting.")
        case .success(.end): hasEnded = true
        case .success(let record):
            // One step for each kind; the round is taken out and put back, so that nothing is copied.
            guard let name = record.round else { return }
            var round = rounds.removeValue(forKey: name) ?? RoundAudit()
            take(record, name, &round, at: index)
            rounds[name] = round
        }
    }

    private mutating func take(_ record: Record, _ name: RoundName, _ round: inout RoundAudit, at index: Int) {
        switch record {
        case .key(_, let weight, let spki):
            if !keys.insert(spki).inserted {
                add(.keyReused, index, name, "Entry \(index): this token key stands in an earlier entry already.")
            }
            if let reason = round.addKey(weight: weight) {
                add(.keyLate, index, name, "Entry \(index): the token key for weight \(weight) \(reason).")
            }
        case .open(_, let rules):
            guard round.rules == nil else {
                add(.notOpen, index, name, "Entry \(index): the round is opened a second time.")
                return
            }
            round.rules = rules
        case .issue(_, let numbers): issue(numbers, name, &round, at: index)
        case .ballot(_, let ballot): take(ballot, name, &round, at: index)
        case .moderator(_, let ends): if ends { round.isOver = true }
        case .close(_, let count): close(count, name, &round, at: index)
        case .meeting, .outcome, .end: break
        }
    }

    private mutating func issue(_ numbers: [Int], _ name: RoundName, _ round: inout RoundAudit, at index: Int) {
        var (unknown, double): (Int?, Int?)
        for number in numbers {
            if let weight = roster.weight(of: number) {
                if !round.issue(to: number, weight: weight) { double = double ?? number }
            } else {
                unknown = unknown ?? number
            }
        }
        if let unknown {
            add(
                .unknownVoter, index, name,
                "Entry \(index): a token was issued to number \(unknown), not in roster.txt.")
        }
        if let double {
            add(.doubleIssue, index, name, "Entry \(index): number \(double) got a token for this round already.")
        }
    }

    private mutating func take(_ ballot: BallotRecord, _ name: RoundName, _ round: inout RoundAudit, at index: Int) {
        checkOrder(name, at: index)
        if case .key(_, let weight) = ballot.voter { round.sawBallot(weight: weight) }
        guard let rules = round.rules else {
            add(.notOpen, index, name, "Entry \(index): a ballot, but the round has not been opened.")
            return
        }
        let before = faults.count
        if round.isOver { add(.afterClose, index, name, "Entry \(index): a ballot after the round was over.") }
        guard ballot.secrecy == rules.secrecy else {
            add(
                .wrongKind, index, name,
                "Entry \(index): a \(ballot.secrecy.rawValue) ballot, but the question is \(rules.secrecy.rawValue).")
            return
        }
        if let reason = round.wrongChoices(ballot, rules) {
            add(.badChoices, index, name, "Entry \(index): the ballot \(reason).")
        }
        let weight = weigh(ballot, name, round, at: index)
        if let reason = round.clash(ballot, rules) {
            add(.duplicateBallot, index, name, "Entry \(index): the ballot \(reason).")
        }
        guard faults.count == before, let weight else { return }
        if let (voters, tokens) = round.count(ballot, weight: weight) {
            add(
                .tooManyBallots, index, name,
                "Entry \(index): voter \(voters) of weight \(weight), but only \(tokens) tokens were issued to it so far."
            )
        }
    }

    /// Checks whose a ballot is.
    ///
    /// - Returns: how much it counts, or nil if nobody's.
    private mutating func weigh(
        _ ballot: BallotRecord, _ name: RoundName, _ round: RoundAudit, at index: Int
    ) -> Int? {
        switch ballot.voter {
        case .device: return 1
        case .number(let number):
            if let weight = roster.weight(of: number) { return weight }
            add(.unknownVoter, index, name, "Entry \(index): a ballot of number \(number), not in roster.txt.")
            return nil
        case .key(_, let weight):
            if !round.hasKey(weight: weight) {
                add(.badToken, index, name, "Entry \(index): there is no token key for weight \(weight) before it.")
            } else if !checks.tokenHolds(index) {
                add(.badToken, index, name, "Entry \(index): the ballot's token does not hold.")
            }
            if !checks.signatureHolds(index) {
                add(.badSignature, index, name, "Entry \(index): the ballot's signature does not hold.")
            }
            return weight
        }
    }

    private mutating func checkOrder(_ name: RoundName, at index: Int) {
        while nextHead < heads.count, heads[nextHead] <= index { nextHead += 1 }
        let start = nextHead == 0 ? 0 : heads[nextHead - 1]
        let leaf = log.leaf(index)
        if let last = lastBallot, last.index >= start, leaf < last.leaf {
            add(
                .batchOrder, index, name,
                "Entry \(index): ballots of one batch are sorted by leaf hash, but this one follows entry \(last.index)."
            )
        }
        lastBallot = (index, leaf)
    }

    private mutating func close(_ closed: RoundCount, _ name: RoundName, _ round: inout RoundAudit, at index: Int) {
        guard let rules = round.rules else {
            add(.notOpen, index, name, "Entry \(index): a close, but the round has not been opened.")
            return
        }
        guard (closed.issued != nil) == (rules.secrecy == .secret),
            (closed.present != nil) == (rules.secrecy != .indicative)
        else {
            let text = "member 'issued' or 'present' does not suit a question that is \(rules.secrecy.rawValue)"
            add(.badEntry, index, nil, "Entry \(index) is no entry: \(text).")
            return
        }
        guard !round.isOver else {
            add(.notOpen, index, name, "Entry \(index): a close, but the round was over already.")
            return
        }
        round.isOver = true
        let count = round.count(rules, present: closed.present)
        results.append(
            Report.Result(question: name.question, round: name.round, secrecy: rules.secrecy, count: count))
        if closed != count {
            add(
                .wrongClose, index, name,
                "Entry \(index) says \(closed.summary), but the entries give \(count.summary).")
        }
        if let text = wrongPresence(count, rules) { add(.wrongPresence, index, name, "Entry \(index): \(text).") }
    }

    /// Why the numbers of people cannot be, or nil.
    private func wrongPresence(_ count: RoundCount, _ rules: OpenRecord) -> String? {
        guard let present = count.present else { return nil }
        let voted = count.issued ?? count.ballots
        if voted > present {
            return "\(voted) \(rules.secrecy == .secret ? "tokens issued" : "voters"), but \(present) present"
        }
        guard let eligible = meeting?.eligible, present > eligible else { return nil }
        return "\(present) present, but \(eligible) eligible"
    }

    private mutating func add(_ code: FaultCode, _ index: Int?, _ round: RoundName?, _ text: String) {
        faults.append(
            Report.Fault(code: code, index: index, question: round?.question, round: round?.round, text: text))
    }
}

extension RoundCount {
    fileprivate var summary: String {
        let tokens = issued.map { ", \($0) tokens issued" } ?? ""
        return "\(result) from \(ballots) voters of weight \(weight)\(tokens)"
    }
}
