internal import Foundation
internal import GRDB
import Voting

/// Records in one SQLite file: one exclusive connection, write-ahead log, synchronous=FULL.
///
/// FULL makes every commit wait for the disk (SQLite documentation, PRAGMA synchronous). It has to be set after WAL,
/// which resets it to NORMAL; opening fails if it does not hold.
public final class SQLiteStore: Store {
    public let path: String
    private let queue: DatabaseQueue
    /// Prepared at the first batch; used on the queue only.
    private var inserts: BatchInsert?

    static let applicationID: Int32 = 0x504C_4E4D  // "PLNM"

    /// Opens or creates the file and brings its schema up to date.
    public init(path: String) throws(StorageError) {
        self.path = path
        // SQLite reports these as vague input/output errors once the write-ahead log is involved.
        if access(path, F_OK) == 0, access(path, W_OK) != 0 {
            throw StorageError(.readOnly, path: path, detail: String(cString: strerror(errno)))
        }
        do {
            var configuration = Configuration()
            configuration.label = "plenum.storage"
            configuration.prepareDatabase { db in
                try db.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
                try db.execute(sql: "PRAGMA journal_mode = WAL")
                try db.execute(sql: "PRAGMA synchronous = FULL")
            }
            queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.inDatabase { db in try Self.check(db, path: path) }
            try Schema.migrator.migrate(queue)
        } catch {
            throw Self.translate(error, path: path)
        }
    }

    private static func check(_ db: Database, path: String) throws {
        guard try Int.fetchOne(db, sql: "PRAGMA synchronous") == 2,
            try String.fetchOne(db, sql: "PRAGMA journal_mode")?.lowercased() == "wal"
        else {
            throw StorageError(.other, path: path, detail: "SQLite does not keep WAL with synchronous=FULL here")
        }
        let application = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
        let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
        guard application == applicationID || (application == 0 && tables == 0) else {
            throw StorageError(.notPlenum, path: path, detail: "application id \(application)")
        }
        if try Schema.migrator.hasBeenSuperseded(db) {
            throw StorageError(.newerSchema, path: path, detail: "it has tables this version does not know")
        }
        if let fault = try String.fetchOne(db, sql: "PRAGMA quick_check(1)"), fault != "ok" {
            throw StorageError(.corrupt, path: path, detail: fault)
        }
    }

    public func replay(_ each: (Record) throws -> Void) throws {
        do {
            try queue.inDatabase { db in
                let rows = try Row.fetchCursor(db, sql: "SELECT seq, count, at, kind, body FROM record ORDER BY seq")
                var expected: Int64 = 1
                while let row = try rows.next() {
                    let first: Int64 = row[0]
                    guard first == expected else {
                        throw StorageError(.gap(expected: expected, found: first), path: path, detail: "replaying")
                    }
                    try read(row, first) { at, content in
                        try each(Record(sequence: expected, at: at, content))
                        expected += 1
                    }
                }
            }
        } catch let error as DatabaseError {
            throw Self.translate(error, path: path)
        }
    }

    private func read(_ row: Row, _ first: Int64, _ each: (Instant, Record.Content) throws -> Void) throws {
        guard let kind = RowKind(rawValue: row[3]) else {
            throw StorageError(.badRecord(first), path: path, detail: "unknown kind")
        }
        if kind == .ballots {
            let count: Int = row[1]
            let isWhole = try row.withUnsafeData(atIndex: 4) { data in
                try (data ?? Data()).withUnsafeBytes { try BallotPack.unpack($0, count: count, each) }
            }
            if !isWhole { throw StorageError(.badRecord(first), path: path, detail: "not so many ballots") }
        } else {
            let content: Record.Content
            do { content = try RowBody.decode(kind, row[4]) } catch {
                throw StorageError(.badRecord(first), path: path, detail: "it cannot be read")
            }
            try each(Instant(milliseconds: row[2]), content)
        }
    }

    public func append(_ records: [Record]) throws(StorageError) {
        do {
            try queue.writeWithoutTransaction { db in
                if inserts == nil { inserts = try BatchInsert(db) }
                try inserts?.run(records, db)
            }
        } catch {
            throw Self.translate(error, path: path)
        }
    }

    public func setting(_ name: String) throws(StorageError) -> String? {
        do {
            return try queue.inDatabase {
                try String.fetchOne($0, sql: "SELECT value FROM setting WHERE name = ?", arguments: [name])
            }
        } catch {
            throw Self.translate(error, path: path)
        }
    }

    public func set(_ name: String, to value: String) throws(StorageError) {
        do {
            try queue.inDatabase {
                try $0.execute(
                    sql: "INSERT INTO setting VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                    arguments: [name, value])
            }
        } catch {
            throw Self.translate(error, path: path)
        }
    }

    public func close() throws(StorageError) {
        inserts = nil
        do { try queue.close() } catch { throw Self.translate(error, path: path) }
    }

    /// For tests: caps the file, so that the next growth is refused as on a full disk.
    func limit(pages: Int) throws {
        try queue.inDatabase { try $0.execute(sql: "PRAGMA max_page_count = \(pages)") }
    }

    /// For tests: what a PRAGMA answers on the connection in use.
    func pragma(_ name: String) throws -> String? {
        try queue.inDatabase { try String.fetchOne($0, sql: "PRAGMA \(name)") }
    }

    static func translate(_ error: any Error, path: String) -> StorageError {
        guard let error = error as? DatabaseError else {
            return error as? StorageError ?? StorageError(.other, path: path, detail: "\(error)")
        }
        let kind: StorageError.Kind =
            switch error.resultCode {
            case .SQLITE_FULL: .diskFull
            case .SQLITE_READONLY, .SQLITE_PERM: .readOnly
            case .SQLITE_CORRUPT: .corrupt
            case .SQLITE_NOTADB: .notPlenum
            case .SQLITE_BUSY, .SQLITE_LOCKED: .inUse
            case .SQLITE_CANTOPEN: .cannotOpen
            case .SQLITE_IOERR: .inputOutput
            default: .other
            }
        return StorageError(kind, path: path, detail: error.message ?? "SQLite code \(error.resultCode.rawValue)")
    }
}
