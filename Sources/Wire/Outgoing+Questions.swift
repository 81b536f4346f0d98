public import Voting

extension Outgoing {
    /// The active question in full, for phones and screens.
    ///
    /// - Parameter leaf: 32 bytes, the leaf hash of the round's `open` entry; nil before it is open.
    public static func question(
        _ question: Question, revision: Int, place: Int, of total: Int, language: String, fallback: [String],
        leaf: [UInt8]?
    ) -> [UInt8] {
        var json = JSONWriter(type: "question")
        json.member("rev", revision)
        json.member("q", question.id.number)
        json.member("r", question.round.number)
        json.member("nr", place)
        json.member("of", total)
        json.member("state", question.state.rawValue)
        json.wording(of: question.definition, language: language, fallback: fallback)
        json.member("closes", question.closesAt?.milliseconds)
        json.member("open", base64: leaf)
        return json.finished()
    }

    /// The same question moved on.
    public static func phase(_ question: Question, revision: Int, leaf: [UInt8]?) -> [UInt8] {
        var json = JSONWriter(type: "phase")
        json.member("rev", revision)
        json.member("q", question.id.number)
        json.member("r", question.round.number)
        json.member("state", question.state.rawValue)
        json.member("closes", question.closesAt?.milliseconds)
        json.member("open", base64: leaf)
        return json.finished()
    }

    /// Turnout, and the counts if they may be seen.
    ///
    /// - Parameters:
    ///   - voted: voters whose ballot is accepted.
    ///   - tally: what may be shown, nil while hidden; of secret and named votes the part that is in the log.
    public static func tally(
        _ question: QuestionID, round: Int, voted: Int, tally: Tally?, final: Bool
    ) -> [UInt8] {
        var json = JSONWriter(type: "tally")
        json.member("q", question.number)
        json.member("r", round)
        json.member("ballots", voted)
        if let tally {
            json.member("counts", tally.counts)
            // What the counts are to be held against, where it is not the number of ballots.
            if tally.weight != voted { json.member("weight", tally.weight) }
        }
        if final { json.member("final", true) }
        return json.finished()
    }

    /// The whole agenda for the moderator, in one language.
    ///
    /// - Parameter logged: of secret and named rounds, the counts of what is in the log.
    public static func agenda(
        _ meeting: Meeting, revision: Int, language: String, logged: [RoundID: Tally] = [:]
    ) -> [UInt8] {
        var json = JSONWriter(type: "agenda")
        json.member("rev", revision)
        json.member("active", meeting.active?.number ?? 0)
        json.member(
            "questions",
            objects: meeting.questions.map { question in
                var json = JSONWriter()
                json.member("q", question.id.number)
                json.member("r", question.round.number)
                json.member("state", question.state.rawValue)
                json.wording(of: question.definition, language: language, fallback: meeting.definition.languages)
                json.member("notes", question.definition.notes)
                json.member("timer", question.definition.timer)
                json.member("closes", question.closesAt?.milliseconds)
                json.member("ballots", question.round.tally.ballots)
                if question.resultIsVisible {
                    let tally = logged[question.roundID] ?? question.round.tally
                    json.member("counts", tally.counts)
                    if tally.weight != question.round.tally.ballots { json.member("weight", tally.weight) }
                }
                return json
            })
        return json.finished()
    }

    /// The room's health, for the moderator.
    public struct Health: Hashable, Sendable {
        public var phones = 0
        public var screens = 0
        public var moderators = 0
        public var votes = 0
        /// Ballots accepted and not on disk yet.
        public var waiting = 0
        /// Microseconds the last commit took.
        public var commit = 0
        /// How many phones have a place, and how many were turned away since the start.
        public var capacity = 0
        public var turned = 0
        /// Seconds since the hub started.
        public var uptime = 0

        public init() {}
    }

    public static func health(_ health: Health) -> [UInt8] {
        var json = JSONWriter(type: "health")
        json.member("phones", health.phones)
        json.member("screens", health.screens)
        json.member("moderators", health.moderators)
        json.member("votes", health.votes)
        json.member("waiting", health.waiting)
        json.member("commit", health.commit)
        json.member("capacity", health.capacity)
        json.member("turned", health.turned)
        json.member("uptime", health.uptime)
        return json.finished()
    }
}

extension JSONWriter {
    /// The members `question` and `agenda` share.
    fileprivate mutating func wording(of definition: QuestionDefinition, language: String, fallback: [String]) {
        let kind =
            switch definition.kind {
            case .motion: "motion"
            case .single: "single"
            case .multiple: "multiple"
            }
        member("kind", kind)
        member("text", definition.text.text(in: language, fallback: fallback))
        member("detail", definition.detail?.text(in: language, fallback: fallback))
        member("opts", definition.options.map { $0.text(in: language, fallback: fallback) })
        member("min", definition.selectable.lowerBound)
        member("max", definition.selectable.upperBound)
        member("change", definition.changeable)
        member("live", definition.live)
        if definition.secrecy != .indicative { member("secrecy", definition.secrecy.rawValue) }
    }
}
