/// Base64url without padding (RFC 4648 §5) for the two sizes the wire knows: 64 bits as 11 characters, 128 as 22.
///
/// Only the canonical spelling is read (unused low bits zero), so that what is echoed is what was sent.
enum Base64URL {
    static let length64 = 11
    static let length128 = 22

    /// For text that lies in memory as it came: every vote names an id.
    static func decode64(_ text: UnsafeRawBufferPointer) -> UInt64? {
        guard text.count == length64 else { return nil }
        return values.withUnsafeBufferPointer { values in
            var bits: UInt64 = 0
            var seen: UInt8 = 0
            for position in 0..<length64 - 1 {
                let value = values[Int(text[position])]
                seen |= value
                bits = bits << 6 | UInt64(value & 63)
            }
            let last = values[Int(text[length64 - 1])]
            guard seen | last < 64, last & 3 == 0 else { return nil }
            return bits << 4 | UInt64(last >> 2)
        }
    }

    static func decode64(_ text: some Collection<UInt8>) -> UInt64? {
        guard text.count == length64 else { return nil }
        var bits: UInt64 = 0
        for (position, byte) in text.enumerated() {
            let value = values[Int(byte)]
            guard value < 64 else { return nil }
            if position < length64 - 1 {
                bits = bits << 6 | UInt64(value)
            } else {
                guard value & 3 == 0 else { return nil }
                bits = bits << 4 | UInt64(value >> 2)
            }
        }
        return bits
    }

    static func decode128(_ text: some Collection<UInt8>) -> (high: UInt64, low: UInt64)? {
        guard text.count == length128 else { return nil }
        var bits: UInt128 = 0
        for (position, byte) in text.enumerated() {
            let value = values[Int(byte)]
            guard value < 64 else { return nil }
            if position < length128 - 1 {
                bits = bits << 6 | UInt128(value)
            } else {
                guard value & 15 == 0 else { return nil }
                bits = bits << 2 | UInt128(value >> 4)
            }
        }
        return (UInt64(truncatingIfNeeded: bits >> 64), UInt64(truncatingIfNeeded: bits))
    }

    static func append64(_ bits: UInt64, to bytes: inout [UInt8]) {
        for position in 0..<10 { bytes.append(alphabet[Int(bits >> UInt64(58 - 6 * position)) & 63]) }
        bytes.append(alphabet[Int(bits & 15) << 2])
    }

    /// Writes the 11 characters over the first 11 bytes.
    static func write64(_ bits: UInt64, to bytes: UnsafeMutableBufferPointer<UInt8>) {
        for position in 0..<10 { bytes[position] = alphabet[Int(bits >> UInt64(58 - 6 * position)) & 63] }
        bytes[10] = alphabet[Int(bits & 15) << 2]
    }

    static func append128(high: UInt64, low: UInt64, to bytes: inout [UInt8]) {
        let bits = UInt128(high) << 64 | UInt128(low)
        for position in 0..<21 {
            bytes.append(alphabet[Int(truncatingIfNeeded: bits >> UInt128(122 - 6 * position)) & 63])
        }
        bytes.append(alphabet[Int(truncatingIfNeeded: bits & 3) << 4])
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, byte) in alphabet.enumerated() { values[Int(byte)] = UInt8(value) }
        return values
    }()
}
