import Glibc

/// What the system allows one process.
enum SystemLimits {
    /// Descriptors that are not phones: standard streams, epoll, and what the process has open already.
    static let spareDescriptors = 64
    /// Phones per source address; the system has about 28,000 ports for them.
    static let phonesPerAddress = 20_000

    /// Raises the soft limit of open files to the hard one.
    ///
    /// - Throws: `tooManyPhones` if that is not enough.
    static func makeRoom(for phones: Int) throws(RehearsalError) {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            throw .system(call: "getrlimit", reason: reason(errno))
        }
        if limit.rlim_cur < limit.rlim_max {
            limit.rlim_cur = limit.rlim_max
            guard setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
                throw .system(call: "setrlimit", reason: reason(errno))
            }
        }
        let room = Int(clamping: limit.rlim_max) - spareDescriptors
        guard phones <= room else {
            throw .tooManyPhones(
                phones: phones, fits: max(room, 0),
                remedy: "raise the hard limit of open files (ulimit -Hn, LimitNOFILE= of a systemd unit)")
        }
    }

    /// The source address of each phone: nil leaves it to the system, else 127.0.0.2, 127.0.0.3 and so on.
    ///
    /// - Throws: `tooManyPhones` if the target is elsewhere and there are not enough ports.
    static func sources(for phones: Int, to target: SocketAddress) throws(RehearsalError) -> [SocketAddress]? {
        guard target.isIPv4Loopback else {
            let ports = ephemeralPorts
            guard phones <= ports else {
                throw .tooManyPhones(
                    phones: phones, fits: ports,
                    remedy: "widen net.ipv4.ip_local_port_range, or let several machines rehearse together")
            }
            return nil
        }
        guard phones > phonesPerAddress else { return nil }
        let count = (phones + phonesPerAddress - 1) / phonesPerAddress
        return (0..<count).map { SocketAddress(ipv4: 0x7F00_0002 + UInt32($0)) }
    }

    /// How many ports the system gives to outgoing connections; Linux' default if it does not say.
    private static var ephemeralPorts: Int {
        let descriptor = open("/proc/sys/net/ipv4/ip_local_port_range", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return 28_232 }
        defer { close(descriptor) }
        var text = [UInt8](repeating: 0, count: 64)
        let count = read(descriptor, &text, text.count)
        let bounds = String(decoding: text.prefix(max(count, 0)), as: UTF8.self).split { " \t\n".contains($0) }
        guard bounds.count == 2, let low = Int(bounds[0]), let high = Int(bounds[1]), low <= high else { return 28_232 }
        return high - low + 1
    }

    static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}

/// Nanoseconds of a clock that never goes back.
func monotonicNow() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
