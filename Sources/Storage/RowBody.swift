internal import Foundation
import Voting

/// What a row of the stream holds; the numbers are stored and never change their meaning.
enum RowKind: Int64 {
    case action = 1
    case ballots = 2
    case session = 3
    case presence = 4
    case tokenKey = 5
    case issue = 6
    case publication = 7

    init(_ content: Record.Content) {
        self =
            switch content {
            case .action: .action
            case .ballot: .ballots
            case .session: .session
            case .presence: .presence
            case .tokenKey: .tokenKey
            case .issue: .issue
            case .publication: .publication
            }
    }
}

/// The bytes of rows that are not ballots: JSON, for they are few and should be legible to whoever looks.
enum RowBody {
    private struct Action: Codable {
        var command: Command
        var message: UInt64?
        /// Absent where no reason was given.
        var why: String?
    }

    private struct TokenKey: Codable {
        var of: TokenClass
        var der: Data
    }

    private struct Issue: Codable {
        var round: RoundID
        var number: Int
        var request: Data
    }

    static func encode(_ content: Record.Content) throws -> [UInt8] {
        switch content {
        case .ballot: preconditionFailure("ballots go the short way, by BallotPack")
        case .action(let command, let message, let why):
            try json(Action(command: command, message: message?.bits, why: why.isEmpty ? nil : why))
        case .session(let token): try json(token)
        case .presence(let number): try json(number)
        case .tokenKey(let of, let der): try json(TokenKey(of: of, der: Data(der)))
        case .issue(let round, let number, let request):
            try json(Issue(round: round, number: number, request: Data(request)))
        case .publication(let publication): try json(publication)
        }
    }

    /// - Throws: `DecodingError` for bytes that are no such thing.
    static func decode(_ kind: RowKind, _ body: Data) throws -> Record.Content {
        switch kind {
        case .ballots: preconditionFailure("ballots go the short way, by BallotPack")
        case .action:
            let action = try parsed(body, as: Action.self)
            return .action(
                action.command, message: action.message.map { MessageID(bits: $0) }, why: action.why ?? "")
        case .session: return .session(try parsed(body, as: SessionToken.self))
        case .presence: return .presence(try parsed(body, as: Int.self))
        case .tokenKey:
            let key = try parsed(body, as: TokenKey.self)
            return .tokenKey(key.of, der: Array(key.der))
        case .issue:
            let issue = try parsed(body, as: Issue.self)
            return .issue(issue.round, number: issue.number, request: Array(issue.request))
        case .publication: return .publication(try parsed(body, as: Publication.self))
        }
    }

    private static func json(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value))
    }

    private static func parsed<Value: Decodable>(_ body: Data, as type: Value.Type) throws -> Value {
        try JSONDecoder().decode(type, from: body)
    }
}
