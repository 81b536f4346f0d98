internal import CSQLite
internal import GRDB
import Voting

/// The hot insert: one prepared statement, bound and stepped by SQLite's own calls. GRDB's arguments cost twice as much
/// as SQLite's work on such a row.
struct BallotInsert {
    private let statement: Statement

    init(_ db: Database) throws {
        statement = try db.cachedStatement(sql: "INSERT INTO ballot VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
    }

    func run(_ record: BallotRecord) throws {
        let raw = statement.sqliteStatement
        sqlite3_bind_int64(raw, 1, record.sequence)
        sqlite3_bind_int64(raw, 2, record.at.milliseconds)
        sqlite3_bind_int64(raw, 3, Int64(record.context.question.number))
        sqlite3_bind_int64(raw, 4, Int64(record.context.round))
        sqlite3_bind_int64(raw, 5, Int64(bitPattern: record.context.voter.high))
        sqlite3_bind_int64(raw, 6, Int64(bitPattern: record.context.voter.low))
        sqlite3_bind_int64(raw, 7, Int64(bitPattern: record.ballot.id.bits))
        sqlite3_bind_int64(raw, 8, Int64(record.ballot.counter))
        sqlite3_bind_int64(raw, 9, Int64(bitPattern: record.ballot.choices.bits))
        let code = sqlite3_step(raw)
        sqlite3_reset(raw)
        guard code == SQLITE_DONE else {
            // The message names table and column at most, never a value.
            let message = sqlite3_db_handle(raw).map { String(cString: sqlite3_errmsg($0)) }
            throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
        }
    }
}
