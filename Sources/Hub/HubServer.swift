internal import Foundation
public import Logging
public import SocketLoop
public import Storage
public import Voting
internal import Wire

/// The hub on its sockets: pages by HTTP, the event by WebSocket, records on the writer's thread.
///
/// Make it and run it on one thread; that thread is the loop's and owns everything but the writer.
public final class HubServer {
    private let loop: SocketLoop
    private let service: Service
    private let journal: Journal
    private let hub: Hub
    private let log: Logger
    private var failure: StorageError?

    /// - Parameters:
    ///   - zip: makes a zip file of named files.
    ///   - settings: given the ports in use, what the links and keys are.
    public init(
        recovery: Recovery, store: any Store, site: Site, configuration: SocketLoopConfiguration, log: Logger,
        zip: @escaping @Sendable ([(name: String, bytes: [UInt8])]) -> [UInt8]?,
        settings: ([UInt16]) -> Hub.Settings
    ) throws(SocketLoopError) {
        self.log = log
        service = Service(site: site)
        var configuration = configuration
        configuration.commonHeaders += Service.securityHeaders
        loop = try SocketLoop(configuration, service: service)
        journal = Journal(store)
        let settings = settings(loop.ports)
        let surroundings = LiveSurroundings(loop: loop, journal: journal)
        hub = Hub(recovery, settings: settings, surroundings: surroundings, log: log)
        service.surroundings = surroundings
        service.zip = zip
        service.hub = hub
        service.loop = loop
        service.join = QRCode(settings.join).map {
            HTTPAsset(bytes: Array($0.svg.utf8), contentType: "image/svg+xml", cacheControl: "no-cache")
        }
        hub.onFailure = { [unowned self] error in
            failure = error
            loop.stop()
        }
    }

    public var ports: [UInt16] { loop.ports }

    /// For other threads: ends the event's process in good order.
    public var stopper: @Sendable () -> Void {
        let port = loop.port
        let bound = LoopBound(Stop(hub: hub, loop: loop), port)
        return { port.post { bound.value.run() } }
    }

    public func enrol(_ roster: Roster) throws(VotingError) { try hub.enrol(roster) }

    /// Begins publishing; after the event is taken over.
    public func begin() { hub.begin() }

    public var vkey: String { hub.vkey }

    public func adopt(_ definition: EventDefinition) throws(VotingError) { try hub.adopt(definition) }

    public var hasEvent: Bool { hub.hasEvent }

    /// Serves until stopped.
    ///
    /// - Throws: what the disk said, if that is what ended it. Every acknowledged vote is on it.
    public func run() throws(StorageError) {
        loop.run()
        journal.close()
        if let failure { throw failure }
    }

    private final class Stop {
        let hub: Hub
        let loop: SocketLoop

        init(hub: Hub, loop: SocketLoop) {
            self.hub = hub
            self.loop = loop
        }

        func run() { hub.stop { self.loop.stop() } }
    }
}

/// The real clock, randomness, timers and writer.
final class LiveSurroundings: Surroundings {
    private let loop: SocketLoop
    private let journal: Journal
    private let waiting: LoopBound<Waiting>
    private let workers = Workers()
    private var generator = SystemRandomNumberGenerator()

    final class Waiting {
        /// Whoever waits for a commit, in the order of submission.
        var queue: [(Result<Journal.Commit, StorageError>) -> Void] = []
        /// Whoever waits for a worker.
        var computing: [Int: (Any) -> Void] = [:]
        var jobs = 0
    }

    init(loop: SocketLoop, journal: Journal) {
        self.loop = loop
        self.journal = journal
        waiting = LoopBound(Waiting(), loop.port)
    }

    var now: Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    func random() -> UInt64 { generator.next() }

    func schedule(after milliseconds: Int, _ body: @escaping () -> Void) -> any Alarm {
        loop.schedule(after: milliseconds, body)
    }

    func soon(_ body: @escaping () -> Void) {
        let body = LoopBound(body, loop.port)
        loop.port.post { body.value() }
    }

    func compute<Output: Sendable>(
        _ urgency: Urgency, _ job: @escaping @Sendable () -> Output, _ done: @escaping (Output) -> Void
    ) {
        let number = waiting.value.jobs
        waiting.value.jobs += 1
        waiting.value.computing[number] = { output in
            guard let output = output as? Output else { preconditionFailure("a job came back as another") }
            done(output)
        }
        let (waiting, port) = (waiting, loop.port)
        workers.add(urgency) {
            let output = job()
            port.post { waiting.value.computing.removeValue(forKey: number)?(output) }
        }
    }

    func write(_ records: [Record], _ done: @escaping (Result<Journal.Commit, StorageError>) -> Void) {
        waiting.value.queue.append(done)
        let (waiting, port) = (waiting, loop.port)
        journal.submit(records) { result in
            port.post { waiting.value.queue.removeFirst()(result) }
        }
    }
}
