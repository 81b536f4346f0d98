internal import Voting

/// Writes one JSON object in RFC 8785 form, straight to bytes.
///
/// Members come out in the order they are given: whoever writes gives them sorted.
struct CanonicalWriter {
    private(set) var bytes: [UInt8] = []
    private var isFirst = true

    init(capacity: Int = 256) {
        bytes.reserveCapacity(capacity)
        bytes.append(UInt8(ascii: "{"))
    }

    mutating func member(_ name: StaticString, _ value: Int) {
        begin(name)
        append(value)
    }

    mutating func member(_ name: StaticString, _ value: Bool) {
        begin(name)
        append(value ? "true" : "false")
    }

    mutating func member(_ name: StaticString, _ value: String) {
        begin(name)
        append(quoted: value)
    }

    mutating func member(_ name: StaticString, base64 value: [UInt8]) {
        begin(name)
        bytes.append(UInt8(ascii: "\""))
        value.withUnsafeBytes { Base64.append($0, to: &bytes) }
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func member(_ name: StaticString, _ values: some Sequence<Int>) {
        begin(name)
        append(values)
    }

    mutating func member(_ name: StaticString, _ choices: Choices) {
        begin(name)
        append(choices)
    }

    mutating func member(_ name: StaticString, _ values: [String]) {
        begin(name)
        list(values) { $0.append(quoted: $1) }
    }

    mutating func member(_ name: StaticString, _ text: LocalizedText) {
        begin(name)
        append(text)
    }

    mutating func member(_ name: StaticString, _ texts: [LocalizedText]) {
        begin(name)
        list(texts) { $0.append($1) }
    }

    /// Ends the object.
    mutating func finish() -> [UInt8] {
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    private mutating func begin(_ name: StaticString) {
        bytes.append(UInt8(ascii: isFirst ? "\"" : ","))
        if !isFirst { bytes.append(UInt8(ascii: "\"")) }
        isFirst = false
        append(name)
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }

    private mutating func append(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private mutating func append(_ value: Int) { Self.append(value, to: &bytes) }

    private mutating func append(_ values: some Sequence<Int>) { list(values) { $0.append($1) } }

    private mutating func append(_ choices: Choices) { Self.append(choices, to: &bytes) }

    private mutating func append(_ text: LocalizedText) {
        bytes.append(UInt8(ascii: "{"))
        let languages = text.byLanguage.sorted { $0.key.utf16.lexicographicallyPrecedes($1.key.utf16) }
        for (place, (language, words)) in languages.enumerated() {
            if place > 0 { bytes.append(UInt8(ascii: ",")) }
            append(quoted: language)
            bytes.append(UInt8(ascii: ":"))
            append(quoted: words)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    private mutating func list<Element>(
        _ values: some Sequence<Element>, _ write: (inout CanonicalWriter, Element) -> Void
    ) {
        bytes.append(UInt8(ascii: "["))
        var isFirst = true
        for value in values {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            write(&self, value)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    /// A string with the escapes RFC 8785 §3.2.2.2 wants and no other.
    private mutating func append(quoted text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): append(#"\""#)
            case UInt8(ascii: "\\"): append(#"\\"#)
            case 0x08: append(#"\b"#)
            case 0x09: append(#"\t"#)
            case 0x0A: append(#"\n"#)
            case 0x0C: append(#"\f"#)
            case 0x0D: append(#"\r"#)
            case 0..<0x20:
                append(#"\u00"#)
                bytes += Hex.encode(CollectionOfOne(byte)).utf8
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// A text in quotes, as JSON.
    static func quoted(_ text: String) -> String {
        var writer = CanonicalWriter()
        writer.bytes = []
        writer.append(quoted: text)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// Adds a number in decimal.
    static func append(_ value: Int, to bytes: inout [UInt8]) {
        if (0..<10).contains(value) {
            bytes.append(UInt8(ascii: "0") + UInt8(value))
        } else {
            bytes.append(contentsOf: String(value).utf8)
        }
    }

    /// Adds the positions as a JSON list.
    static func append(_ choices: Choices, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "["))
        var rest = choices.bits
        while rest != 0 {
            append(rest.trailingZeroBitCount, to: &bytes)
            rest &= rest - 1
            if rest != 0 { bytes.append(UInt8(ascii: ",")) }
        }
        bytes.append(UInt8(ascii: "]"))
    }
}
