import Foundation
import GRDB
import Testing
import Voting

@testable import Storage

struct SQLiteStoreTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func kind(_ body: () throws -> Void) -> StorageError.Kind? {
        do {
            try body()
            return nil
        } catch {
            return (error as? StorageError)?.kind
        }
    }

    @Test("the connection waits for the disk: WAL with synchronous=FULL, exclusively")
    func durable() throws {
        let store = try SQLiteStore(path: scratch.file)
        #expect(try store.pragma("journal_mode") == "wal")
        #expect(try store.pragma("synchronous") == "2")
        #expect(try store.pragma("locking_mode") == "exclusive")
    }

    @Test("a second hub on the same file is refused, and the first goes on")
    func twice() throws {
        let store = try SQLiteStore(path: scratch.file)
        try store.append([ballot(1)])
        #expect(kind { _ = try SQLiteStore(path: scratch.file) } == .inUse)
        try store.append([ballot(2)])
        #expect(try replayed(store).count == 2)
    }

    @Test("a full disk is named; what was stored stays, what was not is not half there")
    func full() throws {
        let store = try SQLiteStore(path: scratch.file)
        try store.append([ballot(1)])
        try store.limit(pages: 12)
        var stored: Int64 = 1
        let error = kind {
            while stored < 100_000 {
                try store.append((1...100).map { ballot(stored + $0) })
                stored += 100
            }
        }
        #expect(error == .diskFull)
        try store.limit(pages: 1_000_000)
        #expect(try replayed(store).count == Int(stored))
        try store.append([ballot(stored + 1)])
    }

    @Test("a file that is no database, another program's, or from a newer Plenum is refused by name")
    func foreign() throws {
        try Data(repeating: 0x41, count: 8192).write(to: URL(fileURLWithPath: scratch.file))
        #expect(kind { _ = try SQLiteStore(path: scratch.file) } == .notPlenum)
        #expect(try Data(contentsOf: URL(fileURLWithPath: scratch.file)) == Data(repeating: 0x41, count: 8192))

        let other = scratch.path + "/other.sqlite"
        try DatabaseQueue(path: other).write { try $0.execute(sql: "CREATE TABLE theirs (x)") }
        #expect(kind { _ = try SQLiteStore(path: other) } == .notPlenum)

        let newer = scratch.path + "/newer.sqlite"
        do { _ = try SQLiteStore(path: newer) }
        try DatabaseQueue(path: newer).write {
            try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('9 from the future')")
        }
        #expect(kind { _ = try SQLiteStore(path: newer) } == .newerSchema)
    }

    @Test("a damaged file is refused and left as it is")
    func corrupt() throws {
        do {
            let store = try SQLiteStore(path: scratch.file)
            try store.append((1...5000).map { ballot($0) })
        }
        let file = URL(fileURLWithPath: scratch.file)
        var bytes = try Data(contentsOf: file)
        for offset in stride(from: 20_480, to: bytes.count, by: 4096) {
            bytes.replaceSubrange(offset..<offset + 512, with: Data(repeating: 0xA5, count: 512))
        }
        try bytes.write(to: file)
        #expect(kind { _ = try replayed(SQLiteStore(path: scratch.file)) } == .corrupt)
        #expect(try Data(contentsOf: file) == bytes)
    }

    @Test("a file of the first version is taken over, record by record")
    func firstVersion() throws {
        let queue = try DatabaseQueue(path: scratch.file)
        try Schema.migrator.migrate(queue, upTo: "1 first vote")
        try queue.write { db in
            try db.execute(
                sql: """
                    INSERT INTO session VALUES (1, 5, -1, 7);
                    INSERT INTO action VALUES (2, 6, -9223372036854775808, '{"close":{"_0":3}}');
                    INSERT INTO ballot VALUES (3, 7, 3, 2, -1, 9, -2, 4, -9223372036854775803);
                    INSERT INTO action VALUES (4, 8, NULL, '{"clear":{}}');
                    """)
        }
        try queue.close()
        let store = try SQLiteStore(path: scratch.file)
        try store.append([ballot(5)])
        let context = BallotContext(question: QuestionID(3), round: 2, voter: VoterID(high: .max, low: 9))
        let kept = Ballot(id: MessageID(bits: .max - 1), counter: 4, choices: Choices(bits: 1 << 63 | 5))
        func record(_ sequence: Int64, _ content: Storage.Record.Content) -> Storage.Record {
            Storage.Record(sequence: sequence, at: Instant(milliseconds: sequence + 4), content)
        }
        #expect(
            try replayed(store) == [
                record(1, .session(SessionToken(high: .max, low: 7))),
                record(2, .action(.close(QuestionID(3)), message: MessageID(bits: 1 << 63))),
                record(3, .ballot(kept, context, seal: nil)), record(4, .action(.clear, message: nil)), ballot(5),
            ])
    }

    @Test("a directory that is not there, and one that cannot be written, are named")
    func places() throws {
        #expect(kind { _ = try SQLiteStore(path: scratch.path + "/none/event.sqlite") } == .cannotOpen)
        let error = #expect(throws: StorageError.self) { _ = try SQLiteStore(path: "/proc/event.sqlite") }
        #expect(error?.description.contains("/proc/event.sqlite") == true)
    }

    @Test("no message of an error shows what was stored")
    func discreet() throws {
        let store = try SQLiteStore(path: scratch.file)
        try store.append([ballot(1, voter: 123_456_789_123)])
        let error = #expect(throws: StorageError.self) { try store.append([ballot(1, voter: 123_456_789_123)]) }
        #expect(error?.description.contains("123456789123") == false)
    }
}

struct JournalTests {
    @Test("batches are written in order, each reported after it is stored")
    func order() throws {
        let scratch = try Scratch()
        let journal = Journal(try SQLiteStore(path: scratch.file))
        let reports = Reports()
        for batch in 0..<50 {
            journal.submit((1...10).map { ballot(Int64(batch * 10 + $0)) }) { result in
                reports.add((try? result.get().records) ?? -1)
            }
        }
        journal.close()
        #expect(reports.all == Array(repeating: 10, count: 50))
    }

    @Test("after one failed batch none is reported as stored")
    func failure() throws {
        let scratch = try Scratch()
        let journal = Journal(try SQLiteStore(path: scratch.file))
        let reports = Reports()
        for records in [[ballot(1)], [ballot(1)], [ballot(2)]] {
            journal.submit(records) { result in reports.add((try? result.get().records) ?? -1) }
        }
        journal.close()
        #expect(reports.all == [1, -1, -1])
    }
}

final class Reports: @unchecked Sendable {
    // Guarded by `lock`.
    private var values: [Int] = []
    private let lock = NSLock()

    func add(_ value: Int) { lock.withLock { values.append(value) } }

    var all: [Int] { lock.withLock { values } }
}
