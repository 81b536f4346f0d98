internal import Crypto

/// A SHA-256 hash in the log's tree, hashed as RFC 6962 §2.1 does: leaves and nodes in domains of their own.
///
/// 32 bytes held in place; making one allocates nothing of its own. Ordered as its bytes are.
public struct LogHash: Sendable, Hashable, Comparable {
    // The bytes as they lie in memory, eight at a time.
    private var words: (UInt64, UInt64, UInt64, UInt64)

    /// - Returns: nil unless there are 32 bytes.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        words = (0, 0, 0, 0)
        withUnsafeMutableBytes(of: &words) { $0.copyBytes(from: bytes) }
    }

    private init(_ digest: SHA256.Digest) {
        words = digest.withUnsafeBytes { $0.loadUnaligned(as: (UInt64, UInt64, UInt64, UInt64).self) }
    }

    /// 32 bytes.
    public var bytes: [UInt8] { withUnsafeBytes { Array($0) } }

    /// The 32 bytes where they are.
    public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        Swift.withUnsafeBytes(of: words, body)
    }

    /// The bytes in standard base64, 44 characters.
    public var base64: String { Base64.encode(self) }

    /// The root of a log without entries: `SHA256("")`.
    public static let empty = LogHash(SHA256.hash(data: [UInt8]()))

    /// `SHA256(00‖entry)`.
    public static func leaf(_ entry: some Collection<UInt8>) -> LogHash {
        entry.withContiguousStorageIfAvailable { leaf(UnsafeRawBufferPointer($0)) }
            ?? Array(entry).withUnsafeBytes { leaf($0) }
    }

    static func leaf(_ entry: UnsafeRawBufferPointer) -> LogHash {
        var hasher = SHA256()
        Swift.withUnsafeBytes(of: UInt8(0)) { hasher.update(bufferPointer: $0) }
        hasher.update(bufferPointer: entry)
        return LogHash(hasher.finalize())
    }

    /// `SHA256(01‖left‖right)`.
    public static func node(_ left: LogHash, _ right: LogHash) -> LogHash {
        withUnsafeTemporaryAllocation(byteCount: 65, alignment: 8) { input in
            input[0] = 1
            left.withUnsafeBytes { UnsafeMutableRawBufferPointer(rebasing: input[1..<33]).copyMemory(from: $0) }
            right.withUnsafeBytes { UnsafeMutableRawBufferPointer(rebasing: input[33...]).copyMemory(from: $0) }
            var hasher = SHA256()
            hasher.update(bufferPointer: UnsafeRawBufferPointer(input))
            return LogHash(hasher.finalize())
        }
    }

    /// `SHA256(bytes)`, for what is not in the tree.
    static func plain(_ bytes: [UInt8]) -> LogHash { LogHash(SHA256.hash(data: bytes)) }

    public static func == (a: LogHash, b: LogHash) -> Bool { a.words == b.words }

    public static func < (a: LogHash, b: LogHash) -> Bool {
        let (a, b) = (a.words, b.words)
        return (a.0.bigEndian, a.1.bigEndian, a.2.bigEndian, a.3.bigEndian)
            < (b.0.bigEndian, b.1.bigEndian, b.2.bigEndian, b.3.bigEndian)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
    }
}
