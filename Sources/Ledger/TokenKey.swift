internal import CryptoExtras

/// The private key that signs blinded tokens of one question, round and weight: RSA-2048, exponent 65537, used for
/// RSABSSA-SHA384-PSS-Deterministic (RFC 9474) as RFC 9578 type 2 does.
///
/// Usable from any thread; signing takes a large part of a millisecond.
public struct TokenKey: Sendable {
    private let key: _RSA.BlindSigning.PrivateKey<SHA384>
    /// The public key as it is published: SubjectPublicKeyInfo of RFC 9578 §8.2.2, 342 bytes.
    public let spki: [UInt8]

    /// 256 bytes, big-endian.
    public var modulus: [UInt8] { TokenKeyInfo.modulus(of: spki) ?? [] }

    private init(_ key: _RSA.BlindSigning.PrivateKey<SHA384>) throws(LedgerError) {
        guard let numbers = try? key.publicKey.getKeyPrimitives(),
            numbers.publicExponent.elementsEqual(TokenKeyInfo.exponent),
            let spki = TokenKeyInfo.spki(modulus: Array(numbers.modulus))
        else { throw .badTokenKey }
        self.key = key
        self.spki = spki
    }

    /// A new key. Finding the primes takes about a tenth of a second, sometimes several.
    ///
    /// - Throws: `badTokenKey` if the system gives no randomness.
    public static func generate() throws(LedgerError) -> TokenKey {
        guard
            let key = try? _RSA.BlindSigning.PrivateKey<SHA384>(
                keySize: .bits2048, parameters: .RSABSSA_SHA384_PSS_Deterministic)
        else { throw .badTokenKey }
        return try TokenKey(key)
    }

    /// A key kept before (PKCS #1 or PKCS #8, DER).
    ///
    /// - Throws: `badTokenKey` for anything but RSA-2048 with exponent 65537.
    public init(der: [UInt8]) throws(LedgerError) {
        guard
            let key = try? _RSA.BlindSigning.PrivateKey<SHA384>(
                derRepresentation: der, parameters: .RSABSSA_SHA384_PSS_Deterministic)
        else { throw .badTokenKey }
        try self.init(key)
    }

    /// The key to be kept (PKCS #1, DER); whoever has it can make tokens.
    public var der: [UInt8] { Array(key.derRepresentation) }

    /// Signs what a voter blinded; the same input gets the same answer.
    ///
    /// - Parameter blinded: 256 bytes.
    /// - Returns: 256 bytes.
    /// - Throws: `badBlindedInput` for another length, or a number not below the modulus.
    public func blindSign(_ blinded: [UInt8]) throws(LedgerError) -> [UInt8] {
        guard blinded.count == TokenKeyInfo.modulusBytes, let signature = try? key.blindSignature(for: blinded) else {
            throw .badBlindedInput
        }
        return Array(signature.rawRepresentation)
    }
}

/// The one form of public key that is taken: the bytes of RFC 9578 §8.2.2 around a 2048-bit modulus.
enum TokenKeyInfo {
    static let modulusBytes = 256
    static let spkiBytes = 342
    static let exponent: [UInt8] = [1, 0, 1]

    /// SEQUENCE { AlgorithmIdentifier { RSASSA-PSS, SHA-384, MGF1 with SHA-384, salt 48 }, BIT STRING { SEQUENCE {
    /// INTEGER 0‖modulus, INTEGER 65537 } } }, up to the modulus.
    private static let head: [UInt8] = [
        0x30, 0x82, 0x01, 0x52, 0x30, 0x3D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0A, 0x30,
        0x30, 0xA0, 0x0D, 0x30, 0x0B, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02, 0xA1, 0x1A,
        0x30, 0x18, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x08, 0x30, 0x0B, 0x06, 0x09, 0x60,
        0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02, 0xA2, 0x03, 0x02, 0x01, 0x30, 0x03, 0x82, 0x01, 0x0F, 0x00,
        0x30, 0x82, 0x01, 0x0A, 0x02, 0x82, 0x01, 0x01, 0x00,
    ]
    private static let tail: [UInt8] = [0x02, 0x03] + exponent

    /// - Returns: nil unless the modulus is an odd number of exactly 2048 bits.
    static func spki(modulus: [UInt8]) -> [UInt8]? { isModulus(modulus) ? head + modulus + tail : nil }

    /// - Returns: the modulus; nil for any other bytes than `spki(modulus:)` gives.
    static func modulus(of spki: [UInt8]) -> [UInt8]? {
        guard spki.count == spkiBytes, spki.starts(with: head),
            spki.suffix(tail.count).elementsEqual(tail)
        else { return nil }
        let modulus = Array(spki[head.count..<(head.count + modulusBytes)])
        return isModulus(modulus) ? modulus : nil
    }

    private static func isModulus(_ bytes: [UInt8]) -> Bool {
        bytes.count == modulusBytes && bytes[0] & 0x80 != 0 && bytes[modulusBytes - 1] & 1 == 1
    }
}
