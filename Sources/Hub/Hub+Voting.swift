internal import SocketLoop
internal import Voting
internal import Wire

/// The hot path: a ballot comes in, is checked and recorded in one turn, and acknowledged once it is on disk.
extension Hub {
    func vote(_ vote: Vote, from peer: Peer) throws(WireError) {
        guard case .phone(let voter) = peer.role else { throw .helloFirst }
        metrics.votes += 1
        let context = BallotContext(question: vote.question, round: vote.round, voter: voter)
        do throws(VotingError) {
            switch try meeting.cast(vote.ballot, context) {
            case .recorded: commit.record(context, vote.ballot, ack: peer)
            case .known: commit.acknowledge(vote.ballot.id, to: peer)
            }
        } catch {
            metrics.refused[error.code, default: 0] += 1
            // What counts instead is told only once it is on disk.
            commit.whenDurable { [self] in
                let tellsMine = error == .alreadyVoted || error == .superseded
                let mine = tellsMine ? mine(of: voter) : nil
                peer.line.send(
                    Frame(Outgoing.refused(vote.ballot.id, code: error.code, text: error.description, mine: mine)))
            }
        }
    }

    func acknowledge(_ acks: [(Peer, MessageID)]) {
        for (peer, id) in acks { peer.line.send(ackFrame.of(id)) }
        metrics.acknowledged += acks.count
    }

    func count(_ snapshot: GroupCommit.Snapshot) {
        guard let active = scene.active, active.question == snapshot.question, active.round == snapshot.round else {
            return
        }
        scene.tally = snapshot.tally
        pacing.tallyChanged()
    }
}
