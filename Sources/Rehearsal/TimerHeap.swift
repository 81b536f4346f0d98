/// What is to happen to a phone, and when; the soonest first.
struct TimerHeap {
    enum Kind: UInt8 {
        /// A person has decided.
        case decide
        case connect
        /// A flaky connection breaks.
        case cut
    }

    struct Entry {
        var at: UInt64
        var phone: Int32
        var kind: Kind
        /// The connection or the question it is about; whoever fires it checks that it still is.
        var about: Int32
    }

    private var entries: [Entry] = []

    var soonest: UInt64? { entries.first?.at }

    mutating func add(_ entry: Entry) {
        entries.append(entry)
        var child = entries.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard entries[child].at < entries[parent].at else { return }
            entries.swapAt(child, parent)
            child = parent
        }
    }

    /// Takes out the soonest if it is due.
    mutating func takeDue(_ now: UInt64) -> Entry? {
        guard let first = entries.first, first.at <= now else { return nil }
        let last = entries.removeLast()
        guard !entries.isEmpty else { return first }
        entries[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < entries.count {
                if entries[child].at < entries[least].at { least = child }
            }
            guard least != parent else { return first }
            entries.swapAt(parent, least)
            parent = least
        }
    }
}
