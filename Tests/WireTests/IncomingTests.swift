import Testing
import Voting

@testable import Wire

struct IncomingTests {
    private func decode(_ text: String) throws -> Incoming {
        try Array(text.utf8).withUnsafeBytes { try Incoming.decode($0) }
    }

    private func refusal(_ text: String) -> WireError? {
        do {
            _ = try decode(text)
            return nil
        } catch {
            return error as? WireError
        }
    }

    @Test("each message a page may send is read as it is documented")
    func documented() throws {
        let device = VoterID(high: 0x0001_0203_0405_0607, low: 0x0809_0a0b_0c0d_0e0f)
        #expect(
            try decode(#"{"t":"hello","as":"phone","device":"AAECAwQFBgcICQoLDA0ODw","lang":"ko","rev":57}"#)
                == .hello(Hello(role: .phone(device), language: "ko", revision: 57)))
        #expect(
            try decode(#"{"t":"hello","as":"screen","key":"k"}"#)
                == .hello(Hello(role: .screen(key: "k", isPreview: false), language: nil, revision: 0)))
        #expect(
            try decode(#"{"t":"hello","as":"moderator","session":"s","lang":"en"}"#)
                == .hello(Hello(role: .moderator(key: nil, session: "s"), language: "en", revision: 0)))
        #expect(
            try decode(#"{"t":"vote","id":"AAAAAAAAAAE","q":3,"r":1,"n":1,"c":[2]}"#) == .vote(vote(id: 1, [2])))
        #expect(
            try decode(#"{"t":"do","id":"AAAAAAAAAAE","act":"open","q":3,"r":1,"for":60}"#)
                == .act(Act(id: MessageID(bits: 1), name: .open, question: QuestionID(3), round: 1, seconds: 60)))
        #expect(
            try decode(#"{"t":"do","id":"AAAAAAAAAAE","act":"clear"}"#)
                == .act(Act(id: MessageID(bits: 1), name: .clear, question: nil, round: nil, seconds: nil)))
        #expect(try decode(#"{"t":"beat"}"#) == .beat)
    }

    private func vote(id: UInt64, _ choices: [Int]) throws -> Vote {
        Vote(
            question: QuestionID(3), round: 1,
            ballot: Ballot(id: MessageID(bits: id), counter: 1, choices: try Choices(choices)))
    }

    @Test(
        "what is wrong with a message is said by name",
        arguments: [
            ("", "not JSON"), ("{", "not JSON"), ("[]", "a message is one JSON object"),
            ("7", "a message is one JSON object"),
            (#"{"t":7}"#, "member 't' has the wrong type"), ("{}", "member 't' is missing"),
            (#"{"t":"dance"}"#, "unknown message 'dance'"),
            (#"{"t":"hello"}"#, "member 'as' is missing"),
            (#"{"t":"hello","as":"king"}"#, "member 'as' is phone, screen or moderator, not 'king'"),
            (
                #"{"t":"hello","as":"phone","device":"short"}"#,
                "member 'device' is 22 characters of base64url for 128 bits"
            ),
            (#"{"t":"vote","id":"AAAAAAAAAAA","q":"3","r":1,"n":1,"c":[]}"#, "member 'q' has the wrong type"),
            (#"{"t":"vote","id":"AAAAAAAAAAA","q":3,"r":1,"n":1}"#, "member 'c' is missing"),
            (
                #"{"t":"vote","id":"AAAAAAAAAAB","q":3,"r":1,"n":1,"c":[0]}"#,
                "member 'id' is 11 characters of base64url for 64 bits"
            ),
            (#"{"t":"vote","id":"AAAAAAAAAAA","q":3,"r":1.5,"n":1,"c":[0]}"#, "not JSON"),
            (#"{"t":"do","id":"AAAAAAAAAAA","act":"rig","q":1,"r":1}"#, "unknown act 'rig'"),
            (#"{"t":"do","id":"AAAAAAAAAAA","act":"extend","q":1,"r":1}"#, "member 'for' is missing"),
            (#"{"t":"do","id":"AAAAAAAAAAA","act":"open","r":1}"#, "member 'q' is missing"),
        ])
    func faults(text: String, reason: String) {
        #expect(refusal(text) == .badMessage(reason))
    }

    @Test("choices no question could have are refused with the ballot's id and code")
    func impossible() {
        #expect(
            refusal(#"{"t":"vote","id":"AAAAAAAAAAE","q":3,"r":1,"n":1,"c":[1,1]}"#)
                == .ballot(id: MessageID(bits: 1), .repeatedOption(1)))
        #expect(
            refusal(#"{"t":"vote","id":"AAAAAAAAAAE","q":3,"r":1,"n":1,"c":[99]}"#)
                == .ballot(id: MessageID(bits: 1), .unknownOption(99)))
    }

    @Test("the scanner takes our page's spelling, leaves any other to the general way, and agrees with it")
    func scanner() throws {
        let usual = #"{"t":"vote","id":"k3J9x0aZ_-Q","q":3,"r":1,"n":12,"c":[0,2,63]}"#
        let scanned = try #require(scan(usual))
        #expect(try decodeAny(usual) == .vote(scanned))
        #expect(scan(#"{"t":"vote","id":"k3J9x0aZ_-Q","q":3,"r":1,"n":1,"c":[]}"#)?.ballot.choices.count == 0)
        for other in [
            #"{"t":"vote", "id":"k3J9x0aZ_-Q","q":3,"r":1,"n":1,"c":[0]}"#,
            #"{"id":"k3J9x0aZ_-Q","t":"vote","q":3,"r":1,"n":1,"c":[0]}"#,
            #"{"t":"vote","id":"k3J9x0aZ_-Q","q":3,"r":1,"n":1,"c":[0]} "#,
            #"{"t":"vote","id":"k3J9x0aZ_-Q","q":03,"r":1,"n":1,"c":[0]}"#,
            #"{"t":"vote","id":"k3J9x0aZ_-Q","q":-3,"r":1,"n":1,"c":[0]}"#,
            #"{"t":"vote","id":"k3J9x0aZ_-Q","q":3000000000,"r":1,"n":1,"c":[0]}"#,
            #"{"t":"vote","id":"k3J9x0aZ_-Q","q":3,"r":1,"n":1,"c":[0],"x":1}"#,
            #"{"t":"vote","id":"k3J9x0aZ_-Q","q":3,"r":1,"n":1,"c":[0,0]}"#,
        ] {
            #expect(scan(other) == nil, "\(other)")
        }
    }

    @Test("cut off or changed anywhere, a vote is never read differently by the two ways")
    func mutations() throws {
        let usual = Array(#"{"t":"vote","id":"k3J9x0aZ_-Q","q":31,"r":1,"n":1,"c":[0,12]}"#.utf8)
        var scannedCount = 0
        for position in usual.indices {
            for byte in Array(#"09,[]{}"x-e. :"#.utf8) + [0x00, 0xFF] {
                var changed = usual
                changed[position] = byte
                for candidate in [changed, Array(usual[..<position])] {
                    guard let scanned = candidate.withUnsafeBytes({ VoteScanner.scan($0) }) else { continue }
                    scannedCount += 1
                    #expect(try candidate.withUnsafeBytes { try Incoming.decodeAny($0) } == .vote(scanned))
                }
            }
        }
        #expect(scannedCount > 50)
    }

    @Test("a phone's hello is scanned as our page spells it, and read the same by the general way")
    func helloScanner() throws {
        let usual = #"{"t":"hello","as":"phone","device":"AAECAwQFBgcICQoLDA0ODw","lang":"ko","rev":1853564066627}"#
        let scanned = try #require(Array(usual.utf8).withUnsafeBytes { HelloScanner.scan($0) })
        #expect(try decodeAny(usual) == .hello(scanned))
        for position in usual.utf8.indices {
            for byte in Array(#"09aZ"-{},. "#.utf8) + [0xFF] {
                var changed = Array(usual.utf8)
                changed[usual.utf8.distance(from: usual.utf8.startIndex, to: position)] = byte
                guard let read = changed.withUnsafeBytes({ HelloScanner.scan($0) }) else { continue }
                #expect(try changed.withUnsafeBytes { try Incoming.decodeAny($0) } == .hello(read))
            }
        }
    }

    private func scan(_ text: String) -> Vote? { Array(text.utf8).withUnsafeBytes { VoteScanner.scan($0) } }

    private func decodeAny(_ text: String) throws -> Incoming {
        try Array(text.utf8).withUnsafeBytes { try Incoming.decodeAny($0) }
    }
}

struct Base64URLTests {
    @Test("64 and 128 bits survive writing and reading, and are spelled in one way only")
    func roundTrip() {
        for bits: UInt64 in [0, 1, .max, 0x0123_4567_89ab_cdef, 1 << 63] {
            var text: [UInt8] = []
            Base64URL.append64(bits, to: &text)
            #expect(text.count == 11)
            #expect(Base64URL.decode64(text) == bits)
            var long: [UInt8] = []
            Base64URL.append128(high: bits, low: ~bits, to: &long)
            #expect(long.count == 22)
            #expect(Base64URL.decode128(long)! == (bits, ~bits))
        }
        #expect(Base64URL.decode64("AAAAAAAAAAB".utf8) == nil)
        #expect(Base64URL.decode64("AAAAAAAAAA=".utf8) == nil)
        #expect(Base64URL.decode64("AAAAAAAAA+A".utf8) == nil)
        #expect(Base64URL.decode128("AAAAAAAAAAAAAAAAAAAAAB".utf8) == nil)
    }
}
