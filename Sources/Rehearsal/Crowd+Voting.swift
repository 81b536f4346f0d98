extension Crowd {
    /// How long a phone waits for the answer to a vote before it doubts the line.
    private static var patience: UInt64 { 15 * second }

    /// Does what a page does with a message.
    func take(message bytes: UnsafeRawBufferPointer, _ phone: Phone) {
        let cursor = JSONCursor(bytes)
        guard let type = cursor.string("t") else {
            count("message: no type")
            return
        }
        if type.equals("ack") {
            takeAck(cursor, phone)
        } else if type.equals("question") {
            takeQuestion(bytes, phone)
        } else if type.equals("tally") || type.equals("beat") {
            // Nothing to do: running results and the hub's heartbeat change nothing for a voter.
        } else if type.equals("phase") {
            takePhase(cursor, phone)
        } else if type.equals("welcome") {
            takeWelcome(cursor, phone)
        } else if type.equals("idle") {
            phone.revision = cursor.integer("rev") ?? phone.revision
            show(phone, question: -1, state: .ready)
        } else if type.equals("refused") {
            takeRefusal(cursor, phone)
        } else if type.equals("bye") {
            phone.returnAfter = cursor.integer("retry") ?? 1000
            // Acknowledgements may still come; the hub closes when it is done.
            phone.deadline = now + 2 * Self.second
        } else if type.equals("error") {
            count(cursor.string("code").map { String(decoding: $0, as: UTF8.self) } ?? "error without code")
        } else {
            count("message: unknown type")
        }
    }

    private func takeWelcome(_ cursor: JSONCursor, _ phone: Phone) {
        guard phone.stage == .greeting, let revision = cursor.integer("rev") else {
            count("message: welcome out of order")
            return
        }
        phone.stage = .joined
        phone.attempt = 0
        phone.deadline = 0
        inFlight -= 1
        joined += 1
        if phone.wasWelcomed { counters.reconnects += 1 } else { counters.connected += 1 }
        phone.wasWelcomed = true
        _ = counters.connecting.record((monotonicNow() - phone.begunAt) / 1000)

        let mine = cursor.object("mine").flatMap { OwnBallot($0) }
        if let mine { compare(mine, phone) }
        phone.mine = mine.map { ($0.number, $0.round) }
        phone.hasToCompare = true
        // With the same revision nothing follows: what is on the screen is still the active question.
        if revision == phone.revision { findLost(phone) }
        phone.revision = revision

        if phone.isFlaky, phone.cutsLeft > 0 {
            let delay = UInt64(phone.random.unit() * 6e9)
            timers.add(.init(at: now + delay, phone: Int32(phone.number), kind: .cut, about: phone.connection))
        }
        let connection = phone.connection
        for index in phone.votes.indices
        where phone.votes[index].answer == .decided || phone.votes[index].answer == .sent {
            guard phone.connection == connection else { return }
            send(phone, vote: index)
        }
    }

    /// A ballot the hub shows as this phone's own must be the one it sent in this rehearsal, if it sent one.
    private func compare(_ mine: OwnBallot, _ phone: Phone) {
        let vote = phone.votes.first {
            questions[$0.question].number == mine.number && questions[$0.question].round == mine.round
        }
        guard let vote else { return }
        switch vote.answer {
        case .sent, .counted: if mine.id != vote.id || mine.choice != vote.choice { counters.duplicated += 1 }
        case .refused: if mine.id == vote.id { counters.duplicated += 1 }
        case .thinking, .decided, .missed: break
        }
    }

    /// A vote that was acknowledged for the question on the screen must be among the hub's.
    private func findLost(_ phone: Phone) {
        guard phone.hasToCompare, phone.question >= 0 else { return }
        phone.hasToCompare = false
        guard let index = phone.vote(for: phone.question), phone.votes[index].answer == .counted else { return }
        let shown = questions[phone.question]
        if let mine = phone.mine, mine.number == shown.number, mine.round == shown.round { return }
        counters.lost += 1
    }

    private func takeQuestion(_ bytes: UnsafeRawBufferPointer, _ phone: Phone) {
        let message: QuestionMessage
        if let last = lastQuestion, last.bytes.count == bytes.count, last.bytes.elementsEqual(bytes) {
            message = last.message
        } else {
            guard let read = QuestionMessage(JSONCursor(bytes)) else {
                count("message: a question that cannot be read")
                return
            }
            message = read
            lastQuestion = ([UInt8](bytes), read)
        }
        let asked = message.question
        var place = questions.lastIndex { $0.number == asked.number && $0.round == asked.round } ?? -1
        if place < 0 {
            place = questions.count
            questions.append(asked)
            wasOpen.append(false)
            doneWith.append(0)
        }
        // A question that was never open may have been reworded.
        if !wasOpen[place] { questions[place] = asked }
        phone.revision = message.revision
        show(phone, question: place, state: message.state)
        findLost(phone)
    }

    private func takePhase(_ cursor: JSONCursor, _ phone: Phone) {
        guard let number = cursor.integer("q"), let round = cursor.integer("r"), let revision = cursor.integer("rev"),
            let state = cursor.string("state").flatMap(QuestionMessage.State.init)
        else {
            count("message: a phase that cannot be read")
            return
        }
        phone.revision = revision
        guard phone.question >= 0, questions[phone.question].number == number, questions[phone.question].round == round
        else { return }
        show(phone, question: phone.question, state: state)
    }

    /// The phone shows a question in a state, or none (-1).
    private func show(_ phone: Phone, question: Int, state: QuestionMessage.State) {
        if question != phone.question || state == .over {
            for index in phone.votes.indices where phone.votes[index].answer == .thinking {
                if phone.votes[index].question != question || state == .over { miss(phone, vote: index) }
            }
        }
        phone.question = question
        phone.isOpen = state == .open
        guard question >= 0 else { return }
        if state == .open { wasOpen[question] = true }
        // Whoever was away while an earlier question was open has missed it.
        for earlier in 0..<(state == .over ? question + 1 : question) where wasOpen[earlier] {
            guard phone.vote(for: earlier) == nil else { continue }
            phone.votes.append(.init(question: earlier, id: 0, choice: 0))
            miss(phone, vote: phone.votes.count - 1)
        }
        if phone.isOpen, phone.vote(for: question) == nil { think(phone) }
    }

    private func miss(_ phone: Phone, vote index: Int) {
        phone.votes[index].answer = .missed
        counters.missed += 1
        finish(phone.votes[index].question)
    }

    private func finish(_ question: Int) {
        doneWith[question] += 1
        if doneWith[question] == phones.count { completed += 1 }
    }

    private func think(_ phone: Phone) {
        let asked = questions[phone.question]
        let words = (UInt64(phone.number), UInt64(asked.number), UInt64(asked.round))
        var ballot = SeededRandom(plan.seed, Purpose.ballot, words.0, words.1, words.2)
        let choice = choosing.choice(of: phone.number, for: asked)
        phone.votes.append(.init(question: phone.question, id: ballot.next(), choice: choice))
        guard plan.think != .asFastAsPossible else {
            decide(phone, question: phone.question)
            return
        }
        var thinking = SeededRandom(plan.seed, Purpose.thinking, words.0, words.1, words.2)
        let delay = plan.think.nanoseconds(random: &thinking)
        timers.add(.init(at: now + delay, phone: Int32(phone.number), kind: .decide, about: Int32(phone.question)))
    }

    /// The person has made up their mind about a question, unless it is over.
    func decide(_ phone: Phone, question: Int) {
        guard let index = phone.vote(for: question), phone.votes[index].answer == .thinking else { return }
        phone.votes[index].answer = .decided
        if phone.stage == .joined { send(phone, vote: index) }
    }

    private func send(_ phone: Phone, vote index: Int) {
        let vote = phone.votes[index]
        let asked = questions[vote.question]
        if vote.answer == .decided {
            let now = monotonicNow()
            phone.votes[index].sentAt = now
            phone.votes[index].answer = .sent
            counters.sent += 1
            if counters.firstSent == 0 { counters.firstSent = now }
        } else {
            counters.resent += 1
        }
        phone.deadline = now + Self.patience
        writer.write(Opcode.text, mask: UInt32(truncatingIfNeeded: phone.random.next())) { text in
            VoteText.append(id: vote.id, question: asked.number, round: asked.round, choice: vote.choice, to: &text)
        }
        let breaks = phone.isFlaky && phone.cutsLeft > 0 ? phone.random.unit() : 1
        // Of the flaky, a quarter break in the middle of the frame and a quarter before the answer.
        transmit(phone, breaks < 0.25 ? writer.bytes.prefix(writer.bytes.count / 2) : writer.bytes[...])
        if breaks < 0.5, phone.socket >= 0 { cut(phone) }
    }

    private func takeAck(_ cursor: JSONCursor, _ phone: Phone) {
        guard let index = sentVote(cursor, phone) else {
            counters.duplicated += 1
            return
        }
        let now = monotonicNow()
        phone.votes[index].answer = .counted
        counters.counted += 1
        counters.lastCounted = now
        _ = counters.latency.record((now - phone.votes[index].sentAt) / 1000)
        settle(phone, vote: index)
    }

    private func takeRefusal(_ cursor: JSONCursor, _ phone: Phone) {
        guard let index = sentVote(cursor, phone) else {
            counters.duplicated += 1
            return
        }
        let code = cursor.string("code").map { String(decoding: $0, as: UTF8.self) } ?? "without code"
        phone.votes[index].answer = .refused
        counters.refusals += 1
        counters.refused[counters.refused.count < 100 ? code : "others", default: 0] += 1
        if let mine = cursor.object("mine").flatMap({ OwnBallot($0) }) { compare(mine, phone) }
        settle(phone, vote: index)
    }

    /// The vote an answer is about, if it was sent and has no answer yet.
    private func sentVote(_ cursor: JSONCursor, _ phone: Phone) -> Int? {
        guard let id = cursor.string("id").flatMap({ Base64.bits($0) }) else { return nil }
        return phone.votes.lastIndex { $0.id == id && $0.answer == .sent }
    }

    private func settle(_ phone: Phone, vote index: Int) {
        if phone.returnAfter == nil, !phone.votes.contains(where: { $0.answer == .sent }) { phone.deadline = 0 }
        finish(phone.votes[index].question)
    }
}

/// The `vote` message.
enum VoteText {
    static func append(id: UInt64, question: Int, round: Int, choice: UInt64, to text: inout [UInt8]) {
        text += #"{"t":"vote","id":""#.utf8
        Base64.append(id, to: &text)
        text += #"","q":"#.utf8
        append(question, to: &text)
        text += #","r":"#.utf8
        append(round, to: &text)
        text += #","n":1,"c":["#.utf8
        var rest = choice
        while rest != 0 {
            append(rest.trailingZeroBitCount, to: &text)
            rest &= rest - 1
            if rest != 0 { text.append(UInt8(ascii: ",")) }
        }
        text += "]}".utf8
    }

    /// A number from 0 in decimal digits, without allocating.
    private static func append(_ number: Int, to text: inout [UInt8]) {
        if number >= 10 { append(number / 10, to: &text) }
        text.append(UInt8(ascii: "0") + UInt8(number % 10))
    }
}
