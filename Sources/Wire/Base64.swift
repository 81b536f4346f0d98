/// Standard base64 with padding (RFC 4648 §4), as keys, tokens, signatures and hashes stand in messages and in the log.
///
/// Only the canonical spelling is read (unused low bits zero).
enum Base64 {
    /// Exactly `count` bytes, or nil.
    static func decode(_ text: UnsafeRawBufferPointer, count: Int) -> [UInt8]? {
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

    static func decode(_ text: String, count: Int) -> [UInt8]? {
        var text = text
        return text.withUTF8 { decode(UnsafeRawBufferPointer($0), count: count) }
    }

    /// Characters that `count` bytes make.
    static func length(of count: Int) -> Int { (count + 2) / 3 * 4 }

    static func append(_ bytes: some Collection<UInt8>, to text: inout [UInt8]) {
        var group: UInt32 = 0
        var held = 0
        for byte in bytes {
            group = group << 8 | UInt32(byte)
            held += 1
            guard held == 3 else { continue }
            for shift in [18, 12, 6, 0] as [UInt32] { text.append(alphabet[Int(group >> shift & 63)]) }
            (group, held) = (0, 0)
        }
        guard held > 0 else { return }
        group <<= held == 1 ? 4 : 2
        if held == 2 { text.append(alphabet[Int(group >> 12 & 63)]) }
        text.append(alphabet[Int(group >> 6 & 63)])
        text.append(alphabet[Int(group & 63)])
        for _ in held..<3 { text.append(UInt8(ascii: "=")) }
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, byte) in alphabet.enumerated() { values[Int(byte)] = UInt8(value) }
        return values
    }()
}
