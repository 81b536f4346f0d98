internal import Voting

/// The members of an object, taken one by one with their types; what is left over at the end is too much.
struct Members {
    typealias Failure = CanonicalReader.Failure

    private var rest: [(name: String, value: JSONValue)]

    /// - Throws: if the value is not an object.
    init(_ value: JSONValue) throws(Failure) {
        guard case .object(let members) = value else { throw Failure(text: "it is not an object") }
        rest = members
    }

    func has(_ name: String) -> Bool { rest.contains { $0.name == name } }

    /// Takes a member away.
    private mutating func take(_ name: String) throws(Failure) -> JSONValue {
        guard let place = rest.firstIndex(where: { $0.name == name }) else {
            throw Failure(text: "member '\(name)' is missing")
        }
        return rest.remove(at: place).value
    }

    mutating func number(_ name: String, from minimum: Int = 0) throws(Failure) -> Int {
        guard case .number(let number) = try take(name), number >= minimum else {
            throw Failure(text: "member '\(name)' is not a whole number from \(minimum)")
        }
        return number
    }

    mutating func numbers(_ name: String) throws(Failure) -> [Int] {
        guard case .list(let values) = try take(name) else { throw Failure(text: "member '\(name)' is not a list") }
        var numbers: [Int] = []
        numbers.reserveCapacity(values.count)
        for value in values {
            guard case .number(let number) = value else {
                throw Failure(text: "member '\(name)' is not a list of whole numbers")
            }
            numbers.append(number)
        }
        return numbers
    }

    mutating func flag(_ name: String) throws(Failure) -> Bool {
        guard case .flag(let flag) = try take(name) else {
            throw Failure(text: "member '\(name)' is neither true nor false")
        }
        return flag
    }

    mutating func text(_ name: String) throws(Failure) -> String {
        guard case .text(let text) = try take(name) else { throw Failure(text: "member '\(name)' is not a text") }
        return text
    }

    mutating func list(_ name: String) throws(Failure) -> [JSONValue] {
        guard case .list(let values) = try take(name) else { throw Failure(text: "member '\(name)' is not a list") }
        return values
    }

    /// One of a few texts.
    mutating func choice<Value>(_ name: String, _ value: (String) -> Value?) throws(Failure) -> Value {
        let text = try text(name)
        guard let value = value(text) else { throw Failure(text: "member '\(name)' is '\(text.prefix(40))'") }
        return value
    }

    mutating func base64(_ name: String, count: Int) throws(Failure) -> [UInt8] {
        guard let bytes = Base64.decode(try text(name).utf8), bytes.count == count else {
            throw Failure(text: "member '\(name)' is not the base64 of \(count) bytes")
        }
        return bytes
    }

    /// `{lang: text}`.
    mutating func words(_ name: String) throws(Failure) {
        guard Self.areWords(try take(name)) else {
            throw Failure(text: "member '\(name)' is not a text in one or more languages")
        }
    }

    /// Nothing may be left.
    func finish() throws(Failure) {
        if let more = rest.first { throw Failure(text: "member '\(more.name.prefix(40))' should not be there") }
    }

    static func areWords(_ value: JSONValue) -> Bool {
        guard case .object(let texts) = value, !texts.isEmpty else { return false }
        return texts.allSatisfy { name, value in
            guard case .text = value else { return false }
            return isLanguage(name)
        }
    }

    static func isLanguage(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
