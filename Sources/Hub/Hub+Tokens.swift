internal import Crypto
internal import Ledger
internal import SocketLoop
internal import Storage
internal import Voting
internal import Wire

/// Blind tokens: keys made ahead, tokens given out in the background, so that opening a question costs no signature.
extension Hub {
    /// Secret questions to come whose keys are made ahead.
    private static let ahead = 5

    /// The rounds of secret questions that may still be voted on, in agenda order, the one in front first.
    private var roundsAhead: [RoundID] {
        guard !meeting.isEnded else { return [] }
        let open = meeting.questions.filter {
            $0.definition.secrecy == .secret && [.draft, .ready, .open].contains($0.state)
        }
        let front = open.filter { $0.id == meeting.active } + open.filter { $0.id != meeting.active }
        return front.prefix(Self.ahead).map(\.roundID)
    }

    /// Makes the keys that are missing for what comes next.
    func makeKeys() {
        guard let roster = meeting.roster else { return }
        for round in roundsAhead {
            for weight in roster.weightClasses {
                let of = TokenClass(round, weight: weight)
                guard book.tokens.keys[of] == nil, publishing.making.insert(of).inserted else { continue }
                surroundings.compute(round.question == meeting.active ? .urgent : .whenever) {
                    Result { try TokenKey.generate().der }
                } _: { [self] made in
                    keyMade(of, made)
                }
            }
        }
    }

    private func keyMade(_ of: TokenClass, _ made: Result<[UInt8], any Error>) {
        publishing.making.remove(of)
        // The end is the record's last entry, whatever was under way.
        if meeting.isEnded { return }
        guard case .success(let der) = made else {
            return log.error("a token key could not be made", metadata: ["question": "\(of.round.question.number)"])
        }
        book.note(commit.record(.tokenKey(of, der: der), at: surroundings.now) {})
        publishSoon()
    }

    /// Whether tokens for every weight can be had, so that voting may open.
    func hasKeys(_ round: RoundID) -> Bool {
        guard let roster = meeting.roster else { return false }
        return roster.weightClasses.allSatisfy { book.tokens.open(TokenClass(round, weight: $0)) != nil }
    }

    /// After a publication: phones hear of keys, and acts that waited for keys are tried again.
    func announceKeys() {
        let published = book.tokens.publishedCount
        guard published != announcedKeys else { return }
        announcedKeys = published
        for audience in room.phones.values { for peer in audience.peers { sendKeys(to: peer) } }
        let deferred = publishing.deferred
        publishing.deferred = []
        for act in deferred { act() }
    }

    func sendKeys(to peer: Peer) {
        guard let entry = peer.entry else { return }
        let keys = roundsAhead.compactMap { round in
            book.tokens.open(TokenClass(round, weight: entry.weight)).map { key in
                Outgoing.TokenKey(
                    question: round.question, round: round.round, weight: entry.weight, modulus: key.key.modulus)
            }
        }
        if !keys.isEmpty { peer.line.send(Frame(Outgoing.keys(keys))) }
    }

    /// Signs blindly for a roster entry, once for each round; the same request again gets the same answer.
    func issue(_ request: BlindRequest, to peer: Peer) throws(WireError) {
        guard case .phone = peer.role else { throw .helloFirst }
        guard let entry = peer.entry else { return refuse(request.id, .noTicket, to: peer) }
        let round = RoundID(request.question, request.round)
        guard roundsAhead.contains(round), let key = book.tokens.open(TokenClass(round, weight: entry.weight)) else {
            return refuse(request.id, .noSuchKey, to: peer)
        }
        // Before the ticket counts as used: what cannot be signed uses nothing up.
        guard request.blinded.lexicographicallyPrecedes(key.key.modulus) else {
            return refuse(request.id, .badBlinding, to: peer)
        }
        guard peer.underWay < Self.underWay else { throw .tooManyTries }
        let digest = Array(SHA256.hash(data: request.blinded))
        if let earlier = book.tokens.request(of: entry.number, round) {
            guard earlier == digest else { return refuse(request.id, .alreadyIssued, to: peer) }
        } else {
            let content = Record.Content.issue(round, number: entry.number, request: digest)
            book.note(commit.record(content, at: surroundings.now, isUrgent: false) {})
        }
        let signer = key.key
        peer.underWay += 1
        surroundings.compute(request.question == meeting.active ? .soon : .whenever) {
            try? signer.blindSign(request.blinded)
        } _: { [self] signature in
            peer.underWay -= 1
            guard let signature else { return refuse(request.id, .badBlinding, to: peer) }
            // The record of it is on disk before the token is out.
            commit.whenDurable { peer.line.send(Frame(Outgoing.token(request.id, signature: signature))) }
        }
    }

    private func refuse(_ id: MessageID, _ reason: TokenRefusal, to peer: Peer) {
        metrics.refused[reason.rawValue, default: 0] += 1
        peer.line.send(Frame(Outgoing.refused(id, code: reason.rawValue, text: reason.description)))
    }
}

/// Why a token was not given; the raw value is the wire's code.
enum TokenRefusal: String, CustomStringConvertible {
    case noTicket = "no-ticket"
    case noSuchKey = "no-such-key"
    case alreadyIssued = "already-issued"
    case badBlinding = "bad-blinding"

    var description: String {
        switch self {
        case .noTicket: "tokens are for holders of a ticket; open the link on yours"
        case .noSuchKey: "there is no key for this question and round now; look at the keys again"
        case .alreadyIssued: "a token for this question was given to this ticket already, on another phone or browser"
        case .badBlinding: "what is to be signed is not smaller than the key's modulus"
        }
    }
}
