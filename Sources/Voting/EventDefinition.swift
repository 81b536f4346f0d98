/// What an organiser wrote down before the event: the words and the rules, nothing that happens.
public struct EventDefinition: Sendable, Hashable, Codable {
    /// Short ASCII name, the event's identity across files and restarts.
    public var slug: String
    public var title: LocalizedText
    /// BCP 47 primary tags; the first is the default. Never empty.
    public var languages: [String]
    /// `#rrggbb`, or nil for Plenum's own.
    public var accent: String?
    public var questions: [QuestionDefinition]

    public init(
        slug: String, title: LocalizedText, languages: [String], accent: String? = nil,
        questions: [QuestionDefinition]
    ) {
        self.slug = slug
        self.title = title
        self.languages = languages
        self.accent = accent
        self.questions = questions
    }
}

/// One question as written down.
public struct QuestionDefinition: Sendable, Hashable, Codable {
    /// Short ASCII name, unique in the event.
    public var slug: String
    public var text: LocalizedText
    public var detail: LocalizedText?
    /// For the moderator's eyes only; may be mended at any time.
    public var notes: String?
    public var kind: QuestionKind
    /// Empty for a motion, whose options are yes, no and abstain.
    public var options: [LocalizedText]
    /// Whether a voter may replace their vote while the question is open.
    public var changeable: Bool
    /// Whether the running result is shown while the question is open.
    public var live: Bool
    /// Seconds the question stays open by default; nil means until closed.
    public var timer: Int?
    /// A draft cannot be shown until it is made ready.
    public var draft: Bool
    /// Absent in events stored before there was a choice, and where it is `indicative`.
    private var secrecyIfAny: Secrecy?

    /// What its ballots tell of those who cast them.
    public var secrecy: Secrecy {
        get { secrecyIfAny ?? .indicative }
        set { secrecyIfAny = newValue == .indicative ? nil : newValue }
    }

    private enum CodingKeys: String, CodingKey {
        case slug, text, detail, notes, kind, options, changeable, live, timer, draft
        case secrecyIfAny = "secrecy"
    }

    public init(
        slug: String, text: LocalizedText, detail: LocalizedText? = nil, notes: String? = nil, kind: QuestionKind,
        options: [LocalizedText] = [], changeable: Bool = false, live: Bool = false, timer: Int? = nil,
        draft: Bool = false, secrecy: Secrecy = .indicative
    ) {
        self.slug = slug
        self.text = text
        self.detail = detail
        self.notes = notes
        self.kind = kind
        self.options = options
        self.changeable = changeable
        self.live = live
        self.timer = timer
        self.draft = draft
        self.secrecy = secrecy
    }

    /// How many options a ballot can name: positions are `0 ..< optionCount`.
    public var optionCount: Int { kind == .motion ? 3 : options.count }

    /// How many options a valid ballot names.
    public var selectable: ClosedRange<Int> {
        switch kind {
        case .motion, .single: 1...1
        case .multiple(let minimum, let maximum): minimum...maximum
        }
    }

    /// Whether `other` asks the same thing in the same way; only the moderator's notes may differ.
    public func asksTheSame(as other: QuestionDefinition) -> Bool {
        var (a, b) = (self, other)
        (a.notes, b.notes) = (nil, nil)
        (a.draft, b.draft) = (false, false)
        return a == b
    }
}

/// How a question is answered.
public enum QuestionKind: Sendable, Hashable, Codable {
    /// Yes (position 0), no (1) or abstain (2).
    case motion
    /// Exactly one option.
    case single
    /// `minimum` to `maximum` different options, 1 ≤ minimum ≤ maximum ≤ number of options.
    case multiple(minimum: Int, maximum: Int)
}

/// Bounds that keep a question readable and a message small.
public enum Limits {
    public static let questions = 200
    public static let options = 2...64
    public static let titleLength = 200
    public static let textLength = 500
    public static let detailLength = 2000
    public static let optionLength = 200
    public static let timerSeconds = 5...86_400
}
