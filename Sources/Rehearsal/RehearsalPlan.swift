public import Interchange

/// What kind of crowd comes, and for how long.
public struct RehearsalPlan: Sendable {
    public var hub: HubAddress
    public var phones: Int
    /// With ballots phone i casts the i-th one, counts expanded.
    public var ballots: PrefLibFile?
    /// The same seed is the same crowd: devices, ballot ids and choices.
    public var seed: UInt64
    public var think: ThinkTime
    /// The share of phones, 0 to 1, whose connection breaks at random moments, also right after a vote was sent.
    public var flaky: Double
    /// Seconds after which the rehearsal ends in any case.
    public var deadline: Int
    /// How many questions (or rounds) everybody answers before the rehearsal ends; nil: it lasts until the deadline.
    public var questions: Int?
    /// The language the phones ask for.
    public var language: String
    /// New connections a second.
    public var connectionsPerSecond: Int
    /// Connections being opened at the same time.
    public var connectionsInFlight: Int

    public init(
        hub: HubAddress, phones: Int, ballots: PrefLibFile? = nil, seed: UInt64 = 1,
        think: ThinkTime = .realistic, flaky: Double = 0, deadline: Int = 600, questions: Int? = 1,
        language: String = "en", connectionsPerSecond: Int = 10_000, connectionsInFlight: Int = 256
    ) {
        self.hub = hub
        self.phones = phones
        self.ballots = ballots
        self.seed = seed
        self.think = think
        self.flaky = flaky
        self.deadline = deadline
        self.questions = questions
        self.language = language
        self.connectionsPerSecond = connectionsPerSecond
        self.connectionsInFlight = connectionsInFlight
    }

    func check() throws(RehearsalError) {
        func range(_ name: String, _ value: Int, _ range: ClosedRange<Int>) throws(RehearsalError) {
            guard range.contains(value) else {
                throw .badNumber(
                    name: name, value: "\(value)", range: "from \(range.lowerBound) to \(range.upperBound)")
            }
        }
        try range("the number of phones", phones, 1...1_000_000)
        try range("the deadline in seconds", deadline, 1...604_800)
        try range("new connections a second", connectionsPerSecond, 1...1_000_000)
        try range("connections in flight", connectionsInFlight, 1...100_000)
        if let questions { try range("the number of questions", questions, 1...100_000) }
        guard flaky >= 0, flaky <= 1 else {
            throw .badNumber(name: "the flaky share", value: "\(flaky)", range: "from 0 to 1")
        }
        let letters = language.utf8.allSatisfy { (0x61...0x7A).contains($0 | 0x20) || $0 == 0x2D }
        guard letters, (2...35).contains(language.utf8.count) else {
            throw .badNumber(name: "the language", value: "'\(language)'", range: "a tag such as ko or en")
        }
        if let total = ballots?.total, phones > total { throw .tooFewBallots(phones: phones, ballots: total) }
    }
}

/// How far a rehearsal is.
public struct RehearsalProgress: Sendable {
    public var seconds: Double
    public var phones: Int
    /// Connected at this moment.
    public var connected: Int
    public var questions: Int
    /// Votes sent at least once.
    public var sent: Int
    public var counted: Int
    public var refused: Int
    public var reconnects: Int
}
