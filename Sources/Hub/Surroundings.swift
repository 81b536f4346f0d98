public import SocketLoop
public import Storage
public import Voting

/// Everything the hub needs from outside: time, randomness, timers and the disk. Tests pass their own.
public protocol Surroundings: AnyObject {
    var now: Instant { get }

    func random() -> UInt64

    /// Calls `body` on the loop's thread after `milliseconds`, unless cancelled.
    func schedule(after milliseconds: Int, _ body: @escaping () -> Void) -> any Alarm

    /// Does `job` on another thread, then calls `done` on the loop's with what came of it. Work that is not urgent gives
    /// way to everything else.
    func compute<Output: Sendable>(
        _ urgency: Urgency, _ job: @escaping @Sendable () -> Output, _ done: @escaping (Output) -> Void)

    /// Calls `body` on the loop's thread, after what is under way in this turn.
    func soon(_ body: @escaping () -> Void)

    /// Makes records durable in order; `done` is called on the loop's thread.
    func write(_ records: [Record], _ done: @escaping (Result<Journal.Commit, StorageError>) -> Void)
}

public protocol Alarm: AnyObject {
    func cancel()
}

/// The way to one page. `Session` is the real one.
public protocol Line: AnyObject {
    var remoteAddress: String { get }
    func send(_ frame: Frame)
    func send(_ frame: Frame, replacing slot: UInt8)
    func close(code: UInt16, reason: String)
}

extension Session: Line {}
extension LoopTimer: Alarm {}
