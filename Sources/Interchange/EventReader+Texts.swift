import Voting
import Yams

extension EventReader {
    /// The fields of a mapping, by key.
    struct Fields {
        let mark: Mark?
        let values: [String: Node]
        /// Known keys that unknown ones were probably meant to be: said once already.
        let misspelt: Set<String>

        subscript(key: String) -> Node? { values[key] }

        /// The value of `key`; a fault of `reader` if it is not there.
        func required(_ key: String, for example: String, in reader: inout EventReader) -> Node? {
            if let node = values[key] { return node }
            if !misspelt.contains(key) { reader.report(mark, "'\(key)' is missing", "add \(key): \(example)") }
            return nil
        }
    }

    /// Reports whatever is not a known key.
    ///
    /// - Parameter others: words people use for a known key.
    mutating func fields(of node: Node, what: String, known: [String], others: [String: String]) -> Fields? {
        guard let mapping = node.mapping else {
            let example = known.prefix(2).map { "\($0): …" }.joined(separator: ", ")
            report(node.mark, "\(what) must be a map with keys, not \(node.inWords)", "write \(example)")
            return nil
        }
        var values: [String: Node] = [:]
        var misspelt: Set<String> = []
        for (key, value) in mapping {
            guard let name = key.scalar?.string else {
                report(
                    key.mark, "a key must be a word, not \(key.inWords)", "use one of \(known.joined(separator: ", "))")
                continue
            }
            if known.contains(name) {
                values[name] = value
            } else if tree.originalKey(name) == nil {
                let meant = others[name.lowercased()] ?? Spelling.nearest(to: name, among: known)
                if let meant { misspelt.insert(meant) }
                let remedy =
                    if name == "<<" {
                        "write the keys out: merging is not supported"
                    } else if let meant {
                        "did you mean '\(meant)'?"
                    } else {
                        "delete it; the keys are \(known.joined(separator: ", "))"
                    }
                report(key.mark, "'\(name.shortened)' is not a key of \(what)", remedy)
            }
        }
        reportRepeatedKeys(of: mapping)
        return Fields(mark: node.mark, values: values, misspelt: misspelt)
    }

    private mutating func reportRepeatedKeys(of mapping: Node.Mapping) {
        var places: [String: [Mark]] = [:]
        for key in mapping.keys {
            guard let name = key.scalar?.string, let mark = key.mark else { continue }
            places[tree.originalKey(name) ?? name, default: []].append(mark)
        }
        for (name, marks) in places {
            for mark in marks.dropFirst() {
                report(mark, "'\(name.shortened)' is given again, first at line \(marks[0].line)", "keep one of them")
            }
        }
    }

    /// A text: a plain string in the event's first language, or a map by language.
    ///
    /// - Parameters:
    ///   - limit: the most Unicode scalars in each language.
    ///   - lines: whether it may have several lines.
    mutating func readText(_ node: Node, what: String, limit: Int, lines: Bool) -> LocalizedText? {
        guard let mapping = node.mapping else {
            guard let text = string(node, what: what, limit: limit, lines: lines) else { return nil }
            return LocalizedText([languages.first ?? "en": text])
        }
        var byLanguage: [String: String] = [:]
        var given: Set<String> = []
        for (key, value) in mapping {
            let language = key.scalar?.string ?? ""
            if tree.originalKey(language) != nil { continue }
            given.insert(language)
            if !languages.isEmpty, !languages.contains(language) {
                report(
                    key.mark, "'\(language.shortened)' is not one of the event's languages",
                    "use \(languages.joined(separator: ", ")), or add it to languages;"
                        + " put a text that contains ': ' in quotes")
                continue
            }
            if let text = string(value, what: "\(what) in '\(language)'", limit: limit, lines: lines) {
                byLanguage[language] = text
            }
        }
        reportRepeatedKeys(of: mapping)
        for language in languages where !given.contains(language) {
            report(node.mark, "\(what) is missing in '\(language)'", "add \(language): … beside the others")
        }
        return LocalizedText(byLanguage)
    }

    mutating func readNotes(_ node: Node) -> String? {
        string(node, what: "the notes", limit: Limits.detailLength, lines: true)
    }

    private mutating func string(_ node: Node, what: String, limit: Int, lines: Bool) -> String? {
        guard let scalar = node.scalar else {
            report(
                node.mark, "a text is needed for \(what), not \(node.inWords)",
                "write one text, in quotes if it has ': '")
            return nil
        }
        guard node.written == .value else {
            report(
                node.mark, "there is no text for \(what)",
                "write it (in quotes if it begins with '#'), or delete the key")
            return nil
        }
        let scalars = scalar.string.unicodeScalars
        let text = String(
            scalars.drop { $0.properties.isWhitespace }.reversed().drop { $0.properties.isWhitespace }.reversed())
        let count = text.unicodeScalars.count
        if count == 0 { report(node.mark, "there is no text for \(what)", "write it, or delete the key") }
        if count > limit { report(node.mark, "\(count) characters are too many for \(what)", "shorten it to \(limit)") }
        if !lines, text.unicodeScalars.contains("\n") {
            report(
                node.mark, "several lines are too many for \(what)", "write it as one line; more belongs into 'detail'")
        }
        let control = text.unicodeScalars.first {
            $0.properties.generalCategory == .control && $0 != "\n" && $0 != "\t"
        }
        if let control {
            let code = String(control.value, radix: 16, uppercase: true)
            report(node.mark, "the control character U+\(code) in \(what)", "delete it")
        }
        return text
    }
}

/// What somebody wrote as a value.
enum Written {
    /// Nothing, `~` or `null`.
    case nothing
    case value
}

extension Node {
    var written: Written {
        guard let scalar, scalar.style == .plain else { return .value }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.string) ? .nothing : .value
    }

    /// What it is, for a fault.
    var inWords: String {
        switch self {
        case .scalar(let scalar): written == .nothing ? "nothing" : "'\(scalar.string.shortened)'"
        case .mapping: "a map"
        case .sequence: "a list"
        case .alias: "an alias"
        }
    }
}

extension String {
    fileprivate init(_ scalars: [Unicode.Scalar]) { self.init(String.UnicodeScalarView(scalars)) }
}
