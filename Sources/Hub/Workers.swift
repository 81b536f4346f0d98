internal import Foundation

/// How long a job may wait.
public enum Urgency: Sendable {
    /// A vote, or the record, waits for it.
    case urgent
    /// Somebody waits for it, but not with a vote in hand.
    case soon
    /// It is made ahead.
    case whenever
}

/// Threads for what is too slow for the loop: signatures, hashing a batch of the log, making keys.
///
/// What is urgent has a thread for each core. Everything else has as many again that give way to all other threads (nice
/// 10). That bounds what a token costs a vote, it does not make it nothing: with both cores full of blind signatures the
/// ack p99 at 1,000 votes/s went from 1.6 to 6.4 ms (Tests/Bench/RESULTS.md).
final class Workers: Sendable {
    private final class Queue: @unchecked Sendable {
        // Guarded by `condition`.
        private let condition = NSCondition()
        private var first = Jobs()
        private var rest = Jobs()
        private var isClosed = false

        func add(_ job: @escaping @Sendable () -> Void, isFirst: Bool) {
            condition.withLock {
                if isFirst { first.add(job) } else { rest.add(job) }
                condition.signal()
            }
        }

        /// Runs jobs until closed.
        func work() {
            while let job = take() { job() }
        }

        private func take() -> (@Sendable () -> Void)? {
            condition.withLock {
                while true {
                    if isClosed { return nil }
                    if let job = first.take() ?? rest.take() { return job }
                    condition.wait()
                }
            }
        }

        /// Drops what has not begun.
        func close() {
            condition.withLock {
                isClosed = true
                condition.broadcast()
            }
        }
    }

    /// First in, first out, without moving what waits.
    private struct Jobs {
        private var jobs: [@Sendable () -> Void] = []
        private var next = 0

        mutating func add(_ job: @escaping @Sendable () -> Void) { jobs.append(job) }

        mutating func take() -> (@Sendable () -> Void)? {
            guard next < jobs.count else { return nil }
            defer {
                next += 1
                if next == jobs.count {
                    jobs.removeAll(keepingCapacity: true)
                    next = 0
                }
            }
            return jobs[next]
        }
    }

    private let urgent = Queue()
    private let patient = Queue()

    /// Starts twice `count` threads.
    init(count: Int = max(1, ProcessInfo.processInfo.activeProcessorCount)) {
        for number in 0..<count {
            Self.start("plenum.worker.\(number)", urgent, nice: 0)
            Self.start("plenum.patient.\(number)", patient, nice: 10)
        }
    }

    deinit {
        urgent.close()
        patient.close()
    }

    private static func start(_ name: String, _ queue: Queue, nice: Int32) {
        let thread = Thread {
            // Linux has a nice value for each thread; raising it needs no right.
            if nice > 0 { _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, nice) }
            queue.work()
        }
        thread.name = name
        thread.start()
    }

    func add(_ urgency: Urgency, _ job: @escaping @Sendable () -> Void) {
        (urgency == .urgent ? urgent : patient).add(job, isFirst: urgency != .whenever)
    }
}
