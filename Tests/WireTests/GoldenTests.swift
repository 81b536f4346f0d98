import Foundation
import Testing
import Voting

@testable import Wire

/// The bytes of every message the hub sends. To change one on purpose: run with PLENUM_WRITE_GOLDEN=1, read the diff.
struct GoldenTests {
    private static let run = MessageID(bits: 0x9372_7dc7_46d9_fff0)
    private static let id = MessageID(bits: 0x0123_4567_89ab_cdef)

    private static func meeting() throws -> Meeting {
        var meeting = Meeting()
        let single = QuestionDefinition(
            slug: "hours", text: LocalizedText(["ko": "심야할증은 몇 시에?", "en": "When should it \"start\"?"]),
            detail: LocalizedText(["en": "Line one\nline two"]), notes: "read slowly", kind: .single,
            options: [LocalizedText(["ko": "22시", "en": "22:00"]), LocalizedText(["ko": "23시", "en": "23:00"])],
            changeable: true, live: true, timer: 60)
        let multiple = QuestionDefinition(
            slug: "many", text: LocalizedText(["en": "Which?"]), kind: .multiple(minimum: 1, maximum: 2),
            options: [LocalizedText(["en": "a"]), LocalizedText(["en": "b"])])
        let motion = QuestionDefinition(slug: "motion", text: LocalizedText(["en": "Carry?"]), kind: .motion)
        let event = EventDefinition(
            slug: "night", title: LocalizedText(["ko": "심야", "en": "Night"]), languages: ["ko", "en"],
            accent: "#0b57d0",
            questions: [single, multiple, motion])
        let now = Instant(milliseconds: 1_764_000_000_000)
        _ = try meeting.apply(.adopt(event), at: now)
        _ = try meeting.apply(.show(QuestionID(1)), at: now)
        _ = try meeting.apply(.open(QuestionID(1), seconds: 60), at: now)
        _ = try meeting.cast(
            Ballot(id: id, counter: 1, choices: try Choices([1])),
            BallotContext(question: QuestionID(1), round: 1, voter: VoterID(high: 1, low: 2)))
        return meeting
    }

    private static func messages() throws -> [String: [UInt8]] {
        let meeting = try meeting()
        let question = try #require(meeting.activeQuestion)
        let greeting = Outgoing.Greeting(
            revision: 57, now: Instant(milliseconds: 1_764_000_000_000), run: run, event: "심야", accent: "#0b57d0",
            language: "ko", languages: ["ko", "en"], vkey: "plenum/night/00+89abcdef+AQ==")
        let mine = Vote(
            question: QuestionID(1), round: 1, ballot: Ballot(id: id, counter: 1, choices: try Choices([1])))
        var health = Outgoing.Health()
        (health.phones, health.screens, health.moderators) = (412, 1, 1)
        (health.votes, health.waiting, health.commit, health.uptime) = (1234, 3, 180, 3600)
        (health.capacity, health.turned) = (19_000, 7)
        let hash = [UInt8](32..<64)
        let voter = try #require(
            try Roster(text: "1 3 \(String(repeating: "0a", count: 32))\n").entry(
                codeHash: String(repeating: "0a", count: 32)))
        func tally(_ weight: Int) throws -> Tally {
            var tally = Tally(optionCount: 2)
            tally.add(try Choices([0]), weight: weight)
            tally.add(try Choices([1]), weight: 1)
            return tally
        }
        func asked(_ number: Int, _ language: String) throws -> [UInt8] {
            Outgoing.question(
                try #require(meeting[QuestionID(number)]), revision: 57, place: number, of: 3, language: language,
                fallback: ["ko", "en"], leaf: number == 1 ? hash : nil)
        }
        return [
            "welcome-phone": Outgoing.welcomePhone(greeting, .open, mine: mine),
            "welcome-phone-new": Outgoing.welcomePhone(greeting, .none, mine: nil),
            "welcome-phone-unknown": Outgoing.welcomePhone(greeting, .unknown, mine: nil),
            "welcome-phone-voter": Outgoing.welcomePhone(greeting, .voter(voter), mine: nil),
            "welcome-screen": Outgoing.welcomeScreen(greeting, join: "http://192.168.0.10/", phones: 412),
            "welcome-moderator": Outgoing.welcomeModerator(
                greeting, join: "http://192.168.0.10/", screen: "http://192.168.0.10/screen#k=s", session: "00ff"),
            "idle": Outgoing.idle(revision: 57),
            "question-single-ko": try asked(1, "ko"),
            "question-single-en": try asked(1, "en"),
            "question-multiple": try asked(2, "ko"),
            "question-motion": try asked(3, "en"),
            "phase": Outgoing.phase(question, revision: 58, leaf: nil),
            "phase-open": Outgoing.phase(question, revision: 58, leaf: hash),
            "tally-hidden": Outgoing.tally(QuestionID(1), round: 1, voted: 412, tally: nil, final: false),
            "tally-final": Outgoing.tally(QuestionID(1), round: 1, voted: 2, tally: try tally(1), final: true),
            "tally-weighted": Outgoing.tally(QuestionID(1), round: 1, voted: 2, tally: try tally(20), final: false),
            "ack-promise": Outgoing.ack(id, Outgoing.Promise(deadline: 1_764_000_600, signature: Array(0..<64))),
            "keys": Outgoing.keys([
                Outgoing.TokenKey(question: QuestionID(2), round: 1, weight: 3, modulus: Array(0..<255) + [1])
            ]),
            "token": Outgoing.token(id, signature: Array(0..<255) + [1]),
            "proof": Outgoing.proof(
                leaf: hash, Outgoing.Inclusion(index: 17, path: [hash, hash]), checkpoint: "plenum/night\n18\n",
                since: [hash]),
            "proof-not-yet": Outgoing.proof(leaf: hash, nil, checkpoint: "plenum/night\n18\n", since: []),
            "head": Outgoing.head(
                Outgoing.Head(
                    size: 18, code: "ABCD-EFGH", checkpoint: "plenum/night\n18\n",
                    acts: [
                        Outgoing.Head.Act(
                            question: QuestionID(1), round: 1, name: "extend", seconds: 60, why: "늦은 버스")
                    ], isCertified: true)),
            "ack": Outgoing.ack(id),
            "done": Outgoing.done(id),
            "refused": Outgoing.refused(id, code: "not-open", text: "question 1 is not open for voting yet"),
            "refused-mine": Outgoing.refused(id, code: "already-voted", text: "…", mine: mine),
            "error": Outgoing.error(code: "bad-message", text: "not JSON \u{1}\\"),
            "room": Outgoing.room(phones: 412, screens: 1, roster: nil),
            "room-roster": Outgoing.room(phones: 412, screens: 1, roster: (eligible: 600, present: 410)),
            "agenda": Outgoing.agenda(meeting, revision: 57, language: "en"),
            "health": Outgoing.health(health),
            "bye": Outgoing.bye(retry: 1500),
            "beat": Outgoing.beat(),
        ]
    }

    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Golden")

    @Test("every message has exactly the bytes of its golden file, and every golden file its message")
    func golden() throws {
        let messages = try Self.messages()
        if ProcessInfo.processInfo.environment["PLENUM_WRITE_GOLDEN"] == "1" {
            for (name, bytes) in messages {
                try Data(bytes + [0x0A]).write(to: Self.folder.appendingPathComponent("\(name).json"))
            }
        }
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).filter {
            $0.hasSuffix(".json")
        }
        #expect(Set(files) == Set(messages.keys.map { "\($0).json" }))
        for (name, bytes) in messages {
            let file = try Data(contentsOf: Self.folder.appendingPathComponent("\(name).json"))
            #expect(String(decoding: bytes + [0x0A], as: UTF8.self) == String(decoding: file, as: UTF8.self), "\(name)")
            _ = try JSONSerialization.jsonObject(with: Data(bytes))
        }
    }

    @Test("an ack written over with another id is that other ack")
    func rewrittenAck() {
        var bytes = Outgoing.ack(MessageID(bits: 0))
        bytes.withUnsafeMutableBufferPointer { Outgoing.rewriteAck(Self.id, in: $0) }
        #expect(bytes == Outgoing.ack(Self.id))
    }

    @Test("every type of message is described in DESIGN.md")
    func described() throws {
        let design = Self.folder.appendingPathComponent("../../../Sources/Wire/DESIGN.md").standardizedFileURL
        let text = try String(contentsOf: design, encoding: .utf8)
        for bytes in try Self.messages().values {
            let object = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
            let type = try #require(object["t"] as? String)
            #expect(text.contains("| `\(type)` |") || text.contains(#"{"t":"\#(type)""#), "\(type)")
        }
    }
}
