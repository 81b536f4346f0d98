internal import Crypto
internal import Foundation

/// Puts a page, its modules, styles and texts into one document, so that a phone asks once and not sixteen times.
///
/// The sources stay plain ES modules that any browser loads as they are; what makes linking this simple are their house
/// rules (Tests/Static/test_pages.py): named relative imports of one line or several, exports only of declarations, no
/// name twice at top level within a page. What only people read stays behind (`PageSqueezer`).
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
        var style = ""
        var script = ""
        var html = ""
        for line in try file(path).split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("<link rel=\"stylesheet\""), let sheet = Self.quoted(line, after: "href=") {
                style += PageSqueezer.style(try file(sheet))
            } else if line.hasPrefix("<script type=\"module\""), let entry = Self.quoted(line, after: "src=") {
                var order: [String] = []
                var texts = ""
                try collect(entry, into: &order, script: &script, texts: &texts)
                script = PageSqueezer.script(script)
                html += "\(texts)<style>\(style)</style>\n<script type=\"module\">\(script)</script>\n"
            } else {
                html += line + "\n"
            }
        }
        guard !script.isEmpty, !style.isEmpty else { throw SiteError(path: path, fault: "it names no module or style") }
        guard Self.rest(of: script[...], after: "</script") == nil, Self.rest(of: style[...], after: "</style") == nil
        else {
            throw SiteError(path: path, fault: "a module or style would end its own element")
        }
        return Page(html: html, scriptHash: Self.hash(script), styleHash: Self.hash(style))
    }

    private func file(_ path: String) throws(SiteError) -> String {
        guard let text = files[path] else { throw SiteError(path: path, fault: "it is not there") }
        return text
    }

    /// Adds a module after those it imports, and the texts that its `openLocale("name")` would fetch.
    private func collect(
        _ path: String, into order: inout [String], script: inout String, texts: inout String
    ) throws(SiteError) {
        guard !order.contains(path) else { return }
        order.append(path)
        let text = try file(path)
        var plain = ""
        var isImport = false
        for line in text.utf8.split(whereSeparator: { $0 == UInt8(ascii: "\n") }).map(Substring.init) {
            if isImport || line.hasPrefix("import {") {
                isImport = !line.hasSuffix(";")
                if let target = Self.quoted(line, after: "from ") {
                    try collect(Self.resolve(target, from: path), into: &order, script: &script, texts: &texts)
                }
            } else if line.hasPrefix("import") {
                throw SiteError(path: path, fault: "an import is not of the form the pages keep to: \(line)")
            } else {
                plain += (line.hasPrefix("export ") ? line.dropFirst("export ".count) : line) + "\n"
            }
        }
        if let name = Self.quoted(text[...], after: "openLocale(") { texts += try localeBlock(name) }
        script += plain
    }

    /// A page's texts, as data the page finds by its name: their keys once, then each language's in that order.
    private func localeBlock(_ page: String) throws(SiteError) -> String {
        var columns: [String: Any] = [:]
        var keys: [String] = []
        for path in files.keys.sorted() where path.hasPrefix("/locales/\(page).") {
            let language = String(path.dropFirst("/locales/\(page).".count).dropLast(".json".count))
            let parsed = try? JSONSerialization.jsonObject(with: Data(try file(path).utf8))
            guard let texts = parsed as? [String: Any] else {
                throw SiteError(path: path, fault: "it is no JSON object")
            }
            if keys.isEmpty { keys = texts.keys.sorted() }
            guard texts.keys.sorted() == keys else {
                throw SiteError(path: path, fault: "it has other texts than another language of \(page)")
            }
            columns[language] = keys.compactMap { texts[$0] }
        }
        columns["keys"] = keys
        let options: JSONSerialization.WritingOptions = [.sortedKeys, .withoutEscapingSlashes]
        guard let json = try? JSONSerialization.data(withJSONObject: columns, options: options) else {
            throw SiteError(path: "/locales/\(page)", fault: "it cannot be written as JSON")
        }
        let text = String(decoding: json, as: UTF8.self).replacing("</", with: "<\\/")
        return "<script type=\"application/json\" data-locale=\"\(page)\">\(text)</script>\n"
    }

    /// What stands in double quotes right after `mark`.
    private static func quoted(_ text: Substring, after mark: String) -> String? {
        rest(of: text, after: mark + "\"").map { String($0.prefix { $0 != "\"" }) }
    }

    /// Byte by byte: searching by characters would take longer than all the rest of a hub's start.
    private static func rest(of text: Substring, after mark: String) -> Substring? {
        let mark = Array(mark.utf8)
        let end = Array(text.utf8).withUnsafeBufferPointer { bytes in
            bytes.indices.dropLast(mark.count - 1).first { start in
                bytes[start] == mark[0] && mark.indices.allSatisfy { bytes[start + $0] == mark[$0] }
            }
        }
        return end.map { text[text.utf8.index(text.startIndex, offsetBy: $0 + mark.count)...] }
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
}
