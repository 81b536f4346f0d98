import CWebSockets

public enum HTTPMethod: String, Sendable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
}

/// A request header of which libwebsockets keeps the value. Others are not available.
public enum HTTPHeaderName: Sendable, CaseIterable {
    case host, origin, userAgent, accept, acceptLanguage, acceptEncoding, ifNoneMatch, cookie, authorization
    case contentType, referer, forwardedFor

    var token: lws_token_indexes {
        switch self {
        case .host: return WSI_TOKEN_HOST
        case .origin: return WSI_TOKEN_ORIGIN
        case .userAgent: return WSI_TOKEN_HTTP_USER_AGENT
        case .accept: return WSI_TOKEN_HTTP_ACCEPT
        case .acceptLanguage: return WSI_TOKEN_HTTP_ACCEPT_LANGUAGE
        case .acceptEncoding: return WSI_TOKEN_HTTP_ACCEPT_ENCODING
        case .ifNoneMatch: return WSI_TOKEN_HTTP_IF_NONE_MATCH
        case .cookie: return WSI_TOKEN_HTTP_COOKIE
        case .authorization: return WSI_TOKEN_HTTP_AUTHORIZATION
        case .contentType: return WSI_TOKEN_HTTP_CONTENT_TYPE
        case .referer: return WSI_TOKEN_HTTP_REFERER
        case .forwardedFor: return WSI_TOKEN_X_FORWARDED_FOR
        }
    }
}

/// One whole HTTP request, a value that may be kept.
public struct HTTPRequest: Sendable {
    public let method: HTTPMethod
    /// Starts with "/", percent-decoded, with "." and ".." and doubled slashes already resolved.
    public let path: String
    /// What followed "?", percent-encoded in one canonical way; empty if nothing did.
    public let query: String
    public internal(set) var body: [UInt8] = []
    /// Numeric, IPv4 or IPv6; empty if the peer is already gone.
    public let remoteAddress: String
    public let isTLS: Bool
    private var headers: [HTTPHeaderName: String] = [:]

    /// The header's value; one that came several times is joined with commas.
    public func header(_ name: HTTPHeaderName) -> String? { headers[name] }

    init(_ wsi: OpaquePointer, method: HTTPMethod, path: String) {
        self.method = method
        self.path = path
        query = HeaderReader.query(wsi)
        remoteAddress = PeerAddress.of(wsi)
        isTLS = lws_is_ssl(wsi) != 0
        for name in HTTPHeaderName.allCases {
            headers[name] = HeaderReader.value(wsi, name.token)
        }
    }
}

/// Reads what libwebsockets parsed. Only valid while the request is in progress.
enum HeaderReader {
    static func has(_ wsi: OpaquePointer, _ token: lws_token_indexes) -> Bool {
        lws_hdr_total_length(wsi, token) > 0
    }

    static func value(_ wsi: OpaquePointer, _ token: lws_token_indexes) -> String? {
        let length = Int(lws_hdr_total_length(wsi, token))
        guard length > 0 else { return nil }
        // libwebsockets wants room for the end mark and a comma for each further header line.
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: length + 16) { buffer in
            guard lws_hdr_copy(wsi, buffer.baseAddress, Int32(length + 16), token) > 0 else { return nil }
            return buffer.withMemoryRebound(to: UInt8.self) { String(decoding: $0[..<length], as: UTF8.self) }
        }
    }

    /// libwebsockets splits the query at "&" and decodes each part; this encodes and joins them again.
    static func query(_ wsi: OpaquePointer) -> String {
        let total = Int(lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_URI_ARGS))
        guard total > 0 else { return "" }
        var parts: [String] = []
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: total + 16) { buffer in
            while true {
                let length = Int(
                    lws_hdr_copy_fragment(
                        wsi, buffer.baseAddress, Int32(total + 16), WSI_TOKEN_HTTP_URI_ARGS, Int32(parts.count)))
                guard length >= 0 else { return }
                parts.append(buffer.withMemoryRebound(to: UInt8.self) { encoded($0[..<length]) })
            }
        }
        return parts.joined(separator: "&")
    }

    private static func encoded(_ bytes: Slice<UnsafeMutableBufferPointer<UInt8>>) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var text: [UInt8] = []
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                UInt8(ascii: "~"), UInt8(ascii: "="), UInt8(ascii: ":"), UInt8(ascii: "/"), UInt8(ascii: ","):
                text.append(byte)
            default:
                text += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
