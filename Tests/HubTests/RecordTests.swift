import Foundation
import Ledger
import Storage
import Testing
import Voting

@testable import Hub

struct PublishingTests {
    @Test("entry 0 says what the event is, before anyone has voted")
    func meeting() throws {
        let stage = try Stage()
        #expect(stage.entries.first?["t"] as? String == "meeting")
        #expect(stage.entries.first?["admission"] as? String == "open")
        #expect(stage.hub.book.checkpoint?.size == 1)
    }

    /// With question 2 open, whose running result is shown.
    private func openedLive() throws -> (Stage, (peer: Peer, line: FakeLine)) {
        let stage = try Stage()
        let moderator = stage.moderator()
        stage.act("show", q: 2, as: moderator.peer)
        stage.act("open", q: 2, as: moderator.peer)
        return (stage, moderator)
    }

    @Test("ballots of a question whose running result is hidden join the record when it closes, not before")
    func hidden() throws {
        let (stage, moderator) = try Stage.opened()
        for number in 1...20 { stage.vote([0], as: stage.phone(UInt8(number)).peer) }
        stage.around.pass(milliseconds: 7_200_000)
        #expect(!stage.kinds.contains("ballot"))
        stage.act("close", as: moderator.peer)
        #expect(stage.kinds.filter { $0 == "ballot" }.count == 20)
    }

    @Test("with running results fewer than eight ballots wait; eight join together, in the order of their hashes")
    func batches() throws {
        let (stage, _) = try openedLive()
        for number in 1...7 { stage.vote([0], as: stage.phone(UInt8(number)).peer, q: 2) }
        stage.around.pass(milliseconds: 3000)
        #expect(stage.entries.count { $0["t"] as? String == "ballot" } == 0)
        stage.vote([1], as: stage.phone(8).peer, q: 2)
        stage.around.pass(milliseconds: 3000)
        #expect(stage.entries.count { $0["t"] as? String == "ballot" } == 8)
        let log = stage.hub.book.log
        let leaves = (0..<log.size).filter { stage.entries[$0]["t"] as? String == "ballot" }.map { log.leaf($0) }
        #expect(leaves == leaves.sorted())
    }

    @Test("closing takes every ballot into the record, and then its result")
    func close() throws {
        let (stage, moderator) = try Stage.opened()
        for number in 1...3 { stage.vote([Int(number) % 2], as: stage.phone(UInt8(number)).peer) }
        stage.act("close", as: moderator.peer)
        #expect(stage.kinds == ["meeting", "open", "ballot", "ballot", "ballot", "close"])
        #expect(stage.entries.last?["result"] as? [Int] == [1, 2, 0])
        stage.around.pass(milliseconds: 200)
        #expect(moderator.line.last("head")?["certified"] as? Bool == true)
    }

    @Test("a ballot does not wait longer than its promise, however few there are")
    func overdue() throws {
        let (stage, _) = try openedLive()
        stage.vote([0], as: stage.phone(1).peer, q: 2)
        stage.around.pass(milliseconds: 538_000)
        #expect(!stage.kinds.contains("ballot"))
        stage.around.pass(milliseconds: 4_000)
        #expect(stage.kinds.contains("ballot"))
    }

    @Test("acts that can sway a vote stand in the record with their reasons, and moderators see them")
    func acts() throws {
        let (stage, moderator) = try Stage.opened()
        stage.act("extend", seconds: 60, as: moderator.peer)
        stage.say(
            #"{"t":"do","id":"BBBBBBBBBBE","act":"close","q":1,"r":1,"why":"everyone has voted"}"#, as: moderator.peer)
        stage.act("reset", as: moderator.peer)
        let acts = stage.entries.filter { $0["t"] as? String == "moderator" }
        #expect(acts.map { $0["act"] as? String } == ["extend", "close", "reset"])
        #expect(acts[1]["why"] as? String == "everyone has voted")
        let told = moderator.line.last("head")?["acts"] as? [[String: Any]]
        #expect(told?.map { $0["act"] as? String } == ["extend", "close", "reset"])
    }

    @Test("ballots of a round that is started again stand in the record before the act that ends it")
    func resetBehindBallots() throws {
        let (stage, moderator) = try Stage.opened()
        stage.vote([0], as: stage.phone(1).peer)
        stage.act("reset", as: moderator.peer)
        stage.act("open", r: 2, as: moderator.peer)
        stage.vote([1], as: stage.phone(2).peer, r: 2)
        stage.act("void", r: 2, as: moderator.peer)
        #expect(stage.kinds == ["meeting", "open", "ballot", "moderator", "open", "ballot", "moderator"])
    }

    @Test("a close when its time is up is no act of a moderator's")
    func timer() throws {
        let stage = try Stage()
        let moderator = stage.moderator()
        stage.act("show", as: moderator.peer)
        stage.act("open", seconds: 60, as: moderator.peer)
        stage.around.pass(milliseconds: 61_000)
        #expect(stage.kinds == ["meeting", "open", "close"])
    }

    @Test("a question edited after it was ready is an act; a draft may change in peace")
    func edit() throws {
        let stage = try Stage()
        var event = EventDefinition.sample
        event.questions[1].text = LocalizedText(["en": "Carry it?"])
        try stage.hub.adopt(event)
        stage.around.settle()
        #expect(stage.kinds == ["meeting", "moderator"])
        #expect(stage.entries[1]["act"] as? String == "edit")
    }

    @Test("the end is the last entry, and nothing happens after it")
    func end() throws {
        let stage = try Stage()
        let moderator = stage.moderator()
        stage.say(#"{"t":"do","id":"CCCCCCCCCCE","act":"end"}"#, as: moderator.peer)
        #expect(stage.kinds == ["meeting", "end"])
        stage.act("show", as: moderator.peer)
        #expect(moderator.line.last("refused")?["code"] as? String == "ended")
    }

    @Test("a page can prove that its ballot is in the record, and that the record only grew")
    func proofs() throws {
        let (stage, moderator) = try Stage.opened()
        let phone = stage.phone(1)
        stage.say(#"{"t":"proof","have":0}"#, as: phone.peer)
        let early = try note(phone.line)
        stage.vote([0], as: phone.peer)
        stage.act("close", as: moderator.peer)
        let pseudonym = Entry.pseudonym(
            origin: Stage.key.origin, question: QuestionID(1), round: 1, device: VoterID(high: 1 << 56, low: 0))
        let entry = Entry.ballot(
            QuestionID(1), round: 1, counter: 1, choices: try Choices([0]), pseudonym: pseudonym)
        let leaf = LogHash.leaf(entry)
        stage.say(#"{"t":"proof","leaf":"\#(leaf.base64)","have":\#(early.size)}"#, as: phone.peer)
        let proof = try #require(phone.line.last("proof"))
        let head = try note(phone.line)
        #expect(head.isSigned(by: Stage.key.verifier))
        #expect(
            MerkleProof.includes(
                leaf, at: try #require(proof["i"] as? Int), size: head.size, root: head.root,
                proof: try hashes(proof["path"])))
        #expect(
            MerkleProof.continues(
                oldSize: early.size, oldRoot: early.root, newSize: head.size, newRoot: head.root,
                proof: try hashes(proof["since"])))
        stage.say(#"{"t":"proof","leaf":"\#(LogHash.empty.base64)","have":1}"#, as: phone.peer)
        #expect(phone.line.last("proof")?["i"] == nil)
        stage.say(#"{"t":"proof","have":99}"#, as: phone.peer)
        #expect(phone.line.last("error")?["code"] as? String == "unknown-head")
    }

    private func note(_ line: FakeLine) throws -> Checkpoint {
        try Checkpoint(line.last("proof")?["note"] as? String ?? "")
    }

    private func hashes(_ value: Any?) throws -> [LogHash] {
        let texts = try #require(value as? [String])
        return texts.compactMap { Data(base64Encoded: $0) }.compactMap { LogHash(bytes: $0) }
    }
}

struct RecoveryTests {
    @Test("a hub killed after any record comes back with the same log, and goes on to the same end")
    func anywhere() throws {
        let stage = try SecretStage.event()
        let records = stage.around.stored
        let whole = stage.hub.book.log
        for cut in 1...records.count {
            let again = try Stage(records: Array(records.prefix(cut)), event: nil)
            again.around.settle()
            let log = again.hub.book.log
            // Never less than what was published, and the same entries as far as both go.
            let published = records.prefix(cut).reduce(0) { size, record in
                if case .publication(let batch) = record.content {
                    (try? Checkpoint(batch.checkpoint).size) ?? 0
                } else {
                    size
                }
            }
            #expect(log.size >= published)
            #expect(log.root(at: published) == whole.root(at: published))
        }
        let again = try Stage(records: records, event: nil)
        #expect(again.around.stored.isEmpty)
        #expect(again.hub.book.log.root == whole.root)
        #expect(again.hub.book.checkpoints == stage.hub.book.checkpoints)
        #expect(again.hub.meeting[QuestionID(1)]?.round.tally == stage.hub.meeting[QuestionID(1)]?.round.tally)
    }

    @Test("a stored ballot that was altered is found at the next start: the log does not come out as signed")
    func altered() throws {
        let (stage, moderator) = try Stage.opened()
        for number in 1...3 { stage.vote([0], as: stage.phone(UInt8(number)).peer) }
        stage.act("close", as: moderator.peer)
        var records = stage.around.stored
        let place = try #require(records.firstIndex { if case .ballot = $0.content { true } else { false } })
        guard case .ballot(var ballot, let context, let seal) = records[place].content else { return }
        ballot.choices = try Choices([1])
        records[place].content = .ballot(ballot, context, seal: seal)
        let error = #expect(throws: StorageError.self) { try Recovery(MemoryStore(records), key: Stage.key) }
        guard case .badRecord = error?.kind else { throw error! }
    }

    @Test("a log signed with another key is refused by name")
    func otherKey() throws {
        let stage = try Stage()
        let other = try LogKey.random(origin: Stage.key.origin)
        let error = #expect(throws: StorageError.self) { try Recovery(MemoryStore(stage.around.stored), key: other) }
        #expect(error?.kind == .otherLogKey)
    }
}

extension Stage {
    /// The log's entries, parsed.
    var entries: [[String: Any]] {
        (0..<hub.book.log.size).map {
            (try? JSONSerialization.jsonObject(with: Data(hub.book.log.entry($0))) as? [String: Any]) ?? [:]
        }
    }

    var kinds: [String] { entries.map { $0["t"] as? String ?? "?" } }
}
