import Foundation
import Testing

@testable import SocketLoop

@Suite("Loop")
struct LoopTests {
    @Test("what four threads post all arrives, in each thread's order, on the loop's thread")
    func posts() throws {
        let loop = try RunningLoop()
        let seen = SeenOrder()
        let group = DispatchGroup()
        for thread in 0..<4 {
            group.enter()
            Thread.detachNewThread {
                for number in 0..<10_000 {
                    loop.port.post { seen.note(thread, number, loop.port.isCurrent) }
                }
                group.leave()
            }
        }
        #expect(group.wait(timeout: .now() + 30) == .success)
        try loop.wait { _, _ in seen.count == 40_000 }
        #expect(seen.isInOrder)
        #expect(!loop.port.isCurrent)
        try loop.stop()
    }

    @Test("a posted closure may post; before the loop runs and after it is gone posting does no harm")
    func postsAroundTheEnd() throws {
        let loop = try RunningLoop()
        let seen = SeenOrder()
        let port = loop.port
        port.post {
            seen.note(0, 0, true)
            port.post { seen.note(0, 1, true) }
        }
        try loop.wait { _, _ in seen.count == 2 }
        try loop.stop()
        for number in 0..<100 { port.post { seen.note(0, number, false) } }
        #expect(seen.count == 2)
    }

    @Test("a bound value is reached on the loop from a closure that came from elsewhere")
    func bound() throws {
        let loop = try RunningLoop()
        let bound = try loop.onLoop { loop, stage in LoopBound(stage, loop.port) }
        #expect(try loop.onLoop { _, stage in bound.value === stage })
        try loop.stop()
    }

    @Test("timers fire in the order they are due, repeat, and stop when cancelled")
    func timers() throws {
        let loop = try RunningLoop()
        let fired = try loop.onLoop { loop, _ in
            let fired = Fired()
            loop.schedule(after: 60) { fired.names.append("c") }
            loop.schedule(after: 20) { fired.names.append("a") }
            loop.schedule(after: 20) { fired.names.append("b") }
            let never = loop.schedule(after: 30) { fired.names.append("never") }
            never.cancel()
            never.cancel()
            fired.repeating = loop.schedule(after: 1, every: 1) {
                fired.ticks += 1
                if fired.ticks == 5 { fired.repeating?.cancel() }
            }
            loop.schedule(after: 0) { loop.schedule(after: 0) { fired.names.append("first") } }
            return LoopBound(fired, loop.port)
        }
        try loop.wait { _, _ in fired.value.names.count == 4 }
        usleep(30_000)
        #expect(try loop.onLoop { _, _ in fired.value.names } == ["first", "a", "b", "c"])
        #expect(try loop.onLoop { _, _ in fired.value.ticks } == 5)
        #expect(try loop.onLoop { _, _ in fired.value.repeating?.isActive } == false)
        // One that is still to come does not keep the loop from ending.
        try loop.onLoop { loop, _ in _ = loop.schedule(after: 600_000) {} }
        try loop.stop()
    }

    @Test("stopping sends 1001 to every session and tells the service of each end")
    func stop() throws {
        let ends = SeenOrder()
        let loop = try RunningLoop(prepare: { stage in stage.onClosed = { _ in ends.note(0, ends.count, true) } })
        let polite = try (0..<20).map { _ in try loop.webSocket() }
        let idle = try loop.client()
        #expect(try idle.get("/").status == 200)
        let waiting = DispatchGroup()
        let codes = SeenOrder()
        for client in polite {
            waiting.enter()
            Thread.detachNewThread {
                codes.note(0, (try? client.closeCode()) ?? 0, true)
                waiting.leave()
            }
        }
        let rude = try loop.webSocket()
        try loop.stop()
        #expect(waiting.wait(timeout: .now() + 20) == .success)
        #expect(codes.all == [Int](repeating: 1001, count: 20))
        #expect(ends.count == 21)
        #expect(try rude.receive().closeCode == 1001)
        #expect(throws: (any Error).self) { try loop.client() }
    }

    @Test("a loop that never ran, and one that stops at once, leave nothing behind")
    func unused() throws {
        let done = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            for round in 0..<20 {
                let configuration = SocketLoopConfiguration(listeners: [Listener(port: 0), Listener(port: 0)])
                guard let loop = try? SocketLoop(configuration, service: Stage()) else { return }
                if round % 2 == 0 {
                    loop.stop()
                    loop.run()
                }
            }
            done.signal()
        }
        let before = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
        #expect(done.wait(timeout: .now() + 20) == .success)
        let after = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
        // Other tests open and close sockets meanwhile; 20 loops would leave more than this.
        #expect(after < before + 200)
    }

    @Test("figures count what happened")
    func figures() throws {
        let loop = try RunningLoop()
        let client = try loop.webSocket()
        try client.say("12345")
        #expect(try client.hear() == "12345")
        _ = try loop.client().get("/nowhere")
        let figures = try loop.onLoop { loop, _ in loop.figures }
        #expect(figures.accepted == 2)
        #expect(figures.opened == 1)
        #expect(figures.closed == 0)
        #expect(figures.framesIn == 1)
        #expect(figures.framesOut == 1)
        #expect(figures.bytesIn == 5)
        #expect(figures.bytesOut > 5)
        #expect(figures.httpRequests == 1)
        try loop.stop()
    }
}

/// Numbers noted by threads, kept in order of arrival for each.
final class SeenOrder: @unchecked Sendable {
    private let lock = NSLock()
    private var numbers: [Int: [Int]] = [:]
    private var strangers = 0

    func note(_ thread: Int, _ number: Int, _ isAtHome: Bool) {
        lock.withLock {
            numbers[thread, default: []].append(number)
            if !isAtHome { strangers += 1 }
        }
    }

    var count: Int { lock.withLock { numbers.values.reduce(0) { $0 + $1.count } } }
    var all: [Int] { lock.withLock { numbers.values.flatMap { $0 } } }
    var isInOrder: Bool { lock.withLock { strangers == 0 && numbers.values.allSatisfy { $0 == $0.sorted() } } }
}

final class Fired {
    var names: [String] = []
    var ticks = 0
    var repeating: LoopTimer?
}
