/// The log's signed word that a ballot will be in it by a deadline: what a phone holds between ack and receipt.
public struct Promise: Sendable, Hashable {
    static let header = "vote-receipt/v1"
    /// The most bytes of a promise that are read.
    public static let maximumBytes = 131_072

    /// The log's name.
    public let origin: String
    /// The leaf hash promised; in a promise that holds, its entry's.
    public let leaf: LogHash
    /// Unix seconds.
    public let deadline: Int64
    /// 64 bytes.
    public let signature: [UInt8]
    public let entry: [UInt8]

    public init(origin: String, deadline: Int64, signature: [UInt8], entry: [UInt8]) {
        self.init(origin: origin, leaf: .leaf(entry), deadline: deadline, signature: signature, entry: entry)
    }

    private init(origin: String, leaf: LogHash, deadline: Int64, signature: [UInt8], entry: [UInt8]) {
        self.origin = origin
        self.leaf = leaf
        self.deadline = deadline
        self.signature = signature
        self.entry = entry
    }

    /// Reads a promise; whether it holds, `isValid(by:)` tells.
    ///
    /// - Throws: `badPromise`.
    public init(_ text: some StringProtocol) throws(LedgerError) {
        guard text.utf8.count <= Self.maximumBytes else { throw .badPromise(reason: "it is too long") }
        let lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map { Array($0) }
        guard lines.count == 7, lines[6].isEmpty, lines[0].elementsEqual(Self.header.utf8) else {
            throw .badPromise(reason: "it is six lines, the first \(Self.header)")
        }
        guard let origin = String(validating: lines[1], as: UTF8.self), VerifierKey.isName(origin) else {
            throw .badPromise(reason: "its second line is not a log's name")
        }
        guard let leaf = Base64.hash(lines[2]) else {
            throw .badPromise(reason: "its third line is not a hash in base64")
        }
        guard let deadline = Decimal.parse(lines[3]) else {
            throw .badPromise(reason: "its fourth line is not a time in Unix seconds")
        }
        guard let signature = Base64.decode(lines[4]), signature.count == 64 else {
            throw .badPromise(reason: "its fifth line is not a signature in base64")
        }
        guard lines[5].starts(with: "extra ".utf8), let entry = Base64.decode(lines[5].dropFirst(6)),
            entry.count <= Log.maximumEntryBytes
        else { throw .badPromise(reason: "its last line is not 'extra' and the entry in base64") }
        self.init(origin: origin, leaf: leaf, deadline: Int64(deadline), signature: signature, entry: entry)
    }

    /// The promise as a file.
    public var text: String {
        let head = String(decoding: Self.message(origin: origin, leaf: leaf, deadline: deadline), as: UTF8.self)
        return "\(head)\(Base64.encode(signature))\nextra \(Base64.encode(entry))\n"
    }

    /// Whether the log with that key signed it, for this entry.
    public func isValid(by key: VerifierKey) -> Bool {
        origin == key.origin && leaf == .leaf(entry)
            && key.isValid(promise: signature, leaf: leaf, deadline: deadline)
    }

    /// What is signed.
    static func message(origin: String, leaf: LogHash, deadline: Int64) -> [UInt8] {
        var message = Array("\(header)\n\(origin)\n".utf8)
        leaf.withUnsafeBytes { Base64.append($0, to: &message) }
        message += "\n\(deadline)\n".utf8
        return message
    }
}
