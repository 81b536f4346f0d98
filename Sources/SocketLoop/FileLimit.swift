import Glibc

/// A shell's soft limit of 1,024 open files would turn the 1,000th phone away. libwebsockets sizes its tables by the
/// soft limit (16 bytes each), so it is not raised without bound either.
enum FileLimit {
    private static let wanted: rlim_t = 65_536

    static func raise() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < wanted else {
            return
        }
        limit.rlim_cur = min(wanted, limit.rlim_max)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
