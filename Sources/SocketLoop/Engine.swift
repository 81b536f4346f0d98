import CUV
import CWebSockets
import Glibc

/// One libwebsockets context on the loop's libuv loop. All plain listeners share one; each certificate has its own,
/// because libwebsockets picks among the vhosts of one context by the Host header, whatever door the client came by.
final class Engine {
    /// Outlives the engine; read even while the loop is being torn down.
    unowned(unsafe) let loop: SocketLoop
    private(set) var context: OpaquePointer?
    private(set) var vhost: OpaquePointer?
    /// Where libwebsockets reads from sockets into; known from the first WebSocket handshake on.
    private(set) var readBuffer: UnsafeRawBufferPointer?

    // What libwebsockets points at until the context is gone.
    private let protocols = UnsafeMutablePointer<lws_protocols>.allocate(capacity: 3)
    private let policy = UnsafeMutablePointer<lws_retry_bo_t>.allocate(capacity: 1)
    private let foreignLoops = UnsafeMutablePointer<UnsafeMutableRawPointer?>.allocate(capacity: 1)
    private var strings: [UnsafeMutablePointer<CChar>] = []

    /// libwebsockets closes its wake-up descriptor twice when it goes: the second time, a turn of the loop later, the
    /// number may belong to another thread's file. The system gives out the lowest free number, so these stand below
    /// it, and are freed first: what other threads open in between takes their numbers.
    private var reserve: [Int32] = []

    private static let readBufferBytes = 4096
    private static let reserved = 16

    init(_ loop: SocketLoop) {
        self.loop = loop
        EngineLog.install()
        protocols.initialize(repeating: lws_protocols(), count: 3)
        policy.initialize(to: lws_retry_bo_t())
        foreignLoops.initialize(to: UnsafeMutableRawPointer(loop.uv))

        strings = [strdup("plain http"), strdup(loop.configuration.subprotocol)].compactMap { $0 }
        // The name of the first has a space in it: no client can ask for it.
        for index in 0..<2 {
            protocols[index].name = UnsafePointer(strings[index])
            protocols[index].callback = engineCallback
            protocols[index].user = Unmanaged.passUnretained(self).toOpaque()
            protocols[index].id = UInt32(index)
            // Left out, this is the read buffer's size, and longer writes are copied and dribbled out.
            protocols[index].tx_packet_size = 1 << 20
        }
        protocols[1].rx_buffer_size = 512
    }

    /// Once only. If it throws, the engine must still be closed.
    func start(tls: TLSFiles?) throws(SocketLoopError) {
        var info = lws_context_creation_info()
        info.port = PLENUM_NO_LISTEN
        info.protocols = UnsafePointer(protocols)
        info.foreign_loops = foreignLoops
        info.options = PLENUM_OPTION_LIBUV | PLENUM_OPTION_EXPLICIT_VHOSTS | PLENUM_OPTION_FALLBACK
        info.retry_and_idle_policy = UnsafePointer(policy)
        info.pt_serv_buf_size = UInt32(Engine.readBufferBytes)
        info.timeout_secs = UInt32(max(1, loop.configuration.requestTimeout))
        info.timeout_secs_ah_idle = UInt32(max(1, loop.configuration.requestTimeout))
        info.keepalive_timeout = 15
        info.gid = -1
        info.uid = -1
        info.vhost_name = UnsafePointer(keep("plenum"))
        if let tls {
            info.options |= PLENUM_OPTION_TLS | PLENUM_OPTION_NO_CA
            info.ssl_cert_filepath = UnsafePointer(keep(tls.certificate))
            info.ssl_private_key_filepath = UnsafePointer(keep(tls.key))
            info.alpn = UnsafePointer(keep("http/1.1"))
        }
        reserve = (0..<Engine.reserved).map { _ in open("/dev/null", O_RDONLY | O_CLOEXEC) }.filter { $0 >= 0 }
        var reason: String
        (context, reason) = EngineLog.reason { lws_create_context(&info) }
        guard let context else { throw .engine("\(reason). Is the package libwebsockets-evlib-uv installed?") }
        (vhost, reason) = EngineLog.reason { lws_create_vhost(context, &info) }
        guard vhost == nil else { return }
        guard let tls else { throw .engine(reason) }
        throw .badCertificate(path: tls.certificate, reason: "with the key \(tls.key): \(reason)")
    }

    /// Where the context of this callback lies, from the place libwebsockets offers for further headers.
    func noteReadBuffer(_ arguments: UnsafePointer<lws_process_html_args>) {
        guard readBuffer == nil, let place = arguments.pointee.p else { return }
        let end = UnsafeRawPointer(place) + Int(arguments.pointee.max_len)
        readBuffer = UnsafeRawBufferPointer(start: end - Engine.readBufferBytes, count: Engine.readBufferBytes)
    }

    /// First half of the way out: closes every connection. The loop must turn until libuv is done with them.
    func beginClosing() {
        for descriptor in reserve { close(descriptor) }
        reserve = []
        if let context { lws_context_destroy(context) }
    }

    /// Second half: frees the context.
    func finishClosing() {
        if let context { lws_context_destroy(context) }
        context = nil
    }

    private func keep(_ string: String) -> UnsafeMutablePointer<CChar> {
        guard let copy = strdup(string) else { preconditionFailure("Out of memory.") }
        strings.append(copy)
        return copy
    }

    deinit {
        for string in strings { free(string) }
        protocols.deallocate()
        policy.deallocate()
        foreignLoops.deallocate()
    }
}
