internal import CryptoExtras

/// A voter's side of a token: blinds its input, and makes the signature that comes back a token.
///
/// Phones do this in the page; simulated phones and tests do it here.
public struct TokenRequest {
    private let verifier: TokenVerifier
    private let message: _RSA.BlindSigning.PreparedMessage
    private let blinding: _RSA.BlindSigning.BlindingResult
    /// What the hub is asked to sign, 256 bytes; it tells nothing about the nonce.
    public var blinded: [UInt8] { Array(blinding.blindedMessage) }

    /// - Parameter nonce: the voter's fresh Ed25519 public key, 32 bytes.
    /// - Throws: `badBlindedInput`.
    public init(_ verifier: TokenVerifier, nonce: [UInt8]) throws(LedgerError) {
        let message = verifier.key.prepare(verifier.input(nonce: nonce))
        guard let blinding = try? verifier.key.blind(message) else { throw .badBlindedInput }
        self.verifier = verifier
        self.message = message
        self.blinding = blinding
    }

    /// The token's authenticator, 256 bytes.
    ///
    /// - Throws: `badTokenKey` if what came back is not this key's signature of `blinded`.
    public func finish(_ blindSignature: [UInt8]) throws(LedgerError) -> [UInt8] {
        let answer = _RSA.BlindSigning.BlindSignature(rawRepresentation: blindSignature)
        guard
            let signature = try? verifier.key.finalize(answer, for: message, blindingInverse: blinding.inverse)
        else { throw .badTokenKey }
        return Array(signature.rawRepresentation)
    }
}
