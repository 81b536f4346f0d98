internal import Ledger
internal import Voting
internal import Wire

/// What a worker does with a secret or named ballot: checks token and signature, and signs the promise.
struct BallotCheck: Sendable {
    enum Verdict: Sendable {
        case good(Outgoing.Promise)
        case refused(VotingError)
    }

    var vote: Vote
    var voter: VoterID
    var secrecy: Secrecy
    /// The leaf hash of the round's `open` entry: what was asked.
    var wording: LogHash
    /// Nil for a named ballot.
    var verifier: TokenVerifier?
    var log: LogKey
    /// Unix seconds.
    var deadline: Int64

    func run() -> Verdict {
        if let verifier, let seal = vote.seal {
            guard VoterKey.isUsable(seal.key) else { return .refused(.badSignature) }
            guard verifier.isValid(authenticator: Array(seal.authenticator), nonce: Array(seal.key)) else {
                return .refused(.badToken)
            }
            let message = BallotSignature.message(
                origin: log.origin, open: wording, counter: vote.ballot.counter, choices: vote.ballot.choices)
            guard BallotSignature.isValid(signature: Array(seal.signature), key: Array(seal.key), message: message)
            else {
                return .refused(.badSignature)
            }
        }
        let context = BallotContext(question: vote.question, round: vote.round, voter: voter, weight: vote.weight)
        let entry = Entry.ballot(
            LogBook.WaitingBallot(
                sequence: 0, ballot: vote.ballot, context: context, seal: vote.seal, secrecy: secrecy),
            origin: log.origin)
        let signature = log.promise(leaf: LogHash.leaf(entry), deadline: deadline)
        return .good(Outgoing.Promise(deadline: deadline, signature: signature))
    }
}
