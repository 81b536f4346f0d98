import Foundation
import SocketLoop

/// A ``SocketLoop`` on a thread of its own, stopped when the test is done with it.
final class RunningLoop: @unchecked Sendable {
    let ports: [UInt16]
    let port: LoopPort
    private let inside: LoopBoundState
    private let ended: DispatchSemaphore

    /// What belongs to the loop's thread; reached only through `onLoop`.
    final class LoopBoundState: @unchecked Sendable {
        var loop: SocketLoop?
        var stage: Stage?
    }

    struct TimedOut: Error {}

    init(
        _ change: @Sendable (inout SocketLoopConfiguration) -> Void = { _ in },
        prepare: @escaping @Sendable (Stage) -> Void = { _ in }
    ) throws {
        var configuration = SocketLoopConfiguration(listeners: [Listener(port: 0, host: "127.0.0.1")])
        configuration.farewellTime = 50
        change(&configuration)
        let fixed = configuration
        let inside = LoopBoundState()
        let started = DispatchSemaphore(value: 0)
        let ended = DispatchSemaphore(value: 0)
        nonisolated(unsafe) var outcome: Result<([UInt16], LoopPort), any Error> = .failure(TimedOut())
        let thread = Thread {
            do {
                let stage = Stage()
                prepare(stage)
                let loop = try SocketLoop(fixed, service: stage)
                inside.loop = loop
                inside.stage = stage
                outcome = .success((loop.ports, loop.port))
                started.signal()
                loop.run()
            } catch {
                outcome = .failure(error)
                started.signal()
            }
            inside.loop = nil
            inside.stage = nil
            ended.signal()
        }
        thread.stackSize = 4 << 20
        thread.start()
        guard started.wait(timeout: .now() + 20) == .success else { throw TimedOut() }
        (ports, port) = try outcome.get()
        self.inside = inside
        self.ended = ended
    }

    /// Runs `body` on the loop's thread and waits for what it returns.
    @discardableResult
    func onLoop<Value: Sendable>(_ body: @escaping @Sendable (SocketLoop, Stage) -> Value) throws -> Value {
        let done = DispatchSemaphore(value: 0)
        nonisolated(unsafe) var value: Value?
        let inside = self.inside
        port.post {
            if let loop = inside.loop, let stage = inside.stage { value = body(loop, stage) }
            done.signal()
        }
        guard done.wait(timeout: .now() + 10) == .success, let value else { throw TimedOut() }
        return value
    }

    /// Waits until `condition` holds on the loop's thread.
    func wait(until condition: @escaping @Sendable (SocketLoop, Stage) -> Bool) throws {
        for _ in 0..<400 {
            if try onLoop(condition) { return }
            usleep(25_000)
        }
        throw TimedOut()
    }

    func stop() throws {
        let inside = self.inside
        port.post { inside.loop?.stop() }
        guard ended.wait(timeout: .now() + 20) == .success else { throw TimedOut() }
    }

    func client(host: String = "127.0.0.1", listener: Int = 0) throws -> Client {
        try Client(host: host, port: ports[listener])
    }

    /// A client that has already become a WebSocket.
    func webSocket(_ host: String = "127.0.0.1") throws -> Client {
        let client = try client(host: host)
        let answer = try client.upgrade()
        guard answer.status == 101 else { throw Client.Unexpected("upgrade got \(answer.status)") }
        return client
    }
}
