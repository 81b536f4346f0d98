import Foundation
import Testing
import Voting

@testable import Storage

/// A folder that goes away with the test.
final class Scratch {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("plenum-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    var file: String { "\(path)/event.sqlite" }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

func ballot(_ sequence: Int64, voter: UInt64 = .max, seal: Seal? = nil) -> Record {
    Record(
        sequence: sequence, at: Instant(milliseconds: 1_764_000_000_000 + sequence),
        .ballot(
            Ballot(id: MessageID(bits: UInt64.max - UInt64(sequence)), counter: 4, choices: Choices(bits: 1 << 63 | 5)),
            BallotContext(
                question: QuestionID(3), round: 2, voter: VoterID(high: voter, low: UInt64(sequence)), weight: 7),
            seal: seal))
}

func action(_ sequence: Int64, _ command: Command) -> Record {
    Record(
        sequence: sequence, at: Instant(milliseconds: sequence), .action(command, message: MessageID(bits: 1 << 63)))
}

func replayed(_ store: any Store) throws -> [Record] {
    var records: [Record] = []
    try store.replay { records.append($0) }
    return records
}

/// What every store promises.
struct StoreContractTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test("records of all kinds come back as they went in, in order, also from a store opened again")
    func roundTrip() throws {
        let definition = EventDefinition(
            slug: "e", title: LocalizedText(["ko": "심야할증", "en": "Night"]), languages: ["ko", "en"], accent: "#0b57d0",
            questions: [
                QuestionDefinition(
                    slug: "q", text: LocalizedText(["ko": "가?"]), detail: LocalizedText(["ko": "나"]), notes: "n",
                    kind: .multiple(minimum: 1, maximum: 2), options: [LocalizedText(["ko": "다"])], changeable: true,
                    live: true, timer: 60, draft: true)
            ])
        let id = QuestionID(1)
        let now = Instant(milliseconds: 5)
        let records: [Record] = [
            action(1, .adopt(definition)), ballot(2), action(3, .open(id, seconds: 60)),
            action(4, .open(id, seconds: nil)),
            Record(sequence: 5, at: now, .session(SessionToken(high: .max, low: 1))),
            ballot(6), action(7, .close(id)), action(8, .clear), action(9, .extend(id, seconds: 30)),
            Record(sequence: 10, at: now, .action(.prepare(id), message: nil)),
            ballot(11), ballot(12, seal: Seal((0..<352).map { UInt8($0 & 255) })), ballot(13),
            Record(sequence: 14, at: now, .presence(17)),
            Record(sequence: 15, at: now, .tokenKey(TokenClass(RoundID(id, 2), weight: 3), der: [1, 2])),
            Record(sequence: 16, at: now, .issue(RoundID(id, 1), number: 17, request: [9])),
            Record(
                sequence: 17, at: now,
                .publication(
                    Publication(before: [#"{"t":"가"}"#], through: 16, ballotsThrough: 13, after: [], checkpoint: "n\n"))
            ),
        ]
        do {
            let store = try SQLiteStore(path: scratch.file)
            try store.append(Array(records.prefix(4)))
            try store.append(Array(records.dropFirst(4)))
            #expect(try replayed(store) == records)
        }
        #expect(try replayed(SQLiteStore(path: scratch.file)) == records)
    }

    @Test("a batch is stored whole or not at all")
    func atomic() throws {
        let store = try SQLiteStore(path: scratch.file)
        try store.append([ballot(1), ballot(2)])
        #expect(throws: StorageError.self) { try store.append([ballot(3), ballot(4), ballot(2)]) }
        #expect(try replayed(store) == [ballot(1), ballot(2)])
        try store.append([ballot(3)])
        #expect(try replayed(store).count == 3)
    }

    @Test("a missing record is found when replaying and named")
    func gap() throws {
        let store = try SQLiteStore(path: scratch.file)
        try store.append([ballot(1), action(2, .clear), ballot(4)])
        let error = #expect(throws: StorageError.self) { try replayed(store) }
        #expect(error?.kind == .gap(expected: 3, found: 4))
    }

    @Test("settings are kept and replaced")
    func settings() throws {
        let store = try SQLiteStore(path: scratch.file)
        #expect(try store.setting("key") == nil)
        try store.set("key", to: "a")
        try store.set("key", to: "b")
        #expect(try store.setting("key") == "b")
    }

    @Test("an empty store replays nothing")
    func empty() throws {
        #expect(try replayed(SQLiteStore(path: scratch.file)).isEmpty)
    }
}
