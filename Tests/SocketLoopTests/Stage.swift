import Foundation
import SocketLoop

/// The service of the tests: echoes messages and serves a few paths, and keeps book.
final class Stage: SocketService {
    var opened = 0
    var closed = 0
    var sessions: [Session] = []
    var onMessage: (Session, [UInt8]) -> Void = { session, message in session.send(Frame(message)) }
    var onOpened: (Session) -> Void = { _ in }
    var onClosed: (Session) -> Void = { _ in }
    var onRequest: (HTTPRequest) -> HTTPResponse? = { _ in nil }

    let page = HTTPAsset(
        bytes: Array(String(repeating: "<p>A question, and its answers.</p>\n", count: 80).utf8),
        contentType: ContentType.of(path: "index.html"), cacheControl: "no-cache")
    let noise = HTTPAsset(
        bytes: (0..<400_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) },
        contentType: "application/octet-stream", cacheControl: "no-store")

    func opened(_ session: Session) {
        opened += 1
        sessions.append(session)
        onOpened(session)
    }

    func received(_ session: Session, _ message: UnsafeRawBufferPointer) {
        onMessage(session, Array(message))
    }

    func closed(_ session: Session) {
        closed += 1
        sessions.removeAll { $0 === session }
        onClosed(session)
    }

    func respond(to request: HTTPRequest) -> HTTPResponse {
        if let response = onRequest(request) { return response }
        switch request.path {
        case "/": return .asset(page)
        case "/noise": return .asset(noise)
        case "/echo": return .text("\(request.method.rawValue) \(request.query) \(text(request.body))")
        default: return .notFound
        }
    }
}

func text(_ bytes: some Sequence<UInt8>) -> String { String(decoding: Array(bytes), as: UTF8.self) }
