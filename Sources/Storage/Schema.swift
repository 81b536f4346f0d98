internal import Foundation
internal import GRDB
import Voting

/// The tables, as a list of steps from an empty file to today's. A step that was ever released is never edited.
enum Schema {
    static let migrator: DatabaseMigrator = {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 first vote") { db in
            try db.execute(sql: "PRAGMA application_id = \(SQLiteStore.applicationID)")
            // 64- and 128-bit numbers are stored as signed integers of the same bits: no allocation on the way in.
            try db.execute(
                sql: """
                    CREATE TABLE ballot (
                        seq INTEGER PRIMARY KEY, at INTEGER NOT NULL,
                        question INTEGER NOT NULL, round INTEGER NOT NULL,
                        voter_high INTEGER NOT NULL, voter_low INTEGER NOT NULL,
                        id INTEGER NOT NULL, counter INTEGER NOT NULL, choices INTEGER NOT NULL
                    ) STRICT;
                    CREATE TABLE action (
                        seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, message INTEGER, command TEXT NOT NULL
                    ) STRICT;
                    CREATE TABLE session (
                        seq INTEGER PRIMARY KEY, at INTEGER NOT NULL,
                        token_high INTEGER NOT NULL, token_low INTEGER NOT NULL
                    ) STRICT;
                    CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
                    """)
        }
        migrator.registerMigration("2 one stream") { db in
            // `seq` is the row's first record, `count` how many it holds (more than one only of ballots).
            try db.execute(
                sql: """
                    CREATE TABLE record (
                        seq INTEGER PRIMARY KEY, count INTEGER NOT NULL, at INTEGER NOT NULL,
                        kind INTEGER NOT NULL, body BLOB NOT NULL
                    ) STRICT
                    """)
            try moveIntoOneStream(db)
            try db.execute(sql: "DROP TABLE ballot; DROP TABLE action; DROP TABLE session")
        }
        return migrator
    }()

    private static func moveIntoOneStream(_ db: Database) throws {
        func unsigned(_ value: Int64) -> UInt64 { UInt64(bitPattern: value) }
        func insert(_ row: Row, _ kind: RowKind, _ body: [UInt8]) throws {
            try db.execute(
                sql: "INSERT INTO record VALUES (?, 1, ?, ?, ?)",
                arguments: [row["seq"] as Int64, row["at"] as Int64, kind.rawValue, Data(body)])
        }
        for row in try Row.fetchAll(db, sql: "SELECT * FROM ballot") {
            var pack = BallotPack()
            pack.add(
                at: Instant(milliseconds: row["at"]),
                Ballot(
                    id: MessageID(bits: unsigned(row["id"])), counter: row["counter"],
                    choices: Choices(bits: unsigned(row["choices"]))),
                BallotContext(
                    question: QuestionID(row["question"]), round: row["round"],
                    voter: VoterID(high: unsigned(row["voter_high"]), low: unsigned(row["voter_low"]))),
                seal: nil)
            try insert(row, .ballots, pack.bytes)
        }
        for row in try Row.fetchAll(db, sql: "SELECT * FROM action") {
            let message = (row["message"] as Int64?).map { String(unsigned($0)) } ?? "null"
            try insert(row, .action, Array(#"{"command":\#(row["command"] as String),"message":\#(message)}"#.utf8))
        }
        for row in try Row.fetchAll(db, sql: "SELECT * FROM session") {
            let token = SessionToken(high: unsigned(row["token_high"]), low: unsigned(row["token_low"]))
            try insert(row, .session, try RowBody.encode(.session(token)))
        }
    }
}
