import Voting
import Yams

/// Walks the tree of an event file, collecting every fault on the way. Whoever calls `event` looks at `faults` after.
struct EventReader {
    let tree: YAMLTree
    private(set) var faults: [Fault] = []
    /// Those of the event; empty while unknown, and then texts are not checked for completeness.
    var languages: [String] = []

    init(_ tree: YAMLTree) { self.tree = tree }

    mutating func report(_ mark: Mark?, _ problem: String, _ remedy: String) {
        faults.append(Fault(line: mark?.line ?? 1, column: mark?.column ?? 1, problem: problem, remedy: remedy))
    }

    /// The event, or nil if so much is wrong that there is none.
    mutating func event() -> EventDefinition? {
        let known = ["event", "title", "languages", "accent", "questions"]
        let others = [
            "id": "event", "slug": "event", "name": "title", "language": "languages", "lang": "languages",
            "color": "accent", "colour": "accent", "agenda": "questions", "question": "questions",
        ]
        guard let fields = fields(of: tree.root, what: "an event", known: known, others: others) else { return nil }
        // Without languages, those of the title are taken, so that the texts can be checked nevertheless.
        let ofTitle = fields["title"]?.mapping?.keys.compactMap(\.string) ?? []
        let example = ofTitle.isEmpty ? "[ko, en]; the first is the default" : "[\(ofTitle.joined(separator: ", "))]"
        languages = fields.required("languages", for: example, in: &self).map { languageTags($0) } ?? ofTitle
        let slug = fields.required("event", for: "night-taxi", in: &self).flatMap {
            readSlug($0, what: "the event's name")
        }
        let title = fields.required("title", for: "{ko: …, en: …}", in: &self).flatMap {
            readText($0, what: "the title", limit: Limits.titleLength, lines: false)
        }
        let accent = fields["accent"].flatMap { colour($0) }
        let questions = fields.required("questions", for: "a list", in: &self).map { readQuestions($0) } ?? []
        guard let slug, let title else { return nil }
        return EventDefinition(slug: slug, title: title, languages: languages, accent: accent, questions: questions)
    }

    private mutating func languageTags(_ node: Node) -> [String] {
        let entries = node.sequence.map(Array.init) ?? [node]
        var tags: [String] = []
        for entry in entries {
            guard let tag = entry.scalar?.string, entry.written == .value, (2...3).contains(tag.utf8.count),
                tag.utf8.allSatisfy({ (0x61...0x7A).contains($0) })
            else {
                report(
                    entry.mark, "a language is named by two or three small letters, not by \(entry.inWords)",
                    "write for example languages: [ko, en]; the first is the default")
                continue
            }
            if tags.contains(tag) {
                report(entry.mark, "the language '\(tag)' is named twice", "keep one of them")
            } else {
                tags.append(tag)
            }
        }
        if entries.isEmpty { report(node.mark, "no language is named", "write for example languages: [ko, en]") }
        if tags.count > 8 {
            report(node.mark, "\(tags.count) languages are too many", "name at most 8")
            tags.removeLast(tags.count - 8)
        }
        return tags
    }

    /// A short ASCII name.
    mutating func readSlug(_ node: Node, what: String) -> String? {
        func letterOrDigit(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) }
        guard let name = node.scalar?.string, (1...64).contains(name.utf8.count),
            name.utf8.allSatisfy({ letterOrDigit($0) || $0 == 0x2D }), name.utf8.first.map(letterOrDigit) == true
        else {
            report(
                node.mark, "\(what) cannot be \(node.inWords)",
                "use 1 to 64 small letters a to z, digits and hyphens, such as surcharge-hours")
            return nil
        }
        return name
    }

    private mutating func colour(_ node: Node) -> String? {
        guard let colour = node.scalar?.string, node.written == .value else {
            report(
                node.mark, "the accent has no colour",
                "write it in quotes, accent: \"#0b57d0\": without them YAML reads '#' as a comment")
            return nil
        }
        guard colour.utf8.count == 7, colour.hasPrefix("#"),
            colour.dropFirst().allSatisfy({ $0.isHexDigit && $0.isASCII })
        else {
            report(node.mark, "'\(colour.shortened)' is not a colour", "write #rrggbb in quotes, such as \"#0b57d0\"")
            return nil
        }
        return colour.lowercased()
    }

    private mutating func readQuestions(_ node: Node) -> [QuestionDefinition] {
        guard let list = node.sequence else {
            report(node.mark, "questions must be a list, not \(node.inWords)", "begin each question with '- id: …'")
            return []
        }
        if list.isEmpty { report(node.mark, "there are no questions", "write at least one, beginning with '- id: …'") }
        if list.count > Limits.questions {
            report(
                list[Limits.questions].mark, "\(list.count) questions are too many",
                "an event has at most \(Limits.questions); make two events")
        }
        var names: [String: Mark] = [:]
        return list.prefix(Limits.questions).compactMap { question($0, names: &names) }
    }
}

extension String {
    /// At most 40 characters of it, for quoting in a fault.
    var shortened: String {
        let plain = unicodeScalars.prefix(40).map { $0.properties.generalCategory == .control ? " " : $0 }
        return String(String.UnicodeScalarView(plain)) + (unicodeScalars.count > 40 ? "…" : "")
    }
}
