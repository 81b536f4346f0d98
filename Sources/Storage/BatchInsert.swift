internal import CSQLite
internal import GRDB
import Voting

/// The hot path of writing: statements prepared once, ballots bound and stepped by SQLite's own calls. GRDB's arguments
/// cost twice as much as SQLite's work on such a row, and preparing BEGIN and COMMIT anew as much as four ballots.
///
/// Belongs to one connection and is used on its queue only.
final class BatchInsert {
    private let begin: Statement
    private let commit: Statement
    private let rollback: Statement
    private let ballot: Statement

    init(_ db: Database) throws {
        begin = try db.makeStatement(sql: "BEGIN IMMEDIATE TRANSACTION")
        commit = try db.makeStatement(sql: "COMMIT TRANSACTION")
        rollback = try db.makeStatement(sql: "ROLLBACK TRANSACTION")
        ballot = try db.makeStatement(sql: "INSERT INTO ballot VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
    }

    /// All of `records` in one transaction, or none.
    func run(_ records: [Record], _ db: Database) throws {
        try step(begin)
        do {
            for record in records {
                if case .ballot(let ballot) = record {
                    try insert(ballot)
                } else {
                    try SQLiteStore.insert(record, into: db)
                }
            }
            try step(commit)
        } catch {
            // After some errors (a full disk) SQLite has rolled back by itself.
            if db.isInsideTransaction { try? step(rollback) }
            throw error
        }
    }

    private func insert(_ record: BallotRecord) throws {
        let raw = ballot.sqliteStatement
        sqlite3_bind_int64(raw, 1, record.sequence)
        sqlite3_bind_int64(raw, 2, record.at.milliseconds)
        sqlite3_bind_int64(raw, 3, Int64(record.context.question.number))
        sqlite3_bind_int64(raw, 4, Int64(record.context.round))
        sqlite3_bind_int64(raw, 5, Int64(bitPattern: record.context.voter.high))
        sqlite3_bind_int64(raw, 6, Int64(bitPattern: record.context.voter.low))
        sqlite3_bind_int64(raw, 7, Int64(bitPattern: record.ballot.id.bits))
        sqlite3_bind_int64(raw, 8, Int64(record.ballot.counter))
        sqlite3_bind_int64(raw, 9, Int64(bitPattern: record.ballot.choices.bits))
        try step(ballot)
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
