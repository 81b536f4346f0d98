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
    ///   - settings: given the ports in use, what the links and keys are.
    public init(
        recovery: Recovery, store: any Store, site: Site, configuration: SocketLoopConfiguration, log: Logger,
        settings: ([UInt16]) -> Hub.Settings
    ) throws(SocketLoopError) {
        self.log = log
        service = Service(site: site)
        var configuration = configuration
        configuration.commonHeaders += Service.securityHeaders
        loop = try SocketLoop(configuration, service: service)
        journal = Journal(store)
        let settings = settings(loop.ports)
        hub = Hub(
            recovery, settings: settings, surroundings: LiveSurroundings(loop: loop, journal: journal), log: log)
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
    private var generator = SystemRandomNumberGenerator()

    /// Whoever waits for a commit, in the order of submission.
    final class Waiting {
        var queue: [(Result<Journal.Commit, StorageError>) -> Void] = []
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

    func write(_ records: [Record], _ done: @escaping (Result<Journal.Commit, StorageError>) -> Void) {
        waiting.value.queue.append(done)
        let (waiting, port) = (waiting, loop.port)
        journal.submit(records) { result in
            port.post { waiting.value.queue.removeFirst()(result) }
        }
    }
}
