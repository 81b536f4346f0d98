internal import Ledger
internal import SocketLoop
internal import Voting
internal import Wire

/// The hot path: a ballot comes in, is checked and recorded in one turn, and acknowledged once it is on disk.
extension Hub {
    func vote(_ vote: Vote, from peer: Peer) throws(WireError) {
        guard case .phone(let device) = peer.role else { throw .helloFirst }
        metrics.votes += 1
        let secrecy = meeting.secrecy(of: vote.question) ?? .indicative
        guard secrecy == .indicative else { return try checkThenCast(vote, secrecy, from: peer) }
        guard vote.seal == nil else { throw .badMessage("this question takes no token; leave out w, k, a and s") }
        cast(vote, by: device, secrecy, promise: nil, from: peer)
    }

    /// One turn: has this voter voted? Recorded. Nothing is suspended in between.
    private func cast(
        _ vote: Vote, by voter: VoterID, _ secrecy: Secrecy, promise: Outgoing.Promise?, from peer: Peer
    ) {
        let context = BallotContext(question: vote.question, round: vote.round, voter: voter, weight: vote.weight)
        let ack = GroupCommit.Ack(peer: peer, id: vote.ballot.id, promise: promise)
        do throws(VotingError) {
            switch try meeting.cast(vote.ballot, context) {
            case .recorded:
                let now = surroundings.now
                commit.record(context, vote.ballot, seal: vote.seal, at: now, ack: ack)
                if publishing.oldest == nil { publishing.oldest = now }
                book.note(
                    LogBook.WaitingBallot(
                        sequence: commit.lastSequence, ballot: vote.ballot, context: context, seal: vote.seal,
                        secrecy: secrecy))
            case .known: commit.acknowledge(ack)
            }
        } catch {
            refuse(vote, error, to: peer)
        }
    }

    private func refuse(_ vote: Vote, _ error: VotingError, to peer: Peer) {
        metrics.refused[error.code, default: 0] += 1
        // What counts instead is told only once it is on disk.
        commit.whenDurable { [self] in
            let tellsMine = error == .alreadyVoted || error == .superseded
            let mine = tellsMine ? mine(of: peer) : nil
            peer.line.send(
                Frame(Outgoing.refused(vote.ballot.id, code: error.code, text: error.description, mine: mine)))
        }
    }

    // MARK: Secret and named ballots

    /// Signatures are checked and the promise signed on a worker; then the ballot is cast in one turn as any other.
    private func checkThenCast(_ vote: Vote, _ secrecy: Secrecy, from peer: Peer) throws(WireError) {
        let round = RoundID(vote.question, vote.round)
        var vote = vote
        let voter: VoterID
        let key: TokenVerifier?
        if secrecy == .named {
            guard let entry = peer.entry else { return refuse(vote, .noTicket, to: peer) }
            vote.weight = entry.weight
            vote.seal = nil
            voter = VoterID(rosterNumber: entry.number)
            key = nil
        } else {
            let open = book.tokens.keys[TokenClass(round, weight: vote.weight)]
            guard let seal = vote.seal, let open else { return refuse(vote, .badToken, to: peer) }
            voter = seal.voter
            key = open.verifier
        }
        // Without an open round there is no wording a signature could be for.
        guard let wording = book.opens[round] else { return refuse(vote, .notOpen(vote.question), to: peer) }
        guard peer.underWay < Self.underWay else { throw .tooManyTries }
        peer.underWay += 1
        let check = BallotCheck(
            vote: vote, voter: voter, secrecy: secrecy, wording: wording, verifier: key, log: book.key,
            deadline: surroundings.now.milliseconds / 1000
                + Publishing.promised(isLive: meeting.isLive(vote.question)))
        checks.append((check, peer))
        // A turn's votes go to the workers together: handing over costs more than a check's bookkeeping.
        guard checks.count == 1 else { return }
        surroundings.soon { [unowned self] in handOverChecks() }
    }

    /// Checks and tokens of one page that may be under way.
    static let underWay = 8
    /// Checks that one job takes.
    private static let perJob = 32

    private func handOverChecks() {
        var rest = checks[...]
        while !rest.isEmpty {
            let part = Array(rest.prefix(Self.perJob))
            rest = rest.dropFirst(Self.perJob)
            let jobs = part.map(\.0)
            surroundings.compute(.urgent) {
                jobs.map { $0.run() }
            } _: { [self] verdicts in
                for ((check, peer), verdict) in zip(part, verdicts) { conclude(check, verdict, peer) }
            }
        }
        checks = []
    }

    private func conclude(_ check: BallotCheck, _ verdict: BallotCheck.Verdict, _ peer: Peer) {
        peer.underWay -= 1
        switch verdict {
        case .refused(let error): refuse(check.vote, error, to: peer)
        case .good(let promise): cast(check.vote, by: check.voter, check.secrecy, promise: promise, from: peer)
        }
    }

    // MARK: Telling

    func acknowledge(_ acks: [GroupCommit.Ack]) {
        for ack in acks {
            if let promise = ack.promise {
                ack.peer.line.send(Frame(Outgoing.ack(ack.id, promise)))
            } else {
                ack.peer.line.send(ackFrame.of(ack.id))
            }
        }
        metrics.acknowledged += acks.count
    }

    func count(_ snapshot: GroupCommit.Snapshot) {
        guard let active = scene.active, active.question == snapshot.question, active.round == snapshot.round else {
            return
        }
        scene.voted = snapshot.tally.ballots
        if active.secrecy == .indicative { scene.tally = snapshot.tally }
        pacing.tallyChanged()
    }
}
