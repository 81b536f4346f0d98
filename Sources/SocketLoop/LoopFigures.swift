/// Plain counters since the loop was made, for metrics. Bytes are payload: messages, and HTTP heads and bodies sent.
public struct LoopFigures: Sendable, Equatable {
    /// TCP connections accepted.
    public var accepted = 0
    /// Times the process had no file descriptor left for a connection, which then waits in the backlog.
    public var turnedAway = 0
    /// WebSocket sessions opened, and of these closed again.
    public var opened = 0
    public var closed = 0
    /// Sessions closed because their queue was full.
    public var slowReaders = 0
    /// Sessions dropped because nothing came from them for two ping intervals.
    public var silent = 0
    /// Requests and upgrades refused by the loop itself (4xx), and protocol errors on WebSockets.
    public var refused = 0
    public var httpRequests = 0
    public var framesIn = 0
    public var framesOut = 0
    public var bytesIn = 0
    public var bytesOut = 0
    /// Frames that took the place of a waiting frame of their slot.
    public var replaced = 0
}
