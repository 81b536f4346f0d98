import Testing
import Voting

@testable import Ledger

/// A small event with every kind of entry, as batches of entries that a test may change before they are logged.
struct SampleEvent {
    static let origin = "plenum/sample/0123456789abcdef"
    static let secret = QuestionID(1)
    static let named = QuestionID(2)
    static let show = QuestionID(3)

    /// Keys take long to make: all samples share theirs.
    private static let tokenKeys = try? (0..<3).map { _ in try TokenKey.generate() }

    let logKey: LogKey
    let keys: [TokenKey]
    var roster = RosterFile((1...6).map { RosterFile.Line(weight: $0 > 4 ? 2 : 1, code: "code \($0)") })
    var batches: [[[UInt8]]] = []

    init() throws {
        logKey = try LogKey(seed: Array(1...32), origin: Self.origin)
        keys = try #require(Self.tokenKeys)
        let event = EventDefinition(
            slug: "sample", title: LocalizedText(["en": "Sample", "ko": "본보기"]), languages: ["en", "ko"], questions: [])
        let open = try Entry.open(Self.secret, round: 1, Self.question(.single, changeable: true), secrecy: .secret)
        batches = [
            [
                try Entry.meeting(event, roster: roster),
                Entry.key(Self.secret, round: 1, weight: 1, spki: keys[0].spki),
                Entry.key(Self.secret, round: 1, weight: 2, spki: keys[1].spki),
            ],
            Entry.issue(Self.secret, round: 1, numbers: [1, 2, 3, 5]) + [open],
        ]
        let (a, b, c) = (try voter(1), try voter(1), try voter(2))
        batches += [
            [try a.ballot(1, [0]), try b.ballot(1, [2]), try c.ballot(1, [0])].sorted(by: Self.byLeaf),
            Entry.issue(Self.secret, round: 1, numbers: [4]) + [try a.ballot(2, [1])],
            [
                Entry.close(
                    Self.secret, round: 1, RoundCount(result: [2, 1, 1], ballots: 3, weight: 4, issued: 5, present: 6)),
                try Entry.open(Self.named, round: 1, Self.question(.motion, changeable: false), secrecy: .named),
            ],
            [Self.rollCall(1, 0), Self.rollCall(5, 1), Self.rollCall(6, 1)].sorted(by: Self.byLeaf) + [
                Entry.close(Self.named, round: 1, RoundCount(result: [1, 4, 0], ballots: 3, weight: 5, present: 4))
            ],
            [
                try Entry.moderator(Self.show, round: 1, .edit, why: "a \"typo\""),
                try Entry.open(Self.show, round: 1, Self.many, secrecy: .indicative), Self.hand(1, 1, [0, 1]),
                try Entry.moderator(Self.show, round: 1, .extend(seconds: 30), why: ""),
                try Entry.moderator(Self.show, round: 1, .reset, why: "again"),
                try Entry.open(Self.show, round: 2, Self.many, secrecy: .indicative),
            ],
            [Self.hand(2, 1, [1]), Self.hand(2, 2, [0, 1])].sorted(by: Self.byLeaf) + [
                Entry.close(Self.show, round: 2, RoundCount(result: [1, 2], ballots: 2, weight: 2)),
                Array(#"{"q":3,"t":"outcome","what":[true,null,{"x":1}]}"#.utf8), Entry.end,
            ],
        ]
    }

    static func byLeaf(_ a: [UInt8], _ b: [UInt8]) -> Bool { LogHash.leaf(a) < LogHash.leaf(b) }

    static func question(_ kind: QuestionKind, changeable: Bool) -> QuestionDefinition {
        QuestionDefinition(
            slug: "q", text: LocalizedText(["en": "Which?"]), kind: kind,
            options: ["a", "b", "c"].map { LocalizedText(["en": $0]) }, changeable: changeable)
    }

    static let many = QuestionDefinition(
        slug: "q", text: LocalizedText(["en": "Which?"]), kind: .multiple(minimum: 1, maximum: 2),
        options: ["a", "b"].map { LocalizedText(["en": $0]) })

    static func rollCall(_ number: Int, _ choice: Int) -> [UInt8] {
        Entry.ballot(named, round: 1, counter: 1, choices: Choices(bits: 1 << UInt64(choice)), voter: number)
    }

    static func hand(_ round: Int, _ device: UInt64, _ choices: [Int]) -> [UInt8] {
        let pseudonym = Entry.pseudonym(
            origin: origin, question: show, round: round, device: VoterID(high: 0, low: device))
        return Entry.ballot(
            show, round: round, counter: 1, choices: (try? Choices(choices)) ?? Choices(), pseudonym: pseudonym)
    }

    /// A phone with a token for the secret question.
    struct Phone {
        let weight: Int
        let open: LogHash
        let key: BallotKey
        let authenticator: [UInt8]

        func ballot(_ counter: Int, _ choices: [Int], signed: [Int]? = nil) throws -> [UInt8] {
            let message = BallotSignature.message(
                origin: SampleEvent.origin, open: open, counter: counter, choices: try Choices(signed ?? choices))
            return Entry.ballot(
                SampleEvent.secret, round: 1, counter: counter, choices: try Choices(choices), weight: weight,
                key: key.publicKey, authenticator: authenticator, signature: key.sign(message))
        }
    }

    /// A new voter of the secret question, with a token that is good unless another log's key entry is given.
    func voter(_ weight: Int, context: LogHash? = nil) throws -> Phone {
        let leaf = LogHash.leaf(batches[0][weight])
        let key = keys[weight - 1]
        let open = LogHash.leaf(try #require(batches[1].last))
        let verifier = try TokenVerifier(spki: key.spki, origin: Self.origin, keyEntry: context ?? leaf)
        let ballotKey = BallotKey()
        let request = try TokenRequest(verifier, nonce: ballotKey.publicKey)
        let token = try request.finish(key.blindSign(request.blinded))
        return Phone(weight: weight, open: open, key: ballotKey, authenticator: token)
    }

    /// Where the first entry that contains all these texts stands.
    func place(_ texts: String...) throws -> (batch: Int, entry: Int) {
        for (batch, entries) in batches.enumerated() {
            for (entry, bytes) in entries.enumerated() {
                let line = String(decoding: bytes, as: UTF8.self)
                if texts.allSatisfy({ line.contains($0) }) { return (batch, entry) }
            }
        }
        return try #require(nil)
    }

    /// Writes an entry anew.
    mutating func edit(_ texts: String..., change: (String) -> String) throws {
        for (batch, entries) in batches.enumerated() {
            for (entry, bytes) in entries.enumerated() {
                let line = String(decoding: bytes, as: UTF8.self)
                guard texts.allSatisfy({ line.contains($0) }) else { continue }
                batches[batch][entry] = Array(change(line).utf8)
                return
            }
        }
        try #require(Bool(false), "no such entry")
    }

    /// The whole log.
    var log: Log {
        var log = Log()
        for entry in batches.joined() { log.append(entry) }
        return log
    }

    /// The heads after each batch.
    var heads: [Checkpoint] {
        let log = log
        var size = 0
        return batches.map { batch in
            size += batch.count
            return logKey.sign(size: size, root: log.root(at: size))
        }
    }

    /// The bundle, signed as it is.
    var bundle: [String: [UInt8]] {
        let (log, heads) = (log, heads)
        var files: [String: [UInt8]] = [
            "checkpoint": Array((heads.last?.text ?? logKey.sign(size: 0, root: .empty).text).utf8),
            "checkpoints.txt": Array(heads.map(\.text).joined(separator: "\n").utf8),
            "roster.txt": roster.text, "vkey": Array("\(logKey.vkey)\n".utf8),
        ]
        for path in TilePath.all(size: log.size) { files[path.description] = log.tile(path) }
        return files
    }

    func report(pin: Checkpoint? = nil, receipt: String? = nil) -> Report {
        Verification(bundle, pin: pin.map { Array($0.text.utf8) }, receipt: receipt.map { Array($0.utf8) }).run()
    }
}

extension Report {
    var codes: [String] { faults.map(\.code.rawValue) }
}
