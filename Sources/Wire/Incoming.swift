internal import Foundation
internal import Ledger
public import Voting

/// What a page may say to the hub.
public enum Incoming: Hashable, Sendable {
    case hello(Hello)
    case vote(Vote)
    case act(Act)
    case token(BlindRequest)
    case proof(ProofRequest)
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
        case "token": return .token(try BlindRequest(fields))
        case "proof": return .proof(try ProofRequest(fields))
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
    var why: String?
    var ticket: String?
    var w: Int?
    var k: String?
    var a: String?
    var s: String?
    var b: String?
    var leaf: String?
    var have: Int?

    func need<Value>(_ value: Value?, _ name: String) throws(WireError) -> Value {
        guard let value else { throw .badMessage("member '\(name)' is missing") }
        return value
    }

    /// A member that is base64 of exactly `count` bytes.
    func bytes(_ value: String?, _ name: String, count: Int) throws(WireError) -> [UInt8] {
        guard let bytes = Base64.decode(try need(value, name), count: count) else {
            throw .badMessage("member '\(name)' is base64 of \(count) bytes")
        }
        return bytes
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
    /// The code on a phone's ticket, at most 64 characters.
    public var ticket: String?

    public init(role: Role, language: String?, revision: Int, ticket: String? = nil) {
        self.role = role
        self.language = language
        self.revision = revision
        self.ticket = ticket
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
        if let ticket = fields.ticket, !(1...64).contains(ticket.utf8.count) {
            throw .badMessage("member 'ticket' is 1 to 64 characters")
        }
        ticket = fields.ticket
    }
}

/// A ballot with what it is about: on its way in, or shown to its device as the one that counts.
public struct Vote: Hashable, Sendable {
    public var question: QuestionID
    public var round: Int
    public var ballot: Ballot
    /// With a secret ballot: the weight its token is for, and what proves it.
    public var weight: Int
    public var seal: Seal?

    public init(question: QuestionID, round: Int, ballot: Ballot, weight: Int = 1, seal: Seal? = nil) {
        self.question = question
        self.round = round
        self.ballot = ballot
        self.weight = weight
        self.seal = seal
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
        weight = 1
        guard fields.k != nil || fields.a != nil || fields.s != nil || fields.w != nil else { return }
        weight = try fields.need(fields.w, "w")
        guard Roster.weightRange.contains(weight) else { throw .badMessage("member 'w' is a weight, 1 to 1000000") }
        seal = Seal(
            try fields.bytes(fields.k, "k", count: 32) + fields.bytes(fields.a, "a", count: 256)
                + fields.bytes(fields.s, "s", count: 64))
    }
}

/// A moderator's act, together with what the moderator saw when acting.
public struct Act: Hashable, Sendable {
    public enum Name: String, Hashable, Sendable, CaseIterable {
        case prepare, show, clear, open, close, reveal, hide, reset, void, extend, end
    }
    public var id: MessageID
    public var name: Name
    /// Nil only for `clear` and `end`.
    public var question: QuestionID?
    public var round: Int?
    public var seconds: Int?
    /// The moderator's reason, for the record; may be empty.
    public var why: String

    /// Characters a reason may have.
    public static let whyLength = 200

    public init(id: MessageID, name: Name, question: QuestionID?, round: Int?, seconds: Int?, why: String = "") {
        self.id = id
        self.name = name
        self.question = question
        self.round = round
        self.seconds = seconds
        self.why = why
    }

    init(_ fields: Fields) throws(WireError) {
        id = try fields.messageID()
        let word = try fields.need(fields.act, "act")
        guard let name = Name(rawValue: word) else { throw .badMessage("unknown act '\(word.prefix(20))'") }
        self.name = name
        why = fields.why ?? ""
        guard why.count <= Self.whyLength else {
            throw .badMessage("member 'why' is at most \(Self.whyLength) characters")
        }
        if name != .clear, name != .end {
            question = QuestionID(try fields.need(fields.q, "q"))
            round = try fields.need(fields.r, "r")
        }
        seconds = name == .extend ? try fields.need(fields.for, "for") : fields.for
    }

    /// The command it asks for.
    public var command: Command {
        guard let question else { return name == .end ? .end : .clear }
        return switch name {
        case .prepare: .prepare(question)
        case .show: .show(question)
        case .clear: .clear
        case .end: .end
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
