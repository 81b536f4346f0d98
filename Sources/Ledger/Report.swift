public import Voting

/// What a verification found.
public struct Report: Sendable {
    public enum Verdict: String, Sendable {
        /// Everything checks out.
        case right
        /// Something in the bundle cannot be as it should.
        case wrong
        /// Nothing is wrong, but the pin or receipt could not be judged by this bundle.
        case cannotTell = "cannot-tell"
        /// There is nothing to check.
        case unreadable

        /// What a command exits with.
        public var exitCode: Int32 {
            switch self {
            case .right: 0
            case .wrong: 1
            case .cannotTell: 2
            case .unreadable: 3
            }
        }
    }

    /// One thing found.
    public struct Fault: Sendable, Hashable {
        public var code: FaultCode
        /// The entry, if it is about one.
        public var index: Int?
        public var question: Int?
        public var round: Int?
        /// A sentence for people.
        public var text: String
    }

    /// A closed round counted anew.
    public struct Result: Sendable, Hashable {
        public var question: Int
        public var round: Int
        public var secrecy: Secrecy
        /// As the entries give it; `present` as the close entry says.
        public var count: RoundCount
    }

    /// The size of the log; nil if unreadable.
    public var size: Int?
    /// The root in the checkpoint.
    public var root: LogHash?
    public var origin: String?
    /// Those about the bundle, those about entries in log order, those about pin and receipt.
    public var faults: [Fault]
    /// In log order.
    public var results: [Result]

    public var verdict: Verdict {
        let verdicts = faults.map(\.code.verdict)
        return [.unreadable, .wrong, .cannotTell].first { verdicts.contains($0) } ?? .right
    }

    /// The report about bytes that cannot be read.
    public static func unreadable(_ text: String) -> Report {
        Report(faults: [Fault(code: .unreadable, text: text)], results: [])
    }
}

/// Every kind of fault, in the order of DESIGN.md's table.
public enum FaultCode: String, Sendable, CaseIterable {
    case unreadable
    case checkpointSignature = "checkpoint-signature"
    case rootMismatch = "root-mismatch"
    case historyMismatch = "history-mismatch"
    case badEntry = "bad-entry"
    case rosterMismatch = "roster-mismatch"
    case batchOrder = "batch-order"
    case keyReused = "key-reused"
    case keyLate = "key-late"
    case notOpen = "not-open"
    case afterClose = "after-close"
    case wrongKind = "wrong-kind"
    case badChoices = "bad-choices"
    case unknownVoter = "unknown-voter"
    case doubleIssue = "double-issue"
    case badToken = "bad-token"
    case badSignature = "bad-signature"
    case duplicateBallot = "duplicate-ballot"
    case tooManyBallots = "too-many-ballots"
    case wrongClose = "wrong-close"
    case wrongPresence = "wrong-presence"
    case pinMismatch = "pin-mismatch"
    case receiptMissing = "receipt-missing"
    case otherLog = "other-log"
    case tooNew = "too-new"
    case badReceipt = "bad-receipt"

    /// What finding it means.
    public var verdict: Report.Verdict {
        switch self {
        case .unreadable: .unreadable
        case .otherLog, .tooNew, .badReceipt: .cannotTell
        default: .wrong
        }
    }
}
