internal import Crypto
internal import Foundation

/// Puts a page, its modules, styles and texts into one document, so that a phone asks once and not sixteen times.
///
/// The sources stay plain ES modules that any browser loads as they are; what makes linking this simple are their house
/// rules (Tests/Static/test_pages.py): named relative imports of one line or several, exports only of declarations, no
/// name twice at top level within a page. Comments and indentation stay behind.
struct PageLinker {
    /// Every file of the site by its path.
    let files: [String: String]

    struct Page {
        var html: String
        /// What its Content-Security-Policy must allow: exactly this script and this style.
        var scriptHash: String
        var styleHash: String
    }

    /// - Throws: `SiteError` naming the file that is missing or breaks the rules.
    func link(_ path: String) throws(SiteError) -> Page {
        var html = try file(path)
        let sheets = html.matches(of: /<link rel="stylesheet" href="([^"]+)">\n/).map { String($0.1) }
        var style = ""
        for sheet in sheets { style += Self.plainStyle(try file(sheet)) }
        let entry = html.firstMatch(of: /<script type="module" src="([^"]+)"><\/script>\n/).map { String($0.1) }
        guard let entry else { throw SiteError(path: path, fault: "it names no module") }
        var order: [String] = []
        try collect(entry, into: &order)
        var script = ""
        for module in order { script += try plainModule(module) }
        guard !script.contains("</script"), !style.contains("</style") else {
            throw SiteError(path: path, fault: "a module or style would end its own element")
        }
        html.replace(/<link rel="stylesheet" href="[^"]+">\n/, with: "")
        let blocks = try texts(of: order) + "<style>\(style)</style>\n<script type=\"module\">\(script)</script>\n"
        html.replace(/<script type="module" src="[^"]+"><\/script>\n/, with: { _ in blocks })
        return Page(html: html, scriptHash: Self.hash(script), styleHash: Self.hash(style))
    }

    private func file(_ path: String) throws(SiteError) -> String {
        guard let text = files[path] else { throw SiteError(path: path, fault: "it is not there") }
        return text
    }

    /// Modules in the order they must run: each after those it imports.
    private func collect(_ path: String, into order: inout [String]) throws(SiteError) {
        guard !order.contains(path) else { return }
        for match in try file(path).matches(of: Self.importLine) {
            try collect(Self.resolve(String(match.1), from: path), into: &order)
        }
        order.append(path)
    }

    /// The texts `openLocale("name")` would fetch, in every language, as data the page finds by name.
    private func texts(of modules: [String]) throws(SiteError) -> String {
        var blocks = ""
        for module in modules {
            for match in try file(module).matches(of: /openLocale\("(\w+)"/) {
                let prefix = "/locales/\(match.1)."
                for path in files.keys.sorted() where path.hasPrefix(prefix) {
                    let name = path.dropFirst("/locales/".count).dropLast(".json".count)
                    let json = try file(path).replacing("\n  ", with: "\n").replacing("</", with: "<\\/")
                    blocks += "<script type=\"application/json\" data-locale=\"\(name)\">\(json)</script>\n"
                }
            }
        }
        return blocks
    }

    private func plainModule(_ path: String) throws(SiteError) -> String {
        var text = try file(path).replacing(Self.importLine, with: "")
        text = text.replacing(/(?m)^export (?=async |function|class|const)/, with: "")
        guard text.firstMatch(of: /(?m)^(import|export)\b/) == nil else {
            throw SiteError(path: path, fault: "an import or export is not of the form the pages keep to")
        }
        text = text.replacing(/(?ms)^\s*\/\*\*.*?\*\/$/, with: "")
        return Self.lines(text) { !$0.hasPrefix("//") }
    }

    private static func plainStyle(_ text: String) -> String {
        lines(text.replacing(/(?s)\/\*.*?\*\//, with: "")) { _ in true }
    }

    private static func lines(_ text: String, keep: (Substring) -> Bool) -> String {
        var result = ""
        for line in text.split(separator: "\n") {
            let line = line.drop { $0 == " " }
            if !line.isEmpty, keep(line) { result += line + "\n" }
        }
        return result
    }

    private static func resolve(_ target: String, from path: String) -> String {
        var parts = path.split(separator: "/").dropLast()
        for part in target.split(separator: "/") {
            switch part {
            case ".": break
            case "..": parts = parts.dropLast()
            default: parts.append(part)
            }
        }
        return "/" + parts.joined(separator: "/")
    }

    /// CSP Level 3 §2.3.1, hash-source.
    private static func hash(_ text: String) -> String {
        "'sha256-\(Data(SHA256.hash(data: Data(text.utf8))).base64EncodedString())'"
    }

    private static var importLine: Regex<(Substring, Substring)> {
        /(?m)^import \{[^}]*\} from "([^"]+)";\n/
    }
}
