/// Which Ed25519 public keys a ballot may be under.
///
/// Every implementation agrees on signatures by ordinary keys; on keys of small order and on encodings that are not reduced
/// they may not (RFC 8032 §5.1.7 leaves it open). A ballot that one verifier accepts and another does not would make an
/// honest record look wrong, so the hub refuses such keys at the door.
public enum VoterKey {
    /// Whether 32 bytes are a reduced encoding of a point that is not of small order. Whether it is on the curve at all is
    /// the signature's check to find.
    public static func isUsable(_ key: some Collection<UInt8>) -> Bool {
        guard key.count == 32 else { return false }
        var y = Array(key)
        y[31] &= 0x7F
        return isReduced(y) && !smallOrder.contains(y)
    }

    /// Below 2^255 − 19, little-endian.
    private static func isReduced(_ y: [UInt8]) -> Bool {
        y[31] != 0x7F || !y[1..<31].allSatisfy { $0 == 0xFF } || y[0] < 0xED
    }

    /// The y coordinates of the eight points of order 1, 2, 4 and 8, without their sign.
    private static let smallOrder: Set<[UInt8]> = [
        [UInt8](repeating: 0, count: 32),
        [1] + [UInt8](repeating: 0, count: 31),
        [0xEC] + [UInt8](repeating: 0xFF, count: 30) + [0x7F],
        [
            0x26, 0xE8, 0x95, 0x8F, 0xC2, 0xB2, 0x27, 0xB0, 0x45, 0xC3, 0xF4, 0x89, 0xF2, 0xEF, 0x98, 0xF0, 0xD5, 0xDF,
            0xAC, 0x05, 0xD3, 0xC6, 0x33, 0x39, 0xB1, 0x38, 0x02, 0x88, 0x6D, 0x53, 0xFC, 0x05,
        ],
        [
            0xC7, 0x17, 0x6A, 0x70, 0x3D, 0x4D, 0xD8, 0x4F, 0xBA, 0x3C, 0x0B, 0x76, 0x0D, 0x10, 0x67, 0x0F, 0x2A, 0x20,
            0x53, 0xFA, 0x2C, 0x39, 0xCC, 0xC6, 0x4E, 0xC7, 0xFD, 0x77, 0x92, 0xAC, 0x03, 0x7A,
        ],
    ]
}
