import Foundation
import Histogram
import Interchange
import Testing

@testable import Rehearsal

@Suite("What a phone is made of")
struct PureTests {
    private func cursor<R>(_ text: String, _ body: (JSONCursor) -> R) -> R {
        Array(text.utf8).withUnsafeBytes { body(JSONCursor($0)) }
    }

    @Test("SHA-1 of the vectors in RFC 3174")
    func sha1() {
        func hex(_ text: String) -> String { SHA1.digest(Array(text.utf8)).map { String(format: "%02x", $0) }.joined() }
        #expect(hex("abc") == "a9993e364706816aba3e25717850c26c9cd0d89d")
        #expect(
            hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
                == "84983e441c3bd26ebaae4aa1f95129e5e54670f1")
        #expect(hex(String(repeating: "a", count: 1_000_000)) == "34aa973cd4c4daa4f61eeb2bdbad27316534016f")
    }

    @Test("the handshake's accept value is that of RFC 6455 section 1.3")
    func accept() {
        let accept = Handshake.accept(for: Array("dGhlIHNhbXBsZSBub25jZQ==".utf8))
        #expect(String(decoding: accept, as: UTF8.self) == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
        #expect(Handshake.key(1, 2).count == 24)
    }

    @Test(
        "an answer to the handshake is accepted only if every field is right",
        arguments: [
            ("", Handshake.Answer.incomplete), ("HTTP/1.1 101 x\r\n", .incomplete),
            ("SSH-2", .wrong("it does not speak HTTP")),
            ("HTTP/1.1 503 Full\r\n\r\n", .status(503)), ("HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody", .status(200)),
            ("HTTP/1.1 101 x\r\nConnection: Upgrade\r\n\r\n", .wrong("no 'Upgrade: websocket'")),
            ("HTTP/1.1 101 x\r\nUpgrade: websocket\r\n\r\n", .wrong("no 'Connection: Upgrade'")),
            ("HTTP/1.1 101 x\r\nnonsense\r\n\r\n", .wrong("its HTTP head is broken")),
        ])
    func answers(text: String, expected: Handshake.Answer) {
        let key = Array("dGhlIHNhbXBsZSBub25jZQ==".utf8)
        #expect(Array(text.utf8).withUnsafeBytes { Handshake.answer(in: $0, key: key) } == expected)
    }

    @Test("an accepted handshake ends where frames begin; protocol and extensions are checked")
    func acceptedAnswer() {
        let key = Array("dGhlIHNhbXBsZSBub25jZQ==".utf8)
        let head =
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade:websocket\r\nCONNECTION: Upgrade \r\n"
            + "sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
        func answer(_ text: String) -> Handshake.Answer {
            Array(text.utf8).withUnsafeBytes { Handshake.answer(in: $0, key: key) }
        }
        let right = head + "Sec-WebSocket-Protocol: plenum.1\r\n\r\n"
        #expect(answer(right + "frames") == .accepted(length: right.utf8.count))
        #expect(answer(head + "\r\n") == .wrong("it does not speak plenum.1"))
        let extended = head + "Sec-WebSocket-Protocol: plenum.1\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n"
        #expect(answer(extended) == .wrong("an extension nobody asked for"))
    }

    @Test("frames are masked as in RFC 6455 section 5.7, in all three lengths", arguments: [5, 125, 126, 65535, 65536])
    func frameWriter(count: Int) {
        var writer = FrameWriter()
        let payload = count == 5 ? Array("Hello".utf8) : (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        writer.write(Opcode.text, mask: 0x37FA_213D) { $0 += payload }
        if count == 5 {
            #expect(writer.bytes == [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58])
        }
        let head: [UInt8] =
            switch count {
            case ..<126: [0x81, 0x80 | UInt8(count)]
            case ..<65536: [0x81, 0xFE, UInt8(count >> 8), UInt8(count & 255)]
            default: [0x81, 0xFF, 0, 0, 0, 0, 0, 1, 0, 0]
            }
        #expect(Array(writer.bytes.prefix(head.count)) == head)
        let mask: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]
        let sent = writer.bytes.dropFirst(head.count + 4).enumerated().map { $0.element ^ mask[$0.offset % 4] }
        #expect(sent == payload)
    }

    @Test("frames of a server are found whole, whatever has come so far")
    func frameReader() {
        func outcome(_ bytes: [UInt8]) -> String {
            bytes.withUnsafeBytes { bytes in
                switch ReceivedFrame.first(in: bytes) {
                case .incomplete: "incomplete"
                case .broken(let reason): reason
                case .frame(let frame): "\(frame.opcode) \(frame.isFinal) \(frame.payload.count) \(frame.length)"
                }
            }
        }
        let long = [0x81, 126, 1, 0] + [UInt8](repeating: 7, count: 256)
        for cut in 0..<long.count { #expect(outcome(Array(long[..<cut])) == "incomplete") }
        #expect(outcome(long) == "1 true 256 260")
        #expect(outcome([0x01, 0x01, 0x41, 0x80]) == "1 false 1 3")
        #expect(outcome([0x89, 0x00]) == "9 true 0 2")
        #expect(outcome([0x81, 127, 0, 0, 0, 0, 0, 0, 0, 1, 9]) == "1 true 1 11")
        #expect(outcome([0x81, 127, 0xFF, 0, 0, 0, 0, 0, 0, 1]) == "a frame over 1048576 bytes")
        #expect(outcome([0x81, 127, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]) == "a frame over 1048576 bytes")
        #expect(outcome([0x81, 0x81, 0, 0, 0, 0, 0]) == "a server must not mask")
        #expect(outcome([0xC1, 0]) == "a reserved bit is set")
        #expect(outcome([0x83, 0]) == "a frame of unknown kind 3")
        #expect(outcome([0x09, 0]) == "a control frame in pieces or too long")
        #expect(outcome([0x88, 126, 0, 126]) == "a control frame in pieces or too long")
    }

    @Test("members of a JSON object are found whatever stands before them")
    func json() {
        let text =
            #" { "a" : "x\"}," , "deep":{"t":"no","l":[1,{"q":9}]}, "t":"ack","q":12,"no":-3,"live":true,"c":[0, 5,63],"o":["}",[] ,{}] } "#
        cursor(text) { json in
            #expect(json.string("t")?.equals("ack") == true)
            #expect(json.integer("q") == 12 && json.integer("no") == -3 && json.integer("t") == nil)
            #expect(json.flag("live") == true && json.flag("q") == nil)
            #expect(json.positions("c") == 1 | 1 << 5 | 1 << 63 && json.count("o") == 3 && json.count("q") == nil)
            #expect(json.object("deep")?.string("t")?.equals("no") == true && json.object("a") == nil)
            #expect(json.value("missing") == nil && json.value("l") == nil)
            #expect(json.string("a").map { String(decoding: $0, as: UTF8.self) } == #"x\"},"#)
        }
        #expect(cursor(#"{"c":[64]}"#) { $0.positions("c") } == nil)
        #expect(cursor(#"{"c":[]}"#) { $0.positions("c") } == 0)
    }

    @Test("whatever bytes come, looking for a member ends and stays inside them")
    func jsonNonsense() {
        var random = SeededRandom(1)
        let alphabet = Array(#"{}[]",:\ tq01ax"#.utf8)
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0..<24, using: &random)).map { _ in
                alphabet.randomElement(using: &random) ?? 0
            }
            bytes.withUnsafeBytes { bytes in
                let json = JSONCursor(bytes)
                for value in [json.value("t"), json.string("q"), json.value("")] {
                    guard let value, let start = value.baseAddress, let first = bytes.baseAddress else { continue }
                    #expect(start >= first && start + value.count <= first + bytes.count)
                }
                _ = (json.positions("t"), json.count("q"), json.integer("t"))
            }
        }
    }

    @Test("ids keep all their bits in base64url")
    func base64() {
        var random = SeededRandom(3)
        for bits in [0, 1, .max, 1 << 63] + (0..<100).map({ _ in random.next() }) {
            var text: [UInt8] = []
            Base64.append(bits, to: &text)
            #expect(text.count == 11 && Base64.bits(text) == bits)
            var data = withUnsafeBytes(of: bits.bigEndian) { Data($0) }
            #expect(text == urlSafe(data))
            data += withUnsafeBytes(of: (~bits).bigEndian) { Data($0) }
            var long: [UInt8] = []
            Base64.append(high: bits, low: ~bits, to: &long)
            #expect(long == urlSafe(data))
            #expect(Base64.encoded([UInt8](data)) == Array(data.base64EncodedString().utf8))
        }
        for wrong in ["", "AAAAAAAAAAAA", "AAAAAAAAAA", "AAAAAAAAAAB", "AAAAAAAAA+A"] {
            #expect(Base64.bits(Array(wrong.utf8)) == nil)
        }
    }

    private func urlSafe(_ data: Data) -> [UInt8] {
        let text = data.base64EncodedString().replacingOccurrences(of: "+", with: "-")
        return Array(text.replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "").utf8)
    }

    @Test("an address of a hub is host and port, and nothing else")
    func addresses() throws {
        func parts(_ url: String) throws -> String { try HubAddress(url).authority }
        #expect(try parts("http://127.0.0.1:8080") == "127.0.0.1:8080")
        #expect(try parts("http://hub.local/") == "hub.local:80")
        #expect(try parts("HTTP://[::1]:9") == "[::1]:9")
        #expect(try parts("http://[::1]") == "[::1]:80")
    }

    @Test(
        "a wrong address is refused with what to write instead",
        arguments: [
            ("127.0.0.1:8080", "write http://host:port"), ("https://x", "plain http"), ("http://", "host is missing"),
            ("http://x:0", "1 to 65535"), ("http://x:65536", "1 to 65535"), ("http://x:", "1 to 65535"),
            ("http://x/screen", "only http://host:port"), ("http://a@x", "only http://host:port"),
            ("http://::1:80", "in brackets"), ("http://[::1", "not closed"), ("http://[::1]x", "after ']'"),
        ])
    func wrongAddresses(url: String, remedy: String) {
        #expect { try HubAddress(url) } throws: { "\($0)".contains(remedy) && "\($0)".contains(url) }
    }

    @Test("waiting grows from half a second to fifteen and is spread from nothing to all of it")
    func backoff() {
        var random = SeededRandom(9)
        for (attempt, ceiling) in [(0, 0.5), (1, 1), (2, 2), (4, 8), (5, 15), (50, 15)] {
            let delays = (0..<400).map { _ in Double(Backoff.delay(attempt: attempt, random: &random)) / 1e9 }
            #expect(delays.allSatisfy { $0 < ceiling })
            #expect(delays.contains { $0 < ceiling / 10 } && delays.contains { $0 > ceiling * 0.9 })
        }
        let delays = (0..<100).map { _ in Backoff.delay(afterBye: 1000, random: &random) }
        #expect(delays.allSatisfy { (500_000_000...1_500_000_000).contains($0) })
        #expect(Backoff.delay(afterBye: -5, random: &random) == 0)
        #expect(Backoff.delay(afterBye: .max, random: &random) <= 90_000_000_000)
    }

    @Test("people think from 0.8 to 30 seconds, half of them less than about four")
    func thinking() {
        var random = SeededRandom(4)
        let times = (0..<2000).map { _ in Double(ThinkTime.realistic.nanoseconds(random: &random)) / 1e9 }.sorted()
        #expect(times[0] >= 0.8 && times[1999] <= 30)
        #expect((3.6...4.4).contains(times[1000]) && times[1900] > 8)
        #expect(ThinkTime.asFastAsPossible.nanoseconds(random: &random) == 0)
    }

    @Test("timers come out in order and not before their time")
    func timers() {
        var heap = TimerHeap()
        var random = SeededRandom(2)
        let times = (0..<500).map { _ in random.next() % 1000 }
        for (index, time) in times.enumerated() { heap.add(.init(at: time, phone: Int32(index), kind: .cut, about: 0)) }
        #expect(heap.soonest == times.min())
        var early: [UInt64] = []
        while let entry = heap.takeDue(499) { early.append(entry.at) }
        #expect(early == times.filter { $0 <= 499 }.sorted())
        var late: [UInt64] = []
        while let entry = heap.takeDue(.max) { late.append(entry.at) }
        #expect(late == times.filter { $0 > 499 }.sorted())
        #expect(heap.soonest == nil)
    }

    @Test("the ballots of a file are dealt out in order, each as often as it was cast")
    func expansion() {
        let file = PrefLibFile(
            title: "", alternatives: ["A", "B", "C", "D"],
            ballots: [
                .init(count: 2, order: [[3], [1]]), .init(count: 1, order: [[0, 2], [1]]),
                .init(count: 3, order: [[1]]),
            ])
        let choosing = Choosing(seed: 1, ballots: file)
        #expect((0..<6).map { choosing.order(of: $0)?[0] } == [[3], [3], [0, 2], [1], [1], [1]])
        #expect(choosing.order(of: 6) == nil)
        var question = AskedQuestion(number: 1, round: 1, kind: .single, optionCount: 4, minimum: 1, maximum: 1)
        #expect((0..<6).map { choosing.choice(of: $0, for: question) } == [8, 8, 5, 2, 2, 2])
        (question.kind, question.maximum) = (.multiple, 2)
        #expect((0..<4).map { choosing.choice(of: $0, for: question) } == [10, 10, 5, 2])
    }

    @Test("random choices are valid, use every option, and are the same again")
    func randomChoices() {
        let choosing = Choosing(seed: 77, ballots: nil)
        let question = AskedQuestion(number: 2, round: 1, kind: .multiple, optionCount: 5, minimum: 2, maximum: 4)
        let choices = (0..<500).map { choosing.choice(of: $0, for: question) }
        #expect(choices.allSatisfy { (2...4).contains($0.nonzeroBitCount) && $0 < 32 })
        #expect(Set(choices.map(\.nonzeroBitCount)) == [2, 3, 4] && choices.reduce(0, |) == 31)
        #expect(choices == (0..<500).map { Choosing(seed: 77, ballots: nil).choice(of: $0, for: question) })
        var nextRound = question
        nextRound.round = 2
        #expect(choices != (0..<500).map { choosing.choice(of: $0, for: nextRound) })
    }

    @Test(
        "a plan out of range is refused",
        arguments: [
            { $0.phones = 0 }, { $0.phones = 2_000_000 }, { $0.flaky = 1.5 }, { $0.flaky = .nan }, { $0.deadline = 0 },
            { $0.questions = 0 }, { $0.language = "\"" }, { $0.connectionsPerSecond = 0 },
            { $0.connectionsInFlight = 0 },
            { $0.ballots = PrefLibFile(title: "", alternatives: [], ballots: [.init(count: 1, order: [[0]])]) },
        ] as [@Sendable (inout RehearsalPlan) -> Void])
    func plans(spoil: @Sendable (inout RehearsalPlan) -> Void) throws {
        var plan = RehearsalPlan(hub: try HubAddress("http://127.0.0.1:1"), phones: 2)
        _ = try Rehearsal(plan)
        spoil(&plan)
        #expect(throws: RehearsalError.self) { try Rehearsal(plan) }
    }

    @Test("more phones than the system has room for are refused with the number that fits")
    func room() {
        #expect {
            try SystemLimits.makeRoom(for: .max / 2)
        } throws: { error in
            guard case .tooManyPhones(_, let fits, let remedy) = error as? RehearsalError else { return false }
            return fits > 0 && remedy.contains("ulimit")
        }
    }

    @Test("over 20,000 phones on loopback spread over several source addresses; elsewhere the ports must do")
    func sources() throws {
        let loopback = SocketAddress(ipv4: 0x7F00_0001)
        #expect(try SystemLimits.sources(for: 20_000, to: loopback) == nil)
        let sources = try #require(try SystemLimits.sources(for: 45_000, to: loopback))
        #expect(sources.count == 3 && sources.allSatisfy(\.isIPv4Loopback))
        #expect(throws: RehearsalError.self) {
            try SystemLimits.sources(for: 70_000, to: SocketAddress(ipv4: 0xC0A8_0001))
        }
    }

    @Test("the report is an aligned table for people and JSON for programs")
    func report() throws {
        var histogram = Histogram<UInt64>(highestTrackableValue: 3_600_000_000)
        for value: UInt64 in [100, 900, 1500, 2_000_000] { _ = histogram.record(value) }
        var report = RehearsalReport(
            phones: 4, connected: 4, reconnects: 1, questions: 1, sent: 4, resent: 1, counted: 3,
            refused: ["too-many-choices": 1], unacknowledged: 0, missed: 0, lost: 0, duplicated: 0, errors: [:],
            latency: .init(histogram), connecting: .init(Histogram(highestTrackableValue: 1000)), bytesInPerPhone: 700,
            bytesOutPerPhone: 350, seconds: 3.5, votingSeconds: 2, votesPerSecond: 2)
        #expect(report.isClean)
        let lines = report.text().split(separator: "\n")
        #expect(lines.contains("refused         1   too-many-choices 1"))
        #expect(lines.contains { $0.hasPrefix("vote to ack     p50 900 µs   p99 2.00 s") })
        #expect(lines.contains("connecting      nothing timed"))
        #expect(try JSONDecoder().decode(RehearsalReport.self, from: Data(report.json().utf8)) == report)
        report.errors = ["too-large": 2]
        #expect(report.text().contains("errors          too-large 2"))
        for spoil in [{ $0.lost = 1 }, { $0.duplicated = 1 }, { $0.unacknowledged = 1 }, { $0.connected = 3 }]
            as [(inout RehearsalReport) -> Void]
        {
            var spoilt = report
            spoil(&spoilt)
            #expect(!spoilt.isClean)
        }
        #expect(
            [999, 1000, 12_345, 123_456, 59_900_000].map(RehearsalReport.duration) == [
                "999 µs", "1.00 ms", "12.3 ms", "123 ms", "59.9 s",
            ])
    }
}
