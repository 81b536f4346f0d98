internal import Storage
internal import Voting
internal import Wire

/// Collects records while the previous batch is being written, then writes them with one commit.
///
/// The wait adapts to the load: a lone vote is written at once; for 2 ms from then on votes wait for each other, or
/// for a full batch, so that a steady stream does not pay a commit for every one or few.
/// What was promised for a batch happens after its commit and in order; if a commit fails, none of it does, ever.
final class GroupCommit {
    /// The tally that exactly the records up to here lead to.
    struct Snapshot {
        var question: QuestionID
        var round: Int
        var tally: Tally
    }

    /// Whom to tell that a ballot is on disk.
    struct Ack {
        var peer: Peer
        var id: MessageID
        /// With a secret or named ballot.
        var promise: Outgoing.Promise?
    }

    private struct Batch {
        var records: [Record] = []
        var acks: [Ack] = []
        var turns: [() -> Void] = []
        var snapshot: Snapshot?
        var ballots = 0
        /// A moderator waits for it.
        var isUrgent = false
        var isEmpty: Bool { records.isEmpty && turns.isEmpty && acks.isEmpty }
    }

    /// A batch of this size does not wait.
    private static let full = 512
    private static let pauseMilliseconds = 2
    /// After a batch of so many, votes come faster than any of them could notice a longer pause.
    private static let flood = 96
    private static let floodMilliseconds = 5

    private let surroundings: any Surroundings
    private var pause: (any Alarm)?
    /// The records not handed over yet.
    private var filling = Batch()
    /// The batch the writer has.
    private var writing: Batch?
    private(set) var lastSequence: Int64
    private(set) var lastCommitMicroseconds = 0
    private(set) var commits = 0
    private(set) var commitMicroseconds = 0
    private(set) var failure: StorageError?

    /// Asked when a batch is handed over.
    var snapshot: () -> Snapshot? = { nil }
    /// Called after each commit: whom to acknowledge, then (after the acts in it) the tally it leads to.
    var acknowledged: ([Ack]) -> Void = { _ in }
    var counted: (Snapshot) -> Void = { _ in }
    var failed: (StorageError) -> Void = { _ in }

    init(surroundings: any Surroundings, lastSequence: Int64) {
        self.surroundings = surroundings
        self.lastSequence = lastSequence
    }

    /// Ballots accepted and not on disk yet.
    var waitingBallots: Int { filling.ballots + (writing?.ballots ?? 0) }

    var isIdle: Bool { writing == nil && filling.isEmpty }

    /// Records a ballot at a moment and acknowledges it when it is on disk.
    func record(_ context: BallotContext, _ ballot: Ballot, seal: Seal? = nil, at now: Instant, ack: Ack) {
        lastSequence += 1
        filling.records.append(Record(sequence: lastSequence, at: now, .ballot(ballot, context, seal: seal)))
        filling.acks.append(ack)
        filling.ballots += 1
        writeIfFree()
    }

    /// Acknowledges a ballot sent again, once whatever is under way is on disk.
    func acknowledge(_ ack: Ack) {
        whenDurable { [self] in acknowledged([ack]) }
    }

    /// Records anything else, then runs `turn` when it is on disk.
    ///
    /// - Parameter isUrgent: it does not wait for company.
    @discardableResult
    func record(
        _ content: Record.Content, at now: Instant, isUrgent: Bool = true, then turn: @escaping () -> Void
    ) -> Record {
        lastSequence += 1
        let record = Record(sequence: lastSequence, at: now, content)
        filling.records.append(record)
        filling.turns.append(turn)
        if isUrgent { filling.isUrgent = true }
        writeIfFree()
        return record
    }

    /// Runs `turn` as soon as everything accepted so far is on disk: at once if it is already.
    func whenDurable(_ turn: @escaping () -> Void) {
        guard failure == nil else { return }
        if !filling.isEmpty {
            filling.turns.append(turn)
        } else if writing != nil {
            writing!.turns.append(turn)
        } else {
            turn()
        }
    }

    private func writeIfFree() {
        guard writing == nil, failure == nil, !filling.records.isEmpty else { return }
        guard pause == nil || filling.isUrgent || filling.records.count >= Self.full else { return }
        pause?.cancel()
        pause = nil
        var batch = Batch()
        swap(&batch, &filling)
        if batch.ballots > 0 { batch.snapshot = snapshot() }
        if batch.ballots > 0 || !batch.isUrgent {
            rest(batch.ballots >= Self.flood ? Self.floodMilliseconds : Self.pauseMilliseconds)
        }
        let records = batch.records
        batch.records = []
        writing = batch
        surroundings.write(records) { [self] result in finish(result) }
    }

    private func rest(_ milliseconds: Int) {
        pause = surroundings.schedule(after: milliseconds) { [unowned self] in
            pause = nil
            writeIfFree()
        }
    }

    private func finish(_ result: Result<Journal.Commit, StorageError>) {
        guard let batch = writing else { preconditionFailure("a commit was reported that nobody asked for") }
        writing = nil
        switch result {
        case .success(let commit):
            commits += 1
            lastCommitMicroseconds = commit.duration
            commitMicroseconds += commit.duration
            writeIfFree()
            acknowledged(batch.acks)
            for turn in batch.turns { turn() }
            // Last: an act in the batch showed the tally as it was when the act came.
            if let snapshot = batch.snapshot { counted(snapshot) }
        case .failure(let error):
            failure = error
            failed(error)
        }
    }
}
