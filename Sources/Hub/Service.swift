internal import Foundation
internal import SocketLoop

/// What the sockets call: sessions go to the hub, requests get the pages.
final class Service: SocketService {
    let site: Site
    /// The QR code of the join link.
    var join: HTTPAsset?
    var hub: Hub!
    unowned var loop: SocketLoop!

    init(site: Site) { self.site = site }

    func opened(_ session: Session) { session.context = hub.opened(session) }

    func received(_ session: Session, _ message: UnsafeRawBufferPointer) {
        guard let peer = session.context as? Peer else { return }
        hub.received(peer, message)
    }

    func closed(_ session: Session) {
        guard let peer = session.context as? Peer else { return }
        session.context = nil
        hub.closed(peer)
    }

    func respond(to request: HTTPRequest) -> HTTPResponse {
        guard request.method == .get || request.method == .head else {
            return .methodNotAllowed(allow: [.get, .head])
        }
        switch request.path {
        case "/healthz": return .text("ok\n")
        case "/metrics": return .text(hub.metricsText(loop.figures))
        case "/favicon.ico": return page("/styles/icon.svg")
        case "/join.svg": return join.map { .asset($0) } ?? .notFound
        case let path: return page(path)
        }
    }

    private func page(_ path: String) -> HTTPResponse { site[path].map { .asset($0) } ?? .notFound }

    /// Sent with every response: nothing from elsewhere, framed by nobody but our own moderator page.
    static let securityHeaders = [
        HTTPHeader(
            "Content-Security-Policy",
            "default-src 'self'; img-src 'self' data:; connect-src 'self' ws: wss:; frame-ancestors 'self'; "
                + "base-uri 'none'; form-action 'none'"),
        HTTPHeader("X-Content-Type-Options", "nosniff"),
        HTTPHeader("Referrer-Policy", "no-referrer"),
    ]
}
