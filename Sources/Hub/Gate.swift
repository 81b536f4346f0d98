internal import Voting

/// Counts wrong keys by address, so that guessing is slow: ten in a minute, then nothing for the rest of it.
struct Gate {
    private static let window: Int64 = 60_000
    private static let allowed = 10
    private static let remembered = 10_000

    private var misses: [String: (count: Int, since: Instant)] = [:]
    private(set) var total = 0

    func isShut(for address: String, at now: Instant) -> Bool {
        guard let entry = misses[address] else { return false }
        return entry.count >= Self.allowed && now.milliseconds - entry.since.milliseconds < Self.window
    }

    mutating func miss(from address: String, at now: Instant) {
        total += 1
        if misses.count >= Self.remembered {
            misses = misses.filter { now.milliseconds - $0.value.since.milliseconds < Self.window }
            if misses.count >= Self.remembered { misses.removeAll() }
        }
        var entry = misses[address] ?? (0, now)
        if now.milliseconds - entry.since.milliseconds >= Self.window { entry = (0, now) }
        entry.count += 1
        misses[address] = entry
    }
}

/// Whether two secrets are the same, in a time that does not tell where they differ.
func sameSecret(_ a: String, _ b: String) -> Bool {
    let (a, b) = (Array(a.utf8), Array(b.utf8))
    guard a.count == b.count else { return false }
    var difference: UInt8 = 0
    for index in a.indices { difference |= a[index] ^ b[index] }
    return difference == 0
}
