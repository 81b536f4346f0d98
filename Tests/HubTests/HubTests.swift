import Foundation
import Storage
import Testing
import Voting

@testable import Hub

struct DurabilityTests {
    @Test("a vote is acknowledged after the commit that holds it, never before")
    func ackAfterCommit() throws {
        let (stage, _) = try Stage.opened()
        let phone = stage.phone(1)
        stage.around.commitsAtOnce = false
        stage.vote([1], as: phone.peer)
        #expect(phone.line.last("ack") == nil)
        #expect(stage.hub.scene.tally.ballots == 0)
        stage.around.commit()
        #expect(phone.line.last("ack")?["id"] as? String == "AAAAAAAAAAE")
        #expect(stage.hub.scene.tally.ballots == 1)
    }

    @Test("votes that come while the disk is busy share the next commit")
    func groupCommit() throws {
        let (stage, _) = try Stage.opened()
        let phones = (1...20).map { stage.phone(UInt8($0)) }
        stage.around.commitsAtOnce = false
        let before = stage.around.commits
        for phone in phones { stage.vote([0], as: phone.peer) }
        stage.around.commit()
        #expect(phones.filter { $0.line.last("ack") != nil }.count == 1)
        stage.around.pass(milliseconds: 2)
        stage.around.commit()
        #expect(phones.allSatisfy { $0.line.last("ack") != nil })
        #expect(stage.around.commits == before + 2)
    }

    @Test("a lone vote goes to disk at once; soon after a commit votes wait for each other, an act does not wait")
    func pacing() throws {
        let (stage, moderator) = try Stage.opened()
        let phones = (1...4).map { stage.phone(UInt8($0)) }
        stage.vote([0], as: phones[0].peer)
        #expect(phones[0].line.last("ack") != nil)
        let commits = stage.around.commits
        stage.vote([0], as: phones[1].peer)
        stage.vote([0], as: phones[2].peer)
        #expect(phones[1].line.last("ack") == nil)
        stage.around.pass(milliseconds: 2)
        #expect(phones[1].line.last("ack") != nil)
        #expect(phones[2].line.last("ack") != nil)
        #expect(stage.around.commits == commits + 1)
        stage.vote([0], as: phones[3].peer)
        stage.act("close", as: moderator.peer)
        #expect(phones[3].line.last("ack") != nil)
        #expect(moderator.line.kinds.last == "done")
    }

    @Test("a vote sent again before its commit is acknowledged only after it")
    func resentEarly() throws {
        let (stage, _) = try Stage.opened()
        let phone = stage.phone(1)
        stage.around.commitsAtOnce = false
        stage.vote([1], as: phone.peer)
        stage.vote([1], as: phone.peer)
        let again = stage.phone(1)
        #expect(again.line.heard.isEmpty)
        #expect(phone.line.last("ack") == nil)
        stage.around.commit()
        #expect(phone.line.kinds.filter { $0 == "ack" }.count == 2)
        let mine = again.line.last("welcome")?["mine"] as? [String: Any]
        #expect(mine?["c"] as? [Int] == [1])
        #expect(stage.around.stored.count { if case .ballot = $0.content { true } else { false } } == 1)
    }

    @Test("a vote that shares its commit with an act before it is in the tally shown")
    func tallyAfterAct() throws {
        let (stage, moderator) = try Stage.opened()
        let phones = (1...3).map { stage.phone(UInt8($0)) }
        let screen = stage.screen()
        stage.around.commitsAtOnce = false
        stage.vote([0], as: phones[0].peer)
        stage.act("extend", seconds: 30, as: moderator.peer)
        stage.vote([0], as: phones[1].peer)
        stage.vote([0], as: phones[2].peer)
        stage.around.commit()
        stage.around.commit()
        stage.around.pass(milliseconds: 100)
        #expect(screen.line.last("tally")?["ballots"] as? Int == 3)
    }

    @Test("when the disk fails nothing is acknowledged, then or later")
    func failure() throws {
        let (stage, _) = try Stage.opened()
        let phone = stage.phone(1)
        let other = stage.phone(2)
        var reported: StorageError?
        stage.hub.onFailure = { reported = $0 }
        stage.around.commitsAtOnce = false
        stage.vote([1], as: phone.peer)
        stage.around.fail()
        #expect(reported?.kind == .diskFull)
        stage.vote([1], as: other.peer)
        stage.vote([1], as: phone.peer)
        stage.around.commit()
        #expect(phone.line.last("ack") == nil)
        #expect(other.line.last("ack") == nil)
    }

    @Test("the room hears of an act only once it is on disk, after the votes before it")
    func actsWait() throws {
        let (stage, moderator) = try Stage.opened()
        let phone = stage.phone(1)
        phone.line.forget()
        stage.around.commitsAtOnce = false
        stage.vote([1], as: phone.peer)
        stage.act("close", as: moderator.peer)
        #expect(phone.line.heard.isEmpty)
        stage.around.commit()
        #expect(phone.line.kinds == ["ack"])
        stage.around.commit()
        #expect(phone.line.kinds == ["ack", "phase"])
        #expect(moderator.line.kinds.last == "done")
    }

    @Test("what a restart replays is the state before, and its pages are told nothing new")
    func restart() throws {
        let stage = try Stage()
        let moderator = stage.moderator()
        stage.act("show", as: moderator.peer)
        stage.act("open", seconds: 600, id: Stage.id(99), as: moderator.peer)
        for number in 1...9 { stage.vote([number % 3], as: stage.phone(UInt8(number)).peer) }
        let again = try Stage(records: stage.around.stored, event: .sample)
        #expect(again.around.stored.isEmpty)
        #expect(again.hub.scene.revision == stage.hub.scene.revision)
        #expect(again.hub.scene.tally == stage.hub.scene.tally)
        #expect(again.hub.meeting.nextDeadline?.at == stage.hub.meeting.nextDeadline?.at)
        let phone = again.phone(1, rev: again.hub.scene.revision)
        #expect(phone.line.kinds == ["welcome"])
        let back = again.moderator()
        again.act("open", seconds: 600, id: Stage.id(99), as: back.peer)
        #expect(back.line.kinds.last == "done")
        #expect(again.hub.scene.revision == stage.hub.scene.revision)
    }
}

struct TellingTests {
    @Test("a phone hears each question in its own language")
    func language() throws {
        let stage = try Stage()
        let (korean, english, other) = (stage.phone(1, language: "ko"), stage.phone(2), stage.phone(3, language: "fr"))
        let moderator = stage.moderator()
        stage.act("show", as: moderator.peer)
        #expect(korean.line.last("question")?["text"] as? String == "어느 것?")
        #expect(english.line.last("question")?["text"] as? String == "Which?")
        #expect(other.line.last("question")?["text"] as? String == "Which?")
        stage.say(#"{"t":"hello","as":"phone","device":"\#(Stage.device(1))","lang":"en"}"#, as: korean.peer)
        #expect(korean.line.last("question")?["text"] as? String == "Which?")
        #expect(stage.hub.room.phoneCount == 3)
    }

    @Test("while results are hidden no page is sent a count, the moderator's included")
    func hidden() throws {
        let stage = try Stage()
        let (moderator, screen, phone) = (stage.moderator(), stage.screen(), stage.phone(1))
        stage.act("show", as: moderator.peer)
        stage.act("open", as: moderator.peer)
        stage.vote([2], as: phone.peer)
        stage.around.pass(milliseconds: 3000)
        stage.act("close", as: moderator.peer)
        for line in [moderator.line, screen.line, phone.line] {
            #expect(!line.heard.isEmpty)
            #expect(line.heard.allSatisfy { $0["counts"] == nil })
        }
        #expect(screen.line.last("tally")?["ballots"] as? Int == 1)
        stage.act("reveal", as: moderator.peer)
        for line in [screen.line, phone.line] { #expect(line.last("tally")?["counts"] as? [Int] == [0, 0, 1]) }
        stage.act("hide", as: moderator.peer)
        #expect(screen.line.last("tally")?["counts"] == nil)
    }

    @Test("tallies coalesce: screens hear at most ten a second, phones one, and the last is right")
    func coalesce() throws {
        let stage = try Stage()
        let (moderator, screen) = (stage.moderator(), stage.screen())
        stage.act("show", q: 2, as: moderator.peer)
        stage.act("open", q: 2, as: moderator.peer)
        let phones = (1...200).map { stage.phone(UInt8($0)) }
        screen.line.forget()
        for phone in phones { phone.line.forget() }
        for phone in phones {
            stage.vote([0], as: phone.peer, q: 2)
            stage.around.pass(milliseconds: 5)
        }
        stage.around.pass(milliseconds: 1000)
        let tallies = screen.line.heard.filter { $0["t"] as? String == "tally" }
        #expect((5...11).contains(tallies.count))
        #expect(tallies.last?["counts"] as? [Int] == [200, 0, 0])
        #expect((1...2).contains(phones[0].line.kinds.filter { $0 == "tally" }.count))
        #expect(phones[0].line.last("tally")?["ballots"] as? Int == 200)
    }

    @Test("the timer closes the question when its time is up, not before")
    func timer() throws {
        let stage = try Stage()
        let moderator = stage.moderator()
        stage.act("show", as: moderator.peer)
        stage.act("open", seconds: 120, as: moderator.peer)
        stage.around.pass(milliseconds: 100_000)
        stage.act("extend", seconds: 30, as: moderator.peer)
        stage.around.pass(milliseconds: 49_000)
        #expect(stage.hub.meeting[QuestionID(1)]?.state == .open)
        stage.around.pass(milliseconds: 1500)
        #expect(stage.hub.meeting[QuestionID(1)]?.state == .closed)
    }

    @Test("pages that leave are counted out")
    func leaving() throws {
        let stage = try Stage()
        let phones = (1...5).map { stage.phone(UInt8($0)) }
        let screen = stage.screen()
        stage.hub.closed(phones[1].peer)
        stage.hub.closed(phones[4].peer)
        stage.around.pass(milliseconds: 1100)
        #expect(screen.line.last("room")?["phones"] as? Int == 3)
        #expect(stage.hub.room.screenCount == 1)
    }

    @Test("stopping says goodbye to everybody, after the votes under way are on disk")
    func stopping() throws {
        let (stage, moderator) = try Stage.opened()
        let phone = stage.phone(1)
        stage.around.commitsAtOnce = false
        stage.vote([1], as: phone.peer)
        var stopped = false
        stage.hub.stop { stopped = true }
        #expect(!stopped)
        stage.around.commit()
        #expect(stopped)
        #expect(phone.line.kinds.suffix(2) == ["ack", "bye"])
        #expect(moderator.line.kinds.last == "bye")
    }
}

struct AdmissionTests {
    @Test("only the right key or a session it gave lets a moderator in")
    func keys() throws {
        let stage = try Stage()
        for hello in [
            #"{"t":"hello","as":"moderator","key":"screen-key"}"#, #"{"t":"hello","as":"moderator","session":"00"}"#,
            #"{"t":"hello","as":"screen","key":"moderator-key"}"#, #"{"t":"hello","as":"screen","key":""}"#,
        ] {
            let page = stage.page(hello)
            #expect(page.line.last("error")?["code"] as? String == "bad-key", "\(hello)")
            #expect(page.line.closeCode == 1008)
            #expect(page.line.last("welcome") == nil)
        }
        let session = try #require(stage.moderator().line.last("welcome")?["session"] as? String)
        let back = stage.page(#"{"t":"hello","as":"moderator","session":"\#(session)"}"#)
        #expect(back.line.last("agenda") != nil)
    }

    @Test("after ten wrong keys an address waits a minute, others do not")
    func guessing() throws {
        let stage = try Stage()
        let wrong = #"{"t":"hello","as":"moderator","key":"guess"}"#
        for _ in 0..<10 { _ = stage.page(wrong) }
        let right = #"{"t":"hello","as":"moderator","key":"moderator-key"}"#
        #expect(stage.page(right).line.last("error")?["code"] as? String == "too-many-tries")
        #expect(stage.page(right, address: "192.0.2.2").line.last("welcome") != nil)
        stage.around.pass(milliseconds: 61_000)
        #expect(stage.page(right).line.last("welcome") != nil)
    }

    @Test("a page that has not said hello, or is no moderator, moves nothing")
    func roles() throws {
        let stage = try Stage()
        let stranger = FakeLine()
        let peer = stage.hub.opened(stranger)
        stage.vote([0], as: peer)
        stage.act("show", as: peer)
        #expect(stranger.heard.allSatisfy { $0["code"] as? String == "hello-first" })
        #expect(stranger.heard.count == 2)
        let phone = stage.phone(1)
        stage.act("show", as: phone.peer)
        #expect(phone.line.last("error")?["code"] as? String == "hello-first")
        #expect(stage.hub.meeting.active == nil)
    }

    @Test("two tabs of one device have one vote between them")
    func tabs() throws {
        let (stage, _) = try Stage.opened()
        let (one, two) = (stage.phone(7), stage.phone(7))
        stage.vote([0], as: one.peer, id: Stage.id(1))
        stage.vote([1], as: two.peer, id: Stage.id(2))
        #expect(one.line.last("ack") != nil)
        let refused = two.line.last("refused")
        #expect(refused?["code"] as? String == "already-voted")
        #expect((refused?["mine"] as? [String: Any])?["c"] as? [Int] == [0])
        #expect(stage.hub.scene.tally.counts == [1, 0, 0])
    }

    @Test("a full room turns newcomers away and lets everybody inside vote; the moderator sees it")
    func full() throws {
        let (stage, moderator) = try Stage.opened()
        let inside = (1...210).map { stage.phone(UInt8($0)) }
        let newcomer = stage.phone(250)
        #expect(newcomer.line.last("error")?["code"] as? String == "room-full")
        #expect(newcomer.line.closeCode == 1013)
        #expect(stage.screen().line.last("welcome") != nil)
        stage.vote([0], as: inside[209].peer)
        #expect(inside[209].line.last("ack") != nil)
        stage.say(#"{"t":"hello","as":"phone","device":"\#(Stage.device(210))"}"#, as: inside[209].peer)
        #expect(inside[209].line.last("error") == nil)
        stage.around.pass(milliseconds: 2500)
        #expect(moderator.line.last("health")?["turned"] as? Int == 1)
        stage.hub.closed(inside[0].peer)
        #expect(stage.phone(250).line.last("welcome") != nil)
    }

    @Test("a stale act is refused and changes nothing")
    func stale() throws {
        let (stage, moderator) = try Stage.opened()
        stage.act("reset", as: moderator.peer)
        stage.act("open", r: 1, as: moderator.peer)
        #expect(moderator.line.last("refused")?["code"] as? String == "stale")
        #expect(stage.hub.meeting[QuestionID(1)]?.state == .ready)
    }
}
