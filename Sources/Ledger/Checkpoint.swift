/// A signed head of a log (C2SP tlog-checkpoint): its name, its size and the root over all its entries.
public struct Checkpoint: Sendable, Hashable {
    /// What begins a signature line: an em dash and a space.
    static let dash = "\u{2014} "
    /// The most bytes of a checkpoint that are read.
    public static let maximumBytes = 16_384

    public let origin: String
    public let size: Int
    public let root: LogHash
    /// The signed note, as published.
    public let text: String

    init(origin: String, size: Int, root: LogHash, text: String) {
        self.origin = origin
        self.size = size
        self.root = root
        self.text = text
    }

    /// Reads a checkpoint; whose it is, `isSigned(by:)` tells.
    ///
    /// Three lines, an empty line, and at least one signature line, each ended by a newline. Signatures of others
    /// (witnesses) may stand beside the log's.
    ///
    /// - Throws: `badCheckpoint`.
    public init(_ text: some StringProtocol) throws(LedgerError) {
        guard text.utf8.count <= Self.maximumBytes else { throw .badCheckpoint(reason: "it is too long") }
        let lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map { Array($0) }
        guard lines.count >= 6, lines[3].isEmpty, lines.last == [] else {
            throw .badCheckpoint(reason: "it is three lines, an empty line and a signature")
        }
        guard let name = String(validating: lines[0], as: UTF8.self), VerifierKey.isName(name) else {
            throw .badCheckpoint(reason: "its first line is not a log's name")
        }
        guard let size = Decimal.parse(lines[1]) else {
            throw .badCheckpoint(reason: "its second line is not a number of entries")
        }
        guard let root = Base64.hash(lines[2]) else {
            throw .badCheckpoint(reason: "its third line is not a hash in base64")
        }
        guard lines[4..<(lines.count - 1)].allSatisfy({ NoteSignature($0) != nil }) else {
            throw .badCheckpoint(reason: "a signature line is malformed")
        }
        self.init(origin: name, size: size, root: root, text: String(text))
    }

    /// Whether one of the signatures is that key's, over this name, size and root.
    public func isSigned(by key: VerifierKey) -> Bool {
        let message = Array(Self.body(origin: origin, size: size, root: root).utf8)
        return signatures(naming: key).contains { key.isValid($0, for: message) }
    }

    /// Whether it is of the log with that key, by its name and a signature's key id; the signature may be wrong.
    func names(_ key: VerifierKey) -> Bool { !signatures(naming: key).isEmpty }

    /// Whether name, size and root are the same; the signatures may differ.
    func isSameHead(as other: Checkpoint) -> Bool {
        origin.utf8.elementsEqual(other.origin.utf8) && size == other.size && root == other.root
    }

    private func signatures(naming key: VerifierKey) -> [[UInt8]] {
        guard origin.utf8.elementsEqual(key.origin.utf8) else { return [] }
        let lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map { Array($0) }
        return lines.dropFirst(4).compactMap { line in
            guard let signature = NoteSignature(line), signature.name.utf8.elementsEqual(origin.utf8),
                signature.keyID == key.keyID
            else { return nil }
            return signature.bytes
        }
    }

    /// The first 40 bits of the root in Crockford's base32, as `ABCD-EFGH`: what a projector shows.
    public var shortCode: String {
        let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
        let bits = root.bytes.prefix(5).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let code = (0..<8).map { alphabet[Int(bits >> UInt64(35 - 5 * $0)) & 31] }
        return "\(String(code[..<4]))-\(String(code[4...]))"
    }

    /// What is signed.
    static func body(origin: String, size: Int, root: LogHash) -> String { "\(origin)\n\(size)\n\(root.base64)\n" }
}

/// A signature line of a signed note: `— <name> <base64 of key id and signature>`.
private struct NoteSignature {
    let name: String
    let keyID: [UInt8]
    let bytes: [UInt8]

    init?(_ line: [UInt8]) {
        guard line.starts(with: Checkpoint.dash.utf8) else { return nil }
        let parts = line.dropFirst(Checkpoint.dash.utf8.count)
            .split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard parts.count == 2, let name = String(validating: parts[0], as: UTF8.self), VerifierKey.isName(name),
            let bytes = Base64.decode(parts[1]), bytes.count > 4
        else { return nil }
        self.name = name
        keyID = Array(bytes.prefix(4))
        self.bytes = Array(bytes.dropFirst(4))
    }
}
