import CWebSockets

/// The only way into a ``SocketLoop`` from other threads.
public final class LoopPort: Sendable {
    private struct Waiting {
        var bodies: [@Sendable () -> Void] = []
        var isAwake = false
        /// What to wake; nil before the loop stands and after it is gone.
        nonisolated(unsafe) var context: OpaquePointer?
        var isGone = false
    }

    private let waiting = Locked(Waiting())
    private let thread = plenum_thread()

    init() {}

    /// Runs `body` on the loop's thread, soon, after everything this thread posted before. N posts cost one wake-up.
    /// Once the loop is gone, `body` is dropped. May be called on any thread, the loop's own included.
    public func post(_ body: @escaping @Sendable () -> Void) {
        // Waking under the lock is what makes it safe: `close` takes the lock before the context dies.
        waiting.withLock { waiting in
            guard !waiting.isGone else { return }
            waiting.bodies.append(body)
            if !waiting.isAwake, let context = waiting.context {
                waiting.isAwake = true
                lws_cancel_service(context)
            }
        }
    }

    /// Whether the caller runs on the loop's thread.
    public var isCurrent: Bool { plenum_thread() == thread }

    func open(_ context: OpaquePointer) {
        waiting.withLock { waiting in
            waiting.context = context
            if !waiting.bodies.isEmpty {
                waiting.isAwake = true
                lws_cancel_service(context)
            }
        }
    }

    /// Runs what was posted, in order. What these bodies post themselves comes in the next turn.
    func drain() {
        let bodies = waiting.withLock { waiting in
            waiting.isAwake = false
            let bodies = waiting.bodies
            waiting.bodies = []
            return bodies
        }
        for body in bodies { body() }
    }

    func close() {
        let dropped = waiting.withLock { waiting in
            waiting.isGone = true
            waiting.context = nil
            defer { waiting.bodies = [] }
            return waiting.bodies
        }
        // Released here, outside the lock: a body's captures may post from their deinit.
        _ = dropped
    }
}

/// A value that belongs to the loop's thread, carried through other threads: posted closures reach non-Sendable state
/// with it.
public struct LoopBound<Value>: @unchecked Sendable {
    private let stored: Value
    private let port: LoopPort

    /// Call on the loop's thread.
    public init(_ value: Value, _ port: LoopPort) {
        precondition(port.isCurrent, "A LoopBound value must be bound on its loop's thread.")
        stored = value
        self.port = port
    }

    public var value: Value {
        precondition(port.isCurrent, "A LoopBound value was reached from a thread that is not its loop's.")
        return stored
    }
}
