/// The client's half of the WebSocket opening handshake (RFC 6455 section 4.1).
enum Handshake {
    static let subprotocol = "plenum.1"
    /// A hub's answer has a few hundred bytes; more is not a hub.
    static let maximumBytes = 8192

    static func key(_ high: UInt64, _ low: UInt64) -> [UInt8] {
        Base64.encoded(withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { Array($0) })
    }

    /// What the server must answer to a key (RFC 6455 section 4.2.2, item 5.4).
    static func accept(for key: [UInt8]) -> [UInt8] {
        Base64.encoded(SHA1.digest(key + Array("258EAFA5-E914-47DA-95CA-C5AB0DC85B11".utf8)))
    }

    static func request(authority: String, key: [UInt8]) -> [UInt8] {
        let head = "GET /ws HTTP/1.1\r\nHost: \(authority)\r\nOrigin: http://\(authority)\r\n"
        let upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        let rest =
            "Sec-WebSocket-Protocol: \(subprotocol)\r\nSec-WebSocket-Key: \(String(decoding: key, as: UTF8.self))\r\n\r\n"
        return Array((head + upgrade + rest).utf8)
    }

    enum Answer: Hashable {
        /// More bytes are needed.
        case incomplete
        /// The connection is open; frames begin at `length`.
        case accepted(length: Int)
        /// Another HTTP status, such as 503 of a hub that is full.
        case status(Int)
        /// Not the answer of a WebSocket server that speaks our protocol.
        case wrong(String)
    }

    static func answer(in bytes: UnsafeRawBufferPointer, key: [UInt8]) -> Answer {
        guard let end = endOfHead(bytes) else {
            if bytes.count >= 5, !bytes.starts(with: "HTTP/".utf8) { return .wrong("it does not speak HTTP") }
            return bytes.count > maximumBytes ? .wrong("its HTTP head has no end") : .incomplete
        }
        let head = String(decoding: UnsafeRawBufferPointer(rebasing: bytes[..<end]), as: UTF8.self)
        let lines = head.split(separator: "\r\n", omittingEmptySubsequences: true)
        let statusLine = (lines.first ?? "").split(separator: " ")
        guard statusLine.count >= 2, statusLine[0].hasPrefix("HTTP/1."), let status = Int(statusLine[1]) else {
            return .wrong("it does not speak HTTP")
        }
        guard status == 101 else { return .status(status) }
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { return .wrong("its HTTP head is broken") }
            let blanks: (Character) -> Bool = { $0 == " " || $0 == "\t" }
            let value = line[line.index(after: colon)...].drop(while: blanks)
            fields[line[..<colon].lowercased()] = String(String(value.reversed().drop(while: blanks).reversed()))
        }
        guard fields["upgrade"]?.lowercased() == "websocket" else { return .wrong("no 'Upgrade: websocket'") }
        let connection = fields["connection"]?.lowercased() ?? ""
        guard connection.split(whereSeparator: { $0 == "," || $0 == " " }).contains("upgrade") else {
            return .wrong("no 'Connection: Upgrade'")
        }
        guard fields["sec-websocket-accept"].map({ Array($0.utf8) }) == accept(for: key) else {
            return .wrong("a wrong Sec-WebSocket-Accept")
        }
        guard fields["sec-websocket-protocol"] == subprotocol else { return .wrong("it does not speak \(subprotocol)") }
        guard fields["sec-websocket-extensions"] == nil else { return .wrong("an extension nobody asked for") }
        return .accepted(length: end)
    }

    /// The number of bytes up to and with the blank line.
    private static func endOfHead(_ bytes: UnsafeRawBufferPointer) -> Int? {
        guard bytes.count >= 4 else { return nil }
        for at in 3..<bytes.count where bytes[at] == 0x0A && bytes[at - 1] == 0x0D && bytes[at - 2] == 0x0A {
            if bytes[at - 3] == 0x0D { return at + 1 }
        }
        return nil
    }
}
