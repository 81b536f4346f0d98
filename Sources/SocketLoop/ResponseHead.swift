import Glibc

/// Writes the head of a response and decides which of its bodies goes with it.
struct ResponseHead {
    let bytes: [UInt8]
    /// What follows the head; an asset's array is shared, not copied.
    let payload: [UInt8]
    let status: Int

    /// - Parameter request: nil where the request could not be understood.
    init(_ response: HTTPResponse, to request: HTTPRequest?, keepAlive: Bool, common: [HTTPHeader]) {
        var response = response
        if case .asset = response.body, request?.method == .post {
            response = .methodNotAllowed(allow: [.get, .head])
        }
        var status = response.status
        var lines: [HTTPHeader] = []
        var body: [UInt8] = []
        var length: Int?
        switch response.body {
        case .none:
            length = 0
        case .bytes(let bytes):
            body = bytes
            length = bytes.count
        case .asset(let asset):
            let zipped = asset.gzip.flatMap { accepts(gzipIn: request?.header(.acceptEncoding)) ? $0 : nil }
            let tag = zipped == nil ? asset.etag : asset.gzipETag
            if asset.gzip != nil { lines.append(HTTPHeader("Vary", "Accept-Encoding")) }
            lines.append(HTTPHeader("ETag", tag))
            lines.append(HTTPHeader("Cache-Control", asset.cacheControl))
            if status == 200, matches(tag, request?.header(.ifNoneMatch)) {
                // RFC 9110 §15.4.5: no body, and no length of the body that is not there.
                status = 304
            } else {
                if zipped != nil { lines.append(HTTPHeader("Content-Encoding", "gzip")) }
                body = zipped ?? asset.bytes
                length = body.count
            }
        }
        if status == 204 || status == 304 { (body, length) = ([], nil) }
        if let length { lines.append(HTTPHeader("Content-Length", String(length))) }
        if let type = response.contentType, length != nil, length != 0 || request?.method == .head {
            lines.append(HTTPHeader("Content-Type", type))
        }
        if status != 304 {
            // A 304 carries only what freshens a cache (RFC 9110 §15.4.5): the policies came with the stored response.
            lines += response.headers
            lines += common.filter { one in !lines.contains { $0.name.lowercased() == one.name.lowercased() } }
        }
        lines.append(HTTPHeader("Date", HTTPDate.now()))
        lines.append(HTTPHeader("Connection", keepAlive ? "keep-alive" : "close"))

        var text = "HTTP/1.1 \(status) \(ResponseHead.reason(status))\r\n"
        for line in lines { text += "\(line.name.withoutLineBreaks): \(line.value.withoutLineBreaks)\r\n" }
        text += "\r\n"
        self.bytes = Array(text.utf8)
        self.payload = request?.method == .head ? [] : body
        self.status = status
    }

    private static func reason(_ status: Int) -> String {
        switch status {
        case 200: return "OK"
        case 201: return "Created"
        case 202: return "Accepted"
        case 204: return "No Content"
        case 301: return "Moved Permanently"
        case 302: return "Found"
        case 303: return "See Other"
        case 304: return "Not Modified"
        case 307: return "Temporary Redirect"
        case 308: return "Permanent Redirect"
        case 400: return "Bad Request"
        case 401: return "Unauthorized"
        case 403: return "Forbidden"
        case 404: return "Not Found"
        case 405: return "Method Not Allowed"
        case 409: return "Conflict"
        case 411: return "Length Required"
        case 413: return "Content Too Large"
        case 415: return "Unsupported Media Type"
        case 422: return "Unprocessable Content"
        case 426: return "Upgrade Required"
        case 429: return "Too Many Requests"
        case 500: return "Internal Server Error"
        case 503: return "Service Unavailable"
        default: return "Status"
        }
    }
}

/// Whether Accept-Encoding allows gzip (RFC 9110 §12.5.3): named, or "*", and not with a weight of 0.
private func accepts(gzipIn header: String?) -> Bool {
    var any = false
    for item in (header ?? "").split(separator: ",") {
        let parts = item.split(separator: ";").map { $0.trimmed.lowercased() }
        guard let name = parts.first else { continue }
        let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
        if name == "gzip" || name == "x-gzip" { return weight > 0 }
        if name == "*" { any = weight > 0 }
    }
    return any
}

/// RFC 9110 §13.1.2; the comparison is weak.
private func matches(_ tag: String, _ header: String?) -> Bool {
    guard let header else { return false }
    if header.trimmed == "*" { return true }
    return header.split(separator: ",").contains { item in
        let item = item.trimmed
        return (item.hasPrefix("W/") ? String(item.dropFirst(2)) : item) == tag
    }
}

extension StringProtocol {
    /// Without spaces and tabs at both ends.
    var trimmed: String {
        var rest = self[...]
        while let first = rest.first, first == " " || first == "\t" { rest.removeFirst() }
        while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
        return String(rest)
    }
}

extension String {
    /// A line break in a header value would begin a header of the sender's choice.
    fileprivate var withoutLineBreaks: String {
        utf8.contains(13) || utf8.contains(10)
            ? String(decoding: utf8.filter { $0 != 13 && $0 != 10 }, as: UTF8.self) : self
    }
}

/// The date as RFC 9110 §5.6.7 wants it.
enum HTTPDate {
    static func now() -> String {
        var seconds = time(nil)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let day = "\(days[Int(parts.tm_wday)]), \(two(parts.tm_mday)) \(months[Int(parts.tm_mon)])"
        return "\(day) \(parts.tm_year + 1900) \(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) GMT"
    }

    private static func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
