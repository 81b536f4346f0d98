internal import Foundation
internal import GRDB
import Voting

/// How records become rows and rows become records.
extension SQLiteStore {
    static func insert(_ record: Record, into db: Database) throws {
        switch record {
        case .ballot: preconditionFailure("ballots go the short way, by BatchInsert")
        case .action(let record):
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            let command = String(decoding: try encoder.encode(record.command), as: UTF8.self)
            try db.cachedStatement(sql: "INSERT INTO action VALUES (?, ?, ?, ?)").execute(arguments: [
                record.sequence, record.at.milliseconds, record.message.map { Int64(bitPattern: $0.bits) }, command,
            ])
        case .session(let record):
            try db.cachedStatement(sql: "INSERT INTO session VALUES (?, ?, ?, ?)").execute(arguments: [
                record.sequence, record.at.milliseconds, Int64(bitPattern: record.token.high),
                Int64(bitPattern: record.token.low),
            ])
        }
    }

    static func action(_ row: Row) throws -> Record {
        let sequence: Int64 = row[0]
        let command: Command
        do {
            command = try JSONDecoder().decode(Command.self, from: Data((row[3] as String).utf8))
        } catch {
            throw StorageError(.badRecord(sequence), path: "action", detail: "unknown command")
        }
        return .action(
            ActionRecord(
                sequence: sequence, at: Instant(milliseconds: row[1]),
                message: (row[2] as Int64?).map { MessageID(bits: UInt64(bitPattern: $0)) }, command: command))
    }

    static func ballot(_ row: Row) -> Record {
        .ballot(
            BallotRecord(
                sequence: row[0], at: Instant(milliseconds: row[1]),
                context: BallotContext(
                    question: QuestionID(row[2]), round: row[3], voter: voter(row[4], row[5])),
                ballot: Ballot(
                    id: MessageID(bits: UInt64(bitPattern: row[6])), counter: row[7],
                    choices: Choices(bits: UInt64(bitPattern: row[8])))))
    }

    static func session(_ row: Row) -> Record {
        .session(
            SessionRecord(sequence: row[0], at: Instant(milliseconds: row[1]), token: token(row[2], row[3])))
    }

    private static func token(_ high: Int64, _ low: Int64) -> SessionToken {
        SessionToken(high: UInt64(bitPattern: high), low: UInt64(bitPattern: low))
    }

    private static func voter(_ high: Int64, _ low: Int64) -> VoterID {
        VoterID(high: UInt64(bitPattern: high), low: UInt64(bitPattern: low))
    }
}
