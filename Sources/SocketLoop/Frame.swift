import CWebSockets

/// One text message, encoded once and shared by any number of sessions of one loop.
///
/// The bytes stand behind the head room in which libwebsockets writes the frame header, the same header for every
/// session, so that a broadcast neither copies nor allocates.
public final class Frame {
    let payload: UnsafeMutablePointer<UInt8>
    /// Bytes of the message.
    public let count: Int

    private static let headRoom = Int(PLENUM_LWS_PRE)

    /// `utf8` must be valid UTF-8: browsers close the connection on anything else (RFC 6455 §8.1).
    public init(_ utf8: some Collection<UInt8>) {
        count = utf8.count
        let start = UnsafeMutablePointer<UInt8>.allocate(capacity: Frame.headRoom + count)
        start.initialize(repeating: 0, count: Frame.headRoom)
        payload = start + Frame.headRoom
        _ = UnsafeMutableBufferPointer(start: payload, count: count).initialize(from: utf8)
    }

    public convenience init(_ string: String) {
        self.init(string.utf8)
    }

    /// Changes the message in place. Only for a frame nobody else holds: one that waits somewhere would change too.
    public func edit(_ body: (UnsafeMutableBufferPointer<UInt8>) -> Void) {
        body(UnsafeMutableBufferPointer(start: payload, count: count))
    }

    deinit {
        (payload - Frame.headRoom).deallocate()
    }
}
