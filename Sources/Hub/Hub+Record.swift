internal import Ledger
internal import SocketLoop
internal import Storage
internal import Voting
internal import Wire

/// When and how what happened joins the public record.
struct Publishing {
    /// Ballots that must wait together before they join, unless their question closes: fewer could be told apart.
    static let fewest = 8
    /// Milliseconds between two batches, and longer while votes come in a flood: hashing takes a core then.
    static let pause: Int64 = 1000
    static let longPause: Int64 = 5000
    static let flood = 20_000
    /// Seconds in which a promised ballot is in the log, and how long before it is put there however few there are. Where
    /// the running result is hidden that is when voting closes: a log that told it earlier would hide nothing.
    static func promised(isLive: Bool) -> Int64 { isLive ? 600 : 86_400 }
    static let early: Int64 = 60

    /// A batch is being made or written; one at a time.
    var isUnderWay = false
    /// Something came that shall not wait for the next second.
    var isWanted = false
    var last = Instant(milliseconds: 0)
    /// When the oldest ballot that waits came.
    var oldest: Instant?
    /// Opening acts that wait for their question's token keys to be published.
    var deferred: [() -> Void] = []
    /// Keys being made.
    var making: Set<TokenClass> = []
}

extension Hub {
    // MARK: Batches

    /// Publishes as soon as the batch under way is done.
    func publishSoon() {
        publishing.isWanted = true
        publish()
    }

    /// On every beat.
    func publishIfDue() {
        let since = surroundings.now.milliseconds - publishing.last.milliseconds
        let pause = book.ballots.count > Publishing.flood ? Publishing.longPause : Publishing.pause
        guard since >= pause, takesBallots || book.hasEntriesWaiting else { return }
        publish()
    }

    private var takesBallots: Bool {
        if book.mustTakeBallots { return true }
        guard let oldest = publishing.oldest, let newest = book.ballots.last else { return false }
        // One question is open at a time, so all that wait are its ballots, but for moments.
        let isLive = meeting.isLive(newest.context.question)
        let age = surroundings.now.milliseconds - oldest.milliseconds
        if age >= (Publishing.promised(isLive: isLive) - Publishing.early) * 1000 { return true }
        guard isLive else { return false }
        // Among others' ballots a lone secret one would still be alone.
        let secret = book.ballots.count { $0.seal != nil }
        return (secret > 0 ? secret : book.ballots.count) >= Publishing.fewest
    }

    private func publish() {
        guard !publishing.isUnderWay, takesBallots || book.hasEntriesWaiting else { return }
        publishing.isUnderWay = true
        publishing.isWanted = false
        let draft = book.draft(through: commit.lastSequence, takingBallots: takesBallots)
        let counted = draft.ballots.isEmpty ? [:] : talliesToLog()
        if !draft.ballots.isEmpty { publishing.oldest = nil }
        surroundings.compute(.urgent) {
            draft.finish()
        } _: { [self] batch in
            let now = surroundings.now
            commit.record(.publication(batch.publication), at: now) { [self] in published(batch, counted) }
        }
    }

    /// Of secret and named questions, what the counts are once everything accepted so far is in the log.
    private func talliesToLog() -> [RoundID: Tally] {
        var tallies: [RoundID: Tally] = [:]
        for question in meeting.questions where question.definition.secrecy != .indicative {
            tallies[question.roundID] = question.round.tally
        }
        return tallies
    }

    private func published(_ batch: LogBatch, _ counted: [RoundID: Tally]) {
        book.apply(batch)
        logged.merge(counted) { $1 }
        publishing.isUnderWay = false
        publishing.last = surroundings.now
        if let active = scene.active, let tally = counted[active.roundID] {
            scene.tally = tally
            pacing.tallyChanged()
        }
        pacing.headChanged = true
        announceKeys()
        if publishing.isWanted { publish() }
    }

    // MARK: Telling

    func headFrame() -> Frame? {
        guard let checkpoint = book.checkpoint else { return nil }
        let acts = scene.active.flatMap { book.acts(on: $0.question) } ?? []
        return Frame(
            Outgoing.head(
                Outgoing.Head(
                    size: checkpoint.size, code: checkpoint.shortCode, checkpoint: checkpoint.text, acts: acts,
                    isCertified: scene.active.map { book.closes[$0.roundID] != nil } ?? false)))
    }

    func prove(_ request: ProofRequest, to peer: Peer) throws(WireError) {
        guard let checkpoint = book.checkpoint else { throw .noRecord }
        guard request.have <= checkpoint.size else { throw .unknownHead }
        let leaf = request.leaf.flatMap { LogHash(bytes: $0) }
        let inclusion = leaf.flatMap { book.place(of: $0) }.map { index in
            Outgoing.Inclusion(
                index: index, path: book.log.inclusionProof(of: index, in: checkpoint.size).map(\.bytes))
        }
        let since = request.have == 0 ? [] : book.log.consistencyProof(from: request.have, to: checkpoint.size)
        peer.line.send(
            Frame(
                Outgoing.proof(
                    leaf: request.leaf, inclusion, checkpoint: checkpoint.text, since: since.map(\.bytes))))
    }
}

extension LogBook {
    fileprivate func acts(on question: QuestionID) -> [Outgoing.Head.Act] {
        acts.filter { $0.key.question == question }.sorted { $0.key < $1.key }.flatMap { round, acts in
            acts.map {
                Outgoing.Head.Act(
                    question: question, round: round.round, name: $0.act.name, seconds: $0.act.seconds, why: $0.why)
            }
        }
    }
}
