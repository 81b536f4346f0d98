internal import Ledger
internal import Storage
internal import Voting

/// A batch of the log in the making: everything it needs, so that any thread can do the hashing and signing.
struct LogDraft: Sendable {
    var log: Log
    var key: LogKey
    var before: [[UInt8]]
    var ballots: [LogBook.WaitingBallot]
    var after: [[UInt8]]
    var through: Int64
    var ballotsThrough: Int64

    /// Ballots in the order of their leaf hashes: when they came is told to nobody.
    func finish() -> LogBatch {
        var log = log
        for entry in before { log.append(entry) }
        let entries = ballots.map { Entry.ballot($0, origin: key.origin) }
        let leaves = entries.map { LogHash.leaf($0) }
        for place in entries.indices.sorted(by: { leaves[$0] < leaves[$1] }) {
            log.append(entries[place], leaf: leaves[place])
        }
        for entry in after { log.append(entry) }
        let checkpoint = key.sign(size: log.size, root: log.root)
        return LogBatch(
            log: log, checkpoint: checkpoint,
            publication: Publication(
                before: before.map { String(decoding: $0, as: UTF8.self) }, through: through,
                ballotsThrough: ballotsThrough, after: after.map { String(decoding: $0, as: UTF8.self) },
                checkpoint: checkpoint.text))
    }
}

/// A batch made: the log with it, and what is stored of it.
struct LogBatch: Sendable {
    var log: Log
    var checkpoint: Checkpoint
    var publication: Publication
}
