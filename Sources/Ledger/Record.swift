internal import Voting

/// An entry of the log as a verifier reads it: of known kind, complete, every member of the right type.
enum Record {
    case meeting(MeetingRecord)
    case key(RoundName, weight: Int, spki: [UInt8])
    case open(RoundName, OpenRecord)
    case issue(RoundName, numbers: [Int])
    case ballot(RoundName, BallotRecord)
    /// - Parameter ends: whether the act is `reset` or `void`: the round is over.
    case moderator(RoundName, ends: Bool)
    case close(RoundName, RoundCount)
    case outcome
    case end

    /// The round it is about.
    var round: RoundName? {
        switch self {
        case .key(let round, _, _), .open(let round, _), .issue(let round, _), .ballot(let round, _),
            .moderator(let round, _), .close(let round, _):
            round
        case .meeting, .outcome, .end: nil
        }
    }
}

/// A round of a question.
struct RoundName: Hashable {
    let question: Int
    let round: Int
}

struct MeetingRecord {
    let isOpen: Bool
    let eligible: Int
    /// The hash of roster.txt.
    let roster: LogHash
}

struct OpenRecord {
    let optionCount: Int
    let minimum: Int
    let maximum: Int
    let changeable: Bool
    let secrecy: Secrecy
}

struct BallotRecord {
    enum Voter: Hashable {
        case key([UInt8], weight: Int)
        case number(Int)
        case device([UInt8])
    }

    let counter: Int
    let choices: [Int]
    let voter: Voter
    /// Secret ballots' token and signature; empty otherwise.
    let authenticator: [UInt8]
    let signature: [UInt8]

    /// The secrecy that this form of ballot is for.
    var secrecy: Secrecy {
        switch voter {
        case .key: .secret
        case .number: .named
        case .device: .indicative
        }
    }
}
