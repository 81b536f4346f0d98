internal import Foundation
public import Voting

/// What a page may say to the hub.
public enum Incoming: Hashable, Sendable {
    case hello(Hello)
    case vote(Vote)
    case act(Act)
    case beat

    /// Reads one message.
    ///
    /// - Throws: `WireError.badMessage` that names the member at fault, or `.ballot` for choices no question could have.
    public static func decode(_ bytes: UnsafeRawBufferPointer) throws(WireError) -> Incoming {
        if let vote = VoteScanner.scan(bytes) { return .vote(vote) }
        if let hello = HelloScanner.scan(bytes) { return .hello(hello) }
        return try decodeAny(bytes)
    }

    /// The general way, for everything `VoteScanner` does not take.
    static func decodeAny(_ bytes: UnsafeRawBufferPointer) throws(WireError) -> Incoming {
        let fields: Fields
        do {
            fields = try JSONDecoder().decode(Fields.self, from: Data(bytes))
        } catch let error as DecodingError {
            throw .badMessage(describe(error))
        } catch {
            throw .badMessage("not JSON")
        }
        switch fields.t {
        case "hello": return .hello(try Hello(fields))
        case "vote": return .vote(try Vote(fields))
        case "do": return .act(try Act(fields))
        case "beat": return .beat
        case let other: throw .badMessage("unknown message '\(other.prefix(20))'")
        }
    }

    private static func describe(_ error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, _): "member '\(key.stringValue)' is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            context.codingPath.isEmpty
                ? "a message is one JSON object"
                : "member '\(context.codingPath[0].stringValue)' has the wrong type"
        default: "not JSON"
        }
    }
}

/// Every member any message may have; the messages pick theirs.
struct Fields: Decodable {
    var t: String
    var `as`: String?
    var device: String?
    var key: String?
    var session: String?
    var lang: String?
    var preview: Bool?
    var rev: Int?
    var id: String?
    var q: Int?
    var r: Int?
    var n: Int?
    var c: [Int]?
    var act: String?
    var `for`: Int?

    func need<Value>(_ value: Value?, _ name: String) throws(WireError) -> Value {
        guard let value else { throw .badMessage("member '\(name)' is missing") }
        return value
    }

    func messageID() throws(WireError) -> MessageID {
        guard let bits = Base64URL.decode64(try need(id, "id").utf8) else {
            throw .badMessage("member 'id' is 11 characters of base64url for 64 bits")
        }
        return MessageID(bits: bits)
    }
}

/// A page introduces itself; may be said again, in another language for one.
public struct Hello: Hashable, Sendable {
    public enum Role: Hashable, Sendable {
        case phone(VoterID)
        /// `isPreview`: it shows a moderator what the audience sees, and is no screen of the room.
        case screen(key: String, isPreview: Bool)
        case moderator(key: String?, session: String?)
    }
    public var role: Role
    public var language: String?
    /// The last revision the page saw; 0 if none.
    public var revision: Int

    public init(role: Role, language: String?, revision: Int) {
        self.role = role
        self.language = language
        self.revision = revision
    }

    init(_ fields: Fields) throws(WireError) {
        switch try fields.need(fields.as, "as") {
        case "phone":
            guard let bits = Base64URL.decode128(try fields.need(fields.device, "device").utf8) else {
                throw .badMessage("member 'device' is 22 characters of base64url for 128 bits")
            }
            role = .phone(VoterID(high: bits.high, low: bits.low))
        case "screen": role = .screen(key: try fields.need(fields.key, "key"), isPreview: fields.preview ?? false)
        case "moderator":
            guard fields.key != nil || fields.session != nil else { throw .badMessage("member 'key' is missing") }
            role = .moderator(key: fields.key, session: fields.session)
        case let other: throw .badMessage("member 'as' is phone, screen or moderator, not '\(other.prefix(20))'")
        }
        language = fields.lang
        revision = fields.rev ?? 0
    }
}

/// A ballot with what it is about: on its way in, or shown to its device as the one that counts.
public struct Vote: Hashable, Sendable {
    public var question: QuestionID
    public var round: Int
    public var ballot: Ballot

    public init(question: QuestionID, round: Int, ballot: Ballot) {
        self.question = question
        self.round = round
        self.ballot = ballot
    }

    init(_ fields: Fields) throws(WireError) {
        let id = try fields.messageID()
        question = QuestionID(try fields.need(fields.q, "q"))
        round = try fields.need(fields.r, "r")
        let counter = try fields.need(fields.n, "n")
        let positions = try fields.need(fields.c, "c")
        do {
            ballot = Ballot(id: id, counter: counter, choices: try Choices(positions))
        } catch {
            throw .ballot(id: id, error)
        }
    }
}

/// A moderator's act, together with what the moderator saw when acting.
public struct Act: Hashable, Sendable {
    public enum Name: String, Hashable, Sendable, CaseIterable {
        case prepare, show, clear, open, close, reveal, hide, reset, void, extend
    }
    public var id: MessageID
    public var name: Name
    /// Nil only for `clear`.
    public var question: QuestionID?
    public var round: Int?
    public var seconds: Int?

    public init(id: MessageID, name: Name, question: QuestionID?, round: Int?, seconds: Int?) {
        self.id = id
        self.name = name
        self.question = question
        self.round = round
        self.seconds = seconds
    }

    init(_ fields: Fields) throws(WireError) {
        id = try fields.messageID()
        let word = try fields.need(fields.act, "act")
        guard let name = Name(rawValue: word) else { throw .badMessage("unknown act '\(word.prefix(20))'") }
        self.name = name
        if name != .clear {
            question = QuestionID(try fields.need(fields.q, "q"))
            round = try fields.need(fields.r, "r")
        }
        seconds = name == .extend ? try fields.need(fields.for, "for") : fields.for
    }

    /// The command it asks for.
    public var command: Command {
        guard let question else { return .clear }
        return switch name {
        case .prepare: .prepare(question)
        case .show: .show(question)
        case .clear: .clear
        case .open: .open(question, seconds: seconds)
        case .close: .close(question)
        case .reveal: .reveal(question)
        case .hide: .hide(question)
        case .reset: .reset(question)
        case .void: .void(question)
        case .extend: .extend(question, seconds: seconds ?? 0)
        }
    }
}
