internal import SocketLoop
internal import Voting
internal import Wire

/// What a moderator does, and what everybody hears of it.
extension Hub {
    func act(_ act: Act, from peer: Peer) throws(WireError) {
        guard peer.role == .moderator else { throw .helloFirst }
        if messages.contains(act.id) {
            commit.whenDurable { peer.line.send(Frame(Outgoing.done(act.id))) }
            return
        }
        if let id = act.question, let question = meeting[id], let round = act.round, round != question.round.number {
            return refuse(act, code: WireError.stale.code, text: WireError.stale.description, to: peer)
        }
        // Voting on a secret question opens once every ticket can have its token.
        if act.name == .open, let id = act.question, let question = meeting[id], question.definition.secrecy == .secret,
            question.state == .ready, !hasKeys(question.roundID)
        {
            publishing.deferred.append { [self] in try? self.act(act, from: peer) }
            return makeKeys()
        }
        do throws(VotingError) {
            try accept(act.command, message: act.id, why: act.why) { peer.line.send(Frame(Outgoing.done(act.id))) }
        } catch {
            refuse(act, code: error.code, text: error.description, to: peer)
        }
    }

    private func refuse(_ act: Act, code: String, text: String, to peer: Peer) {
        metrics.refused[code, default: 0] += 1
        peer.line.send(Frame(Outgoing.refused(act.id, code: code, text: text)))
    }

    /// Shows the room a scene that is now on disk.
    func publish(_ scene: Scene, _ effect: Effect) {
        self.scene = scene
        // Since the scene was made, more of a secret or named vote may have joined the log.
        if let active = scene.active, active.secrecy != .indicative, let tally = logged[active.roundID] {
            self.scene.tally = tally
        }
        switch effect {
        case .activeChanged:
            room.phones.send(scene.full)
            room.screens.send(scene.full)
        case .agendaChanged:
            // New wording of what is shown, at most; it is small.
            room.phones.send(scene.full)
            room.screens.send(scene.full)
        case .phaseChanged:
            if let phase = scene.phase {
                room.phones.send(phase)
                room.screens.send(phase)
            }
        }
        sendTally(toPhones: scene.active?.resultIsVisible == true)
        sendHead()
        for (language, audience) in room.moderators {
            let frame = agenda(in: language)
            for peer in audience.peers { peer.line.send(frame) }
        }
    }

    func agenda(in language: String) -> Frame {
        // Before the first batch nothing of a secret or named round may be shown.
        var shown = logged
        for question in meeting.questions
        where question.definition.secrecy != .indicative && shown[question.roundID] == nil {
            shown[question.roundID] = Tally(optionCount: question.definition.optionCount)
        }
        return Frame(
            Outgoing.agenda(
                meeting, revision: Self.revision(meeting, run: settings.run), language: language, logged: shown))
    }
}
