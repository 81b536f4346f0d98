/// Standard base64 with padding (RFC 4648 §4): the one form, unused bits zero.
package enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let padding = UInt8(ascii: "=")
    static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xFF, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()

    /// Adds the text of `bytes` to `text`.
    package static func append(_ bytes: UnsafeRawBufferPointer, to text: inout [UInt8]) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: (bytes.count + 2) / 3 * 4) { output in
            write(bytes, to: output)
            text.append(contentsOf: output)
        }
    }

    private static func write(_ bytes: UnsafeRawBufferPointer, to output: UnsafeMutableBufferPointer<UInt8>) {
        alphabet.withUnsafeBufferPointer { alphabet in
            var (place, end) = (0, 0)
            while place + 3 <= bytes.count {
                let bits = Int(bytes[place]) << 16 | Int(bytes[place + 1]) << 8 | Int(bytes[place + 2])
                output[end] = alphabet[bits >> 18]
                output[end + 1] = alphabet[bits >> 12 & 63]
                output[end + 2] = alphabet[bits >> 6 & 63]
                output[end + 3] = alphabet[bits & 63]
                place += 3
                end += 4
            }
            guard place < bytes.count else { return }
            let two = place + 2 == bytes.count
            let bits = Int(bytes[place]) << 16 | (two ? Int(bytes[place + 1]) << 8 : 0)
            output[end] = alphabet[bits >> 18]
            output[end + 1] = alphabet[bits >> 12 & 63]
            output[end + 2] = two ? alphabet[bits >> 6 & 63] : padding
            output[end + 3] = padding
        }
    }

    static func encode(_ bytes: [UInt8]) -> String { bytes.withUnsafeBytes { encode($0) } }

    static func encode(_ hash: LogHash) -> String { hash.withUnsafeBytes { encode($0) } }

    private static func encode(_ bytes: UnsafeRawBufferPointer) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        append(bytes, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// - Returns: nil for anything but what `encode` gives.
    static func decode(_ text: some Sequence<UInt8>) -> [UInt8]? {
        let text = Array(text)
        guard text.count % 4 == 0 else { return nil }
        let padded = text.suffix(2).filter { $0 == padding }.count
        guard let last = text.last else { return [] }
        guard padded == 0 || last == padding else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        var (bits, count) = (UInt32(0), 0)
        for character in text.dropLast(padded) {
            let value = values[Int(character)]
            guard value != 0xFF else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
                bits &= (1 << UInt32(count)) - 1
            }
        }
        return bits == 0 ? bytes : nil
    }

    /// - Returns: nil unless it is the base64 of 32 bytes.
    static func hash(_ text: some Sequence<UInt8>) -> LogHash? { decode(text).flatMap { LogHash(bytes: $0) } }
}

/// Lower-case hexadecimal digits.
package enum Hex {
    private static let digits = Array("0123456789abcdef".utf8)

    package static func encode(_ bytes: some Sequence<UInt8>) -> String {
        String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// - Returns: nil for upper-case or other characters, or an odd number of them.
    static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard text.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        var high: UInt8?
        for character in text {
            guard let place = digits.firstIndex(of: character) else { return nil }
            if let left = high {
                bytes.append(left << 4 | UInt8(place))
                high = nil
            } else {
                high = UInt8(place)
            }
        }
        return bytes
    }
}

/// Whole numbers from 0 in decimal, without superfluous zeros.
enum Decimal {
    /// The largest whole number that every JSON reader keeps: 2⁵³ − 1.
    static let maximum = 9_007_199_254_740_991

    /// - Returns: nil for signs, leading zeros, other characters, or more than `maximum`.
    static func parse(_ text: some Collection<UInt8>) -> Int? {
        guard !text.isEmpty, text.count <= 16, text.count == 1 || text.first != UInt8(ascii: "0") else { return nil }
        var number = 0
        for character in text {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(character) else { return nil }
            number = number * 10 + Int(character - UInt8(ascii: "0"))
        }
        return number <= maximum ? number : nil
    }
}
