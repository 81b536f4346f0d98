internal import CryptoExtras

/// Checks tokens (RFC 9578 type 2) of one key entry: of one question, round and weight. Usable from any thread.
public struct TokenVerifier: Sendable {
    private static let tokenType: [UInt8] = [0, 2]

    let key: _RSA.BlindSigning.PublicKey<SHA384>
    /// What follows the nonce in a token's input: challenge digest and token key id.
    private let suffix: [UInt8]

    /// - Parameters:
    ///   - spki: the public key as it stands in the entry.
    ///   - origin: the log's name, at most 65,535 bytes.
    ///   - keyEntry: the entry's leaf hash.
    /// - Throws: `badTokenKey` unless the key has the form of RFC 9578 §8.2.2, 2048 bits and exponent 65537.
    public init(spki: [UInt8], origin: String, keyEntry: LogHash) throws(LedgerError) {
        try self.init(spki: spki, challenge: Self.challenge(origin: origin, keyEntry: keyEntry))
    }

    /// For any TokenChallenge.
    init(spki: [UInt8], challenge: [UInt8]) throws(LedgerError) {
        guard let modulus = TokenKeyInfo.modulus(of: spki),
            let key = try? _RSA.BlindSigning.PublicKey<SHA384>(
                n: modulus, e: TokenKeyInfo.exponent, parameters: .RSABSSA_SHA384_PSS_Deterministic)
        else { throw .badTokenKey }
        self.key = key
        suffix = LogHash.plain(challenge).bytes + LogHash.plain(spki).bytes
    }

    /// Whether `authenticator` (256 bytes) makes a token of this key for `nonce`, the voter's public key (32 bytes).
    public func isValid(authenticator: [UInt8], nonce: [UInt8]) -> Bool {
        guard authenticator.count == TokenKeyInfo.modulusBytes, nonce.count == 32 else { return false }
        return key.isValidSignature(
            _RSA.Signing.RSASignature(rawRepresentation: authenticator), for: key.prepare(input(nonce: nonce)))
    }

    /// What a token's signature is over: `0002 ‖ nonce ‖ challenge digest ‖ token key id`.
    func input(nonce: [UInt8]) -> [UInt8] { Self.tokenType + nonce + suffix }

    /// `TokenChallenge{0002, issuer_name = origin, redemption_context = leaf hash, origin_info = ""}`.
    static func challenge(origin: String, keyEntry: LogHash) -> [UInt8] {
        let name = Array(origin.utf8.prefix(0xFFFF))
        return tokenType + [UInt8(name.count >> 8), UInt8(name.count & 0xFF)] + name + [32] + keyEntry.bytes + [0, 0]
    }
}
