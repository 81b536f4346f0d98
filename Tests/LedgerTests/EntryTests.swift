import Foundation
import Testing
import Voting

@testable import Ledger

@Suite("Entries")
struct EntryTests {
    let question = QuestionID(3)

    func text(_ entry: [UInt8]) -> String { String(decoding: entry, as: UTF8.self) }

    @Test("the meeting says who may vote")
    func meeting() throws {
        let event = EventDefinition(
            slug: "night-taxi", title: LocalizedText(["ko": "심야 택시", "en": "Night \"taxis\""]),
            languages: ["ko", "en"],
            questions: [])
        let open = try text(Entry.meeting(event, roster: nil))
        #expect(
            open == #"{"admission":"open","eligible":0,"event":"night-taxi","languages":["ko","en"],"#
                + #""roster":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","#
                + #""t":"meeting","title":{"en":"Night \"taxis\"","ko":"심야 택시"}}"#)
        let roster = RosterFile([RosterFile.Line(weight: 1, code: "a"), RosterFile.Line(weight: 20, code: "b")])
        let hash = Hex.encode(LogHash.plain(roster.text).bytes)
        let closed = try text(Entry.meeting(event, roster: roster))
        #expect(closed.contains(#""admission":"roster","eligible":2,"#) && closed.contains(hash))
    }

    @Test("an opening has the wording and the rules")
    func opening() throws {
        let text = LocalizedText(["en": "A\tB\u{1}\u{7F}\\/\n"])
        let motion = QuestionDefinition(slug: "a", text: text, kind: .motion)
        #expect(
            try self.text(Entry.open(question, round: 2, motion, secrecy: .named))
                == #"{"change":false,"kind":"motion","live":false,"options":[],"q":3,"r":2,"secrecy":"named","#
                + #""select":[1,1],"t":"open","text":{"en":"A\tB\u0001"# + "\u{7F}" + #"\\/\n"}}"#)
        let multiple = QuestionDefinition(
            slug: "a", text: text, detail: LocalizedText(["en": "D"]), kind: .multiple(minimum: 1, maximum: 2),
            options: [LocalizedText(["en": "1"]), LocalizedText(["en": "2"])], changeable: true, live: true)
        #expect(
            try self.text(Entry.open(question, round: 1, multiple, secrecy: .secret)).hasPrefix(
                #"{"change":true,"detail":{"en":"D"},"kind":"multiple","live":true,"options":[{"en":"1"},{"en":"2"}],"#)
        )
        let long = LocalizedText(["en": String(repeating: "x", count: 70_000)])
        #expect(throws: LedgerError.self) {
            try Entry.open(
                question, round: 1, QuestionDefinition(slug: "a", text: long, kind: .motion), secrecy: .named)
        }
    }

    @Test("issued numbers are ascending and split into entries that fit")
    func issues() {
        #expect(Entry.issue(question, round: 1, numbers: []).isEmpty)
        #expect(
            Entry.issue(question, round: 1, numbers: [3, 1]).map(text) == [#"{"n":[1,3],"q":3,"r":1,"t":"issue"}"#])
        let many = Entry.issue(question, round: 1, numbers: (0..<10_001).map { 9_000_000_000 + $0 })
        #expect(many.count == 3)
        #expect(many.allSatisfy { $0.count <= Log.maximumEntryBytes })
    }

    @Test("ballots of every secrecy, keys, acts, closes")
    func others() throws {
        let choices = try Choices([0, 12])
        #expect(
            text(Entry.ballot(question, round: 1, counter: 12, choices: choices, voter: 7))
                == #"{"c":[0,12],"n":12,"q":3,"r":1,"t":"ballot","v":7}"#)
        #expect(
            text(
                Entry.ballot(
                    question, round: 1, counter: 1, choices: choices, pseudonym: Array(repeating: 255, count: 16)))
                == #"{"c":[0,12],"d":"/////////////////////w==","n":1,"q":3,"r":1,"t":"ballot"}"#)
        #expect(
            text(
                Entry.ballot(
                    question, round: 1, counter: 1, choices: choices, weight: 2, key: [1], authenticator: [2],
                    signature: [3]))
                == #"{"a":"Ag==","c":[0,12],"k":"AQ==","n":1,"q":3,"r":1,"s":"Aw==","t":"ballot","w":2}"#)
        #expect(
            text(Entry.key(question, round: 1, weight: 2, spki: [0])) == #"{"q":3,"r":1,"spki":"AA==","t":"key","w":2}"#
        )
        #expect(
            text(try Entry.moderator(question, round: 1, .extend(seconds: 30), why: ""))
                == #"{"act":"extend","q":3,"r":1,"s":30,"t":"moderator","why":""}"#)
        #expect(
            text(try Entry.moderator(question, round: 1, .void, why: "x"))
                == #"{"act":"void","q":3,"r":1,"t":"moderator","why":"x"}"#)
        #expect(
            text(Entry.close(question, round: 1, RoundCount(result: [1, 0], ballots: 1, weight: 1)))
                == #"{"ballots":1,"q":3,"r":1,"result":[1,0],"t":"close","weight":1}"#)
        #expect(
            text(
                Entry.close(
                    question, round: 1, RoundCount(result: [1], ballots: 1, weight: 1, issued: 2, present: 3)))
                == #"{"ballots":1,"issued":2,"present":3,"q":3,"r":1,"result":[1],"t":"close","weight":1}"#)
        #expect(text(Entry.end) == #"{"t":"end"}"#)
    }

    @Test("a device's pseudonym is of its round alone")
    func pseudonyms() {
        let device = VoterID(high: 0x0001_0203_0405_0607, low: 0x0809_0A0B_0C0D_FFFF)
        let name = Entry.pseudonym(origin: "plenum/x/0", question: question, round: 2, device: device)
        let input = Array("vote-device/v1\nplenum/x/0\n3\n2\nAAECAwQFBgcICQoLDA3__w\n".utf8)
        #expect(name == Array(LogHash.plain(input).bytes.prefix(16)))
    }

    @Test("roster.txt is read as it is written")
    func rosters() throws {
        let roster = RosterFile((1...12).map { RosterFile.Line(weight: $0, code: "code \($0)") })
        #expect(RosterFile(text: roster.text) == roster)
        #expect(RosterFile(text: []) == RosterFile([]))
        #expect(RosterFile([]).text.isEmpty)
        #expect(roster.weight(of: 12) == 12)
        #expect(roster.weight(of: 0) == nil && roster.weight(of: 13) == nil && RosterFile([]).weight(of: 1) == nil)
        let text = String(decoding: roster.text, as: UTF8.self)
        for broken in [
            String(text.dropLast()), text + "\n", text.replacing("2 2 ", with: "3 2 "),
            text.replacing("2 2 ", with: "2 0 "),
            text.replacing("2 2 ", with: "2  2 "), text.uppercased(),
        ] {
            #expect(RosterFile(text: Array(broken.utf8)) == nil)
        }
    }
}
