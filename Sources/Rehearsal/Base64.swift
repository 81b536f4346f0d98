/// RFC 4648: section 4 (with padding) for the handshake, section 5 (URL-safe, without) for device and ballot ids.
enum Base64 {
    private static let standard = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let urlSafe = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    static func encoded(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let count = min(3, bytes.count - start)
            var group: UInt32 = 0
            for offset in 0..<3 { group = group << 8 | (offset < count ? UInt32(bytes[start + offset]) : 0) }
            for place in 0..<4 {
                text.append(place <= count ? standard[Int(group >> (18 - 6 * UInt32(place)) & 63)] : UInt8(ascii: "="))
            }
        }
        return text
    }

    /// Appends 64 bits as 11 characters.
    static func append(_ bits: UInt64, to text: inout [UInt8]) {
        for place in 0..<10 { text.append(urlSafe[Int(bits >> (58 - 6 * UInt64(place)) & 63)]) }
        text.append(urlSafe[Int(bits << 2 & 63)])
    }

    /// Appends 128 bits as 22 characters.
    static func append(high: UInt64, low: UInt64, to text: inout [UInt8]) {
        for place in 0..<10 { text.append(urlSafe[Int(high >> (58 - 6 * UInt64(place)) & 63)]) }
        text.append(urlSafe[Int((high << 2 | low >> 62) & 63)])
        for place in 0..<10 { text.append(urlSafe[Int(low >> (56 - 6 * UInt64(place)) & 63)]) }
        text.append(urlSafe[Int(low << 4 & 63)])
    }

    /// The 64 bits of 11 characters, or nil if they are not the form `append` writes.
    static func bits(_ text: some Collection<UInt8>) -> UInt64? {
        guard text.count == 11 else { return nil }
        var bits: UInt64 = 0
        for (place, character) in text.enumerated() {
            let digit: UInt8
            switch character {
            case 0x41...0x5A: digit = character - 0x41
            case 0x61...0x7A: digit = character - 0x61 + 26
            case 0x30...0x39: digit = character - 0x30 + 52
            case UInt8(ascii: "-"): digit = 62
            case UInt8(ascii: "_"): digit = 63
            default: return nil
            }
            if place < 10 {
                bits = bits << 6 | UInt64(digit)
            } else {
                guard digit & 3 == 0 else { return nil }
                bits = bits << 4 | UInt64(digit >> 2)
            }
        }
        return bits
    }
}
