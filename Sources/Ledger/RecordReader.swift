internal import Voting

extension Record {
    typealias Failure = CanonicalReader.Failure

    /// Reads an entry.
    ///
    /// - Throws: what makes it a `bad-entry`, as the end of a sentence.
    init(_ entry: [UInt8]) throws(Failure) {
        var members = try Members(CanonicalReader.read(entry))
        self = try Self.read(members.text("t"), &members)
        try members.finish()
    }

    private static func read(_ kind: String, _ members: inout Members) throws(Failure) -> Record {
        switch kind {
        case "meeting": return .meeting(try MeetingRecord(&members))
        case "key":
            let spki = try members.base64("spki", count: TokenKeyInfo.spkiBytes)
            guard TokenKeyInfo.modulus(of: spki) != nil else {
                throw Failure(text: "member 'spki' is not an RSA-2048 key in the form of RFC 9578")
            }
            return .key(try RoundName(&members), weight: try members.number("w", from: 1), spki: spki)
        case "open": return .open(try RoundName(&members), try OpenRecord(&members))
        case "issue":
            let numbers = try members.numbers("n")
            guard zip(numbers, numbers.dropFirst()).allSatisfy({ $0 < $1 }), numbers.first ?? 1 >= 1 else {
                throw Failure(text: "member 'n' is not ascending from 1")
            }
            return .issue(try RoundName(&members), numbers: numbers)
        case "ballot": return .ballot(try RoundName(&members), try BallotRecord(&members))
        case "moderator": return try moderator(&members)
        case "close":
            return .close(try RoundName(&members), try RoundCount(&members))
        case "outcome":
            _ = try members.number("q", from: 1)
            members = try Members(.object([]))
            return .outcome
        case "end": return .end
        default: throw Failure(text: "its kind '\(kind.prefix(40))' is unknown")
        }
    }

    private static func moderator(_ members: inout Members) throws(Failure) -> Record {
        let round = try RoundName(&members)
        let act = try members.choice("act") { ["edit", "close", "reset", "void", "extend"].contains($0) ? $0 : nil }
        _ = try members.text("why")
        if act == "extend" { _ = try members.number("s", from: 1) }
        return .moderator(round, ends: act == "reset" || act == "void")
    }
}

extension RoundName {
    fileprivate init(_ members: inout Members) throws(Record.Failure) {
        question = try members.number("q", from: 1)
        round = try members.number("r", from: 1)
    }
}

extension MeetingRecord {
    fileprivate init(_ members: inout Members) throws(Record.Failure) {
        isOpen = try members.choice("admission") { ["open": true, "roster": false][$0] }
        eligible = try members.number("eligible")
        _ = try members.text("event")
        for language in try members.list("languages") {
            guard case .text(let text) = language, Members.isLanguage(text) else {
                throw Record.Failure(text: "member 'languages' is not a list of languages")
            }
        }
        guard let hash = Hex.decode(Array(try members.text("roster").utf8)), let roster = LogHash(bytes: hash) else {
            throw Record.Failure(text: "member 'roster' is not a hash in hexadecimal")
        }
        self.roster = roster
        try members.words("title")
    }
}

extension OpenRecord {
    fileprivate init(_ members: inout Members) throws(Record.Failure) {
        changeable = try members.flag("change")
        _ = try members.flag("live")
        if members.has("detail") { try members.words("detail") }
        try members.words("text")
        secrecy = try members.choice("secrecy", Secrecy.init(rawValue:))
        let isMotion = try members.choice("kind") { ["motion": true, "single": false, "multiple": false][$0] }
        let options = try members.list("options")
        guard options.allSatisfy(Members.areWords), options.isEmpty || !isMotion else {
            throw Record.Failure(text: "member 'options' does not suit its kind")
        }
        optionCount = isMotion ? 3 : options.count
        let select = try members.numbers("select")
        guard select.count == 2, select[0] <= select[1] else {
            throw Record.Failure(text: "member 'select' is not a minimum and a maximum")
        }
        (minimum, maximum) = (select[0], select[1])
    }
}

extension BallotRecord {
    fileprivate init(_ members: inout Members) throws(Record.Failure) {
        counter = try members.number("n")
        choices = try members.numbers("c")
        if members.has("v") {
            voter = .number(try members.number("v", from: 1))
        } else if members.has("d") {
            voter = .device(try members.base64("d", count: 16))
        } else {
            voter = .key(try members.base64("k", count: 32), weight: try members.number("w", from: 1))
            authenticator = try members.base64("a", count: TokenKeyInfo.modulusBytes)
            signature = try members.base64("s", count: 64)
            return
        }
        authenticator = []
        signature = []
    }
}

extension RoundCount {
    fileprivate init(_ members: inout Members) throws(Record.Failure) {
        self.init(
            result: try members.numbers("result"), ballots: try members.number("ballots"),
            weight: try members.number("weight"), issued: members.has("issued") ? try members.number("issued") : nil,
            present: members.has("present") ? try members.number("present") : nil)
    }
}
