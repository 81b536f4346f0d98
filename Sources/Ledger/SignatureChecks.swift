internal import Dispatch
internal import Voting

/// Entries read, and the signatures of secret ballots checked, on all cores: what takes nearly all of a verifier's time.
struct SignatureChecks {
    /// What an entry is, or why it is none.
    let records: [Result<Record, Record.Failure>]
    /// For each secret ballot whether its token and its signature hold; what cannot be checked does not hold.
    private let holds: [(token: Bool, signature: Bool)]

    init(_ log: Log, origin: String) {
        records = Self.onAllCores(log.size, or: .failure(Record.Failure(text: ""))) { index in
            do throws(Record.Failure) {
                return .success(try Record(log.entry(index)))
            } catch {
                return .failure(error)
            }
        }
        let jobs = Self.jobs(records, log, origin: origin)
        holds = Self.onAllCores(log.size, or: (false, false)) { index in
            guard let job = jobs[index] else { return (false, false) }
            return (job.tokenHolds, job.signatureHolds)
        }
    }

    func tokenHolds(_ index: Int) -> Bool { holds[index].token }

    func signatureHolds(_ index: Int) -> Bool { holds[index].signature }

    private struct Job {
        let ballot: BallotRecord
        let key: [UInt8]
        /// Of the key entry before it, if there is one.
        let verifier: TokenVerifier?
        let origin: String
        /// The leaf hash of the open entry before it.
        let open: LogHash

        var tokenHolds: Bool { verifier?.isValid(authenticator: ballot.authenticator, nonce: key) ?? false }

        var signatureHolds: Bool {
            let message = BallotSignature.message(
                origin: origin, open: open, counter: ballot.counter, choices: ballot.choices)
            return BallotSignature.isValid(signature: ballot.signature, key: key, message: message)
        }
    }

    private struct Weighted: Hashable {
        let round: RoundName
        let weight: Int
    }

    /// What is to be checked of each secret ballot of an opened round: the first key and the first opening count.
    private static func jobs(
        _ records: [Result<Record, Record.Failure>], _ log: Log, origin: String
    ) -> [Job?] {
        var keys: [Weighted: TokenVerifier?] = [:]
        var opens: [RoundName: LogHash] = [:]
        return records.enumerated().map { index, record in
            // Entry 0 is the meeting; whatever else it is counts for nothing.
            guard index > 0 else { return nil }
            switch record {
            case .success(.key(let round, let weight, let spki)):
                let name = Weighted(round: round, weight: weight)
                if keys[name] == nil {
                    keys[name] = .some(try? TokenVerifier(spki: spki, origin: origin, keyEntry: log.leaf(index)))
                }
            case .success(.open(let round, _)):
                if opens[round] == nil { opens[round] = log.leaf(index) }
            case .success(.ballot(let round, let ballot)):
                guard case .key(let key, let weight) = ballot.voter, let open = opens[round] else { break }
                return Job(
                    ballot: ballot, key: key, verifier: keys[Weighted(round: round, weight: weight)] ?? nil,
                    origin: origin, open: open)
            default: break
            }
            return nil
        }
    }

    /// `count` values, made on all cores in no particular order.
    static func onAllCores<Value>(_ count: Int, or filler: Value, _ make: (Int) -> Value) -> [Value] {
        guard count > 0 else { return [] }
        let stretch = 64
        var values = [Value](repeating: filler, count: count)
        values.withUnsafeMutableBufferPointer { values in
            // Each place is written once, by one thread, and read after all have ended.
            nonisolated(unsafe) let values = values
            nonisolated(unsafe) let make = make
            DispatchQueue.concurrentPerform(iterations: (count + stretch - 1) / stretch) { part in
                for index in (part * stretch)..<min(count, (part + 1) * stretch) { values[index] = make(index) }
            }
        }
        return values
    }
}
