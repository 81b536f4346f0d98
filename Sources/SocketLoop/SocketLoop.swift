import CUV
import CWebSockets
import Glibc

/// HTTP and WebSocket connections on one thread: libwebsockets driven by a libuv loop.
///
/// Make it, run it and use it on one thread; from others there is only ``port``.
public final class SocketLoop {
    public let configuration: SocketLoopConfiguration
    /// The only way in from other threads.
    public let port = LoopPort()
    public internal(set) var figures = LoopFigures()
    /// All sessions, those that are closing included, in no order. Iterating allocates nothing.
    public private(set) var sessions: [Session] = []

    let uv = UnsafeMutablePointer<uv_loop_t>.allocate(capacity: 1)
    var timers: [ObjectIdentifier: LoopTimer] = [:]
    private(set) var service: (any SocketService)?

    private var engines: [Engine] = []
    private var doorways: [Doorway] = []
    private var departures: [(session: Session, deadline: UInt64)] = []
    private var sweep: LoopTimer?
    private var cursor = 0
    private var pingsDue = 0.0
    /// Not empty: libwebsockets keeps an empty pong to itself.
    private let pingFrame = Frame("?")
    private var isStopping = false
    private var isOver = false

    private static let sweepMilliseconds = 250

    /// What libwebsockets logs as errors and warnings, a handful of lines in ten seconds at most; nil drops them. One
    /// for the process. Called on the threads of loops.
    public static var log: (@Sendable (String) -> Void)? {
        get { EngineLog.sink }
        set { EngineLog.sink = newValue }
    }

    /// Listens from now on; connections are served once it runs. SIGPIPE is ignored for the process from here on, and
    /// the soft limit of open files raised to 65,536 or to what the hard limit allows.
    public init(_ configuration: SocketLoopConfiguration, service: any SocketService) throws(SocketLoopError) {
        precondition(!configuration.listeners.isEmpty, "A SocketLoop needs a listener.")
        self.configuration = configuration
        self.service = service
        signal(SIGPIPE, SIG_IGN)
        FileLimit.raise()
        uv_loop_init(uv)
        do {
            try open()
        } catch {
            shutDown()
            throw error
        }
    }

    deinit {
        shutDown()
        uv.deallocate()
    }

    private func open() throws(SocketLoopError) {
        var byFiles: [TLSFiles?: Engine] = [:]
        for listener in configuration.listeners {
            let engine: Engine
            if let known = byFiles[listener.tls] {
                engine = known
            } else {
                if let tls = listener.tls { try TLSCheck.check(tls) }
                engine = Engine(self)
                engines.append(engine)
                try engine.start(tls: listener.tls)
                byFiles[listener.tls] = engine
            }
            doorways.append(try Doorway(self, listener, engine))
        }
        if let context = engines.first?.context { port.open(context) }
    }

    /// The ports as bound, in the order of the configuration's listeners.
    public var ports: [UInt16] { doorways.map(\.port) }

    public var sessionCount: Int { sessions.count }

    /// Serves until ``stop()``, then closes every connection and frees everything. Once only.
    public func run() {
        precondition(port.isCurrent, "A SocketLoop must run on the thread that made it.")
        precondition(!isOver, "A SocketLoop runs once.")
        while !isStopping { uv_run(uv, UV_RUN_ONCE) }
        for doorway in doorways { doorway.close() }
        for session in sessions { session.close(code: 1001, reason: "going away") }
        let deadline = schedule(after: configuration.farewellTime) {}
        while !sessions.isEmpty, deadline.isActive { uv_run(uv, UV_RUN_ONCE) }
        shutDown()
    }

    /// Makes ``run()`` end: no new connections, sessions get 1001. On other threads: post it.
    public func stop() {
        precondition(port.isCurrent, "Stop a SocketLoop on its own thread: post it.")
        isStopping = true
    }

    /// Runs `body` after so many milliseconds and, with `every`, again each time so many more have passed. Timers due
    /// at the same time fire in the order they were made.
    @discardableResult
    public func schedule(after milliseconds: Int, every: Int? = nil, _ body: @escaping () -> Void) -> LoopTimer {
        precondition(!isOver, "The SocketLoop is over.")
        return LoopTimer(self, after: milliseconds, every: every, body)
    }

    private func shutDown() {
        guard !isOver else { return }
        isOver = true
        port.close()
        for doorway in doorways { doorway.close() }
        for engine in engines { engine.beginClosing() }
        sweep = nil
        for timer in timers.values { timer.cancel() }
        // Runs the close callbacks of everything; with nothing left open it returns.
        uv_run(uv, UV_RUN_DEFAULT)
        for engine in engines { engine.finishClosing() }
        uv_run(uv, UV_RUN_DEFAULT)
        let status = uv_loop_close(uv)
        if status != 0 { EngineLog.sink?("libuv: \(String(cString: uv_strerror(status))) when closing the loop") }
        doorways = []
        engines = []
        departures = []
        service = nil
    }

    // MARK: For sessions and exchanges

    /// The loop's clock in milliseconds, read once a turn.
    var now: UInt64 { uv_now(uv) }

    func readBuffer(of wsi: OpaquePointer) -> UnsafeRawBufferPointer? {
        guard engines.count > 1 else { return engines.first?.readBuffer }
        let context = lws_get_context(wsi)
        return engines.first { $0.context == context }?.readBuffer
    }

    func respond(to request: HTTPRequest) -> HTTPResponse {
        service?.respond(to: request) ?? .text("Going away.\n", status: 503)
    }

    func opened(_ session: Session) {
        session.index = sessions.count
        sessions.append(session)
        figures.opened += 1
        if sweep == nil, !isOver {
            let interval = SocketLoop.sweepMilliseconds
            sweep = schedule(after: interval, every: interval) { [unowned self] in self.sweepOnce() }
        }
        service?.opened(session)
    }

    func closed(_ session: Session) {
        let last = sessions.removeLast()
        if last !== session {
            sessions[session.index] = last
            last.index = session.index
        }
        session.index = -1
        figures.closed += 1
        service?.closed(session)
    }

    /// Has the session dropped if it is not gone by then.
    func leaving(_ session: Session, for milliseconds: UInt64) {
        departures.append((session, now + milliseconds))
    }

    // MARK: The sweep: the one timer for all connections

    private func sweepOnce() {
        let now = self.now
        if !departures.isEmpty {
            let due = departures.filter { $0.deadline <= now }
            departures.removeAll { $0.deadline <= now || $0.session.index < 0 }
            for (session, _) in due { session.drop() }
        }
        ping(now)
        if sessions.isEmpty, departures.isEmpty {
            sweep?.cancel()
            sweep = nil
        }
    }

    /// Round robin: each sweep visits its share of the sessions, so that all are visited once an interval.
    private func ping(_ now: UInt64) {
        let interval = Double(max(1, configuration.pingInterval) * 1000)
        pingsDue += Double(sessions.count) * Double(SocketLoop.sweepMilliseconds) / interval
        var left = min(Int(pingsDue), sessions.count)
        pingsDue -= Double(left)
        while left > 0, !sessions.isEmpty {
            left -= 1
            if cursor >= sessions.count { cursor = 0 }
            let session = sessions[cursor]
            cursor += 1
            guard session.isOpen else { continue }
            let silence = Double(now - session.lastHeard)
            if silence >= 2 * interval, session.isPinged {
                figures.silent += 1
                session.drop()
            } else if silence >= interval / 2 {
                session.ping(pingFrame)
            }
        }
    }
}
