import CUV

/// A timer of a ``SocketLoop``. The loop keeps it until it has fired for the last time or was cancelled.
public final class LoopTimer {
    private let body: () -> Void
    private let repeats: Bool
    private var handle: UnsafeMutablePointer<uv_timer_t>?
    private weak var loop: SocketLoop?

    init(_ loop: SocketLoop, after milliseconds: Int, every interval: Int?, _ body: @escaping () -> Void) {
        self.body = body
        self.loop = loop
        repeats = interval != nil
        let handle = UnsafeMutablePointer<uv_timer_t>.allocate(capacity: 1)
        self.handle = handle
        uv_timer_init(loop.uv, handle)
        handle.pointee.data = Unmanaged.passUnretained(self).toOpaque()
        // libuv counts from its own idea of now, which is as old as the turn.
        uv_update_time(loop.uv)
        let fire: uv_timer_cb = { handle in
            guard let data = handle?.pointee.data else { return }
            Unmanaged<LoopTimer>.fromOpaque(data).takeUnretainedValue().fire()
        }
        uv_timer_start(handle, fire, UInt64(max(0, milliseconds)), UInt64(max(0, interval ?? 0)))
        loop.timers[ObjectIdentifier(self)] = self
    }

    public var isActive: Bool { handle != nil }

    /// After this the timer does not fire any more. May be called twice, and from the timer's own body.
    public func cancel() {
        guard let handle else { return }
        self.handle = nil
        uv_timer_stop(handle)
        handle.withMemoryRebound(to: uv_handle_t.self, capacity: 1) { handle in
            uv_close(handle) { handle in
                guard let handle else { return }
                UnsafeMutableRawPointer(handle).assumingMemoryBound(to: uv_timer_t.self).deallocate()
            }
        }
        loop?.timers[ObjectIdentifier(self)] = nil
    }

    private func fire() {
        // Keeps itself alive: cancelling drops the loop's reference.
        withExtendedLifetime(self) {
            if !repeats { cancel() }
            body()
        }
    }
}
