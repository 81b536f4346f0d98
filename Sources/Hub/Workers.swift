internal import Foundation

/// Threads for what is too slow for the loop: signatures, hashing a batch of the log, making keys.
///
/// Two kinds of work: what somebody waits for goes first, on a thread for each core; what can wait (token keys, blind
/// signatures) goes on one thread of its own that gives way to everything else, so that preparing tokens never delays
/// a vote, on a single core neither.
final class Workers: Sendable {
    private final class Queue: @unchecked Sendable {
        // Guarded by `condition`.
        private let condition = NSCondition()
        private var jobs: [@Sendable () -> Void] = []
        private var next = 0
        private var isClosed = false

        func add(_ job: @escaping @Sendable () -> Void) {
            condition.withLock {
                jobs.append(job)
                condition.signal()
            }
        }

        /// Runs jobs until closed.
        func work() {
            while let job = take() { job() }
        }

        private func take() -> (@Sendable () -> Void)? {
            condition.withLock {
                while next == jobs.count, !isClosed { condition.wait() }
                guard next < jobs.count, !isClosed else { return nil }
                let job = jobs[next]
                next += 1
                if next == jobs.count {
                    jobs.removeAll(keepingCapacity: true)
                    next = 0
                }
                return job
            }
        }

        /// Drops what has not begun.
        func close() {
            condition.withLock {
                isClosed = true
                jobs = []
                next = 0
                condition.broadcast()
            }
        }
    }

    private let urgent = Queue()
    private let patient = Queue()

    /// Starts the threads: `count` for what is urgent, and one.
    init(count: Int = max(1, ProcessInfo.processInfo.activeProcessorCount)) {
        for number in 0..<count { Self.start("plenum.worker.\(number)", urgent, nice: 0) }
        Self.start("plenum.patient", patient, nice: 10)
    }

    private static func start(_ name: String, _ queue: Queue, nice: Int32) {
        let thread = Thread {
            // Linux has a nice value for each thread; raising it needs no right.
            if nice > 0 { _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, nice) }
            queue.work()
        }
        thread.name = name
        // OpenSSL-style big numbers and hashing keep to the heap, but a Swift thread's default 512 KB is little.
        thread.stackSize = 1 << 20
        thread.start()
    }

    func add(isUrgent: Bool, _ job: @escaping @Sendable () -> Void) { (isUrgent ? urgent : patient).add(job) }

    func close() {
        urgent.close()
        patient.close()
    }
}
