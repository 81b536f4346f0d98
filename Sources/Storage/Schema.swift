internal import GRDB

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
        return migrator
    }()
}
