import Foundation

/// A blocking socket, and enough HTTP and RFC 6455 to speak well and badly.
final class Client: @unchecked Sendable {
    struct Unexpected: Error {
        let what: String
        init(_ what: String) { self.what = what }
    }

    struct Answer {
        var status: Int
        var head: String
        var body: [UInt8]

        func header(_ name: String) -> String? {
            for line in head.split(separator: "\r\n") {
                let parts = line.split(separator: ":", maxSplits: 1)
                if parts.count == 2, parts[0].lowercased() == name.lowercased() {
                    return parts[1].trimmingCharacters(in: .whitespaces)
                }
            }
            return nil
        }
    }

    struct Piece: Equatable {
        var opcode: UInt8
        var payload: [UInt8]
        var closeCode: Int? {
            opcode == 8 && payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : nil
        }
    }

    private let socket: Int32
    private var buffer: [UInt8] = []

    init(host: String, port: UInt16, receiveBuffer: Int32? = nil) throws {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICHOST
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &list) == 0, let address = list else {
            throw Unexpected("no address \(host)")
        }
        defer { freeaddrinfo(address) }
        socket = Glibc.socket(address.pointee.ai_family, Int32(SOCK_STREAM.rawValue), 0)
        var wait = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
        var one: Int32 = 1
        setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &one, 4)
        if var bytes = receiveBuffer { setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &bytes, 4) }
        guard connect(socket, address.pointee.ai_addr, address.pointee.ai_addrlen) == 0 else {
            throw Unexpected("connect: \(String(cString: strerror(errno)))")
        }
    }

    deinit { close(socket) }

    // MARK: Bytes

    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { raw in
                Glibc.send(socket, raw.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Unexpected("send: \(String(cString: strerror(errno)))") }
            sent += count
        }
    }

    func send(_ string: String) throws { try send(Array(string.utf8)) }

    /// False at the end of the stream, also if it ends with a reset.
    private func more() throws -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65536)
        let count = recv(socket, &chunk, chunk.count, 0)
        if count > 0 {
            buffer += chunk[0..<count]
            return true
        }
        if count == 0 || errno == ECONNRESET { return false }
        throw Unexpected("receive: \(String(cString: strerror(errno)))")
    }

    func read(_ count: Int) throws -> [UInt8] {
        while buffer.count < count {
            guard try more() else { throw Unexpected("ended after \(buffer.count) of \(count) bytes") }
        }
        defer { buffer.removeFirst(count) }
        return Array(buffer[0..<count])
    }

    /// Everything that comes until the server ends the connection.
    func readToEnd() throws -> [UInt8] {
        while try more() {}
        defer { buffer = [] }
        return buffer
    }

    // MARK: HTTP

    func get(_ path: String, _ headers: String = "", method: String = "GET", body: [UInt8]? = nil) throws -> Answer {
        var head = "\(method) \(path) HTTP/1.1\r\nHost: hall.local\r\n\(headers)"
        if let body { head += "Content-Length: \(body.count)\r\n" }
        try send(Array("\(head)\r\n".utf8) + (body ?? []))
        return try answer(hasBody: method != "HEAD")
    }

    func answer(hasBody: Bool = true) throws -> Answer {
        let mark = Array("\r\n\r\n".utf8)
        var end: Int?
        while end == nil {
            if buffer.count >= 4 {
                end = (0...buffer.count - 4).first { buffer[$0..<$0 + 4].elementsEqual(mark) }
            }
            if end == nil {
                guard try more() else { throw Unexpected("no answer, but \(buffer.count) bytes and the end") }
            }
        }
        let head = text(try read(end! + 4))
        let status = Int(head.split(separator: " ").dropFirst().first ?? "") ?? 0
        var answer = Answer(status: status, head: head, body: [])
        if hasBody, let length = answer.header("Content-Length").flatMap({ Int($0) }) {
            answer.body = try read(length)
        }
        return answer
    }

    // MARK: WebSocket

    @discardableResult
    func upgrade(
        path: String = "/ws", subprotocol: String? = "plenum.1", headers: String = "",
        key: String = "dGhlIHNhbXBsZSBub25jZQ==", version: String = "13"
    ) throws -> Answer {
        var head = "GET \(path) HTTP/1.1\r\nHost: hall.local\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        head += "Sec-WebSocket-Key: \(key)\r\nSec-WebSocket-Version: \(version)\r\n"
        if let subprotocol { head += "Sec-WebSocket-Protocol: \(subprotocol)\r\n" }
        try send("\(head)\(headers)\r\n")
        return try answer(hasBody: true)
    }

    static func frame(
        _ payload: [UInt8], opcode: UInt8 = 1, final: Bool = true, masked: Bool = true, claim: UInt64? = nil
    ) -> [UInt8] {
        var frame: [UInt8] = [(final ? 0x80 : 0) | opcode]
        let length = claim ?? UInt64(payload.count)
        let bit: UInt8 = masked ? 0x80 : 0
        if length < 126 {
            frame.append(bit | UInt8(length))
        } else if length < 65536 {
            frame += [bit | 126, UInt8(length >> 8), UInt8(length & 255)]
        } else {
            frame.append(bit | 127)
            for shift in stride(from: 56, through: 0, by: -8) { frame.append(UInt8(length >> UInt64(shift) & 255)) }
        }
        guard masked else { return frame + payload }
        let mask: [UInt8] = (0..<4).map { _ in UInt8.random(in: 0...255) }
        frame += mask
        for (index, byte) in payload.enumerated() { frame.append(byte ^ mask[index & 3]) }
        return frame
    }

    func say(_ string: String) throws { try send(Client.frame(Array(string.utf8))) }

    func receive() throws -> Piece {
        let head = try read(2)
        guard head[1] & 0x80 == 0 else { throw Unexpected("the server masks") }
        var length = Int(head[1] & 0x7F)
        if length >= 126 { length = try read(length == 126 ? 2 : 8).reduce(0) { $0 << 8 | Int($1) } }
        return Piece(opcode: head[0] & 0x0F, payload: try read(length))
    }

    func hear() throws -> String {
        let piece = try receive()
        guard piece.opcode == 1 else { throw Unexpected("opcode \(piece.opcode), \(piece.payload)") }
        return text(piece.payload)
    }

    /// Reads on to the server's close frame, answers it, and waits for the end of the stream.
    func closeCode(waits: Bool = true) throws -> Int? {
        while true {
            let piece = try receive()
            guard piece.opcode == 8 else { continue }
            guard waits else { return piece.closeCode }
            try? send(Client.frame(Array(piece.payload.prefix(2)), opcode: 8))
            _ = try readToEnd()
            return piece.closeCode
        }
    }
}
