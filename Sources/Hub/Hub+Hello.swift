internal import Crypto
internal import Ledger
internal import SocketLoop
internal import Storage
internal import Voting
internal import Wire

/// How a page comes in: what it must show, and what it then hears first.
extension Hub {
    func hello(_ hello: Hello, from peer: Peer) throws(WireError) {
        metrics.hellos += 1
        switch hello.role {
        case .phone(let voter):
            if peer.place < 0, room.phoneCount >= settings.capacity {
                metrics.turnedAway += 1
                throw .roomFull
            }
            let admission = try admit(peer, hello.ticket)
            enter(peer, as: .phone(voter), hello) { [self] in
                welcomePhone(peer, admission, since: hello.revision)
            }
        case .screen(let key, let isPreview):
            try check(key, settings.screenKey, peer)
            enter(peer, as: isPreview ? .preview : .screen, hello) { [self] in
                welcomeScreen(peer, since: hello.revision)
            }
        case .moderator(let key, let session):
            let known = session.flatMap(SessionToken.init(text:)).flatMap { sessions.contains($0) ? $0 : nil }
            if known == nil { try check(key ?? "", settings.moderatorKey, peer) }
            let token = known ?? newSession()
            enter(peer, as: .moderator, hello) { [self] in welcomeModerator(peer, token) }
        }
    }

    private func check(_ given: String, _ secret: String, _ peer: Peer) throws(WireError) {
        let address = peer.line.remoteAddress
        if gate.isShut(for: address, at: surroundings.now) { throw .tooManyTries }
        guard sameSecret(given, secret) else {
            gate.miss(from: address, at: surroundings.now)
            log.notice("wrong key", metadata: ["address": "\(address)"])
            throw .badKey
        }
    }

    /// Finds the roster entry of a phone's ticket. Guessing codes is as slow as guessing keys.
    private func admit(_ peer: Peer, _ ticket: String?) throws(WireError) -> Outgoing.Admission {
        peer.entry = nil
        guard let roster = meeting.roster else { return .open }
        guard let ticket else { return .none }
        let address = peer.line.remoteAddress
        if gate.isShut(for: address, at: surroundings.now) { throw .tooManyTries }
        guard let entry = roster.entry(codeHash: Hex.encode(SHA256.hash(data: Array(ticket.utf8)))) else {
            gate.miss(from: address, at: surroundings.now)
            log.notice("unknown ticket", metadata: ["address": "\(address)"])
            return .unknown
        }
        peer.entry = entry
        if !book.present.contains(entry.number) {
            book.note(commit.record(.presence(entry.number), at: surroundings.now, isUrgent: false) {})
        }
        return .voter(entry)
    }

    /// From its welcome on a page hears what its audience hears. A welcome speaks of what is on disk only, so it waits
    /// for what is under way.
    private func enter(_ peer: Peer, as role: Peer.Role, _ hello: Hello, welcome: @escaping () -> Void) {
        room.remove(peer)
        peer.role = role
        let languages = meeting.definition.languages
        peer.language = hello.language.flatMap { languages.contains($0) ? $0 : nil } ?? languages[0]
        commit.whenDurable { [self] in
            guard peer.isConnected else { return }
            room.remove(peer)
            room.add(peer)
            pacing.roomChanged = true
            welcome()
        }
    }

    private func greeting(_ peer: Peer) -> Outgoing.Greeting {
        let event = meeting.definition
        return Outgoing.Greeting(
            revision: scene.revision, now: surroundings.now, run: MessageID(bits: settings.run),
            event: event.title.text(in: peer.language, fallback: event.languages), accent: event.accent,
            language: peer.language, languages: event.languages, vkey: book.key.vkey)
    }

    private func welcomePhone(_ peer: Peer, _ admission: Outgoing.Admission, since revision: Int) {
        peer.line.send(Frame(Outgoing.welcomePhone(greeting(peer), admission, mine: mine(of: peer))))
        sendScene(to: peer, since: revision)
        sendKeys(to: peer)
        if scene.active?.resultIsVisible == true, let tally = scene.tallyFrame() {
            peer.line.send(tally, replacing: Slot.tally)
        }
    }

    private func welcomeScreen(_ peer: Peer, since revision: Int) {
        peer.line.send(
            Frame(Outgoing.welcomeScreen(greeting(peer), join: settings.join, phones: room.phoneCount)))
        sendScene(to: peer, since: revision)
        if let tally = scene.tallyFrame() { peer.line.send(tally, replacing: Slot.tally) }
        peer.line.send(roomFrame(), replacing: Slot.room)
        if let head = headFrame() { peer.line.send(head, replacing: Slot.head) }
    }

    private func sendScene(to peer: Peer, since revision: Int) {
        guard revision != scene.revision, let frame = scene.full[peer.language] else { return }
        peer.line.send(frame)
    }

    private func newSession() -> SessionToken {
        let token = SessionToken(high: surroundings.random(), low: surroundings.random())
        sessions.insert(token)
        commit.record(.session(token), at: surroundings.now) {}
        return token
    }

    private func welcomeModerator(_ peer: Peer, _ token: SessionToken) {
        peer.line.send(
            Frame(
                Outgoing.welcomeModerator(
                    greeting(peer), join: settings.join, screen: settings.screen, session: token.text)))
        peer.line.send(agenda(in: peer.language))
        peer.line.send(healthFrame(), replacing: Slot.health)
        peer.line.send(roomFrame(), replacing: Slot.room)
        if let head = headFrame() { peer.line.send(head, replacing: Slot.head) }
    }

    /// The page's ballot that counts for what is shown; of a secret vote nobody but the phone knows it. Call it only when
    /// everything accepted is on disk.
    func mine(of peer: Peer) -> Vote? {
        guard let active = scene.active, let voter = voter(of: peer, active.secrecy),
            let question = meeting[active.question], question.round.number == active.round,
            let ballot = question.round.ballots[voter]
        else { return nil }
        return Vote(question: active.question, round: active.round, ballot: ballot)
    }
}

extension Hub {
    private func voter(of peer: Peer, _ secrecy: Secrecy) -> VoterID? {
        switch secrecy {
        case .indicative: if case .phone(let device) = peer.role { device } else { nil }
        case .named: peer.entry.map { VoterID(rosterNumber: $0.number) }
        case .secret: nil
        }
    }
}

extension SessionToken {
    /// 32 hexadecimal digits.
    var text: String { Self.hex(high) + Self.hex(low) }

    init?(text: String) {
        guard text.utf8.count == 32, text.utf8.allSatisfy({ $0 < 128 }),
            let high = UInt64(text.prefix(16), radix: 16), let low = UInt64(text.suffix(16), radix: 16)
        else { return nil }
        self.init(high: high, low: low)
    }

    private static func hex(_ bits: UInt64) -> String {
        let digits = String(bits, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
