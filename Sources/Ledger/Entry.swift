public import Voting

/// The log's entries, made: each is one JSON object in RFC 8785 form (DESIGN.md, "Entries").
///
/// What they say is the caller's; they are written as given, never checked against each other.
public enum Entry {
    /// The most roster numbers one `issue` entry lists.
    public static let maximumIssued = 5_000

    /// Entry 0: what the event is and who may vote.
    ///
    /// - Parameter roster: nil for open admission.
    /// - Throws: `entryTooLong`.
    public static func meeting(_ event: EventDefinition, roster: RosterFile?) throws(LedgerError) -> [UInt8] {
        var writer = CanonicalWriter()
        writer.member("admission", roster == nil ? "open" : "roster")
        writer.member("eligible", roster?.lines.count ?? 0)
        writer.member("event", event.slug)
        writer.member("languages", event.languages)
        writer.member("roster", Hex.encode(LogHash.plain(roster?.text ?? []).bytes))
        writer.member("t", "meeting")
        writer.member("title", event.title)
        return try bounded(writer.finish())
    }

    /// The token key of a question, round and weight.
    public static func key(_ question: QuestionID, round: Int, weight: Int, spki: [UInt8]) -> [UInt8] {
        var writer = CanonicalWriter(capacity: 512)
        writer.member("q", question.number)
        writer.member("r", round)
        writer.member("spki", base64: spki)
        writer.member("t", "key")
        writer.member("w", weight)
        return writer.finish()
    }

    /// Voting on a round opens: its wording and rules.
    ///
    /// - Throws: `entryTooLong`.
    public static func open(
        _ question: QuestionID, round: Int, _ definition: QuestionDefinition, secrecy: Secrecy
    ) throws(LedgerError) -> [UInt8] {
        var writer = CanonicalWriter(capacity: 1024)
        writer.member("change", definition.changeable)
        if let detail = definition.detail { writer.member("detail", detail) }
        writer.member("kind", definition.kind.name)
        writer.member("live", definition.live)
        writer.member("options", definition.kind == .motion ? [] : definition.options)
        writer.member("q", question.number)
        writer.member("r", round)
        writer.member("secrecy", secrecy.rawValue)
        writer.member("select", [definition.selectable.lowerBound, definition.selectable.upperBound])
        writer.member("t", "open")
        writer.member("text", definition.text)
        return try bounded(writer.finish())
    }

    /// Tokens were issued to these roster numbers, in any order: as many entries as are needed, none for none.
    public static func issue(_ question: QuestionID, round: Int, numbers: some Sequence<Int>) -> [[UInt8]] {
        let numbers = numbers.sorted()
        return stride(from: 0, to: numbers.count, by: maximumIssued).map { start in
            let part = numbers[start..<min(start + maximumIssued, numbers.count)]
            var writer = CanonicalWriter(capacity: 64 + part.count * 7)
            writer.member("n", part)
            writer.member("q", question.number)
            writer.member("r", round)
            writer.member("t", "issue")
            return writer.finish()
        }
    }

    /// A moderator's act that may sway a vote.
    ///
    /// - Parameter why: may be empty.
    /// - Throws: `entryTooLong`.
    public static func moderator(
        _ question: QuestionID, round: Int, _ act: ModeratorAct, why: String
    ) throws(LedgerError) -> [UInt8] {
        var writer = CanonicalWriter()
        writer.member("act", act.name)
        writer.member("q", question.number)
        writer.member("r", round)
        if case .extend(let seconds) = act { writer.member("s", seconds) }
        writer.member("t", "moderator")
        writer.member("why", why)
        return try bounded(writer.finish())
    }

    /// Voting on a round has closed: its result.
    public static func close(_ question: QuestionID, round: Int, _ count: RoundCount) -> [UInt8] {
        var writer = CanonicalWriter()
        writer.member("ballots", count.ballots)
        if let issued = count.issued { writer.member("issued", issued) }
        if let present = count.present { writer.member("present", present) }
        writer.member("q", question.number)
        writer.member("r", round)
        writer.member("result", count.result)
        writer.member("t", "close")
        writer.member("weight", count.weight)
        return writer.finish()
    }

    /// The last entry.
    public static let end = Array(#"{"t":"end"}"#.utf8)

    static func bounded(_ entry: [UInt8]) throws(LedgerError) -> [UInt8] {
        guard entry.count <= Log.maximumEntryBytes else { throw .entryTooLong(bytes: entry.count) }
        return entry
    }
}

/// What a moderator did to a round.
public enum ModeratorAct: Sendable, Hashable {
    /// The wording changed after the question was ready.
    case edit
    /// Closed before its time.
    case close
    /// A new round takes the place of this one.
    case reset
    /// Withdrawn.
    case void
    /// More time.
    case extend(seconds: Int)

    /// How the entry says it.
    public var name: String {
        switch self {
        case .edit: "edit"
        case .close: "close"
        case .reset: "reset"
        case .void: "void"
        case .extend: "extend"
        }
    }

    /// The seconds an extension adds.
    public var seconds: Int? {
        if case .extend(let seconds) = self { seconds } else { nil }
    }
}

/// What came of a round of voting: the body of a `close` entry.
public struct RoundCount: Sendable, Hashable {
    /// Weight per option, in option order.
    public var result: [Int]
    /// Voters whose ballot counts.
    public var ballots: Int
    /// The weight of those voters.
    public var weight: Int
    /// Tokens issued; secret ballots only.
    public var issued: Int?
    /// Voters who are there; where there is a roster.
    public var present: Int?

    public init(result: [Int], ballots: Int, weight: Int, issued: Int? = nil, present: Int? = nil) {
        self.result = result
        self.ballots = ballots
        self.weight = weight
        self.issued = issued
        self.present = present
    }
}

extension QuestionKind {
    var name: String {
        switch self {
        case .motion: "motion"
        case .single: "single"
        case .multiple: "multiple"
        }
    }
}
