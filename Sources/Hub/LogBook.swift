internal import Ledger
internal import Storage
internal import Voting

/// What is in the log and what joins it next, derived from the records alone: the same at work and after a restart, so
/// that log and records cannot disagree.
///
/// Every record is noted once, in order (`note`); a publication moves what waits into the log (`apply`).
struct LogBook {
    /// A ballot on its way into the log.
    struct WaitingBallot: Sendable {
        var sequence: Int64
        var ballot: Ballot
        var context: BallotContext
        var seal: Seal?
        var secrecy: Secrecy
    }

    struct WaitingEntry: Sendable {
        var sequence: Int64
        var entry: [UInt8]
    }

    let key: LogKey
    /// Everything in it is on disk.
    private(set) var log = Log()
    private(set) var checkpoint: Checkpoint?
    /// Every checkpoint ever signed, oldest first.
    private(set) var checkpoints: [Checkpoint] = []
    /// Where leaves are, by the first bytes of their hash.
    private var places: [UInt64: Int] = [:]
    /// Certificates: where the `close` entry of a round is.
    private(set) var closes: [RoundID: Int] = [:]

    private(set) var entriesBefore: [WaitingEntry] = []
    private(set) var entriesAfter: [WaitingEntry] = []
    private(set) var ballots: [WaitingBallot] = []
    private var issues: [(sequence: Int64, round: RoundID, number: Int)] = []
    /// The `close` entries on their way, to find them again.
    private var closing: [(entry: [UInt8], round: RoundID)] = []

    /// The leaf hash of each open round's wording.
    private(set) var opens: [RoundID: LogHash] = [:]
    private(set) var acts: [RoundID: [RecordedAct]] = [:]
    private(set) var tokens: TokenBook
    /// Roster numbers whose holders have come.
    private(set) var present: Set<Int> = []

    init(key: LogKey) {
        self.key = key
        tokens = TokenBook(origin: key.origin)
    }

    // MARK: Noting records

    /// Notes a record that is no ballot and no action.
    mutating func note(_ record: Record) {
        switch record.content {
        case .presence(let number): present.insert(number)
        case .tokenKey(let of, let der):
            guard let entry = tokens.add(of, der: der) else { return }
            entriesBefore.append(WaitingEntry(sequence: record.sequence, entry: entry))
        case .issue(let round, let number, let request):
            tokens.note(number, round, request: request)
            issues.append((record.sequence, round, number))
        case .action, .ballot, .session, .publication: break
        }
    }

    mutating func note(_ ballot: WaitingBallot) { ballots.append(ballot) }

    /// Notes a command and the meeting before and after it.
    ///
    /// - Parameter byModerator: someone asked for it; the hub's own acts (a timer) are no interference.
    mutating func note(
        _ command: Command, at now: Instant, sequence: Int64, byModerator: Bool, why: String, from old: Meeting,
        to new: Meeting
    ) {
        func before(_ entry: [UInt8]) { entriesBefore.append(WaitingEntry(sequence: sequence, entry: entry)) }
        func after(_ entry: [UInt8]) { entriesAfter.append(WaitingEntry(sequence: sequence, entry: entry)) }
        func act(_ act: ModeratorAct, _ round: RoundID, endsRound: Bool = false) {
            acts[round, default: []].append(RecordedAct(act: act, why: why))
            // What ends a round comes behind the round's ballots.
            if endsRound {
                after(Entry.moderator(round, act, why: why))
            } else {
                before(Entry.moderator(round, act, why: why))
            }
        }
        switch command {
        case .adopt:
            if !old.isDescribed { before(Entry.meeting(new)) }
            for question in new.questions {
                guard let earlier = old[question.id], earlier.state != .draft,
                    !earlier.definition.asksTheSame(as: question.definition)
                else { continue }
                act(.edit, question.roundID)
            }
        case .open(let id, _):
            guard let question = new[id] else { return }
            let entry = Entry.open(question)
            opens[question.roundID] = LogHash.leaf(entry)
            before(entry)
        case .close(let id):
            guard let question = new[id] else { return }
            if byModerator, let closesAt = old[id]?.closesAt, closesAt > now { act(.close, question.roundID) }
            let entry = Entry.close(question, issued: tokens.issued(question.roundID), present: present.count)
            closing.append((entry, question.roundID))
            after(entry)
        case .reset(let id):
            guard let question = old[id] else { return }
            act(.reset, question.roundID, endsRound: true)
            tokens.retire(question.roundID)
        case .void(let id):
            guard let question = old[id] else { return }
            act(.void, question.roundID, endsRound: true)
            tokens.retire(question.roundID)
        case .extend(let id, let seconds):
            guard let question = new[id] else { return }
            act(.extend(seconds: seconds), question.roundID)
        case .end: after(Entry.end)
        case .enrol, .prepare, .show, .clear, .reveal, .hide: break
        }
    }

    // MARK: Publishing

    var hasEntriesWaiting: Bool { !entriesBefore.isEmpty || !entriesAfter.isEmpty || !issues.isEmpty }

    /// Entries that end a round wait: its ballots must join now, however few.
    var mustTakeBallots: Bool { !entriesAfter.isEmpty }

    /// All that waits, with or without the ballots, to be made a batch on another thread.
    func draft(through sequence: Int64, takingBallots: Bool) -> LogDraft {
        var before = entriesBefore.map(\.entry)
        for (round, list) in Dictionary(grouping: issues, by: \.round).sorted(by: { $0.key < $1.key }) {
            before += Entry.issue(round.question, round: round.round, numbers: list.map(\.number))
        }
        return LogDraft(
            log: log, key: key, before: before, ballots: takingBallots ? ballots : [],
            after: entriesAfter.map(\.entry), through: sequence,
            ballotsThrough: takingBallots ? sequence : (ballots.first?.sequence ?? sequence + 1) - 1)
    }

    /// The same batch again, from its record.
    func draft(of publication: Publication) -> LogDraft {
        LogDraft(
            log: log, key: key, before: publication.before.map { Array($0.utf8) },
            ballots: Array(ballots.prefix { $0.sequence <= publication.ballotsThrough }),
            after: publication.after.map { Array($0.utf8) }, through: publication.through,
            ballotsThrough: publication.ballotsThrough)
    }

    /// The batch is on disk: it is the log now.
    mutating func apply(_ batch: LogBatch) {
        let first = log.size
        log = batch.log
        checkpoint = batch.checkpoint
        checkpoints.append(batch.checkpoint)
        for index in first..<log.size { places[log.leaf(index).prefix] = index }
        for (entry, round) in closing {
            if let index = place(of: LogHash.leaf(entry)) { closes[round] = index }
        }
        closing.removeAll { closes[$0.round] != nil }
        let through = batch.publication.through
        entriesBefore.removeAll { $0.sequence <= through }
        entriesAfter.removeAll { $0.sequence <= through }
        issues.removeAll { $0.sequence <= through }
        let ballotsThrough = batch.publication.ballotsThrough
        ballots.removeFirst(ballots.prefix { $0.sequence <= ballotsThrough }.count)
        for leaf in tokens.unpublished where place(of: leaf) != nil { tokens.publish(leaf) }
    }

    /// Where an entry is in the log, by its leaf hash.
    func place(of leaf: LogHash) -> Int? {
        guard let index = places[leaf.prefix], log.leaf(index) == leaf else { return nil }
        return index
    }
}

extension LogHash {
    /// The first eight bytes, to look up by.
    fileprivate var prefix: UInt64 { withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) } }
}
