/// One simulated phone: where its connection stands and what it has voted.
final class Phone {
    enum Stage {
        /// No socket.
        case away
        /// The TCP connection is being opened.
        case connecting
        /// The handshake was sent.
        case shaking
        /// `hello` was sent.
        case greeting
        case joined
    }

    enum Answer {
        /// The person has not decided yet.
        case thinking
        /// Decided, not sent yet.
        case decided
        case sent
        case counted
        case refused
        /// The question closed before the vote was sent.
        case missed
    }

    struct Vote {
        /// Its place in the crowd's list of questions.
        var question: Int
        var id: UInt64
        var choice: UInt64
        var answer = Answer.thinking
        /// Nanoseconds; when it was first sent.
        var sentAt: UInt64 = 0
    }

    let number: Int
    let isFlaky: Bool
    /// For masks, waiting and cuts.
    var random: SeededRandom

    var socket: Int32 = -1
    var stage = Stage.away
    /// Counts connections, so that a timer of an earlier one does nothing.
    var connection: Int32 = 0
    /// Connections that failed since the last welcome.
    var attempt = 0
    var key: [UInt8] = []
    /// When the connection was begun.
    var begunAt: UInt64 = 0
    /// When patience with this connection ends; 0: it does not.
    var deadline: UInt64 = 0
    var wasWelcomed = false
    /// What `bye` asked for.
    var returnAfter: Int?
    /// Cuts of a flaky connection still to come.
    var cutsLeft = 6

    /// Bytes of a frame or handshake that is not complete yet.
    var held: [UInt8] = []
    /// A message in several frames, so far.
    var pieces: [UInt8] = []
    var inPieces = false
    /// What the kernel did not take yet.
    var unsent: [UInt8] = []

    var revision = 0
    /// The question on the screen, as a place in the crowd's list; -1: none.
    var question = -1
    var isOpen = false
    var votes: [Vote] = []
    /// Whether the last welcome named a counted ballot of this phone, and for which question and round.
    var mine: (number: Int, round: Int)?
    /// Whether the counted vote for the question on the screen has still to be compared with `mine`.
    var hasToCompare = false

    init(number: Int, isFlaky: Bool, seed: UInt64) {
        self.number = number
        self.isFlaky = isFlaky
        random = SeededRandom(seed, Purpose.connection, UInt64(number))
    }

    /// The place of the vote for a question of the crowd's list.
    func vote(for question: Int) -> Int? { votes.lastIndex { $0.question == question } }
}
