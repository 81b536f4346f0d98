internal import Ledger
public import Logging
internal import SocketLoop
public import Storage
public import Voting
internal import Wire

/// The running event. Lives on the loop's thread; one synchronous turn per message, nothing suspended in between.
///
/// Everything a page hears is on disk first: a command or ballot is accepted in memory, written, and only then told.
public final class Hub {
    public struct Settings: Sendable {
        public var moderatorKey: String
        public var screenKey: String
        /// The data directory's random number.
        public var run: UInt64
        /// The link on the wall, e.g. `http://192.168.0.10:8080/`.
        public var join: String
        /// The projector's link, with its key.
        public var screen: String
        /// How many phones have a place; more are asked to try again.
        public var capacity: Int

        public init(moderatorKey: String, screenKey: String, run: UInt64, join: String, screen: String, capacity: Int) {
            self.moderatorKey = moderatorKey
            self.screenKey = screenKey
            self.run = run
            self.join = join
            self.screen = screen
            self.capacity = capacity
        }
    }

    let settings: Settings
    let surroundings: any Surroundings
    let log: Logger
    /// Called once when the disk fails: nothing more is acknowledged from then on.
    public var onFailure: (StorageError) -> Void = { _ in }

    var meeting: Meeting
    /// What the room sees: always on disk.
    var scene: Scene
    let commit: GroupCommit
    var book: LogBook
    /// Of secret and named questions, the counts of what is in the log.
    var logged: [RoundID: Tally] = [:]
    var publishing = Publishing()
    /// Ballots to be handed to the workers at the end of this turn.
    var checks: [(BallotCheck, Peer)] = []
    /// How many token keys phones have heard of.
    var announcedKeys = 0
    var room = Room()
    var gate = Gate()
    var messages: Set<MessageID>
    var sessions: Set<SessionToken>
    var metrics = Metrics()
    let started: Instant
    private var deadline: (any Alarm)?
    private var pulse: (any Alarm)?
    var pacing = Pacing()
    var ackFrame = AckFrame()
    private var isStopping = false

    public init(_ recovery: Recovery, settings: Settings, surroundings: any Surroundings, log: Logger) {
        meeting = recovery.meeting
        messages = recovery.messages
        sessions = recovery.sessions
        self.settings = settings
        self.surroundings = surroundings
        self.log = log
        started = surroundings.now
        book = recovery.book
        if !book.ballots.isEmpty { publishing.oldest = surroundings.now }
        logged = recovery.logged
        announcedKeys = book.tokens.publishedCount
        scene = Scene(
            recovery.meeting, revision: Self.revision(recovery.meeting, run: settings.run), logged: recovery.logged,
            opens: recovery.book.opens)
        commit = GroupCommit(surroundings: surroundings, lastSequence: recovery.lastSequence)
        metrics.ballotsStored = recovery.ballots
        commit.snapshot = { [unowned self] in
            meeting.activeQuestion.map { .init(question: $0.id, round: $0.round.number, tally: $0.round.tally) }
        }
        commit.acknowledged = { [unowned self] acks in acknowledge(acks) }
        commit.counted = { [unowned self] snapshot in count(snapshot) }
        commit.failed = { [unowned self] error in
            log.critical("storage failed", metadata: ["error": "\(error)"])
            onFailure(error)
        }
        giveGraceAfterRestart()
        watchDeadline()
        beatPulse()
    }

    /// Revisions of two runs never meet, so a page left over from another event takes nothing for known.
    static func revision(_ meeting: Meeting, run: UInt64) -> Int { Int(run >> 22) + meeting.revision }

    // MARK: Coming and going

    /// A page connected. The peer is what the other calls want back.
    package func opened(_ line: any Line) -> Peer {
        metrics.opened += 1
        return Peer(line: line)
    }

    package func closed(_ peer: Peer) {
        metrics.closed += 1
        room.remove(peer)
        peer.isConnected = false
        // The last of its audience has taken its place, maybe in a share that was told already: once more for all.
        if pacing.phonesHearTally { pacing.othersOweTally = true }
        pacing.roomChanged = true
    }

    package func received(_ peer: Peer, _ bytes: UnsafeRawBufferPointer) {
        do throws(WireError) {
            switch try Incoming.decode(bytes) {
            case .vote(let vote): try self.vote(vote, from: peer)
            case .hello(let hello): try self.hello(hello, from: peer)
            case .act(let act): try self.act(act, from: peer)
            case .token(let request): try issue(request, to: peer)
            case .proof(let request): try prove(request, to: peer)
            case .beat: peer.line.send(beatFrame)
            }
        } catch {
            refuse(error, to: peer)
        }
    }

    private func refuse(_ error: WireError, to peer: Peer) {
        metrics.refused[error.code, default: 0] += 1
        switch error {
        case .ballot(let id, let reason):
            peer.line.send(Frame(Outgoing.refused(id, code: reason.code, text: reason.description)))
        case .badKey, .tooManyTries:
            peer.line.send(Frame(Outgoing.error(code: error.code, text: error.description)))
            peer.line.close(code: 1008, reason: error.code)
        case .roomFull:
            peer.line.send(Frame(Outgoing.error(code: error.code, text: error.description)))
            peer.line.close(code: 1013, reason: error.code)
        case .badMessage, .helloFirst, .stale, .noRecord, .unknownHead:
            peer.line.send(Frame(Outgoing.error(code: error.code, text: error.description)))
        }
    }

    // MARK: Commands

    /// Accepts a command: memory now, the room once it is on disk.
    func accept(
        _ command: Command, message: MessageID?, why: String = "", then: @escaping () -> Void = {}
    ) throws(VotingError) {
        let now = surroundings.now
        let old = meeting
        let effect = try meeting.apply(command, at: now)
        if let message { messages.insert(message) }
        book.note(
            command, at: now, sequence: commit.lastSequence + 1, byModerator: message != nil, why: why, from: old,
            to: meeting)
        let scene = Scene(
            meeting, revision: Self.revision(meeting, run: settings.run), logged: logged, opens: book.opens)
        watchDeadline()
        commit.record(.action(command, message: message, why: why), at: now) { [self] in
            publish(scene, effect)
            then()
        }
        publishSoon()
        makeKeys()
        log.info("accepted", metadata: ["command": "\(command.name)", "question": "\(command.question?.number ?? 0)"])
    }

    /// Takes over an event file, if it says anything new.
    public func adopt(_ definition: EventDefinition) throws(VotingError) {
        if meeting.isDescribed, meeting.definition == definition { return }
        if let question = Entry.tooLong(in: definition) { throw .tooMuchText(slug: question.slug) }
        try accept(.adopt(definition), message: nil)
    }

    /// Fixes who may vote, before anything else; the same roster again says nothing new.
    public func enrol(_ roster: Roster) throws(VotingError) {
        if meeting.roster == roster { return }
        try accept(.enrol(roster), message: nil)
    }

    /// What a restart begins with: what had not joined the log joins it, keys that are missing are made.
    public func begin() {
        publishSoon()
        makeKeys()
    }

    public var vkey: String { book.key.vkey }

    public var title: LocalizedText { meeting.definition.title }
    public var hasEvent: Bool { meeting.isDescribed }

    /// A question whose time ran out while the hub was away stays open long enough for the phones to come back.
    private func giveGraceAfterRestart() {
        let grace = 20
        guard let (question, at) = meeting.nextDeadline, at < surroundings.now.adding(seconds: grace) else { return }
        try? accept(.extend(question, seconds: grace), message: nil)
    }

    private func watchDeadline() {
        deadline?.cancel()
        deadline = nil
        guard let (question, at) = meeting.nextDeadline else { return }
        // Long waits are cut short and looked at again: a timer counts in its own clock, the deadline in the hub's.
        let wait = min(max(0, at.milliseconds - surroundings.now.milliseconds), 60_000)
        deadline = surroundings.schedule(after: Int(wait)) { [unowned self] in
            if surroundings.now >= at { try? accept(.close(question), message: nil) } else { watchDeadline() }
        }
    }

    // MARK: The end

    /// Writes what is accepted, tells everybody, then calls `done`.
    public func stop(_ done: @escaping () -> Void) {
        guard !isStopping else { return }
        isStopping = true
        deadline?.cancel()
        pulse?.cancel()
        commit.whenDurable { [self] in
            let bye = Frame(Outgoing.bye(retry: 1500))
            room.phones.send(bye)
            room.screens.send(bye)
            room.moderators.send(bye)
            done()
        }
    }

    private func beatPulse() {
        pulse = surroundings.schedule(after: Pacing.pulse) { [unowned self] in
            beat()
            beatPulse()
        }
    }

    let beatFrame = Frame(Outgoing.beat())
}

extension Command {
    /// For logs: the act without its contents.
    fileprivate var name: String {
        switch self {
        case .adopt: "adopt"
        case .prepare: "prepare"
        case .show: "show"
        case .clear: "clear"
        case .open: "open"
        case .close: "close"
        case .reveal: "reveal"
        case .hide: "hide"
        case .reset: "reset"
        case .void: "void"
        case .extend: "extend"
        case .enrol: "enrol"
        case .end: "end"
        }
    }
}
