/// Base64 of a known number of bytes, straight from a message as it lies in memory: keys, tokens, signatures, hashes.
extension Base64 {
    /// Exactly `count` bytes, or nil.
    package static func decode(_ text: UnsafeRawBufferPointer, count: Int) -> [UInt8]? {
        guard text.count == length(of: count) else { return nil }
        let padding = (3 - count % 3) % 3
        for position in text.count - padding..<text.count where text[position] != UInt8(ascii: "=") { return nil }
        let characters = text.count - padding
        var isValid = true
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { bytes, initialized in
            values.withUnsafeBufferPointer { values in
                var group: UInt32 = 0
                var filled = 0
                var seen: UInt8 = 0
                for position in 0..<characters {
                    let value = values[Int(text[position])]
                    seen |= value
                    group = group << 6 | UInt32(value & 63)
                    guard position & 3 == 3 else { continue }
                    bytes[filled] = UInt8(truncatingIfNeeded: group >> 16)
                    bytes[filled + 1] = UInt8(truncatingIfNeeded: group >> 8)
                    bytes[filled + 2] = UInt8(truncatingIfNeeded: group)
                    filled += 3
                    group = 0
                }
                switch padding {
                case 1:
                    bytes[filled] = UInt8(truncatingIfNeeded: group >> 10)
                    bytes[filled + 1] = UInt8(truncatingIfNeeded: group >> 2)
                    isValid = group & 3 == 0
                case 2:
                    bytes[filled] = UInt8(truncatingIfNeeded: group >> 4)
                    isValid = group & 15 == 0
                default: break
                }
                if seen > 63 { isValid = false }
            }
            initialized = count
        }
        return isValid ? bytes : nil
    }

    package static func decode(_ text: String, count: Int) -> [UInt8]? {
        var text = text
        return text.withUTF8 { decode(UnsafeRawBufferPointer($0), count: count) }
    }

    /// Characters that `count` bytes make.
    package static func length(of count: Int) -> Int { (count + 2) / 3 * 4 }
}
