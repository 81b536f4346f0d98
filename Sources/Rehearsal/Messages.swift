/// A `question` of the hub, as far as a phone needs it.
struct QuestionMessage {
    enum State {
        case ready, open, over

        /// `closed`, `revealed` and `void` are all over; nil for a word nobody knows.
        init?(_ word: UnsafeRawBufferPointer) {
            if word.equals("open") {
                self = .open
            } else if word.equals("ready") {
                self = .ready
            } else if word.equals("closed") || word.equals("revealed") || word.equals("void") {
                self = .over
            } else {
                return nil
            }
        }
    }

    let question: AskedQuestion
    let state: State
    let revision: Int

    /// Nil if something is missing or of the wrong type.
    init?(_ cursor: JSONCursor) {
        guard let number = cursor.integer("q"), let round = cursor.integer("r"), let revision = cursor.integer("rev"),
            let kindWord = cursor.string("kind"), let state = cursor.string("state").flatMap(State.init),
            let minimum = cursor.integer("min"), let maximum = cursor.integer("max"), number > 0, round > 0
        else { return nil }
        let kind: AskedQuestion.Kind
        let optionCount: Int
        if kindWord.equals("motion") {
            (kind, optionCount) = (.motion, 3)
        } else if kindWord.equals("single") || kindWord.equals("multiple") {
            guard let count = cursor.count("opts"), count > 0 else { return nil }
            (kind, optionCount) = (kindWord.equals("single") ? .single : .multiple, count)
        } else {
            return nil
        }
        question = AskedQuestion(
            number: number, round: round, kind: kind, optionCount: optionCount, minimum: minimum, maximum: maximum)
        self.state = state
        self.revision = revision
    }
}

/// The ballot that a hub says is the phone's own.
struct OwnBallot {
    let number: Int
    let round: Int
    let id: UInt64
    let choice: UInt64

    /// Nil if something is missing or of the wrong type.
    init?(_ cursor: JSONCursor) {
        guard let number = cursor.integer("q"), let round = cursor.integer("r"),
            let id = cursor.string("id").flatMap({ Base64.bits($0) }), let choice = cursor.positions("c")
        else { return nil }
        self.number = number
        self.round = round
        self.id = id
        self.choice = choice
    }
}
