internal import Foundation
internal import SocketLoop

/// The pages, read once into memory with their compressed forms.
public struct Site {
    private var assets: [String: HTTPAsset] = [:]

    /// Reads `web` and `screen` (kiosk/screen): every file in them becomes a path.
    ///
    /// - Throws: `SiteError` if a folder or a page is missing, naming it.
    public init(web: String, screen: String) throws(SiteError) {
        for folder in ["vote", "moderate", "lib", "styles", "locales"] {
            try add(folder: "\(web)/\(folder)", under: "/\(folder)/")
        }
        try add(folder: screen, under: "/screen/")
        for (path, page) in [("/", "/vote/"), ("/moderate", "/moderate/"), ("/screen", "/screen/")] {
            guard let asset = assets["\(page)index.html"] else { throw SiteError(path: "\(page)index.html") }
            assets[path] = asset
        }
    }

    subscript(path: String) -> HTTPAsset? { assets[path] }

    private mutating func add(folder: String, under prefix: String) throws(SiteError) {
        guard let names = FileManager.default.enumerator(atPath: folder) else { throw SiteError(path: folder) }
        var found = false
        for case let name as String in names where !name.split(separator: "/").contains(where: { $0.hasPrefix(".") }) {
            let file = "\(folder)/\(name)"
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: file, isDirectory: &isFolder), !isFolder.boolValue else {
                continue
            }
            guard let bytes = FileManager.default.contents(atPath: file) else { throw SiteError(path: file) }
            assets[prefix + name] = HTTPAsset(
                bytes: Array(bytes), contentType: ContentType.of(path: name), cacheControl: "no-cache")
            found = true
        }
        guard found else { throw SiteError(path: folder) }
    }
}

/// A page that should be there and is not.
public struct SiteError: Error, CustomStringConvertible {
    public let path: String

    public var description: String {
        "\(path): the page cannot be read. Give the folder that holds Plenum's web/ and kiosk/ with --pages."
    }
}
