internal import Ledger

/// Writes one JSON object (RFC 8259) with its members in the order given: the wire's bytes are fixed by golden files.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []
    private var needsComma = false

    init(type: StaticString) {
        bytes.reserveCapacity(256)
        bytes.append(UInt8(ascii: "{"))
        member("t", type.description)
    }

    init() { bytes.append(UInt8(ascii: "{")) }

    consuming func finished() -> [UInt8] {
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    mutating func member(_ key: StaticString, _ value: String) {
        name(key)
        string(value)
    }

    mutating func member(_ key: StaticString, _ value: String?) {
        if let value { member(key, value) }
    }

    mutating func member(_ key: StaticString, _ value: some BinaryInteger) {
        name(key)
        bytes.append(contentsOf: String(value).utf8)
    }

    mutating func member(_ key: StaticString, _ value: (some BinaryInteger)?) {
        if let value { member(key, value) }
    }

    mutating func member(_ key: StaticString, _ value: Bool) {
        name(key)
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
    }

    mutating func member(_ key: StaticString, id: UInt64) {
        name(key)
        bytes.append(UInt8(ascii: "\""))
        Base64URL.append64(id, to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func member(_ key: StaticString, base64 bytes: [UInt8]?) {
        guard let bytes else { return }
        name(key)
        quoted(bytes)
    }

    mutating func member(_ key: StaticString, base64 values: [[UInt8]]) {
        array(key, values) { $0.quoted($1) }
    }

    private mutating func quoted(_ binary: [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        binary.withUnsafeBytes { Base64.append($0, to: &bytes) }
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func member(_ key: StaticString, _ values: [Int]) {
        array(key, values) { $0.bytes.append(contentsOf: String($1).utf8) }
    }

    mutating func member(_ key: StaticString, _ values: [String]) {
        array(key, values) { $0.string($1) }
    }

    mutating func member(_ key: StaticString, object: JSONWriter) {
        name(key)
        bytes.append(contentsOf: object.finished())
    }

    mutating func member(_ key: StaticString, objects: [JSONWriter]) {
        array(key, objects) { $0.bytes.append(contentsOf: $1.finished()) }
    }

    private mutating func array<Value>(
        _ key: StaticString, _ values: [Value], _ write: (inout JSONWriter, Value) -> Void
    ) {
        name(key)
        bytes.append(UInt8(ascii: "["))
        for (position, value) in values.enumerated() {
            if position > 0 { bytes.append(UInt8(ascii: ",")) }
            write(&self, value)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    private mutating func name(_ key: StaticString) {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
        bytes.append(UInt8(ascii: "\""))
        key.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }

    /// Escapes what RFC 8259 §7 requires, and U+2028/2029 not at all: they are valid JSON.
    private mutating func string(_ value: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case UInt8(ascii: "\n"): bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "n")])
            case 0..<0x20:
                bytes.append(contentsOf: "\\u00".utf8)
                for digit in [byte >> 4, byte & 15] {
                    bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
                }
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
