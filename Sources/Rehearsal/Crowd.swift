import CEpoll
import Glibc
import Histogram

/// All phones of a rehearsal, on one epoll descriptor and one thread.
///
/// `Crowd+Connections` opens and loses connections, `Crowd+Frames` reads and writes bytes, `Crowd+Voting` does what a
/// page does with the hub's messages.
final class Crowd {
    /// What is counted as it happens.
    struct Counters {
        var connected = 0
        var reconnects = 0
        var sent = 0
        var resent = 0
        var counted = 0
        var refusals = 0
        var refused: [String: Int] = [:]
        var missed = 0
        var lost = 0
        var duplicated = 0
        var errors: [String: Int] = [:]
        var bytesIn = 0
        var bytesOut = 0
        var firstSent: UInt64 = 0
        var lastCounted: UInt64 = 0
        var latency = Histogram<UInt64>(highestTrackableValue: 3_600_000_000)
        var connecting = Histogram<UInt64>(highestTrackableValue: 3_600_000_000)
    }

    static let millisecond: UInt64 = 1_000_000
    static let second: UInt64 = 1_000_000_000

    let plan: RehearsalPlan
    let target: SocketAddress
    let sources: [SocketAddress]?
    let choosing: Choosing
    let poll: Int32
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)

    var phones: [Phone]
    var counters = Counters()
    var timers = TimerHeap()
    var writer = FrameWriter()
    /// Set when trying on is pointless.
    var failure: RehearsalError?

    /// Phones whose turn to connect has come, from `nextInLine`.
    var line: [Int32]
    var nextInLine = 0
    /// Connections between `connect` and `welcome`.
    var inFlight = 0
    /// Connections that may be begun now; grows with time.
    var allowance = 0.0
    var joined = 0

    /// Every question and round some phone was shown, in the order they were seen.
    var questions: [AskedQuestion] = []
    /// For each of them whether it was seen open, and how many phones are done with it.
    var wasOpen: [Bool] = []
    var doneWith: [Int] = []
    var completed = 0
    /// The last `question` message, which most phones get in the same bytes.
    var lastQuestion: (bytes: [UInt8], message: QuestionMessage)?

    let startedAt: UInt64
    var now: UInt64

    /// - Throws: `system` if there is no epoll descriptor, and what the limits of the system forbid.
    init(_ plan: RehearsalPlan, target: SocketAddress) throws(RehearsalError) {
        try SystemLimits.makeRoom(for: plan.phones)
        sources = try SystemLimits.sources(for: plan.phones, to: target)
        self.plan = plan
        self.target = target
        choosing = Choosing(seed: plan.seed, ballots: plan.ballots)
        phones = (0..<plan.phones).map { number in
            var random = SeededRandom(plan.seed, Purpose.flaky, UInt64(number))
            return Phone(number: number, isFlaky: random.unit() < plan.flaky, seed: plan.seed)
        }
        line = (0..<plan.phones).map(Int32.init)
        startedAt = monotonicNow()
        now = startedAt
        poll = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard poll >= 0 else { throw .system(call: "epoll_create1", reason: SystemLimits.reason(errno)) }
    }

    deinit {
        for phone in phones where phone.socket >= 0 { close(phone.socket) }
        if poll >= 0 { close(poll) }
        buffer.deallocate()
    }

    var seconds: Double { Double(now - startedAt) / 1e9 }

    var progress: RehearsalProgress {
        RehearsalProgress(
            seconds: seconds, phones: phones.count, connected: joined, questions: wasOpen.count { $0 },
            sent: counters.sent, counted: counters.counted, refused: counters.refusals, reconnects: counters.reconnects)
    }

    /// Runs until every phone is done with as many questions as planned, or the deadline.
    func run(_ report: (RehearsalProgress) -> Void) throws(RehearsalError) {
        let end = startedAt + UInt64(plan.deadline) * Self.second
        var events = [epoll_event](repeating: epoll_event(), count: 1024)
        var (nextReport, nextSweep) = (startedAt, startedAt)
        var allowedAt = startedAt
        while now < end, completed < plan.questions ?? .max {
            allowance = min(
                allowance + Double(now - allowedAt) / 1e9 * Double(plan.connectionsPerSecond),
                max(1, Double(plan.connectionsPerSecond) / 100))
            allowedAt = now
            connectNext()
            while let timer = timers.takeDue(now) { fire(timer) }
            if now >= nextSweep {
                sweep()
                nextSweep = now + 250 * Self.millisecond
            }
            if now >= nextReport {
                report(progress)
                nextReport = now + 200 * Self.millisecond
            }
            if let failure { throw failure }
            try wait(until: min(end, nextSweep, nextReport, timers.soonest ?? .max), &events)
        }
        report(progress)
        leave()
    }

    private func wait(until: UInt64, _ events: inout [epoll_event]) throws(RehearsalError) {
        var milliseconds = until > now ? Int32((until - now + Self.millisecond - 1) / Self.millisecond) : 0
        // The next connection may be begun as soon as the allowance has grown.
        if nextInLine < line.count, inFlight < plan.connectionsInFlight { milliseconds = min(milliseconds, 1) }
        let count = epoll_wait(poll, &events, Int32(events.count), milliseconds)
        now = monotonicNow()
        guard count >= 0 else {
            if errno == EINTR { return }
            throw .system(call: "epoll_wait", reason: SystemLimits.reason(errno))
        }
        for event in events[..<Int(count)] { handle(event) }
    }

    private func handle(_ event: epoll_event) {
        let phone = phones[Int(event.data.u32)]
        guard phone.socket >= 0 else { return }
        if phone.stage == .connecting {
            finishConnecting(phone)
            return
        }
        if event.events & ~EPOLLOUT.rawValue != 0 { receive(phone) }
        if event.events & EPOLLOUT.rawValue != 0, phone.socket >= 0 { flush(phone) }
    }

    private func fire(_ timer: TimerHeap.Entry) {
        let phone = phones[Int(timer.phone)]
        switch timer.kind {
        case .decide: decide(phone, question: Int(timer.about))
        case .connect:
            if phone.stage == .away, phone.connection == timer.about { line.append(timer.phone) }
        case .cut:
            if phone.socket >= 0, phone.connection == timer.about { cut(phone) }
        }
    }

    /// Gives up connections on which nothing came for too long.
    private func sweep() {
        for phone in phones where phone.deadline != 0 && phone.deadline <= now && phone.socket >= 0 {
            if phone.returnAfter == nil { count("no-answer") }
            disconnect(phone)
        }
        if nextInLine > 100_000 {
            line.removeFirst(nextInLine)
            nextInLine = 0
        }
    }

    func count(_ error: String) {
        // The hub chooses the codes; a broken one must not make the report grow without end.
        guard counters.errors[error] != nil || counters.errors.count < 100 else { return }
        counters.errors[error, default: 0] += 1
    }
}
