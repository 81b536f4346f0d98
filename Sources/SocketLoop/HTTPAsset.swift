import CWebSockets
import CZlib

/// Bytes served over HTTP from memory, with a gzip form made once (zlib at its best, kept only if it is smaller) and a
/// strong ETag from the content (RFC 9110 §8.8.3).
public final class HTTPAsset {
    public let bytes: [UInt8]
    public private(set) lazy var gzip: [UInt8]? = HTTPAsset.smallest(bytes)
    public let contentType: String
    public let cacheControl: String
    /// Quoted, as it stands in the header. The gzip form is another representation and has another tag.
    public let etag: String
    let gzipETag: String

    public init(bytes: [UInt8], contentType: String, cacheControl: String) {
        self.bytes = bytes
        self.contentType = contentType
        self.cacheControl = cacheControl
        let digest = HTTPAsset.digest(bytes)
        etag = "\"\(digest)\""
        gzipETag = "\"\(digest)-gz\""
    }

    /// How often zlib starts anew hangs on the memory it is given, and what is best on the text.
    private static func smallest(_ bytes: [UInt8]) -> [UInt8]? {
        [Int32(6), 8].compactMap { compress(bytes, memory: $0) }.min { $0.count < $1.count }
    }

    private static func compress(_ bytes: [UInt8], memory: Int32) -> [UInt8]? {
        guard !bytes.isEmpty, bytes.count < 1 << 30 else { return nil }
        var stream = z_stream()
        // 16 added to the window bits asks for a gzip header (zlib manual, deflateInit2).
        let size = Int32(MemoryLayout<z_stream>.size)
        guard
            deflateInit2_(&stream, 9, Z_DEFLATED, 15 + 16, memory, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK
        else { return nil }
        defer { deflateEnd(&stream) }
        // One byte short of the original: what does not fit is not smaller.
        var packed = [UInt8](repeating: 0, count: bytes.count - 1)
        let status = bytes.withUnsafeBufferPointer { input in
            packed.withUnsafeMutableBufferPointer { output in
                stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                stream.avail_in = uInt(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = uInt(output.count)
                return deflate(&stream, Z_FINISH)
            }
        }
        guard status == Z_STREAM_END else { return nil }
        packed.removeLast(packed.count - Int(stream.total_out))
        return packed
    }

    private static func digest(_ bytes: [UInt8]) -> String {
        var hash = [UInt8](repeating: 0, count: 20)
        lws_SHA1(bytes, bytes.count, &hash)
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: hash.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
