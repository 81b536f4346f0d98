public import Voting

/// What the hub may say to a page, as the UTF-8 bytes of one JSON object.
///
/// Texts come in already chosen for the session's language: Wire knows no languages.
public enum Outgoing {
    /// What every welcome says.
    public struct Greeting: Hashable, Sendable {
        public var revision: Int
        public var now: Instant
        /// The data directory's own random number: pages drop what they kept of another run.
        public var run: MessageID
        public var event: String
        public var accent: String?
        public var language: String
        public var languages: [String]
        /// The key of the event's log (C2SP signed-note vkey).
        public var vkey: String

        public init(
            revision: Int, now: Instant, run: MessageID, event: String, accent: String?, language: String,
            languages: [String], vkey: String
        ) {
            self.revision = revision
            self.now = now
            self.run = run
            self.event = event
            self.accent = accent
            self.language = language
            self.languages = languages
            self.vkey = vkey
        }

        var json: JSONWriter {
            var json = JSONWriter(type: "welcome")
            json.member("rev", revision)
            json.member("now", now.milliseconds)
            json.member("run", id: run.bits)
            json.member("event", event)
            json.member("accent", accent)
            json.member("lang", language)
            json.member("langs", languages)
            json.member("vkey", vkey)
            return json
        }
    }

    /// What a phone's ticket is good for.
    public enum Admission: Hashable, Sendable {
        /// The event has no roster.
        case open
        /// There is a roster, and the phone showed no ticket, or one that is unknown.
        case none, unknown
        /// The holder of a roster entry.
        case voter(Roster.Entry)
    }

    public static func welcomePhone(_ greeting: Greeting, _ admission: Admission, mine: Vote?) -> [UInt8] {
        var json = greeting.json
        switch admission {
        case .open: break
        case .none: json.member("ticket", "none")
        case .unknown: json.member("ticket", "unknown")
        case .voter(let entry):
            var voter = JSONWriter()
            voter.member("n", entry.number)
            voter.member("w", entry.weight)
            json.member("voter", object: voter)
        }
        if let mine { json.member("mine", object: mine.json) }
        return json.finished()
    }

    public static func welcomeScreen(_ greeting: Greeting, join: String, phones: Int) -> [UInt8] {
        var json = greeting.json
        json.member("join", join)
        json.member("phones", phones)
        return json.finished()
    }

    public static func welcomeModerator(
        _ greeting: Greeting, join: String, screen: String, session: String
    ) -> [UInt8] {
        var json = greeting.json
        json.member("join", join)
        json.member("screen", screen)
        json.member("session", session)
        return json.finished()
    }

    public static func idle(revision: Int) -> [UInt8] {
        var json = JSONWriter(type: "idle")
        json.member("rev", revision)
        return json.finished()
    }

    public static func ack(_ id: MessageID) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        bytes.append(contentsOf: #"{"t":"ack","id":""#.utf8)
        Base64URL.append64(id.bits, to: &bytes)
        bytes.append(contentsOf: #""}"#.utf8)
        return bytes
    }

    /// Writes another id into the bytes of an ack.
    public static func rewriteAck(_ id: MessageID, in bytes: UnsafeMutableBufferPointer<UInt8>) {
        Base64URL.write64(id.bits, to: UnsafeMutableBufferPointer(rebasing: bytes[#"{"t":"ack","id":""#.utf8.count...]))
    }

    public static func done(_ id: MessageID) -> [UInt8] {
        var json = JSONWriter(type: "done")
        json.member("id", id: id.bits)
        return json.finished()
    }

    public static func refused(_ id: MessageID, code: String, text: String, mine: Vote? = nil) -> [UInt8] {
        var json = JSONWriter(type: "refused")
        json.member("id", id: id.bits)
        json.member("code", code)
        json.member("text", text)
        if let mine { json.member("mine", object: mine.json) }
        return json.finished()
    }

    public static func error(code: String, text: String) -> [UInt8] {
        var json = JSONWriter(type: "error")
        json.member("code", code)
        json.member("text", text)
        return json.finished()
    }

    /// - Parameter roster: how many are entitled and how many of them have come; nil without a roster.
    public static func room(phones: Int, screens: Int, roster: (eligible: Int, present: Int)?) -> [UInt8] {
        var json = JSONWriter(type: "room")
        json.member("phones", phones)
        json.member("screens", screens)
        json.member("eligible", roster?.eligible)
        json.member("present", roster?.present)
        return json.finished()
    }

    public static func bye(retry milliseconds: Int) -> [UInt8] {
        var json = JSONWriter(type: "bye")
        json.member("retry", milliseconds)
        return json.finished()
    }

    public static func beat() -> [UInt8] { JSONWriter(type: "beat").finished() }
}

extension Vote {
    /// As `mine` in a message: the ballot of a device that counts.
    fileprivate var json: JSONWriter {
        var json = JSONWriter()
        json.member("q", question.number)
        json.member("r", round)
        json.member("id", id: ballot.id.bits)
        json.member("n", ballot.counter)
        json.member("c", ballot.choices.positions)
        return json
    }
}
