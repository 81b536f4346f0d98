import CWebSockets
import Glibc

/// One WebSocket. Belongs to the loop's thread.
public final class Session {
    private enum State {
        case open
        /// We want to close: our close frame waits for the socket, then for the peer's answer.
        case closing(sent: Bool)
        /// The peer wants to close; libwebsockets answers.
        case peerClosing
        case gone
    }

    /// The owner's own data.
    public var context: AnyObject?

    private unowned let loop: SocketLoop
    private var wsi: OpaquePointer?
    private var state = State.open
    private var outbox = Outbox()
    private var farewell: Frame?
    /// The peer broke the protocol; what it sends from now on may not even be a frame.
    private var isFailed = false
    private var address: String?

    /// A message of which parts are still to come.
    private var parts: [UInt8] = []
    private var isInFrame = false

    /// Place in the loop's list.
    var index = -1
    /// When something last came, in the loop's milliseconds.
    private(set) var lastHeard: UInt64
    /// A ping went out, and nothing has come since.
    private(set) var isPinged = false

    init(_ loop: SocketLoop, _ wsi: OpaquePointer) {
        self.loop = loop
        self.wsi = wsi
        lastHeard = loop.now
    }

    /// False from the moment either side begins to close. Sending is then without effect.
    public var isOpen: Bool {
        if case .open = state { return true }
        return false
    }

    /// Numeric. Read from the socket when first asked for; empty if that is only after the end.
    public var remoteAddress: String {
        if let address { return address }
        guard let wsi else { return "" }
        let found = PeerAddress.of(wsi)
        address = found
        return found
    }

    /// Bytes that wait here for a slow reader.
    public var queuedBytes: Int { outbox.bytes }

    /// Sends at once where the socket takes it, else queues. Never dropped, unless the session is closed as too slow.
    public func send(_ frame: Frame) {
        submit(frame, slot: nil)
    }

    /// As ``send(_:)``, but where a frame of the same slot is still waiting, takes its place.
    public func send(_ frame: Frame, replacing slot: UInt8) {
        submit(frame, slot: slot)
    }

    /// Sends what waits, then a close frame (RFC 6455 §7.4); the connection ends when the peer has answered, after a
    /// few seconds at the latest. `reason` is cut to 123 bytes.
    public func close(code: UInt16, reason: String) {
        guard case .open = state else { return }
        var payload = [UInt8(code >> 8), UInt8(code & 255)]
        for character in reason {
            guard payload.count + character.utf8.count <= 125 else { break }
            payload += character.utf8
        }
        farewell = Frame(payload)
        state = .closing(sent: false)
        parts = []
        loop.leaving(self, for: isFailed ? 1000 : 5000)
        flush()
    }

    private func submit(_ frame: Frame, slot: UInt8?) {
        guard case .open = state, let wsi else { return }
        // Behind a part libwebsockets still holds, a direct write would tear the stream.
        if outbox.isEmpty, lws_partial_buffered(wsi) == 0 {
            write(frame, LWS_WRITE_TEXT, wsi)
            return
        }
        if let slot, outbox.replace(slot, with: frame) {
            loop.figures.replaced += 1
        } else {
            outbox.append(frame, slot: slot)
        }
        if outbox.bytes > loop.configuration.maximumQueuedBytes {
            loop.figures.slowReaders += 1
            outbox.removeAll()
            close(code: 1013, reason: "too slow")
        } else {
            lws_callback_on_writable(wsi)
        }
    }

    /// Writes what waits as far as the socket takes it.
    private func flush() {
        guard let wsi else { return }
        while lws_partial_buffered(wsi) == 0, let frame = outbox.next() {
            guard write(frame, LWS_WRITE_TEXT, wsi) else { return }
        }
        if outbox.isEmpty, lws_partial_buffered(wsi) == 0 {
            guard case .closing(sent: false) = state, let farewell else { return }
            state = .closing(sent: true)
            self.farewell = nil
            guard write(farewell, PLENUM_WRITE_CLOSE, wsi), isFailed, lws_partial_buffered(wsi) == 0 else { return }
            // RFC 6455 §7.1.7. Closing outright could reset the connection before the peer has read why.
            shutdown(lws_get_socket_fd(wsi), Int32(SHUT_WR))
        } else {
            lws_callback_on_writable(wsi)
        }
    }

    @discardableResult
    private func write(_ frame: Frame, _ kind: lws_write_protocol, _ wsi: OpaquePointer) -> Bool {
        guard lws_write(wsi, frame.payload, frame.count, kind) >= 0 else {
            drop()
            return false
        }
        loop.figures.framesOut += 1
        loop.figures.bytesOut += frame.count
        return true
    }

    // MARK: What libwebsockets tells

    func writable() { flush() }

    func heard() {
        lastHeard = loop.now
        isPinged = false
    }

    /// A piece of a message, as it came: the end of a frame, of the message, or just of the read buffer.
    func receive(_ wsi: OpaquePointer, _ piece: UnsafeRawBufferPointer) {
        guard case .open = state else { return }
        heard()
        let rest = lws_remaining_packet_payload(wsi)
        let startsFrame = !isInFrame
        isInFrame = rest > 0
        if startsFrame, FrameHeader.isUnmasked(piece, frameLength: piece.count + rest, in: loop.readBuffer(of: wsi)) {
            return fail(1002, "frames must be masked")
        }
        if lws_frame_is_binary(wsi) != 0 { return fail(1003, "text only") }
        let whole = parts.count + piece.count
        let limit = loop.configuration.maximumMessageBytes
        // `rest` is what the client claims, up to 2^63.
        guard whole <= limit, rest <= limit - whole else { return fail(1009, "message too long") }
        guard lws_is_final_fragment(wsi) != 0 else {
            parts.append(contentsOf: piece)
            return
        }
        if parts.isEmpty {
            deliver(piece)
        } else {
            parts.append(contentsOf: piece)
            let message = parts
            parts = []
            message.withUnsafeBytes(deliver)
        }
    }

    private func deliver(_ message: UnsafeRawBufferPointer) {
        guard isValidUTF8(message) else { return fail(1007, "not UTF-8") }
        loop.figures.framesIn += 1
        loop.figures.bytesIn += message.count
        loop.service?.received(self, message)
    }

    private func fail(_ code: UInt16, _ reason: String) {
        loop.figures.refused += 1
        outbox.removeAll()
        isFailed = true
        close(code: code, reason: reason)
    }

    /// A close frame came. -1 ends the connection at once; 0 lets libwebsockets answer it.
    func peerCloses() -> Int32 {
        if case .closing(sent: true) = state { return -1 }
        outbox.removeAll()
        farewell = nil
        state = .peerClosing
        loop.leaving(self, for: 5000)
        return 0
    }

    /// The connection is gone.
    func gone() {
        guard wsi != nil else { return }
        wsi = nil
        state = .gone
        outbox.removeAll()
        farewell = nil
        parts = []
        loop.closed(self)
    }

    // MARK: What the loop's sweep does

    /// Where something waits to be sent, that is the ping.
    func ping(_ frame: Frame) {
        isPinged = true
        guard case .open = state, let wsi, outbox.isEmpty, lws_partial_buffered(wsi) == 0 else { return }
        _ = lws_write(wsi, frame.payload, frame.count, LWS_WRITE_PING)
    }

    /// Ends the connection in the next turn, without any more politeness.
    func drop() {
        guard let wsi else { return }
        outbox.removeAll()
        farewell = nil
        state = .closing(sent: true)
        lws_set_timeout(wsi, PENDING_TIMEOUT_CLOSE_ACK, PLENUM_KILL_ASYNC)
        // libwebsockets looks at its timeouts again only after an event of its own.
        lws_cancel_service(lws_get_context(wsi))
    }
}
