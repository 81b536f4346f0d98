internal import Glibc
internal import Ledger
internal import Voting

/// A place in a message's bytes, for reading the few messages that come by the ten thousand without allocating.
struct ByteCursor {
    let bytes: UnsafeRawBufferPointer
    var position = 0

    var isAtEnd: Bool { position == bytes.count }

    mutating func take(_ text: StaticString) -> Bool {
        let length = text.utf8CodeUnitCount
        guard bytes.count - position >= length, let base = bytes.baseAddress,
            memcmp(base + position, text.utf8Start, length) == 0
        else { return false }
        position += length
        return true
    }

    /// Up to `digits` digits without a leading zero, as JSON writes a natural number.
    mutating func number(digits: Int = 9) -> Int? {
        let start = position
        var value = 0
        while position < bytes.count, case let digit = bytes[position] &- UInt8(ascii: "0"), digit < 10 {
            value = value * 10 + Int(digit)
            position += 1
            if position - start > digits { return nil }
        }
        guard position > start, position - start == 1 || bytes[start] != UInt8(ascii: "0") else { return nil }
        return value
    }

    /// A language tag of two or three small letters.
    mutating func language() -> String? {
        let start = position
        while position < bytes.count, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(bytes[position]) {
            position += 1
        }
        guard (2...3).contains(position - start) else { return nil }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    mutating func device() -> VoterID? {
        let end = position + Base64URL.length128
        guard end <= bytes.count else { return nil }
        defer { position = end }
        return Base64URL.decode128(UnsafeRawBufferPointer(rebasing: bytes[position..<end]))
            .map { VoterID(high: $0.high, low: $0.low) }
    }

    mutating func id() -> UInt64? {
        let end = position + Base64URL.length64
        guard end <= bytes.count else { return nil }
        defer { position = end }
        return Base64URL.decode64(UnsafeRawBufferPointer(rebasing: bytes[position..<end]))
    }

    /// Base64 of exactly `count` bytes.
    mutating func base64(count: Int) -> [UInt8]? {
        let end = position + Base64.length(of: count)
        guard end <= bytes.count else { return nil }
        defer { position = end }
        return Base64.decode(UnsafeRawBufferPointer(rebasing: bytes[position..<end]), count: count)
    }
}
