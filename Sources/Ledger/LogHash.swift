internal import Crypto

/// A SHA-256 hash in the log's tree, hashed as RFC 6962 §2.1 does: leaves and nodes in domains of their own.
public struct LogHash: Sendable, Hashable {
    /// 32 bytes.
    public var bytes: [UInt8]

    /// - Returns: nil unless there are 32 bytes.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        self.bytes = Array(bytes)
    }

    private init(_ digest: SHA256.Digest) { bytes = Array(digest) }

    /// The root of a log without entries: `SHA256("")`.
    public static let empty = LogHash(SHA256.hash(data: [UInt8]()))

    /// `SHA256(00‖entry)`.
    public static func leaf(_ entry: some Collection<UInt8>) -> LogHash {
        var hasher = SHA256()
        hasher.update(data: [0])
        hasher.update(data: Array(entry))
        return LogHash(hasher.finalize())
    }

    /// `SHA256(01‖left‖right)`.
    public static func node(_ left: LogHash, _ right: LogHash) -> LogHash {
        var hasher = SHA256()
        hasher.update(data: [1])
        hasher.update(data: left.bytes)
        hasher.update(data: right.bytes)
        return LogHash(hasher.finalize())
    }
}
