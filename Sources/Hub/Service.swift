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
        case "/healthz": return plain(.text("ok\n"))
        case "/metrics": return plain(.text(hub.metricsText(loop.figures)))
        case "/favicon.ico": return asset("/styles/icon.svg")
        case "/join.svg": return plain(join.map { .asset($0) } ?? .notFound)
        case let path:
            guard let page = site.page(path) else { return asset(path) }
            return .asset(page.document, headers: [HTTPHeader("Content-Security-Policy", page.policy)])
        }
    }

    private func asset(_ path: String) -> HTTPResponse { plain(site.asset(path).map { .asset($0) } ?? .notFound) }

    private func plain(_ response: HTTPResponse) -> HTTPResponse {
        var response = response
        response.headers.append(HTTPHeader("Content-Security-Policy", Site.policy()))
        return response
    }

    /// Sent with every response.
    static let securityHeaders = [
        HTTPHeader("X-Content-Type-Options", "nosniff"),
        HTTPHeader("Referrer-Policy", "no-referrer"),
    ]
}
