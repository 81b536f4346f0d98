import Foundation
import Testing
import Voting

@testable import Interchange

/// The files beside the tests.
enum Files {
    static func url(_ path: String) throws -> URL {
        try #require(Bundle.module.resourceURL).appendingPathComponent("Files").appendingPathComponent(path)
    }

    static func bytes(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: url(path))) }

    /// The names of the files in `folder` that end in `suffix`, without it.
    static func names(in folder: String, suffix: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: url(folder).path)
            .filter { $0.hasSuffix(suffix) }.map { String($0.dropLast(suffix.count)) }.sorted()
    }
}

func faults(_ text: String) -> [Fault] {
    do {
        _ = try EventFile.read(text, name: "event.yaml")
        return []
    } catch { return error.faults }
}

/// A small right file with lines of a question to put in.
func event(question lines: String = "", head: String = "") -> String {
    """
    event: test
    title: Test
    languages: [en]
    \(head)
    questions:
      - id: a
        text: Question
        \(lines.split(separator: "\n").joined(separator: "\n    "))
    """
}

@Suite("Event files")
struct EventFileTests {
    @Test("the format of the documentation is read as written")
    func everything() throws {
        let text = """
            event: night-taxi
            title: {ko: 심야 택시, en: Night taxis}
            languages: [ko, en]
            accent: "#0B57D0"
            questions:
              - id: hours
                kind: multiple
                text: {ko: 시간대, en: Hours}
                detail: |
                  First line
                  second line
                notes: for the moderator
                options: [{ko: 하나, en: One}, {ko: 둘, en: Two}, 3]
                choose: {min: 1, max: 2}
                change: true
                live: yes
                timer: 60
                draft: true
              - {id: motion, kind: motion, text: {ko: 안건, en: Motion}}
            """
        let expected = EventDefinition(
            slug: "night-taxi", title: LocalizedText(["ko": "심야 택시", "en": "Night taxis"]), languages: ["ko", "en"],
            accent: "#0b57d0",
            questions: [
                QuestionDefinition(
                    slug: "hours", text: LocalizedText(["ko": "시간대", "en": "Hours"]),
                    detail: LocalizedText(["ko": "First line\nsecond line"]), notes: "for the moderator",
                    kind: .multiple(minimum: 1, maximum: 2),
                    options: [
                        LocalizedText(["ko": "하나", "en": "One"]), LocalizedText(["ko": "둘", "en": "Two"]),
                        LocalizedText(["ko": "3"]),
                    ], changeable: true, live: true, timer: 60, draft: true),
                QuestionDefinition(
                    slug: "motion", text: LocalizedText(["ko": "안건", "en": "Motion"]), kind: .motion),
            ])
        #expect(try EventFile.read(text, name: "event.yaml") == expected)
    }

    @Test("a byte order mark and Windows line ends change nothing")
    func windows() throws {
        let text = event(question: "kind: motion\ndetail: |\n  one\n  two")
        let plain = try EventFile.read(text, name: "event.yaml")
        let windows = [0xEF, 0xBB, 0xBF] + Array(text.replacingOccurrences(of: "\n", with: "\r\n").utf8)
        #expect(try EventFile.read(windows, name: "event.yaml") == plain)
    }

    @Test("a few aliases may repeat a scale of answers")
    func aliases() throws {
        let text = event(question: "kind: single\noptions: &scale [Good, Bad]")
        let again = "\n  - {id: b, kind: single, text: Other, options: *scale}"
        let read = try EventFile.read(text + again, name: "event.yaml")
        #expect(read.questions.map(\.options.count) == [2, 2])
    }

    @Test("the sample conference is right and uses what there is")
    func sample() throws {
        let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let sample = try EventFile.read(path: root.appendingPathComponent("kiosk/sample/night-taxi.yaml").path)
        #expect(sample.questions.count >= 7)
        #expect(Set(sample.questions.map { "\($0.kind)".prefix(6) }) == ["motion", "single", "multip"])
        for question in sample.questions {
            let texts = [question.text] + (question.detail.map { [$0] } ?? []) + question.options
            #expect(texts.allSatisfy { Set($0.byLanguage.keys) == ["ko", "en"] }, "\(question.slug)")
        }
        let burlington = try EventFile.read(path: root.appendingPathComponent("Tests/System/burlington.yaml").path)
        let ballots = try PrefLibFile.read(Files.bytes("burlington-2009-mayor.toi"), name: "burlington")
        #expect(burlington.questions[0].options.map { $0.byLanguage["en"] } == ballots.alternatives)
    }

    @Test(
        "a file that cannot be read says why",
        arguments: [("/nonexistent/event.yaml", "no such file"), ("/", "a directory")])
    func unreadable(path: String, reason: String) {
        #expect { try EventFile.read(path: path) } throws: {
            "\($0)".hasPrefix("\(path): ") && "\($0)".contains(reason)
        }
    }

    @Test("a file over the limit is not read")
    func tooLarge() {
        let bytes = [UInt8](repeating: 0x23, count: EventFile.maximumBytes + 1)
        #expect(
            throws: InterchangeError.unreadable(
                name: "x", reason: "1048577 bytes are too many; at most 1048576 are read")
        ) {
            try EventFile.read(bytes, name: "x")
        }
    }
}

@Suite("Faults of event files")
struct EventFaultTests {
    @Test(
        "a faulty file gets exactly the faults written down beside it",
        arguments: try Files.names(in: "Faulty", suffix: ".yaml"))
    func golden(name: String) throws {
        let expected = String(decoding: try Files.bytes("Faulty/\(name).faults"), as: UTF8.self)
        let bytes = try Files.bytes("Faulty/\(name).yaml")
        do {
            _ = try EventFile.read(bytes, name: "\(name).yaml")
            Issue.record("\(name).yaml was taken for right")
        } catch {
            #expect("\(error)\n" == expected)
        }
    }

    @Test(
        "one wrong line is one fault, and it says how to mend it",
        arguments: [
            ("kind: motion\ntimer: 0x3c", "timer must be a whole number", "60"),
            ("kind: motion\ntimer: \"60\"", "timer must be a whole number", "60"),
            ("kind: motion\ntimer: 86401", "86401 seconds is out of range", "5 to 86400"),
            ("kind: motion\ntimer: -5", "-5 seconds is out of range", "5 to 86400"),
            ("kind: motion\ntimer:", "not nothing", "60"),
            ("kind: motion\nchange: \"true\"", "change must be true or false", "without quotes"),
            ("kind: motion\nnote: x", "'note' is not a key", "'notes'"),
            ("kind: motion\ndescription: x", "'description' is not a key", "'detail'"),
            ("kind: motion\nzebra: x", "'zebra' is not a key", "the keys are"),
            ("kind: mottion", "'mottion'", "motion?"),
            ("kind: ranking", "'ranking'", "single (one option)"),
            ("kind: single\noptions: [A, A]", "'A' is there already", "differ"),
            ("kind: single\noptions: [A, B]\nchoose: {min: 1}", "nothing to choose", "kind: multiple"),
            ("kind: multiple\noptions: [A, B]\nchoose: {max: 3}", "3 of 2 options", "1 to the number"),
            ("kind: multiple\noptions: [A, B]\nchoose: {min: 0}", "0 of 2 options", "1 to the number"),
            ("kind: multiple\noptions: [A, B]\nchoose: {min: 2, max: 1}", "more than max", "min: 1, max: 2"),
            ("kind: multiple\noptions: {A: B}", "must be a list", "'- '"),
            ("kind: motion\noptions: [A, B]", "a motion has no options", "kind: single"),
        ])
    func single(lines: String, problem: String, remedy: String) {
        let found = faults(event(question: lines))
        #expect(found.count == 1)
        #expect(found.first.map { $0.problem.contains(problem) && $0.remedy.contains(remedy) } == true, "\(found)")
        #expect(found.first.map { (8...10).contains($0.line) } == true)
    }

    @Test("whatever is done to a file, it is read or every fault has a place in it")
    func mutations() throws {
        let folder = try Files.names(in: "Faulty", suffix: ".yaml").filter {
            !["deep", "too-long", "too-many"].contains($0)
        }
        let originals =
            try folder.map { try Files.bytes("Faulty/\($0).yaml") } + [Array(event(question: "kind: motion").utf8)]
        let alphabet = Array("\n\n  \t-:,{}[]&*#?|>\"'%@!~<a0\r\u{E9}\u{0}\u{7F}".utf8) + [0xFF, 0xC0, 0xED, 0xA0]
        var random = SplitMix(state: 2009)
        for round in 0..<4000 {
            var bytes = originals[round % originals.count]
            for _ in 0...Int.random(in: 0..<6, using: &random) {
                let at = Int.random(in: 0...bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes.insert(alphabet.randomElement(using: &random) ?? 0, at: at)
                case 1: if at < bytes.count { bytes[at] = alphabet.randomElement(using: &random) ?? 0 }
                case 2: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 0..<9, using: &random)))
                default: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + 40)], at: at)
                }
            }
            do {
                let event = try EventFile.read(bytes, name: "mutation")
                #expect(!event.languages.isEmpty && !event.questions.isEmpty)
            } catch {
                let lines = bytes.count { $0 == 0x0A || $0 == 0x0D } + 1
                #expect(!error.faults.isEmpty)
                #expect(error.faults.allSatisfy { $0.line >= 1 && $0.line <= lines && $0.column >= 1 }, "\(error)")
            }
        }
    }

    @Test("slips of the fingers are near, other words are not")
    func spelling() {
        #expect(Spelling.distance("optoins", "options") == 1)
        #expect(Spelling.distance("option", "options") == 1)
        #expect(Spelling.distance("", "abc") == 3)
        #expect(Spelling.nearest(to: "Timr", among: ["text", "timer"]) == "timer")
        #expect(Spelling.nearest(to: "id", among: ["kind", "ok"]) == nil)
    }
}

struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
