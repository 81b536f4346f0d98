internal import Foundation
internal import SocketLoop

/// The pages, read once into memory with their compressed forms.
public struct Site {
    struct Page {
        var document: HTTPAsset
        var policy: String
    }

    private var assets: [String: HTTPAsset] = [:]
    private var pages: [String: Page] = [:]

    /// Reads `web` and `screen` (kiosk/screen): every file in them becomes a path, and each page one document.
    ///
    /// - Throws: `SiteError` if a folder or file is missing or a page cannot be put together, naming it.
    public init(web: String, screen: String) throws(SiteError) {
        var texts: [String: String] = [:]
        for folder in ["vote", "moderate", "audit", "lib", "styles", "locales"] {
            try read(folder: "\(web)/\(folder)", under: "/\(folder)/", into: &texts)
        }
        try read(folder: screen, under: "/screen/", into: &texts)
        let linker = PageLinker(files: texts)
        for (path, source) in [
            ("/", "/vote/"), ("/moderate", "/moderate/"), ("/screen", "/screen/"), ("/audit", "/audit/"),
        ] {
            let page = try linker.link(source + "index.html")
            let document = HTTPAsset(
                bytes: Array(page.html.utf8), contentType: ContentType.of(path: "index.html"), cacheControl: "no-cache")
            pages[path] = Page(
                document: document, policy: Self.policy(script: page.scriptHash, style: page.styleHash))
        }
    }

    func page(_ path: String) -> Page? { pages[path] }

    func asset(_ path: String) -> HTTPAsset? { assets[path] }

    /// Content-Security-Policy (W3C CSP Level 3): nothing from elsewhere, framed by nobody but our own moderator page.
    static func policy(script: String = "", style: String = "") -> String {
        "default-src 'self'; script-src 'self' \(script); style-src 'self' \(style); img-src 'self' data:; "
            + "connect-src 'self' ws: wss:; frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
    }

    private mutating func read(
        folder: String, under prefix: String, into texts: inout [String: String]
    ) throws(SiteError) {
        let missing = "the folder cannot be read"
        guard let names = FileManager.default.enumerator(atPath: folder) else {
            throw SiteError(path: folder, fault: missing)
        }
        var found = false
        for case let name as String in names where !name.split(separator: "/").contains(where: { $0.hasPrefix(".") }) {
            let file = "\(folder)/\(name)"
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: file, isDirectory: &isFolder), !isFolder.boolValue else {
                continue
            }
            guard let data = FileManager.default.contents(atPath: file) else {
                throw SiteError(path: file, fault: "it cannot be read")
            }
            let isLasting = name.hasSuffix(".svg")
            assets[prefix + name] = HTTPAsset(
                bytes: Array(data), contentType: ContentType.of(path: name),
                cacheControl: isLasting ? "public, max-age=86400" : "no-cache")
            texts[prefix + name] = String(decoding: data, as: UTF8.self)
            found = true
        }
        guard found else { throw SiteError(path: folder, fault: missing) }
    }
}

/// A page that cannot be served.
public struct SiteError: Error, CustomStringConvertible {
    public let path: String
    public let fault: String

    public var description: String {
        "\(path): \(fault). Give the folder that holds Plenum's web/ and kiosk/ with --pages."
    }
}
