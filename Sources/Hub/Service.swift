internal import Foundation
internal import SocketLoop
internal import Voting

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

    /// The newest audit bundle, and the size of the log it holds.
    private var bundle: (size: Int, made: Instant, asset: HTTPAsset)?
    /// Milliseconds in which a bundle is new enough, while the record grows faster than it can be zipped.
    private static let freshness: Int64 = 10_000
    private var isBundling = false
    /// Makes a zip of files; given by whoever knows how.
    var zip: @Sendable ([(name: String, bytes: [UInt8])]) -> [UInt8]? = { _ in nil }
    var surroundings: (any Surroundings)!

    func respond(to request: HTTPRequest) -> HTTPResponse {
        guard request.method == .get || request.method == .head else {
            return .methodNotAllowed(allow: [.get, .head])
        }
        switch request.path {
        case "/healthz": return plain(.text("ok\n"))
        case "/metrics": return plain(.text(hub.metricsText(loop.figures)))
        case "/favicon.ico": return asset("/styles/icon.svg")
        case "/join.svg": return plain(join.map { .asset($0) } ?? .notFound)
        case "/bundle.zip": return plain(bundleResponse())
        case let path:
            if let response = hub.recordResponse(path) { return plain(response) }
            guard let page = site.page(path) else { return asset(path) }
            return .asset(page.document, headers: [HTTPHeader("Content-Security-Policy", page.policy)])
        }
    }

    /// The bundle of the log as it is. Zipping takes a while, on another thread: until it is done, "try again".
    private func bundleResponse() -> HTTPResponse {
        guard let draft = hub.bundleDraft() else { return .text("Nothing is in the record yet.\n", status: 404) }
        let now = surroundings.now
        if let bundle, bundle.size == draft.size || now.milliseconds - bundle.made.milliseconds < Self.freshness {
            let name = HTTPHeader("Content-Disposition", "attachment; filename=\"plenum-record-\(bundle.size).zip\"")
            return .asset(bundle.asset, headers: [name])
        }
        if !isBundling {
            isBundling = true
            let zip = zip
            let verifier = site.asset("/audit/verify.py")?.bytes ?? []
            surroundings.compute(.whenever) {
                zip(draft.files() + [("verify.py", verifier)])
            } _: { [self] bytes in
                isBundling = false
                guard let bytes else { return }
                let asset = HTTPAsset(bytes: bytes, contentType: "application/zip", cacheControl: "no-store")
                bundle = (draft.size, surroundings.now, asset)
            }
        }
        return .text(
            "The bundle is being prepared; try again in a second.\n", status: 503,
            headers: [HTTPHeader("Retry-After", "1")])
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
