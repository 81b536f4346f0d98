import CUV
import CWebSockets
import Glibc

/// One listening socket. It is ours, not libwebsockets': so errors have names, the backlog is long enough for a room
/// that comes back all at once, and a full file table does not spin.
final class Doorway {
    let port: UInt16
    private let socket: Int32
    private let engine: Engine
    private unowned let loop: SocketLoop
    private var poll: UnsafeMutablePointer<uv_poll_t>?
    private var pause: LoopTimer?
    private let idle = UnsafeMutablePointer<uv_idle_t>.allocate(capacity: 1)
    /// Accepted and not yet given to libwebsockets.
    private var hall: [Int32] = []
    private var admitted = 0

    /// The kernel cuts it down to net.core.somaxconn.
    private static let backlog: Int32 = 8192
    /// Bounds the kernel memory of a phone that has gone away, without slowing a page down on a local network.
    private static let sendBufferBytes: Int32 = 128 * 1024
    /// The backlog is emptied fast, or phones wait for seconds to try again.
    private static let acceptsPerTurn = 1024
    /// A connection without a request yet holds 6 KB: in small groups, most have gone on before the next come.
    private static let admitsPerTurn = 16

    init(_ loop: SocketLoop, _ listener: Listener, _ engine: Engine) throws(SocketLoopError) {
        self.loop = loop
        self.engine = engine
        socket = try Doorway.listen(listener)
        port = Doorway.port(of: socket)
        let poll = UnsafeMutablePointer<uv_poll_t>.allocate(capacity: 1)
        uv_poll_init_socket(loop.uv, poll, socket)
        poll.pointee.data = Unmanaged.passUnretained(self).toOpaque()
        self.poll = poll
        uv_idle_init(loop.uv, idle)
        idle.pointee.data = poll.pointee.data
        watch()
    }

    func close() {
        pause?.cancel()
        pause = nil
        guard let poll else { return }
        self.poll = nil
        uv_poll_stop(poll)
        poll.withMemoryRebound(to: uv_handle_t.self, capacity: 1) { handle in
            uv_close(handle) { handle in
                guard let handle else { return }
                UnsafeMutableRawPointer(handle).assumingMemoryBound(to: uv_poll_t.self).deallocate()
            }
        }
        idle.withMemoryRebound(to: uv_handle_t.self, capacity: 1) { handle in
            uv_close(handle) { handle in
                guard let handle else { return }
                UnsafeMutableRawPointer(handle).assumingMemoryBound(to: uv_idle_t.self).deallocate()
            }
        }
        Glibc.close(socket)
        for connection in hall[admitted...] { Glibc.close(connection) }
        hall = []
    }

    private func watch() {
        guard let poll else { return }
        uv_poll_start(poll, Int32(UV_READABLE.rawValue)) { poll, _, _ in
            guard let data = poll?.pointee.data else { return }
            Unmanaged<Doorway>.fromOpaque(data).takeUnretainedValue().accept()
        }
    }

    private func accept() {
        for _ in 0..<Doorway.acceptsPerTurn {
            let connection = plenum_accept(socket)
            if connection < 0 {
                if errno == EINTR || errno == ECONNABORTED { continue }
                if errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM { rest() }
                break
            }
            loop.figures.accepted += 1
            hall.append(connection)
        }
        guard !hall.isEmpty else { return }
        // Also keeps the loop from sleeping while somebody waits in the hall.
        uv_idle_start(idle) { idle in
            guard let data = idle?.pointee.data else { return }
            Unmanaged<Doorway>.fromOpaque(data).takeUnretainedValue().admit()
        }
    }

    private func admit() {
        let end = min(admitted + Doorway.admitsPerTurn, hall.count)
        for connection in hall[admitted..<end] {
            // On failure libwebsockets has closed the descriptor.
            _ = engine.vhost.map { lws_adopt_socket_vhost($0, connection) }
        }
        admitted = end
        guard admitted == hall.count else { return }
        hall = []
        admitted = 0
        uv_idle_stop(idle)
    }

    /// No descriptor is free: those who wait stay in the backlog for a moment, instead of waking the loop without end.
    private func rest() {
        guard let poll, pause == nil else { return }
        loop.figures.turnedAway += 1
        uv_poll_stop(poll)
        pause = loop.schedule(after: 100) { [weak self] in
            self?.pause = nil
            self?.watch()
        }
    }

    private static func listen(_ listener: Listener) throws(SocketLoopError) -> Int32 {
        let name = "\(listener.host ?? "*"):\(listener.port)"
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_PASSIVE
        // With no host: IPv6 first, open to IPv4 too; IPv4 alone is the answer where the machine has no IPv6.
        let hosts = listener.host.map { [$0] } ?? ["::", "0.0.0.0"]
        var failure = SocketLoopError.noSuchAddress(name, reason: "no address")
        for host in hosts {
            var list: UnsafeMutablePointer<addrinfo>?
            let status = getaddrinfo(host, String(listener.port), &hints, &list)
            defer { if let list { freeaddrinfo(list) } }
            guard status == 0, let list else {
                failure = .noSuchAddress(name, reason: String(cString: gai_strerror(status)))
                continue
            }
            do {
                return try bound(list.pointee, name)
            } catch .noSuchAddress(_, let reason) {
                failure = .noSuchAddress(name, reason: reason)
            }
        }
        throw failure
    }

    private static func bound(_ address: addrinfo, _ name: String) throws(SocketLoopError) -> Int32 {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let socket = Glibc.socket(address.ai_family, type, 0)
        guard socket >= 0 else { throw named(errno, name) }
        set(socket, SOL_SOCKET, SO_REUSEADDR, 1)
        // Accepted sockets inherit these: two calls less for every phone that comes.
        set(socket, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        set(socket, SOL_SOCKET, SO_SNDBUF, sendBufferBytes)
        if address.ai_family == AF_INET6 { set(socket, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 0) }
        guard bind(socket, address.ai_addr, address.ai_addrlen) == 0, Glibc.listen(socket, backlog) == 0 else {
            let error = errno
            Glibc.close(socket)
            throw named(error, name)
        }
        return socket
    }

    private static func named(_ error: Int32, _ name: String) -> SocketLoopError {
        switch error {
        case EADDRINUSE: return .addressInUse(name)
        case EACCES, EPERM: return .notAllowed(name)
        default: return .noSuchAddress(name, reason: String(cString: strerror(error)))
        }
    }

    private static func port(of socket: Int32) -> UInt16 {
        var storage = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        withUnsafeMutablePointer(to: &storage) { pointer in
            _ = pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket, $0, &length) }
        }
        // The port stands at the same place for both families.
        return UInt16(bigEndian: storage.sin6_port)
    }
}

private func set(_ socket: Int32, _ level: Int32, _ option: Int32, _ value: Int32) {
    var value = value
    setsockopt(socket, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
}
