internal import Crypto

/// A log's private key (Ed25519, RFC 8032). Signing takes about 30 µs; usable from any thread.
public struct LogKey: Sendable {
    private let key: Curve25519.Signing.PrivateKey
    /// The public half, with the log's name.
    public let verifier: VerifierKey

    /// - Parameter seed: 32 bytes; the same seed and origin are the same key.
    /// - Throws: `badSeed`, `badOrigin`.
    public init(seed: [UInt8], origin: String) throws(LedgerError) {
        guard seed.count == 32, let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) else {
            throw .badSeed(bytes: seed.count)
        }
        self.key = key
        verifier = try VerifierKey(origin: origin, publicKey: Array(key.publicKey.rawRepresentation))
    }

    /// A new key from the system's source of randomness.
    ///
    /// - Throws: `badOrigin`.
    public static func random(origin: String) throws(LedgerError) -> LogKey {
        try LogKey(seed: Array(Curve25519.Signing.PrivateKey().rawRepresentation), origin: origin)
    }

    /// The log's name.
    public var origin: String { verifier.origin }

    /// The 32 bytes the key is made from; whoever has them is the log.
    public var seed: [UInt8] { Array(key.rawRepresentation) }

    /// The public key in the form that is published.
    public var vkey: String { verifier.text }

    /// Signs the head of the log.
    public func sign(size: Int, root: LogHash) -> Checkpoint {
        let body = Checkpoint.body(origin: origin, size: size, root: root)
        let signature = Base64.encode(verifier.keyID + sign(Array(body.utf8)))
        return Checkpoint(
            origin: origin, size: size, root: root, text: "\(body)\n\(Checkpoint.dash)\(origin) \(signature)\n")
    }

    /// Signs the promise that the entry with this leaf hash will be in the log by `deadline` (Unix seconds): 64 bytes.
    public func promise(leaf: LogHash, deadline: Int64) -> [UInt8] {
        sign(Promise.message(origin: origin, leaf: leaf, deadline: deadline))
    }

    private func sign(_ message: [UInt8]) -> [UInt8] {
        guard let signature = try? key.signature(for: message) else {
            preconditionFailure("signing with Ed25519 needs nothing that can be missing")
        }
        return Array(signature)
    }
}
