import Foundation
import Glibc
import Synchronization

@testable import Rehearsal

/// A tiny hub on a port of the system's choice, with a script for what it does; its own thread, plain `poll`.
final class TestHub: Sendable {
    /// What a phone said.
    struct Heard: Sendable {
        var device: String
        /// From 1, for each device.
        var connection: Int
        /// For a vote, from 1, for each device.
        var attempt: Int
        var type: String
        var id: String
        var choices: [Int]
        var json: String
    }

    enum Act: Sendable {
        case say(String)
        case sayInPieces([String])
        case ping
        /// These bytes as they are.
        case raw([UInt8])
        case hangUp
    }

    typealias Script = @Sendable (Heard) -> [Act]

    private struct State {
        var heard: [Heard] = []
        var pongs = 0
        var isStopping = false
    }

    let port: UInt16
    private let listener: Int32
    private let state = Mutex(State())
    private let answerToHandshake: String?
    private let script: Script
    private let ended = DispatchSemaphore(value: 0)

    var url: String { "http://127.0.0.1:\(port)" }
    var heard: [Heard] { state.withLock { $0.heard } }
    var votes: [Heard] { heard.filter { $0.type == "vote" } }
    var pongs: Int { state.withLock { $0.pongs } }

    /// - Parameters:
    ///   - port: 0 lets the system choose.
    ///   - answerToHandshake: instead of the right one.
    init(port: UInt16 = 0, answerToHandshake: String? = nil, script: @escaping Script) throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var yes: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, 4)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = port.bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let status = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(listener, pointer, length) == 0 && listen(listener, 1024) == 0
                    && getsockname(listener, pointer, &length) == 0
            }
        }
        guard status else { throw POSIXError(.EADDRINUSE) }
        self.port = UInt16(bigEndian: address.sin_port)
        self.answerToHandshake = answerToHandshake
        self.script = script
        Thread { [self] in serve() }.start()
    }

    /// Closes all connections and the port.
    func stop() {
        state.withLock { $0.isStopping = true }
        ended.wait()
    }

    private final class Session {
        let socket: Int32
        var bytes: [UInt8] = []
        var isOpen = false
        var device = ""
        var connection = 0

        init(_ socket: Int32) { self.socket = socket }
    }

    private func serve() {
        var sessions: [Session] = []
        var connections: [String: Int] = [:]
        var attempts: [String: Int] = [:]
        while !state.withLock({ $0.isStopping }) {
            var watched = [pollfd(fd: listener, events: Int16(POLLIN), revents: 0)]
            watched += sessions.map { pollfd(fd: $0.socket, events: Int16(POLLIN), revents: 0) }
            guard poll(&watched, nfds_t(watched.count), 20) > 0 else { continue }
            var gone: Set<Int32> = []
            for (session, watch) in zip(sessions, watched.dropFirst()) where watch.revents != 0 {
                var buffer = [UInt8](repeating: 0, count: 65536)
                let count = recv(session.socket, &buffer, buffer.count, 0)
                session.bytes += buffer.prefix(max(count, 0))
                if count <= 0 || !read(session, &connections, &attempts) { gone.insert(session.socket) }
            }
            for socket in gone { close(socket) }
            sessions.removeAll { gone.contains($0.socket) }
            if watched[0].revents != 0 {
                let socket = accept(listener, nil, nil)
                if socket >= 0 { sessions.append(Session(socket)) }
            }
        }
        for session in sessions { close(session.socket) }
        close(listener)
        ended.signal()
    }

    /// - Returns: whether the connection goes on.
    private func read(_ session: Session, _ connections: inout [String: Int], _ attempts: inout [String: Int]) -> Bool {
        if !session.isOpen {
            let text = String(decoding: session.bytes, as: UTF8.self)
            guard text.hasSuffix("\r\n\r\n") else { return true }
            session.bytes = []
            session.isOpen = true
            let key = text.split(separator: "\r\n").first { $0.hasPrefix("Sec-WebSocket-Key: ") }?.dropFirst(19) ?? ""
            let accept = String(decoding: Handshake.accept(for: Array(key.utf8)), as: UTF8.self)
            let right =
                "HTTP/1.1 101 Switching Protocols\r\nupgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\n"
                + "Sec-WebSocket-Accept: \(accept)\r\nSec-WebSocket-Protocol: plenum.1\r\n\r\n"
            return perform(.raw(Array((answerToHandshake ?? right).utf8)), session)
        }
        while let (opcode, payload) = nextFrame(session) {
            if opcode == Opcode.close { return false }
            if opcode == Opcode.pong, payload == Array("are you there?".utf8) { state.withLock { $0.pongs += 1 } }
            guard opcode == Opcode.text else { continue }
            let object = (try? JSONSerialization.jsonObject(with: Data(payload))) as? [String: Any] ?? [:]
            let type = object["t"] as? String ?? "not JSON"
            if type == "hello" {
                session.device = object["device"] as? String ?? ""
                connections[session.device, default: 0] += 1
                session.connection = connections[session.device, default: 0]
            }
            if type == "vote" { attempts[session.device, default: 0] += 1 }
            let heard = Heard(
                device: session.device, connection: session.connection, attempt: attempts[session.device, default: 0],
                type: type, id: object["id"] as? String ?? "", choices: object["c"] as? [Int] ?? [],
                json: String(decoding: payload, as: UTF8.self))
            state.withLock { $0.heard.append(heard) }
            for act in script(heard) where !perform(act, session) { return false }
        }
        return true
    }

    private func perform(_ act: Act, _ session: Session) -> Bool {
        func frame(_ head: UInt8, _ payload: [UInt8]) -> [UInt8] {
            let size = payload.count
            return [head] + (size < 126 ? [UInt8(size)] : [126, UInt8(size >> 8), UInt8(size & 255)]) + payload
        }
        var bytes: [UInt8] = []
        switch act {
        case .say(let text): bytes = frame(0x81, Array(text.utf8))
        case .sayInPieces(let pieces):
            for (index, piece) in pieces.enumerated() {
                let head: UInt8 = (index == 0 ? 1 : 0) | (index == pieces.count - 1 ? 0x80 : 0)
                bytes += frame(head, Array(piece.utf8))
            }
        case .ping: bytes = frame(0x89, Array("are you there?".utf8))
        case .raw(let raw): bytes = raw
        case .hangUp: return false
        }
        return send(session.socket, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
    }

    /// The next whole frame of a client, unmasked; an unmasked one is a fault of the client and ends the test's patience.
    private func nextFrame(_ session: Session) -> (UInt8, [UInt8])? {
        let bytes = session.bytes
        guard bytes.count >= 6 else { return nil }
        precondition(bytes[1] & 0x80 != 0, "a client must mask")
        var (start, size) = (2, Int(bytes[1] & 0x7F))
        if size == 126 { (start, size) = (4, Int(bytes[2]) << 8 | Int(bytes[3])) }
        guard bytes.count >= start + 4 + size else { return nil }
        let mask = bytes[start..<start + 4]
        let payload = (0..<size).map { bytes[start + 4 + $0] ^ mask[start + $0 % 4] }
        session.bytes.removeFirst(start + 4 + size)
        return (bytes[0] & 0x0F, payload)
    }
}

extension TestHub {
    static func welcome(_ revision: Int, mine: String? = nil) -> Act {
        let mine = mine.map { #","mine":\#($0)"# } ?? ""
        return .say(#"{"t":"welcome","rev":\#(revision),"now":1,"event":"e","lang":"en","langs":["en"]\#(mine)}"#)
    }

    static func question(_ number: Int = 1, round: Int = 1, revision: Int = 7, options: Int = 3, state: String = "open")
        -> Act
    {
        let names = (0..<options).map { #""Option \#($0), \"quoted\" [{""# }.joined(separator: ",")
        return .say(
            #"{"t":"question","rev":\#(revision),"q":\#(number),"r":\#(round),"nr":1,"of":2,"state":"\#(state)","#
                + #""kind":"single","text":"Which?","opts":[\#(names)],"min":1,"max":1,"change":false,"live":false}"#)
    }

    static func ack(_ vote: Heard) -> Act { .say(#"{"t":"ack","id":"\#(vote.id)"}"#) }

    static func refused(_ vote: Heard, _ code: String) -> Act {
        .say(#"{"t":"refused","id":"\#(vote.id)","code":"\#(code)","text":"no"}"#)
    }
}
