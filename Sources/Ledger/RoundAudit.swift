internal import Voting

/// One round of a question as its entries make it.
struct RoundAudit {
    /// A voter whose ballots were taken.
    struct Voter {
        var counters: Set<Int>
        var counter: Int
        var choices: [Int]
        let weight: Int
    }

    /// Its wording and rules, once it was opened.
    var rules: OpenRecord?
    /// Closed, reset or withdrawn: no ballot follows.
    var isOver = false
    /// Roster numbers that got a token.
    private(set) var issued: Set<Int> = []
    private(set) var voters: [BallotRecord.Voter: Voter] = [:]
    /// The weights that have a key.
    private var keys: Set<Int> = []
    /// The weights of which there was an issue or a ballot.
    private var used: Set<Int> = []
    private var issuedByWeight: [Int: Int] = [:]
    private var votersByWeight: [Int: Int] = [:]
    /// The weights with more voters than tokens, told already.
    private var exceeded: Set<Int> = []

    /// Takes a key.
    ///
    /// - Returns: why it is late, or nil.
    mutating func addKey(weight: Int) -> String? {
        guard keys.insert(weight).inserted else { return "is the second" }
        return used.contains(weight) ? "comes after the first token or ballot" : nil
    }

    func hasKey(weight: Int) -> Bool { keys.contains(weight) }

    /// A ballot of that weight was seen, whatever became of it.
    mutating func sawBallot(weight: Int) { used.insert(weight) }

    /// A token went to a number of the roster.
    ///
    /// - Returns: false if it had one already.
    mutating func issue(to number: Int, weight: Int) -> Bool {
        used.insert(weight)
        guard issued.insert(number).inserted else { return false }
        issuedByWeight[weight, default: 0] += 1
        return true
    }

    /// What is wrong with the options and the counter of a ballot, or nil.
    func wrongChoices(_ ballot: BallotRecord, _ rules: OpenRecord) -> String? {
        let choices = ballot.choices
        if !(1...1_000_000).contains(ballot.counter) { return "has the counter \(ballot.counter)" }
        if !zip(choices, choices.dropFirst()).allSatisfy({ $0 < $1 }) { return "does not list its options ascending" }
        if let last = choices.last, last >= rules.optionCount {
            return "names option \(last), but the options are 0 to \(rules.optionCount - 1)"
        }
        if choices.count < rules.minimum || choices.count > rules.maximum {
            return "names \(choices.count) options, not \(rules.minimum) to \(rules.maximum)"
        }
        return nil
    }

    /// Why a ballot cannot stand beside those its voter cast before, or nil.
    func clash(_ ballot: BallotRecord, _ rules: OpenRecord) -> String? {
        guard let voter = voters[ballot.voter] else { return nil }
        if voter.counters.contains(ballot.counter) { return "has the counter \(ballot.counter) again" }
        return rules.changeable ? nil : "is another of the same voter, though votes cannot be changed"
    }

    /// Counts a ballot that is as it should be.
    ///
    /// - Returns: the numbers of voters and tokens of its weight when there are first too many voters.
    mutating func count(_ ballot: BallotRecord, weight: Int) -> (voters: Int, tokens: Int)? {
        if voters[ballot.voter] != nil {
            voters[ballot.voter]?.counters.insert(ballot.counter)
            if ballot.counter > voters[ballot.voter]?.counter ?? 0 {
                voters[ballot.voter]?.counter = ballot.counter
                voters[ballot.voter]?.choices = ballot.choices
            }
            return nil
        }
        voters[ballot.voter] = Voter(
            counters: [ballot.counter], counter: ballot.counter, choices: ballot.choices, weight: weight)
        guard case .key = ballot.voter else { return nil }
        votersByWeight[weight, default: 0] += 1
        let (voters, tokens) = (votersByWeight[weight] ?? 0, issuedByWeight[weight] ?? 0)
        guard voters > tokens, exceeded.insert(weight).inserted else { return nil }
        return (voters, tokens)
    }

    /// The count of what was taken so far.
    func count(_ rules: OpenRecord, present: Int?) -> RoundCount {
        var count = RoundCount(
            result: Array(repeating: 0, count: rules.optionCount), ballots: voters.count, weight: 0,
            issued: rules.secrecy == .secret ? issued.count : nil, present: present)
        for voter in voters.values {
            count.weight = Self.sum(count.weight, voter.weight)
            for choice in voter.choices { count.result[choice] = Self.sum(count.result[choice], voter.weight) }
        }
        return count
    }

    /// No weights of a real roster come near the largest number.
    private static func sum(_ a: Int, _ b: Int) -> Int {
        let (sum, overflows) = a.addingReportingOverflow(b)
        return overflows ? .max : sum
    }
}
