import CWebSockets
import Glibc

/// The HTTP side of one connection: the request that is coming in and the response that is going out.
///
/// libwebsockets' parser re-reads the head of a pipelined POST as its body, and would spin on it for ever. Three rules
/// keep that away: a POST is answered as soon as its body is complete, in the same call, and ends the connection; a
/// body may only come with a POST that says its length; and on a connection that has already served a request, a body
/// that begins like a request line is refused.
final class Exchange {
    private enum Phase {
        case idle
        /// The body of a POST is coming in.
        case reading
        /// Answered; the rest of a body nobody wants is let in, so that the peer reads the answer and not a reset.
        case discarding(left: Int)
        /// The response is going out, and the socket is full.
        case writing
    }

    private unowned let loop: SocketLoop
    private var phase = Phase.idle
    private var request: HTTPRequest?
    private var body: [UInt8] = []
    private var expected = 0
    private var served = 0
    private var keepAlive = false
    private var payload: [UInt8] = []
    private var sent = 0
    private var watch: LoopTimer?

    /// Most bodies that are refused come from a form or a curl by mistake; who sends more than this is cut off.
    private static let discarded = 1 << 20
    /// Large enough that a page goes out in one write, small enough that a slow reader's copy in libwebsockets is too.
    private static let chunk = 64 * 1024
    /// Seconds a reader may take for one chunk.
    private static let patience: Int32 = 30

    init(_ loop: SocketLoop) {
        self.loop = loop
    }

    deinit {
        watch?.cancel()
    }

    /// The head of a request is complete. Returns what the libwebsockets callback returns: -1 closes.
    func head(_ wsi: OpaquePointer) -> Int32 {
        loop.figures.httpRequests += 1
        body = []
        sent = 0
        payload = []
        keepAlive = HeaderReader.keepsAlive(wsi)

        var start: UnsafeMutablePointer<CChar>?
        var length: Int32 = 0
        let number = lws_http_get_uri_and_method(wsi, &start, &length)
        let path = start.map { start in
            start.withMemoryRebound(to: UInt8.self, capacity: Int(length)) {
                String(decoding: UnsafeBufferPointer(start: $0, count: Int(length)), as: UTF8.self)
            }
        }
        let method: HTTPMethod
        switch number {
        case Int32(LWSHUMETH_GET): method = .get
        case Int32(LWSHUMETH_HEAD): method = .head
        case Int32(LWSHUMETH_POST): method = .post
        default:
            return refuse(wsi, .methodNotAllowed(allow: [.get, .head, .post]))
        }
        guard HeaderReader.has(wsi, WSI_TOKEN_HOST) || !HeaderReader.isVersion11(wsi) else {
            return refuse(wsi, .badRequest("The Host header is missing."))
        }
        let request = HTTPRequest(wsi, method: method, path: path ?? "/")
        self.request = request

        if HeaderReader.has(wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING) {
            return refuse(wsi, .text("A body must come with its Content-Length.\n", status: 411))
        }
        let announced = HeaderReader.value(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH)
        let declared = announced.map { HeaderReader.contentLength($0) }
        guard method == .post else {
            guard announced == nil || declared == 0 else {
                return refuse(wsi, .badRequest("Only POST may have a body."))
            }
            return answer(wsi, loop.respond(to: request))
        }
        guard let declared else {
            return refuse(wsi, .text("A body must come with its Content-Length.\n", status: 411))
        }
        guard let count = declared else { return refuse(wsi, .badRequest("Content-Length is not a number.")) }
        guard count <= loop.configuration.maximumBodyBytes else {
            let most = loop.configuration.maximumBodyBytes
            return refuse(wsi, .text("A body may have \(most) bytes at most.\n", status: 413))
        }
        if HeaderReader.value(wsi, WSI_TOKEN_HTTP_EXPECT)?.lowercased() == "100-continue",
            !write(wsi, Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
        {
            return -1
        }
        expected = count
        body.reserveCapacity(count)
        phase = .reading
        return 0
    }

    /// A piece of a body; a body of 0 bytes comes as one piece of nothing.
    func piece(_ wsi: OpaquePointer, _ bytes: UnsafeRawBufferPointer) -> Int32 {
        switch phase {
        case .reading:
            if body.isEmpty, served > 0, bytes.count > 0, beginsLikeRequest(bytes) {
                loop.figures.refused += 1
                return -1
            }
            guard body.count + bytes.count <= expected else { return -1 }
            body.append(contentsOf: bytes)
            return 0
        case .discarding(let left):
            guard bytes.count <= left else { return -1 }
            phase = .discarding(left: left - bytes.count)
            return 0
        case .idle, .writing:
            return -1
        }
    }

    /// The body is complete. Always ends the connection, see the type's note.
    func complete(_ wsi: OpaquePointer) -> Int32 {
        guard case .reading = phase, var request, body.count == expected else { return -1 }
        request.body = body
        body = []
        keepAlive = false
        phase = .idle
        let response = loop.respond(to: request)
        let head = ResponseHead(response, to: request, keepAlive: false, common: loop.configuration.commonHeaders)
        _ = write(wsi, head.bytes + head.payload)
        return -1
    }

    /// The socket takes more.
    func writable(_ wsi: OpaquePointer) -> Int32 {
        guard case .writing = phase else { return 0 }
        return continueWriting(wsi)
    }

    /// Answers a request that could not even be parsed.
    static func refuseRaw(_ loop: SocketLoop, _ wsi: OpaquePointer, _ response: HTTPResponse) {
        loop.figures.refused += 1
        let head = ResponseHead(response, to: nil, keepAlive: false, common: loop.configuration.commonHeaders)
        _ = Exchange(loop).write(wsi, head.bytes + head.payload)
    }

    private func refuse(_ wsi: OpaquePointer, _ response: HTTPResponse) -> Int32 {
        loop.figures.refused += 1
        let head = ResponseHead(response, to: request, keepAlive: false, common: loop.configuration.commonHeaders)
        guard write(wsi, head.bytes + head.payload), HeaderReader.hasBodyToCome(wsi) else { return -1 }
        phase = .discarding(left: Exchange.discarded)
        return 0
    }

    private func answer(_ wsi: OpaquePointer, _ response: HTTPResponse) -> Int32 {
        let head = ResponseHead(
            response, to: request, keepAlive: keepAlive, common: loop.configuration.commonHeaders)
        // What is small goes out in one piece.
        let isSmall = head.payload.count <= Exchange.chunk
        guard write(wsi, isSmall ? head.bytes + head.payload : head.bytes) else { return -1 }
        payload = isSmall ? [] : head.payload
        phase = .writing
        return continueWriting(wsi)
    }

    private func continueWriting(_ wsi: OpaquePointer) -> Int32 {
        while lws_partial_buffered(wsi) == 0 {
            guard sent < payload.count else { return finish(wsi) }
            let end = min(sent + Exchange.chunk, payload.count)
            guard write(wsi, payload[sent..<end]) else { return -1 }
            sent = end
        }
        lws_set_timeout(wsi, PENDING_TIMEOUT_HTTP_CONTENT, Exchange.patience)
        lws_callback_on_writable(wsi)
        if watch == nil {
            watch = loop.schedule(after: 100, every: 100) { [unowned self] in self.look(wsi) }
        }
        return 0
    }

    /// While a response goes out, libwebsockets reads nothing, so that anything that comes in wakes the loop without
    /// end. No browser sends more before it has its answer: who does, or hangs up, is cut off.
    private func look(_ wsi: OpaquePointer) {
        var byte: UInt8 = 0
        let flags = Int32(MSG_PEEK | MSG_DONTWAIT)
        if recv(lws_get_socket_fd(wsi), &byte, 1, flags) < 0, errno == EAGAIN { return }
        watch?.cancel()
        lws_set_timeout(wsi, PENDING_TIMEOUT_HTTP_CONTENT, PLENUM_KILL_ASYNC)
        lws_cancel_service(lws_get_context(wsi))
    }

    private func finish(_ wsi: OpaquePointer) -> Int32 {
        phase = .idle
        payload = []
        request = nil
        served += 1
        watch?.cancel()
        watch = nil
        return keepAlive && lws_http_transaction_completed(wsi) == 0 ? 0 : -1
    }

    private func write(_ wsi: OpaquePointer, _ bytes: some RandomAccessCollection<UInt8>) -> Bool {
        loop.figures.bytesOut += bytes.count
        return bytes.withContiguousStorageIfAvailable { buffer in
            // libwebsockets only reads it: the HTTP role adds no framing.
            lws_write(wsi, UnsafeMutablePointer(mutating: buffer.baseAddress), buffer.count, LWS_WRITE_HTTP) >= 0
        } ?? false
    }

    private func beginsLikeRequest(_ bytes: UnsafeRawBufferPointer) -> Bool {
        zip(bytes, "POST /".utf8).allSatisfy { $0 == $1 }
    }
}

extension HeaderReader {
    static func isVersion11(_ wsi: OpaquePointer) -> Bool {
        value(wsi, WSI_TOKEN_HTTP)?.hasPrefix("HTTP/1.1") ?? false
    }

    /// As libwebsockets decides it too: by version, unless the Connection header says otherwise.
    static func keepsAlive(_ wsi: OpaquePointer) -> Bool {
        let options = (value(wsi, WSI_TOKEN_CONNECTION) ?? "").split(separator: ",").map { $0.trimmed.lowercased() }
        if options.contains("close") { return false }
        return isVersion11(wsi) || options == ["keep-alive"]
    }

    /// Digits only: what libwebsockets' own reading cannot understand differently.
    static func contentLength(_ text: String) -> Int? {
        guard !text.isEmpty, text.utf8.count <= 15, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int(text)
    }

    /// Whether libwebsockets will wait for a body after this head.
    static func hasBodyToCome(_ wsi: OpaquePointer) -> Bool {
        if let length = value(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH) { return contentLength(length) != 0 }
        return [WSI_TOKEN_POST_URI, WSI_TOKEN_PUT_URI, WSI_TOKEN_PATCH_URI].contains { has(wsi, $0) }
    }
}
