import Foundation
import Testing

@testable import SocketLoop

@Suite("WebSocket")
struct WebSocketTests {
    @Test("the handshake answers the example of RFC 6455 §1.3 and names the subprotocol")
    func handshake() throws {
        let loop = try RunningLoop()
        let client = try loop.client()
        let answer = try client.upgrade(subprotocol: "other, plenum.1", headers: "Origin: http://hall.local\r\n")
        #expect(answer.status == 101)
        #expect(answer.header("Sec-WebSocket-Accept") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
        #expect(answer.header("Sec-WebSocket-Protocol") == "plenum.1")
        #expect(answer.header("Sec-WebSocket-Extensions") == nil)
        try client.say("here")
        #expect(try client.hear() == "here")
        try loop.stop()
    }

    @Test("wrong path, origin, subprotocol, version, key and method are refused, each with its status")
    func refusals() throws {
        let loop = try RunningLoop()
        let upgrade = { (change: (Client) throws -> Client.Answer) in try change(try loop.client()).status }
        #expect(try upgrade { try $0.upgrade(path: "/") } == 404)
        #expect(try upgrade { try $0.upgrade(path: "/ws/") } == 404)
        #expect(try upgrade { try $0.upgrade(headers: "Origin: http://evil.example\r\n") } == 403)
        #expect(try upgrade { try $0.upgrade(headers: "Origin: http://hall.local:81\r\n") } == 403)
        #expect(try upgrade { try $0.upgrade(headers: "Origin: null\r\n") } == 403)
        #expect(try upgrade { try $0.upgrade(headers: "Origin: HTTPS://Hall.Local\r\n") } == 101)
        #expect(try upgrade { try $0.upgrade(subprotocol: nil) } == 400)
        #expect(try upgrade { try $0.upgrade(subprotocol: "http") } == 400)
        #expect(try upgrade { try $0.upgrade(subprotocol: "plenum.2") } == 400)
        #expect(try upgrade { try $0.upgrade(subprotocol: "http, plenum.1") } == 101)
        #expect(try upgrade { try $0.upgrade(version: "8") } == 426)
        #expect(try upgrade { try $0.upgrade(key: "short") } == 400)
        #expect(try loop.onLoop { _, stage in stage.opened } == 2)
        #expect(try loop.onLoop { loop, _ in loop.figures.refused } == 10)
        try loop.stop()
    }

    @Test(
        "messages of 0 to 4,096 bytes come back as they went",
        arguments: [0, 1, 125, 126, 127, 511, 512, 513, 4000, 4096])
    func echo(count: Int) throws {
        let loop = try RunningLoop()
        let client = try loop.webSocket()
        let message = (0..<count).map { UInt8(32 + $0 % 90) }
        for _ in 0..<3 {
            try client.send(Client.frame(message))
            #expect(try client.receive() == Client.Piece(opcode: 1, payload: message))
        }
        try loop.stop()
    }

    @Test("a frame that comes byte by byte is one message, whatever its mask")
    func byteByByte() throws {
        let loop = try RunningLoop()
        let client = try loop.webSocket()
        for string in ["a", "서울의 밤 택시 요금", String(repeating: "x", count: 130)] {
            for byte in Client.frame(Array(string.utf8)) {
                try client.send([byte])
                usleep(200)
            }
            #expect(try client.hear() == string)
        }
        #expect(try loop.onLoop { loop, _ in loop.figures.framesIn } == 3)
        try loop.stop()
    }

    @Test("many frames in one segment are as many messages, in order")
    func manyInOne() throws {
        let loop = try RunningLoop()
        let client = try loop.webSocket()
        let words = (0..<500).map { "message \($0)" }
        try client.send(words.flatMap { Client.frame(Array($0.utf8)) })
        for word in words { #expect(try client.hear() == word) }
        try loop.stop()
    }

    @Test("a frame right behind the handshake, in the same segment, is not lost")
    func eager() throws {
        let loop = try RunningLoop()
        let client = try loop.client()
        let head = """
            GET /ws HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n\
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\
            Sec-WebSocket-Protocol: plenum.1\r\n\r\n
            """
        try client.send(Array(head.utf8) + Client.frame(Array("first".utf8)) + Client.frame(Array("second".utf8)))
        #expect(try client.answer().status == 101)
        #expect(try client.hear() == "first")
        #expect(try client.hear() == "second")
        try loop.stop()
    }

    @Test("a fragmented message with a ping inside arrives whole, the ping answered first")
    func fragments() throws {
        let loop = try RunningLoop()
        let client = try loop.webSocket()
        try client.send(Client.frame(Array("서울".utf8.prefix(4)), final: false))
        try client.send(Client.frame(Array("are you there".utf8), opcode: 9))
        #expect(try client.receive() == Client.Piece(opcode: 10, payload: Array("are you there".utf8)))
        try client.send(Client.frame([], opcode: 0, final: false))
        try client.send(Client.frame(Array("서울".utf8.suffix(2)), opcode: 0))
        #expect(try client.hear() == "서울")
        try loop.stop()
    }

    @Test("a message that is too long closes with 1009, whether it comes, is claimed, or adds up")
    func tooLong() throws {
        let loop = try RunningLoop()
        let long = try loop.webSocket()
        try long.send(Client.frame([UInt8](repeating: 65, count: 4097)))
        #expect(try long.closeCode() == 1009)
        let claim = try loop.webSocket()
        try claim.send(Client.frame([65], claim: 1 << 40))
        #expect(try claim.closeCode() == 1009)
        let sum = try loop.webSocket()
        try sum.send(Client.frame([UInt8](repeating: 65, count: 3000), final: false))
        try sum.send(Client.frame([UInt8](repeating: 65, count: 3000), opcode: 0))
        #expect(try sum.closeCode() == 1009)
        #expect(try loop.onLoop { loop, _ in loop.figures.framesIn } == 0)
        try loop.stop()
    }

    @Test("frames without a mask close with 1002", arguments: [1, 125, 126, 3000])
    func unmasked(count: Int) throws {
        let loop = try RunningLoop()
        let client = try loop.webSocket()
        try client.say("a good one first")
        #expect(try client.hear() == "a good one first")
        try client.send(Client.frame([UInt8](repeating: 65, count: count), masked: false))
        #expect(try client.closeCode() == 1002)
        let second = try loop.webSocket()
        try second.send(Client.frame([66]) + Client.frame([UInt8](repeating: 65, count: count), masked: false))
        #expect(try second.hear() == "B")
        #expect(try second.closeCode() == 1002)
        #expect(try loop.onLoop { loop, _ in loop.figures.framesIn } == 2)
        try loop.stop()
    }

    @Test("binary closes with 1003, bad UTF-8 with 1007, also when it is torn apart")
    func notText() throws {
        let loop = try RunningLoop()
        let binary = try loop.webSocket()
        try binary.send(Client.frame([1, 2, 3], opcode: 2))
        #expect(try binary.closeCode() == 1003)
        let bad = try loop.webSocket()
        try bad.send(Client.frame([0x68, 0xC3, 0x28]))
        #expect(try bad.closeCode() == 1007)
        let torn = try loop.webSocket()
        try torn.send(Client.frame([0xED], final: false))
        try torn.send(Client.frame([0xA0, 0x80], opcode: 0))
        #expect(try torn.closeCode() == 1007)
        let cut = try loop.webSocket()
        try cut.send(Client.frame([0x68, 0xE2, 0x82]))
        #expect(try cut.closeCode() == 1007)
        #expect(try loop.onLoop { loop, _ in loop.figures.framesIn } == 0)
        try loop.stop()
    }

    @Test("reserved bits, unknown opcodes, stray continuations and long control frames end the connection")
    func protocolErrors() throws {
        let loop = try RunningLoop()
        let frames: [[UInt8]] = [
            Client.frame([65], opcode: 0x41), Client.frame([65], opcode: 3), Client.frame([65], opcode: 0),
            Client.frame([65], final: false) + Client.frame([65]), Client.frame([65], opcode: 9, final: false),
            Client.frame([UInt8](repeating: 65, count: 126), opcode: 9),
        ]
        for frame in frames {
            let client = try loop.webSocket()
            try client.send(frame)
            // A frame whose length is already wrong ends the connection without a word.
            let code = try? client.closeCode(waits: false)
            #expect(code == nil || code == 1002)
        }
        #expect(try loop.onLoop { loop, _ in loop.figures.framesIn } == 0)
        try loop.stop()
    }

    @Test("a close frame is answered with its code, and the service hears of the end once")
    func peerCloses() throws {
        let loop = try RunningLoop()
        let client = try loop.webSocket()
        try client.send(Client.frame([3, 232], opcode: 8))
        #expect(try client.receive().closeCode == 1000)
        #expect(try client.readToEnd().isEmpty)
        try loop.wait { loop, stage in stage.closed == 1 && loop.sessionCount == 0 }
        let vanished = try Box(loop.webSocket())
        try loop.wait { _, stage in stage.opened == 2 }
        vanished.value = nil
        try loop.wait { loop, stage in stage.closed == 2 && loop.sessionCount == 0 }
        try loop.stop()
    }

    @Test("what was sent before close still arrives, then the code and reason, then nothing")
    func weClose() throws {
        let loop = try RunningLoop(prepare: { stage in
            stage.onMessage = { session, _ in
                session.send(Frame("last words"))
                session.close(code: 1008, reason: "bad key 가나다" + String(repeating: "…", count: 100))
                session.send(Frame("never"))
                session.close(code: 1000, reason: "twice")
                #expect(!session.isOpen)
            }
        })
        let client = try loop.webSocket()
        try client.send(Client.frame([65]) + Client.frame([66]))
        #expect(try client.hear() == "last words")
        let farewell = try client.receive()
        #expect(farewell.closeCode == 1008)
        #expect(farewell.payload.count <= 125)
        #expect(text(farewell.payload.dropFirst(2)).hasPrefix("bad key 가나다…"))
        #expect(isValid(farewell.payload.dropFirst(2)))
        try client.send(Client.frame([3, 240], opcode: 8))
        #expect(try client.readToEnd().isEmpty)
        try loop.wait { _, stage in stage.closed == 1 }
        try loop.stop()
    }

    @Test("closing in opened refuses a session, with the code reaching it")
    func refusedByService() throws {
        let loop = try RunningLoop(prepare: { stage in
            stage.onOpened = { $0.close(code: 1013, reason: "room full") }
        })
        let client = try loop.webSocket()
        #expect(try client.closeCode() == 1013)
        try loop.wait { _, stage in stage.closed == 1 }
        try loop.stop()
    }

    @Test("a session has its peer's address and keeps what its owner hangs on it")
    func context() throws {
        let loop = try RunningLoop(prepare: { stage in
            stage.onOpened = { $0.context = NSNumber(value: 7) }
            stage.onMessage = { session, _ in
                session.send(Frame("\(session.remoteAddress) \((session.context as? NSNumber)?.intValue ?? 0)"))
            }
        })
        let client = try loop.webSocket()
        try client.say("who am I")
        #expect(try client.hear() == "127.0.0.1 7")
        try loop.stop()
    }

    @Test("one frame goes to 200 sessions")
    func broadcast() throws {
        let loop = try RunningLoop()
        let clients = try (0..<200).map { _ in try loop.webSocket() }
        let message = String(repeating: "질문 ", count: 100)
        let count = try loop.onLoop { loop, _ in
            let frame = Frame(message)
            for session in loop.sessions { session.send(frame) }
            return loop.sessionCount
        }
        #expect(count == 200)
        for client in clients { #expect(try client.hear() == message) }
        try loop.stop()
    }

    private func isValid(_ bytes: ArraySlice<UInt8>) -> Bool { Array(bytes).withUnsafeBytes(isValidUTF8) }
}

/// Something that can be let go of.
final class Box<Value> {
    var value: Value?
    init(_ value: Value) { self.value = value }
}
