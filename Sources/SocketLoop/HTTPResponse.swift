public struct HTTPHeader: Sendable, Equatable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

public enum HTTPBody {
    case none
    case bytes([UInt8])
    /// Sent as it is or as gzip, or not at all (304), as the request allows.
    case asset(HTTPAsset)
}

/// What the service answers. The loop adds Content-Length, Date, ETag, Vary, Cache-Control of an asset, and its common
/// headers; it leaves the body out for HEAD and 304.
public struct HTTPResponse {
    public var status: Int
    public var contentType: String?
    public var headers: [HTTPHeader]
    public var body: HTTPBody

    public init(status: Int, contentType: String? = nil, headers: [HTTPHeader] = [], body: HTTPBody = .none) {
        self.status = status
        self.contentType = contentType
        self.headers = headers
        self.body = body
    }

    public static func asset(_ asset: HTTPAsset, headers: [HTTPHeader] = []) -> HTTPResponse {
        HTTPResponse(status: 200, contentType: asset.contentType, headers: headers, body: .asset(asset))
    }

    public static func text(_ text: String, status: Int = 200, headers: [HTTPHeader] = []) -> HTTPResponse {
        HTTPResponse(
            status: status, contentType: "text/plain; charset=utf-8", headers: headers, body: .bytes(Array(text.utf8)))
    }

    /// `body` is JSON text.
    public static func json(_ body: [UInt8], status: Int = 200) -> HTTPResponse {
        HTTPResponse(
            status: status, contentType: "application/json", headers: [HTTPHeader("Cache-Control", "no-store")],
            body: .bytes(body))
    }

    public static var notFound: HTTPResponse { text("There is nothing here.\n", status: 404) }

    public static func badRequest(_ reason: String) -> HTTPResponse { text(reason + "\n", status: 400) }

    public static func methodNotAllowed(allow: [HTTPMethod]) -> HTTPResponse {
        let names = allow.map(\.rawValue).joined(separator: ", ")
        return text("Only \(names) can be used here.\n", status: 405, headers: [HTTPHeader("Allow", names)])
    }

    public static func redirect(to location: String, status: Int = 303) -> HTTPResponse {
        text("See \(location)\n", status: status, headers: [HTTPHeader("Location", location)])
    }
}
