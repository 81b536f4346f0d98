/// A value of an entry. There are no fractions and no negative numbers in the log, and names are ASCII.
enum JSONValue {
    case null
    case flag(Bool)
    case number(Int)
    case text(String)
    case list([JSONValue])
    case object([(name: String, value: JSONValue)])
}

/// Reads JSON in RFC 8785 form and nothing else: the bytes are what `CanonicalWriter` would write again.
///
/// Whole numbers up to 2⁵³ − 1, at most 32 lists and objects in each other; any bytes may be given.
struct CanonicalReader {
    /// What is wrong, as the end of a sentence.
    struct Failure: Error {
        let text: String
    }

    private static let maximumDepth = 32

    private let bytes: [UInt8]
    private var place = 0
    private var depth = 0

    /// Reads one value that fills `bytes`.
    static func read(_ bytes: [UInt8]) throws(Failure) -> JSONValue {
        guard String(validating: bytes, as: UTF8.self) != nil else { throw Failure(text: "it is not UTF-8") }
        var reader = CanonicalReader(bytes)
        let value = try reader.value()
        guard reader.place == bytes.count else { throw reader.failure("something follows its end") }
        return value
    }

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    private func failure(_ text: String) -> Failure { Failure(text: "at byte \(place) \(text)") }

    private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        place += 1
        return true
    }

    private mutating func take(_ word: StaticString) -> Bool {
        let word = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        guard bytes[place...].starts(with: word) else { return false }
        place += word.count
        return true
    }

    private mutating func value() throws(Failure) -> JSONValue {
        guard let next else { throw failure("it ends too early") }
        switch next {
        case UInt8(ascii: "\""): return .text(try text())
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
        case UInt8(ascii: "{"): return .object(try nested { reader throws(Failure) in try reader.object() })
        case UInt8(ascii: "["): return .list(try nested { reader throws(Failure) in try reader.list() })
        case UInt8(ascii: "t") where take("true"): return .flag(true)
        case UInt8(ascii: "f") where take("false"): return .flag(false)
        case UInt8(ascii: "n") where take("null"): return .null
        default: throw failure("there is no value in RFC 8785 form")
        }
    }

    private mutating func nested<Value>(
        _ read: (inout CanonicalReader) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        guard depth < Self.maximumDepth else { throw failure("it is nested too deep") }
        depth += 1
        place += 1
        let value = try read(&self)
        depth -= 1
        return value
    }

    private mutating func object() throws(Failure) -> [(name: String, value: JSONValue)] {
        var members: [(name: String, value: JSONValue)] = []
        if take(UInt8(ascii: "}")) { return members }
        while true {
            guard next == UInt8(ascii: "\"") else { throw failure("there is no name of a member") }
            let name = try text()
            guard name.utf8.allSatisfy({ $0 < 0x80 }) else { throw failure("the name of a member is not ASCII") }
            if let last = members.last?.name, !last.utf8.lexicographicallyPrecedes(name.utf8) {
                throw failure("the members are not sorted")
            }
            guard take(UInt8(ascii: ":")) else { throw failure("there is no colon") }
            members.append((name, try value()))
            if take(UInt8(ascii: "}")) { return members }
            guard take(UInt8(ascii: ",")) else { throw failure("there is no comma") }
        }
    }

    private mutating func list() throws(Failure) -> [JSONValue] {
        var values: [JSONValue] = []
        if take(UInt8(ascii: "]")) { return values }
        while true {
            values.append(try value())
            if take(UInt8(ascii: "]")) { return values }
            guard take(UInt8(ascii: ",")) else { throw failure("there is no comma") }
        }
    }

    private mutating func number() throws(Failure) -> Int {
        let start = place
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { place += 1 }
        guard let number = Decimal.parse(bytes[start..<place]) else {
            place = start
            throw failure("there is no whole number from 0 to 2^53 - 1")
        }
        return number
    }

    private mutating func text() throws(Failure) -> String {
        place += 1
        var content: [UInt8] = []
        var start = place
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                content += bytes[start..<place]
                place += 1
                return String(decoding: content, as: UTF8.self)
            case UInt8(ascii: "\\"):
                content += bytes[start..<place]
                content.append(try escaped())
                start = place
            case 0..<0x20: throw failure("a control character stands as it is")
            default: place += 1
            }
        }
        throw failure("a text does not end")
    }

    /// One of the escapes RFC 8785 §3.2.2.2 writes.
    private mutating func escaped() throws(Failure) -> UInt8 {
        place += 1
        if take("u00"), place + 2 <= bytes.count, let code = Hex.decode(bytes[place..<(place + 2)])?.first,
            code < 0x20, ![0x08, 0x09, 0x0A, 0x0C, 0x0D].contains(code)
        {
            place += 2
            return code
        }
        guard let letter = next, let byte = Self.escapes[letter] else {
            throw failure("a character is escaped in another way than RFC 8785 does")
        }
        place += 1
        return byte
    }

    private static let escapes: [UInt8: UInt8] = [
        UInt8(ascii: "\""): UInt8(ascii: "\""), UInt8(ascii: "\\"): UInt8(ascii: "\\"), UInt8(ascii: "b"): 0x08,
        UInt8(ascii: "t"): 0x09, UInt8(ascii: "n"): 0x0A, UInt8(ascii: "f"): 0x0C, UInt8(ascii: "r"): 0x0D,
    ]
}
