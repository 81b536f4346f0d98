/// What a secret ballot carries so that strangers can check it: key, token and signature, kept as sent.
///
/// 352 bytes: the voter's fresh Ed25519 public key (32), the token's authenticator (256), the signature (64). The rules
/// look at none of it; whoever lets a ballot in has checked it before (Ledger).
public struct Seal: Sendable, Hashable {
    public static let length = 352

    public let bytes: [UInt8]

    /// - Returns: nil unless there are 352 bytes.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.length else { return nil }
        self.bytes = bytes
    }

    public var key: ArraySlice<UInt8> { bytes[..<32] }
    public var authenticator: ArraySlice<UInt8> { bytes[32..<288] }
    public var signature: ArraySlice<UInt8> { bytes[288...] }

    /// Who cast it, as far as anyone can tell: the holder of the key. Two keys alike in these 128 bits are not to be had.
    public var voter: VoterID {
        func number(_ part: ArraySlice<UInt8>) -> UInt64 { part.reduce(0) { $0 << 8 | UInt64($1) } }
        return VoterID(high: number(bytes[..<8]), low: number(bytes[8..<16]))
    }
}
