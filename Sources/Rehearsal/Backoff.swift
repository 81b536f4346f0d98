/// How long a phone waits before it tries again: "full jitter", base 0.5 s, cap 15 s, as the pages do.
enum Backoff {
    static let base = 0.5
    static let cap = 15.0

    /// Nanoseconds, random from 0 to `base` doubled with each attempt that failed.
    static func delay(attempt: Int, random: inout SeededRandom) -> UInt64 {
        let ceiling = min(cap, base * Double(1 << min(max(attempt, 0), 10)))
        return UInt64(ceiling * random.unit() * 1e9)
    }

    /// Nanoseconds after a hub said `bye`: about `retry` milliseconds (from half of it to one and a half), at most a minute.
    static func delay(afterBye retry: Int, random: inout SeededRandom) -> UInt64 {
        let retry = Double(min(max(retry, 0), 60_000))
        return UInt64(retry * (0.5 + random.unit()) * 1e6)
    }
}

/// How long a person reads and decides.
public enum ThinkTime: Sendable, Hashable {
    case asFastAsPossible
    /// Log-normal with a median of 4 s, from 0.8 to 30 s.
    case realistic

    /// Nanoseconds.
    func nanoseconds(random: inout SeededRandom) -> UInt64 {
        switch self {
        case .asFastAsPossible: return 0
        case .realistic:
            // The sum of twelve uniform numbers less six is close enough to a normal one.
            var normal = -6.0
            for _ in 0..<12 { normal += random.unit() }
            return UInt64(min(max(4 * exponential(0.6 * normal), 0.8), 30) * 1e9)
        }
    }

    private func exponential(_ x: Double) -> Double {
        var (sum, term) = (1.0, 1.0)
        for n in 1..<30 {
            term *= x / Double(n)
            sum += term
        }
        return sum
    }
}
