internal import Crypto

/// A log's public key with its name: `<origin>+<hex key id>+<base64 of 01‖key>` (C2SP signed-note).
public struct VerifierKey: Sendable, Hashable {
    private static let ed25519: UInt8 = 1

    /// The log's name.
    public let origin: String
    /// The Ed25519 key, 32 bytes.
    public let publicKey: [UInt8]
    /// The first 4 bytes of `SHA256(origin‖0A‖01‖key)`.
    public let keyID: [UInt8]

    /// - Throws: `badOrigin`, or `badVerifierKey` unless the key has 32 bytes.
    public init(origin: String, publicKey: [UInt8]) throws(LedgerError) {
        guard Self.isName(origin) else { throw .badOrigin(origin) }
        guard publicKey.count == 32 else { throw .badVerifierKey(Hex.encode(publicKey)) }
        self.origin = origin
        self.publicKey = publicKey
        let hash = LogHash.plain(Array(origin.utf8) + [0x0A, Self.ed25519] + publicKey)
        keyID = Array(hash.bytes.prefix(4))
    }

    /// Reads a vkey, exactly as `text` writes it.
    ///
    /// - Throws: `badVerifierKey`, also for a key id that is not the key's.
    public init(_ text: some StringProtocol) throws(LedgerError) {
        let parts = text.utf8.split(separator: UInt8(ascii: "+"), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let name = String(validating: parts[0], as: UTF8.self),
            let id = Hex.decode(parts[1]), let key = Base64.decode(parts[2]), key.first == Self.ed25519,
            key.count == 33, Self.isName(name)
        else { throw .badVerifierKey(String(text)) }
        try self.init(origin: name, publicKey: Array(key.dropFirst()))
        guard id == keyID else { throw .badVerifierKey(String(text)) }
    }

    /// The vkey.
    public var text: String { "\(origin)+\(Hex.encode(keyID))+\(Base64.encode([Self.ed25519] + publicKey))" }

    /// Whether `signature` (64 bytes) is this key's over `message`.
    public func isValid(_ signature: [UInt8], for message: [UInt8]) -> Bool {
        guard signature.count == 64,
            let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey)
        else { return false }
        return key.isValidSignature(signature, for: message)
    }

    /// Whether the log signed the promise to hold the entry with this leaf hash by `deadline` (Unix seconds).
    public func isValid(promise signature: [UInt8], leaf: LogHash, deadline: Int64) -> Bool {
        isValid(signature, for: Promise.message(origin: origin, leaf: leaf, deadline: deadline))
    }

    /// Signed-note's rule for names: not empty, neither white space nor `+`.
    static func isName(_ text: String) -> Bool {
        !text.isEmpty && !text.unicodeScalars.contains { $0.properties.isWhitespace || $0 == "+" }
    }
}
