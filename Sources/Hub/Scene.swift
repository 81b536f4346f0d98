internal import SocketLoop
internal import Voting
internal import Wire

/// What the room may see, as of a moment whose records are all on disk: frames encoded once, sent to any number.
///
/// It is made when a command is accepted and published when that command is durable.
struct Scene {
    struct Active {
        var question: QuestionID
        var round: Int
        var state: QuestionState
        var live: Bool
        var resultIsVisible: Bool
        var isFinal: Bool { state == .closed || state == .revealed }
    }

    let revision: Int
    let active: Active?
    /// `question` or `idle`, per language.
    let full: [String: Frame]
    /// `phase`, nil when nothing is active.
    let phase: Frame?
    /// The active question's tally as of the last durable ballot.
    var tally: Tally

    init(_ meeting: Meeting, revision: Int) {
        self.revision = revision
        guard let question = meeting.activeQuestion else {
            active = nil
            let idle = Frame(Outgoing.idle(revision: revision))
            full = Dictionary(uniqueKeysWithValues: meeting.definition.languages.map { ($0, idle) })
            phase = nil
            tally = Tally(optionCount: 0)
            return
        }
        active = Active(
            question: question.id, round: question.round.number, state: question.state,
            live: question.definition.live, resultIsVisible: question.resultIsVisible)
        let place = (meeting.questions.firstIndex { $0.id == question.id } ?? 0) + 1
        full = Dictionary(
            uniqueKeysWithValues: meeting.definition.languages.map { language in
                let bytes = Outgoing.question(
                    question, revision: revision, place: place, of: meeting.questions.count, language: language,
                    fallback: meeting.definition.languages)
                return (language, Frame(bytes))
            })
        phase = Frame(Outgoing.phase(question, revision: revision))
        tally = question.round.tally
    }

    /// The tally as everybody may see it; nil when nothing is active.
    func tallyFrame() -> Frame? {
        guard let active else { return nil }
        return Frame(
            Outgoing.tally(
                active.question, round: active.round, ballots: tally.ballots,
                counts: active.resultIsVisible ? tally.counts : nil, final: active.isFinal))
    }
}
