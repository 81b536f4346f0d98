internal import SocketLoop
internal import Voting
internal import Wire

/// What is told on a beat instead of at each event: tallies, head counts, health.
struct Pacing {
    /// Milliseconds between beats: screens hear a tally at most this often.
    static let pulse = 100

    /// Beats in a round: what is told once a second.
    static let round = 10

    var screensOweTally = false
    var othersOweTally = false
    /// Whether phones hear the tally in this round, a tenth of them at each beat.
    var phonesHearTally = false
    var roomChanged = false
    /// The record has grown.
    var headChanged = false
    var beats = 0

    mutating func tallyChanged() {
        screensOweTally = true
        othersOweTally = true
    }
}

extension Hub {
    func beat() {
        pacing.beats += 1
        publishIfDue()
        if pacing.screensOweTally {
            pacing.screensOweTally = false
            if let tally = scene.tallyFrame() { room.screens.send(tally, replacing: Slot.tally) }
        }
        let place = pacing.beats % Pacing.round
        if place == 0 {
            pacing.phonesHearTally = pacing.othersOweTally && scene.active?.resultIsVisible == true
            if pacing.othersOweTally, let tally = scene.tallyFrame() {
                room.moderators.send(tally, replacing: Slot.tally)
            }
            pacing.othersOweTally = false
        }
        if pacing.phonesHearTally, let tally = scene.tallyFrame() {
            // Ten thousand sends hold the loop for most of a tenth of a second: votes and screens would wait for them.
            room.phones.send(tally, replacing: Slot.tally, part: place, of: Pacing.round)
        }
        if pacing.headChanged { sendHead() }
        guard place == 0 else { return }
        if pacing.roomChanged {
            pacing.roomChanged = false
            let frame = roomFrame()
            room.screens.send(frame, replacing: Slot.room)
            room.moderators.send(frame, replacing: Slot.room)
        }
        if pacing.beats.isMultiple(of: 20), room.moderatorCount > 0 {
            room.moderators.send(healthFrame(), replacing: Slot.health)
        }
    }

    /// The tally at once, after an act: nothing older may follow it.
    func sendTally(toPhones: Bool) {
        pacing.screensOweTally = false
        pacing.othersOweTally = false
        pacing.phonesHearTally = false
        guard let tally = scene.tallyFrame() else { return }
        room.screens.send(tally, replacing: Slot.tally)
        room.moderators.send(tally, replacing: Slot.tally)
        if toPhones { room.phones.send(tally, replacing: Slot.tally) }
    }

    func roomFrame() -> Frame {
        Frame(
            Outgoing.room(
                phones: room.phoneCount, screens: room.screenCount,
                roster: meeting.roster.map { (eligible: $0.count, present: book.present.count) }))
    }

    /// The newest head of the record, for screens and moderators.
    func sendHead() {
        pacing.headChanged = false
        guard let head = headFrame() else { return }
        room.screens.send(head, replacing: Slot.head)
        room.moderators.send(head, replacing: Slot.head)
    }

    func healthFrame() -> Frame {
        var health = Outgoing.Health()
        health.phones = room.phoneCount
        health.screens = room.screenCount
        health.moderators = room.moderatorCount
        health.votes = metrics.acknowledged
        health.waiting = commit.waitingBallots
        health.commit = commit.lastCommitMicroseconds
        health.capacity = settings.capacity
        health.turned = metrics.turnedAway
        health.uptime = Int((surroundings.now.milliseconds - started.milliseconds) / 1000)
        return Frame(Outgoing.health(health))
    }
}
