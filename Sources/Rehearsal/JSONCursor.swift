/// Finds members of one JSON object in its bytes, without allocating. It trusts the hub to send valid JSON: of anything
/// else it only promises to end, with nil or a wrong range inside the bytes.
struct JSONCursor {
    let bytes: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// The bytes of the member `name` of the object, as they stand (a string with its quotes).
    func value(_ name: StaticString) -> UnsafeRawBufferPointer? {
        var at = skipBlanks(0)
        guard at < bytes.count, bytes[at] == UInt8(ascii: "{") else { return nil }
        at = skipBlanks(at + 1)
        while at < bytes.count, bytes[at] == UInt8(ascii: "\"") {
            let keyEnd = endOfValue(at)
            let key = at + 1..<max(at + 1, keyEnd - 1)
            at = skipBlanks(keyEnd)
            guard at < bytes.count, bytes[at] == UInt8(ascii: ":") else { return nil }
            at = skipBlanks(at + 1)
            let end = endOfValue(at)
            guard end > at else { return nil }
            if key.count == name.utf8CodeUnitCount, matches(name, at: key.lowerBound) {
                return UnsafeRawBufferPointer(rebasing: bytes[at..<end])
            }
            at = skipBlanks(end)
            guard at < bytes.count, bytes[at] == UInt8(ascii: ",") else { return nil }
            at = skipBlanks(at + 1)
        }
        return nil
    }

    /// The characters of a string member without escapes.
    func string(_ name: StaticString) -> UnsafeRawBufferPointer? {
        guard let value = value(name), value.count >= 2, value[0] == UInt8(ascii: "\"") else { return nil }
        return UnsafeRawBufferPointer(rebasing: value[1..<value.count - 1])
    }

    func integer(_ name: StaticString) -> Int? { value(name).flatMap(Self.integer) }

    func flag(_ name: StaticString) -> Bool? {
        switch value(name)?.first {
        case UInt8(ascii: "t"): true
        case UInt8(ascii: "f"): false
        default: nil
        }
    }

    func object(_ name: StaticString) -> JSONCursor? {
        guard let value = value(name), value.first == UInt8(ascii: "{") else { return nil }
        return JSONCursor(value)
    }

    /// The elements of an array member that are integers from 0 to 63, as bits.
    func positions(_ name: StaticString) -> UInt64? {
        var bits: UInt64 = 0
        let complete = forEachElement(of: name) { element in
            guard let position = Self.integer(element), (0..<64).contains(position) else { return false }
            bits |= 1 << UInt64(position)
            return true
        }
        return complete ? bits : nil
    }

    /// How many elements an array member has.
    func count(_ name: StaticString) -> Int? {
        var count = 0
        let complete = forEachElement(of: name) { _ in
            count += 1
            return true
        }
        return complete ? count : nil
    }

    /// - Returns: whether the member is an array and `body` was true for every element.
    private func forEachElement(of name: StaticString, _ body: (UnsafeRawBufferPointer) -> Bool) -> Bool {
        guard let array = value(name), array.first == UInt8(ascii: "[") else { return false }
        let inner = JSONCursor(array)
        var at = inner.skipBlanks(1)
        while at < array.count, array[at] != UInt8(ascii: "]") {
            let end = inner.endOfValue(at)
            guard end > at, body(UnsafeRawBufferPointer(rebasing: array[at..<end])) else { return false }
            at = inner.skipBlanks(end)
            if at < array.count, array[at] == UInt8(ascii: ",") { at = inner.skipBlanks(at + 1) }
        }
        return true
    }

    private static func integer(_ value: UnsafeRawBufferPointer) -> Int? {
        let isNegative = value.first == UInt8(ascii: "-")
        let digits = isNegative ? value[1...] : value[...]
        guard (1...18).contains(digits.count) else { return nil }
        var number = 0
        for digit in digits {
            guard (0x30...0x39).contains(digit) else { return nil }
            number = number * 10 + Int(digit - 0x30)
        }
        return isNegative ? -number : number
    }

    private func matches(_ name: StaticString, at start: Int) -> Bool {
        for index in 0..<name.utf8CodeUnitCount where bytes[start + index] != name.utf8Start[index] { return false }
        return true
    }

    private func skipBlanks(_ start: Int) -> Int {
        var at = start
        while at < bytes.count, bytes[at] == 0x20 || (0x09...0x0D).contains(bytes[at]) { at += 1 }
        return at
    }

    /// Where the value that begins at `start` ends; `start` itself if there is none.
    private func endOfValue(_ start: Int) -> Int {
        var at = start
        var depth = 0
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "\""):
                at += 1
                while at < bytes.count, bytes[at] != UInt8(ascii: "\"") {
                    at += bytes[at] == UInt8(ascii: "\\") ? 2 : 1
                }
                at = min(at + 1, bytes.count)
                if depth == 0 { return at }
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                at += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return at }
                depth -= 1
                at += 1
                if depth == 0 { return at }
            case UInt8(ascii: ","), UInt8(ascii: ":"), 0x20, 0x09...0x0D:
                if depth == 0 { return at }
                at += 1
            default: at += 1
            }
        }
        return at
    }
}

extension UnsafeRawBufferPointer {
    /// Whether these are the bytes of `text`.
    func equals(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        for index in 0..<count where self[index] != text.utf8Start[index] { return false }
        return true
    }
}
