/// What somebody kept outside the log: a head, a receipt or a promise.
enum Outside {
    case pin(Checkpoint)
    case receipt(Receipt)
    case promise(Promise)

    typealias Unreadable = AuditBundle.Unreadable

    static func pin(_ bytes: [UInt8]) throws(Unreadable) -> Outside {
        guard let text = String(validating: bytes, as: UTF8.self), let head = try? Checkpoint(text) else {
            throw Unreadable(text: "The pin is not a checkpoint.")
        }
        return .pin(head)
    }

    /// A receipt or a promise: the first line tells.
    static func receipt(_ bytes: [UInt8]) throws(Unreadable) -> Outside {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Unreadable(text: "The receipt is not UTF-8 text.")
        }
        do {
            return text.hasPrefix(Promise.header) ? .promise(try Promise(text)) : .receipt(try Receipt(text))
        } catch {
            throw Unreadable(text: "The receipt cannot be read: \(error).")
        }
    }

    /// What the log, whose head is of `size` entries, makes of it.
    func faults(in log: Log, size: Int, _ audit: LogAudit, _ key: VerifierKey) -> [Report.Fault] {
        let found: [(FaultCode, String)?] =
            switch self {
            case .pin(let head): [fault(of: head, in: log, size: size, key)]
            case .receipt(let receipt): faults(of: receipt, in: log, size: size, key)
            case .promise(let promise): [fault(of: promise, in: log, audit, key)]
            }
        return found.compactMap { $0 }.map { Report.Fault(code: $0, text: $1) }
    }

    private func fault(of head: Checkpoint, in log: Log, size: Int, _ key: VerifierKey) -> (FaultCode, String)? {
        guard head.names(key) else {
            return (.otherLog, "The pin is of the log '\(head.origin)' or of another key.")
        }
        guard head.isSigned(by: key) else { return (.badReceipt, "The pin's signature does not hold.") }
        guard head.size <= size else {
            return (.tooNew, "The pin is of \(head.size) entries, the bundle of \(size): get a newer bundle.")
        }
        guard log.begins(with: head) else {
            return (.pinMismatch, "The pinned head of \(head.size) entries is not a beginning of this log.")
        }
        return nil
    }

    private func faults(of receipt: Receipt, in log: Log, size: Int, _ key: VerifierKey) -> [(FaultCode, String)?] {
        let head = receipt.checkpoint
        guard head.names(key) else {
            return [(.otherLog, "The receipt is of the log '\(head.origin)' or of another key.")]
        }
        guard receipt.isValid(by: key) else {
            return [(.badReceipt, "The receipt's own proof or signature does not hold.")]
        }
        let isNew = head.size > size
        let isThere = receipt.index < log.size && log.leaf(receipt.index) == .leaf(receipt.entry)
        var faults: [(FaultCode, String)?] = []
        // A newer receipt may be of an entry that is not in this bundle yet.
        if !isThere && (!isNew || receipt.index < size) {
            faults.append((.receiptMissing, "The receipt's entry is not at index \(receipt.index) of this log."))
        }
        if isNew {
            let text = "The receipt is of \(head.size) entries, the bundle of \(size): get a newer bundle."
            faults.append((.tooNew, text))
        } else if isThere && !log.begins(with: head) {
            faults.append((.pinMismatch, "The receipt's head of \(head.size) entries is not a beginning of this log."))
        }
        return faults
    }

    private func fault(of promise: Promise, in log: Log, _ audit: LogAudit, _ key: VerifierKey) -> (FaultCode, String)?
    {
        guard promise.origin.utf8.elementsEqual(key.origin.utf8) else {
            return (.otherLog, "The promise is of the log '\(promise.origin)'.")
        }
        guard promise.isValid(by: key), case .ballot(let round, _) = try? Record(promise.entry) else {
            return (.badReceipt, "The promise's signature does not hold, or it is of no ballot.")
        }
        if (0..<log.size).contains(where: { log.leaf($0) == promise.leaf }) { return nil }
        let name = "question \(round.question), round \(round.round)"
        return audit.isOver(round)
            ? (.receiptMissing, "The ballot promised is not in this log, though \(name) is over.")
            : (.tooNew, "The ballot promised is not in this log yet, and \(name) is not over: get a newer bundle.")
    }
}
