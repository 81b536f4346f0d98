import Foundation
import Testing

@testable import SocketLoop

@Suite("Parts")
struct PartTests {
    @Test("the UTF-8 check agrees with the standard library on every two bytes and on random longer ones")
    func utf8() {
        func agrees(_ bytes: [UInt8]) -> Bool {
            bytes.withUnsafeBytes(isValidUTF8) == (String(validating: bytes, as: UTF8.self) != nil)
        }
        for first in UInt8.min...UInt8.max {
            for second in UInt8.min...UInt8.max where !agrees([first, second]) { Issue.record("\(first) \(second)") }
        }
        var random = SystemRandomNumberGenerator()
        // Bytes at the edges of the ranges, where a mistake would be.
        let edges: [UInt8] = [
            0, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xED, 0xEF, 0xF0, 0xF4,
            0xF5, 0xFF,
        ]
        for _ in 0..<50_000 {
            let bytes = (0..<Int.random(in: 0...12)).map { _ in edges.randomElement(using: &random) ?? 0 }
            if !agrees(bytes) { Issue.record("\(bytes)") }
        }
        for string in ["", "ascii only, and long enough for words", "서울 🗳️ ﷽", String(repeating: "é", count: 33)] {
            #expect(Array(string.utf8).withUnsafeBytes(isValidUTF8))
        }
    }

    @Test("a masked frame is never taken for an unmasked one, an unmasked one is seen")
    func masks() {
        func judge(_ frame: [UInt8], header: Int, length: Int, junk: Int) -> Bool {
            let bytes = (0..<junk).map { _ in UInt8.random(in: 0...255) } + frame
            return bytes.withUnsafeBytes { buffer in
                FrameHeader.isUnmasked(
                    UnsafeRawBufferPointer(rebasing: buffer[(junk + header)...]), frameLength: length, in: buffer)
            }
        }
        for length in [1, 2, 125, 126, 200, 65_535, 65_536] {
            let payload = [UInt8](repeating: 65, count: min(length, 300))
            let extra = length < 126 ? 0 : length < 65_536 ? 2 : 8
            for junk in [0, 1, 7, 40] {
                for _ in 0..<500 {
                    let masked = Client.frame(payload, claim: UInt64(length))
                    #expect(!judge(masked, header: 6 + extra, length: length, junk: junk))
                }
                let bare = Client.frame(payload, masked: false, claim: UInt64(length))
                #expect(judge(bare, header: 2 + extra, length: length, junk: junk))
            }
        }
        // A mask that looks like a header of its own.
        let disguise: [UInt8] = [0x81, 0x85, 0x00, 0x00, 0x81, 0x05, 1, 2, 3, 4, 5]
        #expect(!judge(disguise, header: 6, length: 5, junk: 0))
        let elsewhere: [UInt8] = [0x81, 0x01, 65]
        #expect(!elsewhere.withUnsafeBytes { FrameHeader.isUnmasked($0, frameLength: 1, in: nil) })
    }

    @Test("types by extension")
    func types() {
        #expect(ContentType.of(path: "lib/line.js") == "text/javascript; charset=utf-8")
        #expect(ContentType.of(path: "index.HTML") == "text/html; charset=utf-8")
        #expect(ContentType.of(path: "a.b/c") == "application/octet-stream")
        #expect(ContentType.of(path: "x.woff2") == "font/woff2")
        #expect(ContentType.of(path: "m.webmanifest") == "application/manifest+json")
    }

    @Test("an asset that does not shrink has no gzip form; equal bytes have equal tags")
    func assets() {
        let random = (0..<1000).map { _ in UInt8.random(in: 0...255) }
        let asset = HTTPAsset(bytes: random, contentType: "x", cacheControl: "y")
        #expect(asset.gzip == nil)
        #expect(HTTPAsset(bytes: random, contentType: "z", cacheControl: "y").etag == asset.etag)
        #expect(HTTPAsset(bytes: random + [0], contentType: "x", cacheControl: "y").etag != asset.etag)
        #expect(HTTPAsset(bytes: [], contentType: "x", cacheControl: "y").gzip == nil)
        #expect(HTTPAsset(bytes: [7], contentType: "x", cacheControl: "y").gzip == nil)
        #expect(
            HTTPAsset(bytes: Array("abc".utf8), contentType: "x", cacheControl: "y").etag
                == "\"a9993e364706816aba3e25717850c26c9cd0d89d\"")
    }

    @Test("an outbox counts its bytes, keeps the order and gives back its memory")
    func outbox() {
        var outbox = Outbox()
        for number in 0..<100 { outbox.append(Frame("\(number)"), slot: number % 10 == 0 ? UInt8(number) : nil) }
        #expect(outbox.bytes == 190)
        for number in 0..<60 {
            let next = outbox.next()
            #expect(next?.count == "\(number)".count)
        }
        #expect(outbox.bytes == 80)
        let (waits, gone) = (outbox.replace(70, with: Frame("seventy")), outbox.replace(50, with: Frame("gone")))
        #expect(waits && !gone)
        #expect(outbox.bytes == 85)
        for _ in 60..<70 { _ = outbox.next() }
        let replaced = outbox.next()
        #expect(replaced?.count == 7)
        while outbox.next() != nil {}
        #expect(outbox.isEmpty && outbox.bytes == 0)
    }

    @Test("what libwebsockets logs comes through, ten lines in ten seconds; what did not is counted")
    func log() throws {
        let lines = SeenOrder()
        SocketLoop.log = { line in lines.note(0, line.hasPrefix("libwebsockets: ") ? 1 : 0, true) }
        defer { SocketLoop.log = nil }
        let loop = try RunningLoop()
        let client = try loop.client()
        try client.send("GET / HTTP/1.1\r\nHost: h\r\nCookie: \(String(repeating: "x", count: 6000))\r\n\r\n")
        _ = try client.readToEnd()
        #expect(lines.count >= 1)
        #expect(lines.all.allSatisfy { $0 == 1 })
        try loop.stop()

        var gate = LogGate()
        let passed = (0..<50).filter { _ in gate.admit(at: 1000).passes }
        #expect(passed.count == 10)
        let next = gate.admit(at: 1010)
        #expect(next.passes && next.leftOut == 40)
        let after = gate.admit(at: 1011)
        #expect(after.passes && after.leftOut == 0)
    }
}
