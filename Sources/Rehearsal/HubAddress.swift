import Glibc

/// Where a hub is: `http://host[:port]`, with or without a final slash.
public struct HubAddress: Hashable, Sendable {
    public let host: String
    public let port: UInt16
    /// Whether the host was written in brackets: an IPv6 address.
    private let bracketed: Bool

    /// - Throws: `badURL` with what to write instead.
    public init(_ url: String) throws(RehearsalError) {
        func bad(_ reason: String) -> RehearsalError { .badURL(url, reason: reason) }
        let lowered = url.lowercased()
        guard !lowered.hasPrefix("https://"), !lowered.hasPrefix("wss://") else {
            throw bad("a rehearsal speaks plain http; use the hub's http port")
        }
        guard lowered.hasPrefix("http://") else { throw bad("write http://host:port, such as http://127.0.0.1:8080") }
        var rest = url.dropFirst("http://".count)
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        guard !rest.contains(where: { "/?#@ ".contains($0) }) else {
            throw bad("write only http://host:port, without user, path or anything after it")
        }
        let digits: Substring?
        if rest.hasPrefix("[") {
            guard let end = rest.firstIndex(of: "]") else { throw bad("the '[' of the IPv6 address is not closed") }
            host = String(rest[rest.index(after: rest.startIndex)..<end])
            let after = rest[rest.index(after: end)...]
            guard after.isEmpty || after.hasPrefix(":") else { throw bad("after ']' comes ':' and the port") }
            digits = after.isEmpty ? nil : after.dropFirst()
            bracketed = true
        } else {
            let parts = rest.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count <= 2 else { throw bad("put an IPv6 address in brackets, such as http://[::1]:8080") }
            host = String(parts[0])
            digits = parts.count == 2 ? parts[1] : nil
            bracketed = false
        }
        guard !host.isEmpty else { throw bad("the host is missing") }
        if let digits {
            guard let port = UInt16(digits), port > 0 else { throw bad("the port must be 1 to 65535") }
            self.port = port
        } else {
            port = 80
        }
    }

    /// `host:port`, as the Host header names it (RFC 9110 section 7.2).
    var authority: String { bracketed ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// Looks the host up; the first IPv4 address if there is one.
    func resolve() throws(RehearsalError) -> SocketAddress {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, String(port), &hints, &list)
        guard status == 0 else { throw .unknownHost(host, reason: String(cString: gai_strerror(status))) }
        defer { freeaddrinfo(list) }
        var found: [addrinfo] = []
        var next = list
        while let entry = next {
            found.append(entry.pointee)
            next = entry.pointee.ai_next
        }
        let chosen = found.first { $0.ai_family == AF_INET } ?? found.first { $0.ai_family == AF_INET6 }
        guard let chosen, let address = chosen.ai_addr else { throw .unknownHost(host, reason: "it has no address") }
        return SocketAddress(address, length: chosen.ai_addrlen)
    }
}

/// A resolved IPv4 or IPv6 address with its port.
struct SocketAddress: Sendable {
    private var storage = sockaddr_storage()
    let length: socklen_t

    init(_ address: UnsafePointer<sockaddr>, length: socklen_t) {
        self.length = min(length, socklen_t(MemoryLayout<sockaddr_storage>.size))
        withUnsafeMutableBytes(of: &storage) {
            $0.copyMemory(from: UnsafeRawBufferPointer(start: address, count: Int(self.length)))
        }
    }

    /// An IPv4 address given as a number (127.0.0.2 is 0x7F00_0002), port chosen by the system.
    init(ipv4 number: UInt32) {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = number.bigEndian
        length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutableBytes(of: &storage) { storage in withUnsafeBytes(of: address) { storage.copyMemory(from: $0) }
        }
    }

    var family: Int32 { Int32(storage.ss_family) }

    /// Whether it is in 127.0.0.0/8.
    var isIPv4Loopback: Bool {
        guard family == AF_INET else { return false }
        return withUnsafeBytes(of: storage) {
            UInt32(bigEndian: $0.loadUnaligned(as: sockaddr_in.self).sin_addr.s_addr) >> 24 == 127
        }
    }

    /// Hands the address to a system call.
    func withPointer<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
        withUnsafePointer(to: storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
        }
    }
}
