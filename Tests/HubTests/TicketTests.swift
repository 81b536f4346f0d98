import Foundation
import Ledger
import Storage
import Testing
import Voting

@testable import Hub
@testable import Wire

/// Phones with tickets: what a voter's browser does, by the same primitives the hub checks with.
enum SecretStage {
    static func code(_ number: Int) -> String { Stage.id(UInt64(number)) + Stage.id(7) }

    static func roster(_ weights: [Int]) throws -> Roster {
        let lines = weights.enumerated().map { position, weight in
            let hash = RosterFile.Line(weight: weight, code: code(position + 1)).codeHash
            return "\(position + 1) \(weight) \(hash.bytes.map { String(format: "%02x", $0) }.joined())\n"
        }
        return try Roster(text: lines.joined())
    }

    static let definition = EventDefinition(
        slug: "sample", title: LocalizedText(["en": "Sample"]), languages: ["en"],
        questions: [
            QuestionDefinition(
                slug: "s", text: LocalizedText(["en": "Which?"]), kind: .single,
                options: ["x", "y"].map { LocalizedText(["en": $0]) }, changeable: true, live: true, secrecy: .secret),
            QuestionDefinition(slug: "n", text: LocalizedText(["en": "Carry?"]), kind: .motion, secrecy: .named),
            QuestionDefinition(slug: "i", text: LocalizedText(["en": "Well?"]), kind: .motion),
        ])

    /// A small assembly from the start to the end of its first question.
    static func event() throws -> Stage {
        let stage = try Stage(event: definition, roster: try roster(Array(repeating: 1, count: 10) + [5]))
        let moderator = stage.moderator()
        stage.act("show", as: moderator.peer)
        stage.act("open", as: moderator.peer)
        for number in 1...11 {
            let voter = try Voter(number, stage)
            try voter.fetchToken()
            try voter.vote([number % 2])
        }
        stage.around.pass(milliseconds: 3000)
        stage.act("close", as: moderator.peer)
        stage.act("reveal", as: moderator.peer)
        return stage
    }
}

final class Voter {
    let stage: Stage
    let page: (peer: Peer, line: FakeLine)
    let number: Int
    let key = BallotKey()
    private(set) var token: [UInt8] = []
    private var request: Ledger.TokenRequest?

    init(_ number: Int, _ stage: Stage, device: UInt8? = nil) throws {
        (self.number, self.stage) = (number, stage)
        page = stage.page(
            #"{"t":"hello","as":"phone","device":"\#(Stage.device(device ?? UInt8(number)))","lang":"en","rev":0,"#
                + #""ticket":"\#(SecretStage.code(number))"}"#)
        stage.around.pass(milliseconds: 5)
        _ = weight
    }

    /// Commits share a pause; it passes.
    func say(_ text: String) {
        stage.around.pass(milliseconds: 5)
        stage.say(text, as: page.peer)
        stage.around.pass(milliseconds: 5)
    }

    private(set) lazy var weight = (page.line.last("welcome")?["voter"] as? [String: Any])?["w"] as? Int ?? 0

    func keyLeaf(_ q: Int = 1, _ r: Int = 1) throws -> (spki: [UInt8], leaf: LogHash) {
        let key = try #require(stage.hub.book.tokens.keys[TokenClass(RoundID(QuestionID(q), r), weight: weight)])
        return (key.key.spki, key.leaf)
    }

    func ask(_ q: Int = 1, _ r: Int = 1, anew: Bool = true) throws {
        let (spki, leaf) = try keyLeaf(q, r)
        if anew || request == nil {
            request = try TokenRequest(
                try TokenVerifier(spki: spki, origin: Stage.key.origin, keyEntry: leaf), nonce: key.publicKey)
        }
        let blinded = Data(request?.blinded ?? []).base64EncodedString()
        say(#"{"t":"token","id":"DDDDDDDDDDE","q":\#(q),"r":\#(r),"b":"\#(blinded)"}"#)
    }

    func fetchToken(_ q: Int = 1, _ r: Int = 1) throws {
        try ask(q, r)
        let answer = try #require(page.line.last("token")?["s"] as? String)
        token = try request?.finish(Array(Data(base64Encoded: answer) ?? Data())) ?? []
    }

    func vote(
        _ choices: [Int], n: Int = 1, q: Int = 1, r: Int = 1, id: String = "EEEEEEEEEEE", altered: Bool = false
    ) throws {
        let open = try #require(stage.hub.book.opens[RoundID(QuestionID(q), r)])
        let message = BallotSignature.message(
            origin: Stage.key.origin, open: open, counter: n, choices: try Choices(choices))
        let list = (altered ? choices.map { 1 - $0 } : choices).map(String.init).joined(separator: ",")
        func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
        say(
            #"{"t":"vote","id":"\#(id)","q":\#(q),"r":\#(r),"n":\#(n),"c":[\#(list)],"w":\#(weight),"#
                + #""k":"\#(base64(key.publicKey))","a":"\#(base64(token))","s":"\#(base64(key.sign(message)))"}"#)
    }

    var refusal: String? { page.line.last("refused")?["code"] as? String }
}

struct TicketTests {
    private func opened() throws -> (Stage, (peer: Peer, line: FakeLine)) {
        let stage = try Stage(
            event: SecretStage.definition, roster: try SecretStage.roster(Array(repeating: 1, count: 9) + [5]))
        let moderator = stage.moderator()
        stage.act("show", as: moderator.peer)
        stage.act("open", as: moderator.peer)
        return (stage, moderator)
    }

    @Test("a token key is in the record before phones hear of it, one for each weight")
    func keys() throws {
        let (stage, _) = try opened()
        #expect(stage.kinds.filter { $0 == "key" }.count == 2)
        let voter = try Voter(10, stage)
        let keys = voter.page.line.last("keys")?["keys"] as? [[String: Any]]
        #expect(keys?.map { $0["w"] as? Int } == [5])
        #expect(stage.phone(1).line.last("keys") == nil)
    }

    @Test("opening waits for the keys instead of failing")
    func openingWaits() throws {
        let stage = try Stage(event: nil, roster: try SecretStage.roster([1]))
        let moderator = stage.moderator()
        stage.around.worksAtOnce = false
        try stage.hub.adopt(SecretStage.definition)
        stage.act("show", as: moderator.peer)
        stage.act("open", as: moderator.peer)
        #expect(moderator.line.kinds.filter { $0 == "done" }.count == 1)
        stage.around.work()
        #expect(moderator.line.kinds.filter { $0 == "done" }.count == 2)
        #expect(stage.hub.meeting[QuestionID(1)]?.state == .open)
    }

    @Test("a secret vote is acknowledged with a promise, joins the record unlinked, and its weight counts")
    func secret() throws {
        let stage = try SecretStage.event()
        #expect(stage.hub.meeting[QuestionID(1)]?.round.tally.counts == [5, 10])
        let close = try #require(stage.entries.first { $0["t"] as? String == "close" })
        #expect(close["result"] as? [Int] == [5, 10])
        #expect(close["ballots"] as? Int == 11)
        #expect(close["issued"] as? Int == 11)
        #expect(close["present"] as? Int == 11)
        let voter = try Voter(3, stage)
        #expect(voter.page.line.last("welcome")?["mine"] == nil)
    }

    @Test("the promise names the ballot's own leaf")
    func promise() throws {
        let (stage, _) = try opened()
        let voter = try Voter(1, stage)
        try voter.fetchToken()
        try voter.vote([1])
        let ack = try #require(voter.page.line.last("ack"))
        let waiting = try #require(stage.hub.book.ballots.last)
        let signature = Data(base64Encoded: ack["sig"] as? String ?? "") ?? Data()
        #expect(
            Stage.key.verifier.isValid(
                promise: Array(signature), leaf: .leaf(Entry.ballot(waiting, origin: Stage.key.origin)),
                deadline: try #require(ack["by"] as? Int64)))
    }

    @Test("one token a ticket: another phone is refused, the same request gets the same answer")
    func once() throws {
        let (stage, _) = try opened()
        let voter = try Voter(1, stage)
        try voter.fetchToken()
        let first = voter.page.line.last("token")?["s"] as? String
        voter.page.line.forget()
        try voter.ask(anew: false)
        #expect(voter.page.line.last("token")?["s"] as? String == first)
        let second = try Voter(1, stage, device: 77)
        try second.ask()
        #expect(second.refusal == "already-issued")
        #expect(second.page.line.last("token") == nil)
    }

    @Test("a stranger without a ticket gets no token and no vote; an unknown code is told so, and guessing is slow")
    func strangers() throws {
        let (stage, _) = try opened()
        let phone = stage.phone(1)
        #expect(phone.line.last("welcome")?["ticket"] as? String == "none")
        let blinded = Data(repeating: 1, count: 256).base64EncodedString()
        stage.say(#"{"t":"token","id":"DDDDDDDDDDE","q":1,"r":1,"b":"\#(blinded)"}"#, as: phone.peer)
        #expect(phone.line.last("refused")?["code"] as? String == "no-ticket")
        stage.vote([0], as: phone.peer)
        #expect(phone.line.last("refused")?["code"] as? String == "bad-token")
        let wrong = #"{"t":"hello","as":"phone","device":"\#(Stage.device(2))","lang":"en","rev":0,"ticket":"guess"}"#
        for _ in 1...10 {
            #expect(stage.page(wrong, address: "192.0.2.66").line.last("welcome")?["ticket"] as? String == "unknown")
        }
        #expect(stage.page(wrong, address: "192.0.2.66").line.last("error")?["code"] as? String == "too-many-tries")
    }

    @Test("a request that cannot be signed uses nothing up")
    func badBlinding() throws {
        let (stage, _) = try opened()
        let voter = try Voter(1, stage)
        let ones = Data(repeating: 0xFF, count: 256).base64EncodedString()
        voter.say(#"{"t":"token","id":"DDDDDDDDDDE","q":1,"r":1,"b":"\#(ones)"}"#)
        #expect(voter.refusal == "bad-blinding")
        try voter.fetchToken()
        try voter.vote([1])
        #expect(voter.page.line.last("ack") != nil)
    }

    @Test("forged and altered ballots are refused by code")
    func forged() throws {
        let (stage, _) = try opened()
        let voter = try Voter(1, stage)
        try voter.fetchToken()
        try voter.vote([1], altered: true)
        #expect(voter.refusal == "bad-signature")
        let thief = try Voter(2, stage)
        try thief.vote([1])
        #expect(thief.refusal == "bad-token" || thief.page.line.last("error")?["code"] as? String == "bad-message")
        #expect(stage.hub.meeting[QuestionID(1)]?.round.tally.ballots == 0)
    }

    @Test("a token used twice is one voter: resent is acknowledged, changed by a higher counter, else refused")
    func twice() throws {
        let (stage, _) = try opened()
        let voter = try Voter(1, stage)
        try voter.fetchToken()
        try voter.vote([1])
        try voter.vote([1])
        #expect(voter.page.line.kinds.filter { $0 == "ack" }.count == 2)
        try voter.vote([0], id: "FFFFFFFFFFE")
        #expect(voter.refusal == "already-voted")
        try voter.vote([0], n: 2, id: "GGGGGGGGGGE")
        #expect(stage.hub.meeting[QuestionID(1)]?.round.tally.counts == [1, 0])
        #expect(stage.hub.meeting[QuestionID(1)]?.round.tally.ballots == 1)
    }

    @Test("a token of an earlier round is none of the new one, and the new round has keys of its own")
    func rounds() throws {
        let (stage, moderator) = try opened()
        let voter = try Voter(1, stage)
        try voter.fetchToken()
        stage.act("reset", as: moderator.peer)
        stage.act("open", r: 2, as: moderator.peer)
        try voter.vote([1], r: 2)
        #expect(voter.refusal == "bad-token")
        let fresh = try Voter(1, stage)
        try fresh.fetchToken(1, 2)
        try fresh.vote([1], r: 2)
        #expect(fresh.page.line.last("ack") != nil)
        #expect(stage.kinds.filter { $0 == "key" }.count == 4)
    }

    @Test("a named vote needs the ticket, names its entry, and one entry votes once whatever the phone")
    func named() throws {
        let (stage, moderator) = try opened()
        stage.act("close", as: moderator.peer)
        stage.act("show", q: 2, as: moderator.peer)
        stage.act("open", q: 2, as: moderator.peer)
        let voter = try Voter(10, stage)
        stage.vote([0], as: voter.page.peer, q: 2)
        stage.around.pass(milliseconds: 5)
        #expect(voter.page.line.last("ack")?["sig"] != nil)
        let second = try Voter(10, stage, device: 78)
        #expect((second.page.line.last("welcome")?["mine"] as? [String: Any])?["c"] as? [Int] == [0])
        stage.vote([1], as: second.page.peer, id: "HHHHHHHHHHE", q: 2)
        stage.around.pass(milliseconds: 5)
        #expect(second.refusal == "already-voted")
        let stranger = stage.phone(99)
        stage.vote([1], as: stranger.peer, id: "IIIIIIIIIIE", q: 2)
        stage.around.pass(milliseconds: 5)
        #expect(stranger.line.last("refused")?["code"] as? String == "no-ticket")
        stage.act("close", q: 2, as: moderator.peer)
        let ballot = try #require(stage.entries.last { $0["t"] as? String == "ballot" })
        #expect(ballot["v"] as? Int == 10)
        #expect(stage.entries.last?["result"] as? [Int] == [5, 0, 0])
    }

    @Test("counts of a secret question are of what is in the record; turnout counts at once")
    func countsFollowTheRecord() throws {
        let (stage, _) = try opened()
        let screen = stage.screen()
        for number in 1...7 {
            let voter = try Voter(number, stage)
            try voter.fetchToken()
            try voter.vote([0])
        }
        stage.around.pass(milliseconds: 2000)
        #expect(screen.line.last("tally")?["ballots"] as? Int == 7)
        #expect(screen.line.last("tally")?["counts"] as? [Int] == [0, 0])
        let eighth = try Voter(8, stage)
        try eighth.fetchToken()
        try eighth.vote([0])
        stage.around.pass(milliseconds: 2000)
        #expect(screen.line.last("tally")?["counts"] as? [Int] == [8, 0])
        #expect(screen.line.last("room")?["present"] as? Int == 8)
        #expect(screen.line.last("room")?["eligible"] as? Int == 10)
    }

    @Test("a result revealed while its record is on the way to the disk shows the whole count")
    func revealedOnTheWay() throws {
        let (stage, moderator) = try opened()
        stage.act("close", as: moderator.peer)
        stage.act("show", q: 2, as: moderator.peer)
        stage.act("open", q: 2, as: moderator.peer)
        for number in 1...2 {
            let voter = try Voter(number, stage)
            stage.vote([0], as: voter.page.peer, q: 2)
            stage.around.pass(milliseconds: 5)
        }
        stage.around.commitsAtOnce = false
        stage.act("close", q: 2, as: moderator.peer)
        stage.around.commit()
        stage.around.settle()
        stage.act("reveal", q: 2, as: moderator.peer)
        for _ in 1...4 {
            stage.around.commit()
            stage.around.pass(milliseconds: 200)
        }
        #expect(stage.hub.meeting[QuestionID(2)]?.state == .revealed)
        #expect(stage.hub.scene.tally.counts == [2, 0, 0])
    }

    @Test("no key joins the record after its end")
    func keysAfterTheEnd() throws {
        let stage = try Stage(event: nil, roster: try SecretStage.roster([1]))
        let moderator = stage.moderator()
        stage.around.worksAtOnce = false
        try stage.hub.adopt(SecretStage.definition)
        stage.say(#"{"t":"do","id":"CCCCCCCCCCE","act":"end"}"#, as: moderator.peer)
        stage.around.work()
        stage.around.pass(milliseconds: 3000)
        #expect(stage.kinds.last == "end")
        #expect(stage.kinds.filter { $0 == "end" }.count == 1)
    }

    @Test("a roster comes first or never; secret questions need one")
    func roster() throws {
        let stage = try Stage()
        let roster = try SecretStage.roster([1])
        #expect(throws: VotingError.rosterIsFixed) { try stage.hub.enrol(roster) }
        let bare = try Stage(event: nil)
        #expect(throws: VotingError.needsRoster(slug: "s")) { try bare.hub.adopt(SecretStage.definition) }
    }
}
