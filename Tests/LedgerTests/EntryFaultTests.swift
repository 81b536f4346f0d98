import Testing
import Voting

@testable import Ledger

@Suite("The verifier: every fault an entry can have, and no other beside it")
struct EntryFaultTests {
    var event: SampleEvent

    init() throws { event = try SampleEvent() }

    /// Puts an entry before the first that contains all these texts; in a batch of its own if `alone`.
    func putting(_ entry: [UInt8], before texts: String..., alone: Bool = true) throws -> SampleEvent {
        var event = event
        for (batch, entries) in event.batches.enumerated() {
            for (place, bytes) in entries.enumerated() {
                let line = String(decoding: bytes, as: UTF8.self)
                guard texts.allSatisfy({ line.contains($0) }) else { continue }
                if alone {
                    let parts = [Array(entries[..<place]), [entry], Array(entries[place...])]
                    event.batches.replaceSubrange(batch...batch, with: parts.filter { !$0.isEmpty })
                } else {
                    event.batches[batch].insert(entry, at: place)
                }
                return event
            }
        }
        return try #require(nil)
    }

    @Test(
        "entries in another form or of another kind",
        arguments: [
            "", "x", "{}", "[]", "null", "{\"t\":\"end\"", "{\"t\":\"end\"} ", " {\"t\":\"end\"}", "{\"t\" :\"end\"}",
            #"{"t":"end","t":"end"}"#, #"{"q":1,"t":"end"}"#, #"{"t":"start"}"#, #"{"t":7}"#, #"{"t":"outcome"}"#,
            #"{"q":0,"t":"outcome"}"#, #"{"q":1.0,"t":"outcome"}"#, #"{"q":-1,"t":"outcome"}"#,
            #"{"q":01,"t":"outcome"}"#,
            #"{"q":1e3,"t":"outcome"}"#, #"{"q":9007199254740992,"t":"outcome"}"#, #"{"t":"outcome","q":1}"#,
            #"{"q":1,"t":"outcome","x":"\/"}"#, #"{"q":1,"t":"outcome","x":"\u000A"}"#,
            #"{"q":1,"t":"outcome","x":"\u000a"}"#,
            #"{"q":1,"t":"outcome","x":"\u001F"}"#, #"{"q":1,"t":"outcome","x":"\ud800"}"#,
            "{\"q\":1,\"t\":\"outcome\",\"x\":\"\n\"}",
            #"{"q":1,"t":"outcome","x":[1,]}"#, #"{"q":1,"t":"outcome","x":[1 ]}"#, #"{"q":1,"t":"outcome","x":tru}"#,
            #"{"c":[0],"n":1,"q":2,"r":1,"t":"ballot","v":0}"#, #"{"c":[0],"n":1,"q":2,"t":"ballot","v":1}"#,
            #"{"c":[0],"n":1,"q":2,"r":0,"t":"ballot","v":1}"#, #"{"c":["0"],"n":1,"q":2,"r":1,"t":"ballot","v":1}"#,
            #"{"c":[0],"d":"AAAA","n":1,"q":2,"r":1,"t":"ballot"}"#, #"{"c":[0],"n":1,"q":2,"r":1,"t":"ballot"}"#,
            #"{"c":[0],"n":1,"q":2,"r":1,"t":"ballot","v":1,"w":1}"#, #"{"n":[2,1],"q":9,"r":1,"t":"issue"}"#,
            #"{"n":[0],"q":9,"r":1,"t":"issue"}"#, #"{"q":9,"r":1,"spki":"AAAA","t":"key","w":1}"#,
            #"{"act":"open","q":9,"r":1,"t":"moderator","why":""}"#,
            #"{"act":"reset","q":9,"r":1,"s":3,"t":"moderator","why":""}"#,
            #"{"act":"extend","q":9,"r":1,"t":"moderator","why":""}"#, #"{"act":"reset","q":9,"r":1,"t":"moderator"}"#,
            #"{"ballots":0,"q":3,"r":2,"result":[0,0],"t":"close"}"#,
            #"{"ballots":0,"issued":0,"q":3,"r":2,"result":[0,0],"t":"close","weight":0}"#,
        ])
    func badEntries(text: String) throws {
        // Before the last close, so that nothing is over.
        let event = try putting(Array(text.utf8), before: #""q":3,"r":2,"result""#)
        let report = event.report()
        #expect(report.codes == ["bad-entry"])
        #expect(report.faults.first?.index == event.log.size - 4 && report.faults.first?.question == nil)
    }

    @Test("texts, members and numbers at their limits are entries")
    func goodEntries() throws {
        let nested = String(repeating: "[", count: 31) + String(repeating: "]", count: 31)
        for text in [
            #"{"q":9007199254740991,"t":"outcome"}"#,
            #"{"q":1,"t":"outcome","x":"\u001f\b\t\n\f\r\"\\/é\#u{7F}\#u{10FFFF}"}"#,
            "{\"q\":1,\"t\":\"outcome\",\"x\":\(nested)}", #"{"n":[],"q":9,"r":1,"t":"issue"}"#,
        ] {
            #expect(try putting(Array(text.utf8), before: #""q":3,"r":2,"result""#).report().faults == [], "\(text)")
        }
        for text in [
            "{\"q\":1,\"t\":\"outcome\",\"x\":[\(nested)]}",
            "{\"q\":1,\"t\":\"outcome\",\"é\":1}",
        ] {
            let event = try putting(Array(text.utf8), before: #""q":3,"r":2,"result""#)
            #expect(event.report().codes == ["bad-entry"])
        }
        let invalid = try putting([0x22, 0xC0, 0x80, 0x22], before: #""q":3,"r":2,"result""#)
        #expect(invalid.report().codes == ["bad-entry"])
    }

    @Test("the opening of a question is complete")
    func openings() throws {
        let good =
            #"{"change":false,"kind":"single","live":false,"options":[{"en":"a"}],"q":9,"r":1,"secrecy":"named","select":[1,1],"t":"open","text":{"en":"x"}}"#
        let place = #""q":3,"r":2,"result""#
        #expect(try putting(Array(good.utf8), before: place).report().faults == [])
        for (old, new) in [
            (#""change":false,"#, ""), ("false", "0"), ("single", "double"), ("single", "motion"),
            (#"[{"en":"a"}]"#, "{}"),
            (#"{"en":"a"}"#, #"{"en":1}"#), (#"{"en":"x"}"#, "{}"), (#"{"en":"x"}"#, #"{"e n":"x"}"#),
            ("named", "public"),
            ("[1,1]", "[1]"), ("[1,1]", "[2,1]"), ("[1,1]", #"["1",1]"#), (#""kind""#, #""detail":"x","kind""#),
        ] {
            let event = try putting(Array(good.replacing(old, with: new).utf8), before: place)
            #expect(event.report().codes == ["bad-entry"], "\(old) → \(new)")
        }
    }

    @Test("the meeting is entry 0 and no other, and nothing follows the end")
    func frame() throws {
        var second = event
        second.batches[1].insert(second.batches[0][0], at: 0)
        #expect(second.report().codes == ["bad-entry"])
        var without = event
        without.batches[0].removeFirst()
        let report = without.report()
        #expect(report.faults.first?.code == .badEntry && report.faults.first?.index == 0)
        var after = event
        after.batches.append([Entry.end, SampleEvent.rollCall(1, 1), [1]])
        #expect(after.report().codes == ["bad-entry", "bad-entry", "bad-entry"])
        for (old, new) in [
            (#""admission":"roster""#, #""admission":"all""#), (#""eligible":6,"#, ""), (#"["en","ko"]"#, #"["en",7]"#),
            (#""roster":""#, #""roster":"0"#), (#"{"en":"Sample""#, #"{"en":null"#),
            (#""t":"meeting""#, #""t":"meeting","tt":1"#),
        ] {
            var event = event
            try event.edit("meeting") { $0.replacing(old, with: new) }
            #expect(event.report().codes.first == "bad-entry")
        }
    }

    @Test("ballots of a batch are sorted")
    func order() throws {
        var event = event
        event.batches[2].swapAt(0, 1)
        let report = event.report()
        #expect(report.codes.contains("batch-order") && Set(report.codes) == ["batch-order"])
        #expect(report.results.count == 3)
        // In two batches they may stand as they are.
        event.batches.replaceSubrange(2...2, with: event.batches[2].map { [$0] })
        #expect(event.report().faults == [])
    }

    @Test("a token key serves one question, round and weight, and comes first")
    func keys() throws {
        let reused = Entry.key(QuestionID(9), round: 1, weight: 1, spki: event.keys[0].spki)
        #expect(try putting(reused, before: "issue").report().codes == ["key-reused"])
        let second = Entry.key(SampleEvent.secret, round: 1, weight: 1, spki: event.keys[2].spki)
        #expect(try putting(second, before: "issue").report().codes == ["key-late"])
        #expect(try putting(second, before: #""q":1,"r":1,"result""#).report().codes == ["key-late"])
        var late = event
        late.batches[1].insert(late.batches[0].remove(at: 2), at: 1)
        #expect(late.report().codes == ["key-late"])
        // No token of weight 2 was issued before: in time.
        late = event
        try late.edit("issue") { $0.replacing("[1,2,3,5]", with: "[1,2,3]") }
        try late.edit("issue", "[4]") { $0.replacing("[4]", with: "[4,5]") }
        late.batches[1].insert(late.batches[0].remove(at: 2), at: 1)
        #expect(!late.report().codes.contains("key-late"))
    }

    @Test("a round is opened once, before its ballots, and closed once")
    func opening() throws {
        let stray = Entry.ballot(QuestionID(9), round: 1, counter: 1, choices: Choices(bits: 1), voter: 1)
        #expect(try putting(stray, before: "issue").report().codes == ["not-open"])
        let open = try Entry.open(
            SampleEvent.named, round: 1, SampleEvent.question(.motion, changeable: true), secrecy: .secret)
        #expect(try putting(open, before: #""q":2,"r":1,"result""#).report().codes == ["not-open"])
        let count = RoundCount(result: [0, 0], ballots: 0, weight: 0)
        let close = Entry.close(SampleEvent.show, round: 1, count)
        #expect(try putting(close, before: #""q":3,"r":2,"result""#).report().codes == ["not-open"])
        #expect(try putting(close, before: "issue").report().codes == ["not-open"])
        let place = try event.place(#""q":2,"r":1,"result""#)
        let again = try putting(event.batches[place.batch][place.entry], before: "outcome")
        #expect(again.report().codes == ["not-open"])
        #expect(again.report().results.count == 3)
    }

    @Test("no ballot follows the end of its round")
    func afterwards() throws {
        #expect(try putting(SampleEvent.rollCall(2, 0), before: "outcome").report().codes == ["after-close"])
        #expect(try putting(SampleEvent.hand(1, 2, [0]), before: "outcome").report().codes == ["after-close"])
        let copy = try putting(SampleEvent.rollCall(1, 0), before: "outcome").report()
        #expect(copy.codes == ["after-close", "duplicate-ballot"])
    }

    @Test("ballots suit the question's secrecy")
    func kinds() throws {
        let named = Entry.ballot(SampleEvent.show, round: 2, counter: 1, choices: Choices(bits: 1), voter: 1)
        #expect(try putting(named, before: #""q":3,"r":2,"result""#).report().codes == ["wrong-kind"])
    }

    @Test(
        "choices and counters are within the rules",
        arguments: [
            ([2], 1), ([0, 0], 1), ([1, 0], 1), ([], 1), ([0, 1, 2], 1), ([9_007_199_254_740_991], 1), ([0], 0),
            ([0], 1_000_001),
        ])
    func choices(positions: [Int], counter: Int) throws {
        let list = positions.map(String.init).joined(separator: ",")
        let text = #"{"c":[\#(list)],"d":"AAAAAAAAAAAAAAAAAAAAAA==","n":\#(counter),"q":3,"r":2,"t":"ballot"}"#
        #expect(try putting(Array(text.utf8), before: #""q":3,"r":2,"result""#).report().codes == ["bad-choices"])
    }

    @Test("numbers are on the roster and get one token each")
    func voters() throws {
        let stranger = SampleEvent.rollCall(7, 0)
        #expect(try putting(stranger, before: #""q":2,"r":1,"result""#).report().codes == ["unknown-voter"])
        let issue = Entry.issue(SampleEvent.secret, round: 1, numbers: [7, 1_000_000])
        #expect(try putting(issue[0], before: #""t":"open""#).report().codes == ["unknown-voter"])
        let double = Entry.issue(SampleEvent.secret, round: 1, numbers: [1])
        #expect(try putting(double[0], before: #""t":"open""#).report().codes == ["double-issue"])
    }

    @Test("tokens and signatures of secret ballots hold")
    func signatures() throws {
        let before = #""q":1,"r":1,"result""#
        let fresh = try event.voter(1)
        #expect(try putting(fresh.ballot(1, [1], signed: [0]), before: before).report().codes == ["bad-signature"])
        let forged = try event.voter(1, context: .empty)
        #expect(try putting(forged.ballot(1, [1]), before: before).report().codes == ["bad-token"])
        let heavier = try event.voter(1).ballot(1, [1])
        let text = String(decoding: heavier, as: UTF8.self)
        let two = Array(text.replacing(#""w":1}"#, with: #""w":2}"#).utf8)
        #expect(try putting(two, before: before).report().codes == ["bad-token"])
        let three = Array(text.replacing(#""w":1}"#, with: #""w":3}"#).utf8)
        #expect(try putting(three, before: before).report().codes == ["bad-token"])
        // A ballot under another voter's key.
        var event = event
        let other = Base64.encode(BallotKey().publicKey)
        try event.edit(#""n":2,"q":1"#) { text in
            let start = text.ranges(of: #""k":""#)[0].upperBound
            return text[..<start] + other + text[text.index(start, offsetBy: 44)...]
        }
        #expect(event.report().codes == ["bad-token", "bad-signature", "wrong-close"])
    }

    @Test("a voter's ballots have different counters, and one is all where votes cannot be changed")
    func duplicates() throws {
        let twice = Entry.ballot(SampleEvent.named, round: 1, counter: 2, choices: Choices(bits: 1), voter: 1)
        #expect(try putting(twice, before: #""q":2,"r":1,"result""#).report().codes == ["duplicate-ballot"])
        let place = try event.place(#""n":2,"q":1"#)
        let copy = event.batches[place.batch][place.entry]
        let same = try putting(copy, before: #""q":1,"r":1,"result""#, alone: false)
        #expect(same.report().codes == ["duplicate-ballot"])
        var event = event
        let voter = try event.voter(1)
        event.batches[4].insert(try voter.ballot(3, [1]), at: 0)
        event.batches.insert([try voter.ballot(2, [2])], at: 5)
        #expect(event.report().codes.contains("wrong-close"))
        // The highest counter counts, not the last.
        event = try SampleEvent()
        let late = try event.voter(1)
        let ballots = [[try late.ballot(3, [1])], [try late.ballot(2, [2])]]
        event.batches.insert(contentsOf: ballots, at: 4)
        try event.edit(#""q":1,"r":1,"result""#) {
            $0.replacing("[2,1,1]", with: "[2,2,1]").replacing(#""ballots":3"#, with: #""ballots":4"#)
                .replacing(#""weight":4"#, with: #""weight":5"#)
        }
        #expect(event.report().faults == [])
    }

    @Test("there are not more voters than tokens")
    func tokens() throws {
        var event = event
        let extra = try (0..<3).map { _ in try event.voter(1).ballot(1, [1]) }
        event.batches.insert(contentsOf: extra.map { [$0] }, at: 4)
        try event.edit(#""q":1,"r":1,"result""#) {
            $0.replacing("[2,1,1]", with: "[2,4,1]").replacing(#""ballots":3"#, with: #""ballots":6"#)
                .replacing(#""weight":4"#, with: #""weight":7"#)
        }
        #expect(event.report().codes == ["too-many-ballots"])
        event = try SampleEvent()
        event.batches[1].removeFirst()
        #expect(Set(event.report().codes) == ["too-many-ballots", "wrong-close"])
        #expect(event.report().codes.filter { $0 == "too-many-ballots" }.count == 2)
    }

    @Test("closes say what the entries give")
    func closes() throws {
        for (old, new) in [
            ("[2,1,1]", "[1,2,1]"), ("[2,1,1]", "[2,1]"), (#""ballots":3"#, #""ballots":4"#),
            (#""weight":4"#, #""weight":3"#),
            (#""issued":5"#, #""issued":4"#),
        ] {
            var event = event
            try event.edit(#""q":1,"r":1,"result""#) { $0.replacing(old, with: new) }
            #expect(event.report().codes == ["wrong-close"])
        }
        for (question, old, new) in [(1, 6, 4), (1, 6, 7), (2, 4, 2), (2, 4, 7)] {
            var event = event
            try event.edit(#""q":\#(question),"r":1,"result""#) {
                $0.replacing(#""present":\#(old)"#, with: #""present":\#(new)"#)
            }
            #expect(event.report().codes == ["wrong-presence"])
        }
    }
}
