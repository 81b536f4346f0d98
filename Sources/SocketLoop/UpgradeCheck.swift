import CWebSockets

/// Whether an HTTP request may become a WebSocket (RFC 6455 §4.2.1), and if not, what it gets.
enum UpgradeCheck {
    static func refusal(_ wsi: OpaquePointer, _ configuration: SocketLoopConfiguration) -> HTTPResponse? {
        guard HeaderReader.value(wsi, WSI_TOKEN_UPGRADE)?.lowercased() == "websocket" else {
            return .badRequest("This server upgrades to WebSocket only.")
        }
        guard let path = HeaderReader.value(wsi, WSI_TOKEN_GET_URI) else {
            return .methodNotAllowed(allow: [.get])
        }
        guard path == configuration.webSocketPath else { return .notFound }
        guard let host = HeaderReader.value(wsi, WSI_TOKEN_HOST) else {
            return .badRequest("The Host header is missing.")
        }
        if let origin = HeaderReader.value(wsi, WSI_TOKEN_ORIGIN), !isSame(origin, host) {
            return .text("A page of \(origin) may not connect to \(host).\n", status: 403)
        }
        guard HeaderReader.value(wsi, WSI_TOKEN_VERSION) == "13" else {
            return .text(
                "This server speaks WebSocket version 13 (RFC 6455).\n", status: 426,
                headers: [HTTPHeader("Sec-WebSocket-Version", "13"), HTTPHeader("Upgrade", "websocket")])
        }
        guard HeaderReader.value(wsi, WSI_TOKEN_KEY)?.utf8.count == 24 else {
            return .badRequest("Sec-WebSocket-Key must be 16 bytes in base64.")
        }
        let asked = (HeaderReader.value(wsi, WSI_TOKEN_PROTOCOL) ?? "").split(separator: ",").map(\.trimmed)
        guard asked.contains(configuration.subprotocol) else {
            return .badRequest("Ask for the subprotocol \(configuration.subprotocol).")
        }
        return nil
    }

    /// An origin is scheme "://" host [":" port] (RFC 6454 §6.2); browsers leave the default port out of both headers.
    private static func isSame(_ origin: String, _ host: String) -> Bool {
        guard let mark = origin.range(ofScheme: "://") else { return false }
        return origin[mark...].lowercased() == host.lowercased()
    }
}

extension String {
    /// Where the text after the first `mark` begins.
    fileprivate func range(ofScheme mark: String) -> Index? {
        var index = startIndex
        while index < endIndex {
            if self[index...].hasPrefix(mark) { return self.index(index, offsetBy: mark.count) }
            index = self.index(after: index)
        }
        return nil
    }
}
