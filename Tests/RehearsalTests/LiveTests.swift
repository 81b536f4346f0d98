import Foundation
import Synchronization
import Testing

@testable import Interchange
@testable import Rehearsal

/// The memory of a hub that does everything right: one ballot a device, shown to it as its own when it returns.
private final class Counted: Sendable {
    private let ballots = Mutex<[String: TestHub.Heard]>([:])

    var script: TestHub.Script {
        { [self] heard in
            let known = ballots.withLock { $0[heard.device] }
            switch heard.type {
            case "hello":
                let mine = known.map { #"{"q":1,"r":1,"id":"\#($0.id)","n":1,"c":\#($0.choices)}"# }
                return [TestHub.welcome(7, mine: mine), TestHub.question()]
            case "vote":
                guard known == nil || known?.id == heard.id else { return [TestHub.refused(heard, "already-voted")] }
                ballots.withLock { $0[heard.device] = heard }
                return [TestHub.ack(heard)]
            default: return []
            }
        }
    }
}

/// A crowd against a scripted hub on a live socket.
@Suite("A crowd on live sockets", .timeLimit(.minutes(2)))
struct LiveTests {
    /// Runs the crowd on a thread of its own, as `run` blocks.
    static func rehearse(
        _ url: String, phones: Int, ballots: PrefLibFile? = nil, seed: UInt64 = 1, flaky: Double = 0,
        deadline: Int = 30,
        questions: Int? = 1
    ) async throws -> RehearsalReport {
        let plan = RehearsalPlan(
            hub: try HubAddress(url), phones: phones, ballots: ballots, seed: seed, think: .asFastAsPossible,
            flaky: flaky,
            deadline: deadline, questions: questions)
        return try await withCheckedThrowingContinuation { continuation in
            Thread {
                do throws(RehearsalError) {
                    continuation.resume(returning: try Rehearsal(plan).run())
                } catch {
                    continuation.resume(throwing: error)
                }
            }.start()
        }
    }

    static let counting: TestHub.Script = { heard in
        switch heard.type {
        case "hello": [TestHub.welcome(7), TestHub.question()]
        case "vote": [TestHub.ack(heard)]
        default: []
        }
    }

    @Test("every phone connects, votes once and is counted")
    func plain() async throws {
        let hub = try TestHub(script: Self.counting)
        defer { hub.stop() }
        let report = try await Self.rehearse(hub.url, phones: 200)
        #expect(report.isClean)
        #expect(report.connected == 200 && report.sent == 200 && report.counted == 200)
        #expect(report.resent == 0 && report.reconnects == 0 && report.missed == 0 && report.errors.isEmpty)
        #expect(report.latency.samples == 200 && report.connecting.samples == 200)
        #expect(report.latency.p50 <= report.latency.p99 && report.latency.p99 <= report.latency.max)
        #expect(report.bytesInPerPhone > 200 && report.bytesOutPerPhone > 200)
        let votes = hub.votes
        #expect(Set(votes.map(\.device)).count == 200 && Set(votes.map(\.id)).count == 200)
        #expect(votes.allSatisfy { $0.device.utf8.count == 22 && $0.id.utf8.count == 11 && $0.choices.count == 1 })
        #expect(Set(votes.flatMap(\.choices)) == [0, 1, 2])
        let vote = try #require(votes.first)
        #expect(vote.json == #"{"t":"vote","id":"\#(vote.id)","q":1,"r":1,"n":1,"c":[\#(vote.choices[0])]}"#)
        let hello = try #require(hub.heard.first { $0.type == "hello" })
        #expect(hello.json == #"{"t":"hello","as":"phone","device":"\#(hello.device)","lang":"en","rev":0}"#)
    }

    @Test("the same seed is the same crowd, another seed is another")
    func seeds() async throws {
        var crowds: [Set<String>] = []
        for seed: UInt64 in [5, 5, 6] {
            let hub = try TestHub(script: Self.counting)
            _ = try await Self.rehearse(hub.url, phones: 50, seed: seed)
            hub.stop()
            crowds.append(Set(hub.votes.map { "\($0.device) \($0.json)" }))
        }
        #expect(crowds[0] == crowds[1])
        #expect(crowds[0].isDisjoint(with: crowds[2]))
    }

    @Test("a vote whose connection breaks before the answer is sent again with the same id and choice")
    func droppedBeforeAck() async throws {
        let hub = try TestHub { heard in
            switch heard.type {
            case "hello": [TestHub.welcome(7), TestHub.question()]
            case "vote": heard.attempt == 1 ? [.hangUp] : [TestHub.ack(heard)]
            default: []
            }
        }
        defer { hub.stop() }
        let report = try await Self.rehearse(hub.url, phones: 40)
        #expect(report.isClean)
        #expect(report.counted == 40 && report.sent == 40 && report.resent == 40 && report.reconnects == 40)
        for (_, votes) in Dictionary(grouping: hub.votes, by: \.device) {
            #expect(votes.count == 2 && votes[0].json == votes[1].json)
        }
        let returning = hub.heard.filter { $0.type == "hello" && $0.connection == 2 }
        #expect(returning.count == 40 && returning.allSatisfy { $0.json.hasSuffix(#""rev":7}"#) })
    }

    @Test("a refusal is a final answer and is counted by its code")
    func refusals() async throws {
        let ballots = PrefLibFile(
            title: "", alternatives: ["A", "B", "C"],
            ballots: [
                .init(count: 3, order: [[2], [0]]), .init(count: 2, order: [[0, 1]]), .init(count: 1, order: [[1]]),
            ])
        let hub = try TestHub { heard in
            switch heard.type {
            case "hello": [TestHub.welcome(7), TestHub.question()]
            case "vote": heard.choices.count > 1 ? [TestHub.refused(heard, "too-many-choices")] : [TestHub.ack(heard)]
            default: []
            }
        }
        defer { hub.stop() }
        let report = try await Self.rehearse(hub.url, phones: 6, ballots: ballots)
        #expect(report.counted == 4 && report.refused == ["too-many-choices": 2] && report.isClean)
        #expect(hub.votes.map(\.choices).sorted { "\($0)" < "\($1)" } == [[0, 1], [0, 1], [1], [2], [2], [2]])
    }

    @Test("the overvotes of Burlington are refused, all other first preferences counted")
    func burlington() async throws {
        let ballots = try PrefLibFile.read(path: Self.burlingtonPath)
        let hub = try TestHub { heard in
            switch heard.type {
            case "hello": [TestHub.welcome(7), TestHub.question(options: 6)]
            case "vote": heard.choices.count > 1 ? [TestHub.refused(heard, "too-many-choices")] : [TestHub.ack(heard)]
            default: []
            }
        }
        defer { hub.stop() }
        // The test hub polls, so only the first 700 phones come; the file begins with the commonest orders.
        let report = try await Self.rehearse(hub.url, phones: 700, ballots: ballots)
        #expect(report.isClean && report.counted == 700)
        #expect(hub.votes.allSatisfy { $0.choices == [4] })
    }

    static var burlingtonPath: String {
        URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent()
            .appendingPathComponent("InterchangeTests/Files/burlington-2009-mayor.toi").path
    }

    @Test("with flaky connections every vote still gets its answer, and none is doubled")
    func flaky() async throws {
        let counted = Counted()
        let hub = try TestHub(script: counted.script)
        defer { hub.stop() }
        let report = try await Self.rehearse(hub.url, phones: 60, flaky: 1)
        #expect(report.isClean)
        #expect(report.counted == 60 && report.sent == 60)
        #expect(report.resent > 0 && report.reconnects > 0)
        #expect(Set(hub.votes.map(\.id)).count == 60)
    }

    @Test("bye is obeyed: phones leave, come back after the time it names, and vote")
    func bye() async throws {
        let hub = try TestHub { heard in
            switch heard.type {
            case "hello" where heard.connection == 1: [TestHub.welcome(7), .say(#"{"t":"bye","retry":300}"#), .hangUp]
            case "hello": [TestHub.welcome(7), TestHub.question()]
            case "vote": [TestHub.ack(heard)]
            default: []
            }
        }
        defer { hub.stop() }
        let report = try await Self.rehearse(hub.url, phones: 20)
        #expect(report.isClean && report.counted == 20 && report.reconnects == 20)
        #expect(report.seconds >= 0.15)
    }

    @Test("a hub that is not there yet is waited for")
    func lateHub() async throws {
        let first = try TestHub(script: Self.counting)
        let port = first.port
        first.stop()
        async let coming = Self.rehearse("http://localhost:\(port)", phones: 10)
        try await Task.sleep(for: .milliseconds(300))
        let hub = try TestHub(port: port, script: Self.counting)
        defer { hub.stop() }
        let report = try await coming
        #expect(report.isClean && report.counted == 10 && report.errors.isEmpty)
    }

    @Test("pings are answered, and messages in pieces and unknown messages are borne")
    func frames() async throws {
        let hub = try TestHub { heard in
            switch heard.type {
            case "hello":
                [
                    .ping, .sayInPieces([#"{"t":"welcome","#, #""rev":7,"now":1,"#, #""event":"e"}"#]),
                    .say(#"{"t":"weather","sun":[1,{"x":"}"}]}"#), TestHub.question(),
                ]
            case "vote": [.sayInPieces([#"{"t":"ack","id":""#, #"\#(heard.id)"}"#])]
            default: []
            }
        }
        defer { hub.stop() }
        let report = try await Self.rehearse(hub.url, phones: 5)
        #expect(report.isClean && report.counted == 5)
        #expect(hub.pongs == 5)
        #expect(report.errors == ["message: unknown type": 5])
    }

    @Test("acknowledgements that contradict the phone are found out")
    func contradictions() async throws {
        let hub = try TestHub { heard in
            switch heard.type {
            case "hello": [TestHub.welcome(7), TestHub.question()]
            case "vote":
                [.say(#"{"t":"ack","id":"AAAAAAAAAAA"}"#), TestHub.refused(heard, "closed"), TestHub.ack(heard)]
            default: []
            }
        }
        defer { hub.stop() }
        let report = try await Self.rehearse(hub.url, phones: 1, deadline: 1, questions: 2)
        #expect(report.refused == ["closed": 1] && report.counted == 0 && report.duplicated == 2)
        #expect(!report.isClean)
    }

    @Test("an acknowledged vote the hub has forgotten is lost; one it shows differently is duplicated")
    func forgotten() async throws {
        let hub = try TestHub { heard in
            switch heard.type {
            case "hello" where heard.connection == 1: [TestHub.welcome(7), TestHub.question()]
            case "hello" where heard.connection == 2: [TestHub.welcome(7), .hangUp]
            case "hello" where heard.connection == 3: [TestHub.welcome(8), TestHub.question(revision: 8), .hangUp]
            case "hello":
                [
                    TestHub.welcome(8, mine: #"{"q":1,"r":1,"id":"AAAAAAAAAAA","n":1,"c":[0]}"#),
                    TestHub.question(2, revision: 8),
                ]
            case "vote" where heard.attempt == 1: [TestHub.ack(heard), .hangUp]
            case "vote": [TestHub.ack(heard)]
            default: []
            }
        }
        defer { hub.stop() }
        let report = try await Self.rehearse(hub.url, phones: 1, questions: 2)
        #expect(report.counted == 2 && report.lost == 2 && report.duplicated == 1)
    }

    @Test("a question that closed while a phone was away is missed, and the rehearsal goes on without it")
    func missed() async throws {
        let hub = try TestHub { heard in
            switch heard.type {
            case "hello" where heard.connection == 1:
                heard.device < "g" ? [TestHub.welcome(7), TestHub.question()] : [.hangUp]
            case "hello": [TestHub.welcome(8), TestHub.question(2, revision: 8)]
            case "vote": [TestHub.ack(heard), TestHub.question(2, revision: 8)]
            default: []
            }
        }
        defer { hub.stop() }
        let report = try await Self.rehearse(hub.url, phones: 40, questions: 2)
        let early = Set(hub.votes.filter { $0.json.contains(#""q":1"#) }.map(\.device)).count
        #expect(early > 0 && early < 40)
        #expect(report.counted == 40 + early && report.missed == 40 - early && report.questions == 2)
    }

    @Test("without an answer the rehearsal ends at its deadline and says so")
    func deadline() async throws {
        let hub = try TestHub { heard in heard.type == "hello" ? [TestHub.welcome(7), TestHub.question()] : [] }
        defer { hub.stop() }
        let report = try await Self.rehearse(hub.url, phones: 3, deadline: 1)
        #expect(report.unacknowledged == 3 && report.counted == 0 && !report.isClean)
        #expect(report.latency == RehearsalReport.Times(.init(highestTrackableValue: 1000)))
    }

    @Test(
        "something that is not a hub is named as such",
        arguments: [
            ("HTTP/1.1 404 Not Found\r\n\r\n", "HTTP status 404"), ("SSH-2.0-OpenSSH\r\n\r\n", "does not speak HTTP"),
            (
                "HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n",
                "Sec-WebSocket-Accept"
            ),
        ])
    func notAHub(answer: String, reason: String) async throws {
        let hub = try TestHub(answerToHandshake: answer) { _ in [] }
        defer { hub.stop() }
        await #expect {
            try await Self.rehearse(hub.url, phones: 3)
        } throws: { error in
            guard case .notAHub(let url, let answer) = error as? RehearsalError else { return false }
            return url == hub.url && answer.contains(reason)
        }
    }

    @Test("a full hub is no wrong address: its 503 is counted and tried again")
    func full() async throws {
        let hub = try TestHub(answerToHandshake: "HTTP/1.1 503 Service Unavailable\r\n\r\n") { _ in [] }
        defer { hub.stop() }
        let report = try await Self.rehearse(hub.url, phones: 2, deadline: 1)
        #expect(report.connected == 0 && report.errors["HTTP status 503", default: 0] >= 2)
    }

    @Test("broken frames are counted and the phone comes back")
    func brokenFrames() async throws {
        let hub = try TestHub { heard in
            switch heard.type {
            case "hello" where heard.connection == 1: [.raw([0xC1, 0x00])]
            case "hello": [TestHub.welcome(7), TestHub.question()]
            case "vote": [TestHub.ack(heard)]
            default: []
            }
        }
        defer { hub.stop() }
        let report = try await Self.rehearse(hub.url, phones: 4)
        #expect(report.isClean && report.counted == 4)
        #expect(report.errors == ["frame: a reserved bit is set": 4])
    }
}
