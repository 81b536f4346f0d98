internal import Ledger
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
        var secrecy: Secrecy
        var resultIsVisible: Bool
        var isFinal: Bool { state == .closed || state == .revealed }
        var roundID: RoundID { RoundID(question, round) }
    }

    let revision: Int
    let active: Active?
    /// `question` or `idle`, per language.
    let full: [String: Frame]
    /// `phase`, nil when nothing is active.
    let phase: Frame?
    /// What the active question's counts are: as of the last durable ballot, of secret and named votes as of the last
    /// one in the log.
    var tally: Tally
    /// Voters whose ballot is on disk.
    var voted: Int

    /// - Parameters:
    ///   - logged: of secret and named questions, the counts of what is in the log.
    ///   - opens: the leaf hashes of open rounds' wordings.
    init(_ meeting: Meeting, revision: Int, logged: [RoundID: Tally], opens: [RoundID: LogHash]) {
        self.revision = revision
        guard let question = meeting.activeQuestion else {
            active = nil
            let idle = Frame(Outgoing.idle(revision: revision))
            full = Dictionary(uniqueKeysWithValues: meeting.definition.languages.map { ($0, idle) })
            phase = nil
            tally = Tally(optionCount: 0)
            voted = 0
            return
        }
        active = Active(
            question: question.id, round: question.round.number, state: question.state,
            live: question.definition.live, secrecy: question.definition.secrecy,
            resultIsVisible: question.resultIsVisible)
        let leaf = opens[question.roundID]?.bytes
        let place = (meeting.questions.firstIndex { $0.id == question.id } ?? 0) + 1
        full = Dictionary(
            uniqueKeysWithValues: meeting.definition.languages.map { language in
                let bytes = Outgoing.question(
                    question, revision: revision, place: place, of: meeting.questions.count, language: language,
                    fallback: meeting.definition.languages, leaf: leaf)
                return (language, Frame(bytes))
            })
        phase = Frame(Outgoing.phase(question, revision: revision, leaf: leaf))
        voted = question.round.tally.ballots
        tally =
            question.definition.secrecy == .indicative
            ? question.round.tally
            : logged[question.roundID] ?? Tally(optionCount: question.definition.optionCount)
    }

    /// The tally as everybody may see it; nil when nothing is active.
    func tallyFrame() -> Frame? {
        guard let active else { return nil }
        return Frame(
            Outgoing.tally(
                active.question, round: active.round, voted: voted, tally: active.resultIsVisible ? tally : nil,
                final: active.isFinal))
    }
}
