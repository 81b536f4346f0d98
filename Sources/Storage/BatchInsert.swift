internal import CSQLite
internal import GRDB
import Voting

/// The hot path of writing: statements prepared once, bound and stepped by SQLite's own calls; ballots that follow one
/// another share a row. Preparing BEGIN and COMMIT anew would cost as much as four ballots in rows of their own.
///
/// Belongs to one connection and is used on its queue only.
final class BatchInsert {
    private let begin: Statement
    private let commit: Statement
    private let rollback: Statement
    private let insert: Statement
    /// Kept for its memory.
    private var pack = BallotPack()
    /// The newest record stored.
    private var last: Int64

    init(_ db: Database) throws {
        begin = try db.makeStatement(sql: "BEGIN IMMEDIATE TRANSACTION")
        commit = try db.makeStatement(sql: "COMMIT TRANSACTION")
        rollback = try db.makeStatement(sql: "ROLLBACK TRANSACTION")
        insert = try db.makeStatement(sql: "INSERT INTO record VALUES (?, ?, ?, ?, ?)")
        last = try Int64.fetchOne(db, sql: "SELECT max(seq + count - 1) FROM record") ?? 0
    }

    /// All of `records` in one transaction, or none.
    func run(_ records: [Record], _ db: Database) throws {
        try step(begin)
        do {
            var packed: (first: Record, last: Int64)?
            var newest = last
            for record in records {
                guard record.sequence > newest else {
                    throw DatabaseError(resultCode: .SQLITE_CONSTRAINT, message: "record \(record.sequence) is there")
                }
                newest = record.sequence
                if case .ballot(let ballot, let context, let seal) = record.content {
                    if let (first, last) = packed, record.sequence != last + 1 {
                        try flush(first)
                        packed = nil
                    }
                    pack.add(at: record.at, ballot, context, seal: seal)
                    packed = (packed?.first ?? record, record.sequence)
                } else {
                    if let packed { try flush(packed.first) }
                    packed = nil
                    try add(record, count: 1, kind: RowKind(record.content), try RowBody.encode(record.content))
                }
            }
            if let packed { try flush(packed.first) }
            try step(commit)
            last = newest
        } catch {
            pack.removeAll()
            // After some errors (a full disk) SQLite has rolled back by itself.
            if db.isInsideTransaction { try? step(rollback) }
            throw error
        }
    }

    private func flush(_ first: Record) throws {
        try add(first, count: pack.count, kind: .ballots, pack.bytes)
        pack.removeAll()
    }

    private func add(_ first: Record, count: Int, kind: RowKind, _ body: [UInt8]) throws {
        let raw = insert.sqliteStatement
        sqlite3_bind_int64(raw, 1, first.sequence)
        sqlite3_bind_int64(raw, 2, Int64(count))
        sqlite3_bind_int64(raw, 3, first.at.milliseconds)
        sqlite3_bind_int64(raw, 4, kind.rawValue)
        try body.withUnsafeBytes { bytes in
            // Static for SQLite: the bytes outlive the step.
            sqlite3_bind_blob64(raw, 5, bytes.baseAddress, sqlite3_uint64(bytes.count), nil)
            try step(insert)
        }
    }

    private func step(_ statement: Statement) throws {
        let raw = statement.sqliteStatement
        let code = sqlite3_step(raw)
        // The message names table and column at most, never a value.
        let message = code == SQLITE_DONE ? nil : sqlite3_db_handle(raw).map { String(cString: sqlite3_errmsg($0)) }
        sqlite3_reset(raw)
        if code != SQLITE_DONE { throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message) }
    }
}
