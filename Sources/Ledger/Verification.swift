/// Checks everything in an audit bundle that can be checked: signatures, hashes, history, every entry, every count.
///
/// Needs nothing but the bytes, and may be given any. DESIGN.md's table says what is found when.
public struct Verification {
    private let files: [String: [UInt8]]
    private let key: VerifierKey?
    private let pin: [UInt8]?
    private let receipt: [UInt8]?

    /// - Parameters:
    ///   - files: the bundle, by name.
    ///   - key: stands in for the bundle's own vkey; from somewhere that can be trusted.
    ///   - pin: a checkpoint somebody kept.
    ///   - receipt: a receipt or promise.
    public init(_ files: [String: [UInt8]], key: VerifierKey? = nil, pin: [UInt8]? = nil, receipt: [UInt8]? = nil) {
        self.files = files
        self.key = key
        self.pin = pin
        self.receipt = receipt
    }

    /// Checks the bundle; on all cores, about 0.1 ms of one for each secret ballot.
    public func run() -> Report {
        do throws(AuditBundle.Unreadable) {
            let bundle = try AuditBundle(files)
            let outside = try (pin: pin.map(Outside.pin), receipt: receipt.map(Outside.receipt))
            return check(bundle, [outside.pin, outside.receipt].compactMap { $0 })
        } catch {
            return .unreadable(error.text)
        }
    }

    private func check(_ bundle: AuditBundle, _ outside: [Outside]) -> Report {
        let (log, head) = (bundle.log, bundle.checkpoint)
        let key = key ?? bundle.vkey
        let roster = RosterFile(text: bundle.rosterText)
        let checks = SignatureChecks(log, origin: head.origin)
        let audit = LogAudit(
            log, checks, roster: roster ?? RosterFile([]), heads: Set(bundle.history.map(\.size) + [head.size]))
        var faults = signatures(bundle, key) + tiles(bundle) + history(bundle)
        faults += audit.faults.filter { $0.index == nil }
        if let text = wrongRoster(bundle.rosterText, roster, audit.opening) {
            faults.append(Report.Fault(code: .rosterMismatch, text: text))
        }
        faults += Self.inOrder(audit.faults.filter { $0.index != nil })
        faults += outside.flatMap { $0.faults(in: log, size: head.size, audit, key) }
        return Report(size: head.size, root: head.root, origin: head.origin, faults: faults, results: audit.results)
    }

    private func signatures(_ bundle: AuditBundle, _ key: VerifierKey) -> [Report.Fault] {
        var seen: Set<Checkpoint> = []
        let heads = (bundle.history + [bundle.checkpoint]).filter { seen.insert($0).inserted }
        let hold = SignatureChecks.onAllCores(heads.count, or: false) { heads[$0].isSigned(by: key) }
        return zip(heads, hold).filter { !$1 }.map { head, _ in
            Report.Fault(
                code: .checkpointSignature,
                text: "The head of \(head.size) entries, named '\(head.origin)', is not signed by '\(key.origin)'.")
        }
    }

    private func tiles(_ bundle: AuditBundle) -> [Report.Fault] {
        let head = bundle.checkpoint
        if let tile = bundle.strangeTiles.first {
            let text = "\(bundle.strangeTiles.count) tiles contradict the entries, first '\(tile)'."
            return [Report.Fault(code: .rootMismatch, text: text)]
        }
        guard bundle.log.size == head.size, bundle.log.root == head.root else {
            let text =
                "The \(bundle.log.size) entries do not hash to the root of the checkpoint of \(head.size) entries."
            return [Report.Fault(code: .rootMismatch, text: text)]
        }
        return []
    }

    private func history(_ bundle: AuditBundle) -> [Report.Fault] {
        var faults: [Report.Fault] = []
        func add(_ text: String) { faults.append(Report.Fault(code: .historyMismatch, text: text)) }
        for (place, head) in bundle.history.enumerated() {
            if place > 0, head.size <= bundle.history[place - 1].size {
                add("Head \(place + 1) of checkpoints.txt, of \(head.size) entries, does not grow on the one before.")
            } else if place < bundle.history.count - 1, !bundle.log.begins(with: head) {
                add("Head \(place + 1) of checkpoints.txt, of \(head.size) entries, is not a beginning of this log.")
            }
        }
        if bundle.history.last?.isSameHead(as: bundle.checkpoint) != true {
            add("The last head of checkpoints.txt is not the checkpoint of \(bundle.checkpoint.size) entries.")
        }
        return faults
    }

    private func wrongRoster(_ text: [UInt8], _ roster: RosterFile?, _ meeting: MeetingRecord?) -> String? {
        guard let roster else { return "A line of roster.txt is malformed." }
        guard let meeting else { return nil }
        if roster.lines.count != meeting.eligible {
            return "roster.txt has \(roster.lines.count) lines, but \(meeting.eligible) voters are eligible."
        }
        if meeting.isOpen && meeting.eligible > 0 { return "Admission is open, but \(meeting.eligible) are eligible." }
        return LogHash.plain(text) == meeting.roster ? nil : "roster.txt does not hash to what entry 0 says."
    }

    /// One fault for each entry and code, those of an entry in the order of the codes.
    private static func inOrder(_ faults: [Report.Fault]) -> [Report.Fault] {
        let order = Dictionary(uniqueKeysWithValues: FaultCode.allCases.enumerated().map { ($1, $0) })
        return faults.sorted { a, b in
            (a.index ?? 0, order[a.code] ?? 0) < (b.index ?? 0, order[b.code] ?? 0)
        }
    }
}

extension Log {
    /// Whether `head` is a beginning of this log.
    func begins(with head: Checkpoint) -> Bool { head.size <= size && root(at: head.size) == head.root }
}
