import Foundation
import Testing

@testable import SocketLoop

@Suite("Slow readers")
struct SlowReaderTests {
    @Test("who never reads is closed with 1013, holds no more than its queue, and holds nobody up")
    func neverReads() throws {
        let loop = try RunningLoop({ $0.maximumQueuedBytes = 8 * 1024 })
        let slow = try Client(host: "127.0.0.1", port: loop.ports[0], receiveBuffer: 4096)
        #expect(try slow.upgrade().status == 101)
        let quick = try loop.webSocket()
        try loop.wait { loop, _ in loop.sessionCount == 2 }
        var rounds = 0
        while try loop.onLoop({ loop, _ in loop.figures.slowReaders }) == 0 {
            rounds += 1
            try #require(rounds < 10_000)
            let waiting = try loop.onLoop { loop, _ in
                let frame = Frame(String(repeating: "x", count: 1000))
                for session in loop.sessions { session.send(frame) }
                return loop.sessions.map(\.queuedBytes).max() ?? 0
            }
            #expect(waiting <= 8 * 1024)
            #expect(try quick.hear().count == 1000)
        }
        #expect(try loop.onLoop { loop, _ in loop.sessions.filter(\.isOpen).count } == 1)
        try quick.say("still here")
        #expect(try quick.hear() == "still here")
        // It wakes up after all: whole frames, then the reason.
        #expect(try slow.closeCode() == 1013)
        try loop.wait { loop, stage in stage.closed == 1 && loop.sessionCount == 1 }
        try loop.stop()
    }

    @Test("who never reads and never answers is gone after a few seconds")
    func neverAnswers() throws {
        let loop = try RunningLoop({ $0.maximumQueuedBytes = 1024 })
        let slow = try Client(host: "127.0.0.1", port: loop.ports[0], receiveBuffer: 4096)
        #expect(try slow.upgrade().status == 101)
        try loop.onLoop { loop, _ in
            let frame = Frame([UInt8](repeating: 65, count: 1000))
            for session in loop.sessions {
                while session.isOpen { session.send(frame) }
            }
        }
        try loop.wait { loop, stage in stage.closed == 1 && loop.sessionCount == 0 }
        try withExtendedLifetime(slow) { try loop.stop() }
    }

    @Test("a waiting frame is replaced by a later one of its slot; others keep their order")
    func slots() throws {
        let loop = try RunningLoop()
        let slow = try Client(host: "127.0.0.1", port: loop.ports[0], receiveBuffer: 4096)
        #expect(try slow.upgrade().status == 101)
        let filler = String(repeating: "f", count: 2000)
        let sent = try loop.onLoop { loop, _ in
            guard let session = loop.sessions.first else { return 0 }
            let frame = Frame(filler)
            var sent = 0
            while session.queuedBytes == 0 {
                session.send(frame)
                sent += 1
            }
            for round in 0..<5000 {
                session.send(Frame("tally \(round)"), replacing: 1)
                if round % 1000 == 0 {
                    session.send(Frame("ack \(round)"))
                    session.send(Frame("room \(round)"), replacing: 2)
                }
            }
            return sent
        }
        for _ in 0..<sent { #expect(try slow.hear() == filler) }
        let rest = try (0..<7).map { _ in try slow.hear() }
        #expect(rest == ["tally 4999", "ack 0", "room 4000", "ack 1000", "ack 2000", "ack 3000", "ack 4000"])
        #expect(try loop.onLoop { loop, _ in loop.figures.replaced } == 4999 + 4)
        // With nothing waiting, a slot is nothing special.
        try loop.onLoop { loop, _ in
            for count in 0..<3 { loop.sessions.first?.send(Frame("\(count)"), replacing: 1) }
        }
        #expect(try (0..<3).map { _ in try slow.hear() } == ["0", "1", "2"])
        try loop.stop()
    }

    @Test("a ping goes to whom nothing is sent; who answers stays, who does not is dropped")
    func pings() throws {
        let loop = try RunningLoop({ $0.pingInterval = 1 })
        let dead = try loop.webSocket()
        let alive = try loop.webSocket()
        let until = Date() + 8
        var pings = 0
        while try loop.onLoop({ _, stage in stage.closed }) == 0, Date() < until {
            let piece = try alive.receive()
            #expect(piece.opcode == 9)
            pings += 1
            // A ping and its masked answer, once each default interval: an idle phone costs at most 200 bytes a minute.
            let exchange = 2 + piece.payload.count + 6 + piece.payload.count
            #expect(exchange * 60 <= 200 * SocketLoopConfiguration(listeners: []).pingInterval)
            try alive.send(Client.frame(piece.payload, opcode: 10))
        }
        #expect(pings >= 2)
        #expect(try loop.onLoop { loop, _ in loop.figures.silent } == 1)
        #expect(try loop.onLoop { loop, _ in loop.sessionCount } == 1)
        _ = try dead.readToEnd()
        try loop.stop()
    }
}
