internal import Foundation

/// The writer thread: it owns the store and makes batches durable one after another.
///
/// Group commit comes from the caller's side: while one batch is being written the next one fills (see Hub/DESIGN.md).
public final class Journal: Sendable {
    /// What became of a batch.
    public struct Commit: Sendable {
        public var records: Int
        /// Microseconds from the first insert to the disk's answer.
        public var duration: Int

        public init(records: Int, duration: Int) {
            self.records = records
            self.duration = duration
        }
    }

    private struct Work {
        var records: [Record]
        var completion: @Sendable (Result<Commit, StorageError>) -> Void
    }

    private final class Shared: @unchecked Sendable {
        // Everything below is guarded by `condition`, except `store`, which only the writer thread touches.
        let condition = NSCondition()
        var waiting: [Work] = []
        var closing = false
        var finished = false
        let store: any Store

        init(store: any Store) { self.store = store }
    }

    private let shared: Shared

    /// Takes over the store: nobody else may use it from here on.
    public init(_ store: any Store) {
        let shared = Shared(store: store)
        self.shared = shared
        let thread = Thread { Self.write(shared) }
        thread.name = "plenum.writer"
        thread.start()
    }

    /// Queues a batch; `completion` is called on the writer thread, in the order of submission.
    ///
    /// After a failure every later batch fails with the same error, so that nothing is acknowledged out of order.
    public func submit(_ records: [Record], completion: @escaping @Sendable (Result<Commit, StorageError>) -> Void) {
        shared.condition.withLock {
            shared.waiting.append(Work(records: records, completion: completion))
            shared.condition.signal()
        }
    }

    /// Writes what is queued, closes the store and ends the thread.
    public func close() {
        shared.condition.withLock {
            shared.closing = true
            shared.condition.broadcast()
            while !shared.finished { shared.condition.wait() }
        }
    }

    private static func write(_ shared: Shared) {
        // Everybody's ack waits for this thread, and it mostly waits for the disk: where loop and writer share a core it
        // should go first. Needs the right to (root, or LimitNICE in the unit); without it nothing is lost but time.
        _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, -10)
        var failure: StorageError?
        while true {
            var work: [Work] = []
            let more = shared.condition.withLock {
                while shared.waiting.isEmpty && !shared.closing { shared.condition.wait() }
                swap(&work, &shared.waiting)
                return !work.isEmpty
            }
            guard more else { break }
            for item in work {
                let start = DispatchTime.now().uptimeNanoseconds
                do throws(StorageError) {
                    if let failure { throw failure }
                    try shared.store.append(item.records)
                    let duration = Int((DispatchTime.now().uptimeNanoseconds - start) / 1000)
                    item.completion(.success(Commit(records: item.records.count, duration: duration)))
                } catch {
                    failure = error
                    item.completion(.failure(error))
                }
            }
        }
        // The file is whole either way; closing only spares the next start the work of tidying.
        try? shared.store.close()
        shared.condition.withLock {
            shared.finished = true
            shared.condition.broadcast()
        }
    }
}
