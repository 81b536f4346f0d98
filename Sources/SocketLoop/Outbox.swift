/// Frames that wait for a busy socket, in the order they will be sent. Costs nothing while empty.
struct Outbox {
    private struct Entry {
        var frame: Frame
        var slot: UInt8?
    }

    private var entries: [Entry] = []
    private var head = 0
    private(set) var bytes = 0

    var isEmpty: Bool { head == entries.count }

    mutating func append(_ frame: Frame, slot: UInt8?) {
        entries.append(Entry(frame: frame, slot: slot))
        bytes += frame.count
    }

    /// Puts `frame` in the place of the waiting frame of the same slot; false if none waits.
    mutating func replace(_ slot: UInt8, with frame: Frame) -> Bool {
        var index = head
        while index < entries.count {
            if entries[index].slot == slot {
                bytes += frame.count - entries[index].frame.count
                entries[index].frame = frame
                return true
            }
            index += 1
        }
        return false
    }

    mutating func next() -> Frame? {
        guard head < entries.count else { return nil }
        let frame = entries[head].frame
        bytes -= frame.count
        head += 1
        if head == entries.count {
            // Gives the memory back: a phone that was slow once is fast for hours.
            entries = []
            head = 0
        } else if head >= 32, head * 2 >= entries.count {
            entries.removeFirst(head)
            head = 0
        }
        return frame
    }

    mutating func removeAll() {
        entries = []
        head = 0
        bytes = 0
    }
}
