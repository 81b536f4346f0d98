import Voting
import Yams

extension EventReader {
    private static let keys = [
        "id", "kind", "text", "detail", "notes", "options", "choose", "change", "live", "timer", "draft", "secrecy",
    ]
    private static let otherKeys = [
        "slug": "id", "name": "id", "type": "kind", "question": "text", "title": "text", "description": "detail",
        "choices": "options", "answers": "options", "min": "choose", "max": "choose", "select": "choose",
        "changeable": "change", "seconds": "timer", "duration": "timer", "time": "timer", "results": "live",
        "anonymous": "secrecy", "privacy": "secrecy", "ballot": "secrecy",
    ]

    /// - Parameter names: the ids of the questions before, with their places.
    mutating func question(_ node: Node, names: inout [String: Mark]) -> QuestionDefinition? {
        let known = fields(of: node, what: "a question", known: Self.keys, others: Self.otherKeys)
        guard let fields = known else { return nil }
        let id = fields.required("id", for: "surcharge-hours", in: &self).flatMap {
            readSlug($0, what: "a question's id")
        }
        if let id, let mark = fields["id"]?.mark {
            if let earlier = names.updateValue(mark, forKey: id) {
                report(
                    mark, "the id '\(id)' belongs to the question at line \(earlier.line) already",
                    "give each question an id of its own")
            }
        }
        let text = fields.required("text", for: "{ko: …, en: …}", in: &self).flatMap {
            readText($0, what: "the question's text", limit: Limits.textLength, lines: false)
        }
        let detail = fields["detail"].flatMap {
            readText($0, what: "the detail", limit: Limits.detailLength, lines: true)
        }
        let notes = fields["notes"].flatMap { readNotes($0) }
        let kind = fields.required("kind", for: "motion, single or multiple", in: &self).flatMap { readKind($0) }
        let options = readOptions(fields, of: kind)
        let choose = readChoose(fields, of: kind, optionCount: options.count)
        let change = fields["change"].map { flag($0, key: "change") } ?? false
        let live = fields["live"].map { flag($0, key: "live") } ?? false
        let timer = fields["timer"].flatMap { readTimer($0) }
        let draft = fields["draft"].map { flag($0, key: "draft") } ?? false
        let secrecy = fields["secrecy"].flatMap { readSecrecy($0) } ?? .indicative
        guard let id, let text, let kind else { return nil }
        let definedKind: QuestionKind =
            switch kind {
            case .motion: .motion
            case .single: .single
            case .multiple: .multiple(minimum: choose.lowerBound, maximum: choose.upperBound)
            }
        return QuestionDefinition(
            slug: id, text: text, detail: detail, notes: notes, kind: definedKind, options: options,
            changeable: change, live: live, timer: timer, draft: draft, secrecy: secrecy)
    }

    private mutating func readSecrecy(_ node: Node) -> Secrecy? {
        if let word = node.scalar?.string, let secrecy = Secrecy(rawValue: word) { return secrecy }
        let word = node.scalar?.string.lowercased() ?? ""
        let guess = Spelling.nearest(to: word, among: ["secret", "named", "indicative"])
        report(
            node.mark, "the secrecy cannot be \(node.inWords)",
            guess.map { "did you mean \($0)?" }
                ?? "use secret (by ticket, nobody can tell who voted what), named (a roll call) or indicative (by device)"
        )
        return nil
    }

    enum Kind: String, CaseIterable {
        case motion, single, multiple
    }

    private mutating func readKind(_ node: Node) -> Kind? {
        if let word = node.scalar?.string, let kind = Kind(rawValue: word) { return kind }
        let words = Kind.allCases.map(\.rawValue)
        let synonyms = ["yes-no": "motion", "poll": "single", "choice": "single", "multi": "multiple"]
        let word = node.scalar?.string.lowercased() ?? ""
        let guess = synonyms[word] ?? Spelling.nearest(to: word, among: words)
        report(
            node.mark, "the kind cannot be \(node.inWords)",
            guess.map { "did you mean \($0)?" }
                ?? "use motion (yes, no, abstain), single (one option) or multiple (several options)")
        return nil
    }

    private mutating func readOptions(_ fields: Fields, of kind: Kind?) -> [LocalizedText] {
        guard let node = fields["options"] else {
            if kind == .single || kind == .multiple {
                if !fields.misspelt.contains("options") {
                    report(fields.mark, "'options' is missing", "add options: with at least two entries")
                }
            }
            return []
        }
        if kind == .motion {
            report(
                node.mark, "a motion has no options of its own: they are yes, no and abstain",
                "delete the options, or use kind: single")
        }
        guard let list = node.sequence else {
            report(node.mark, "options must be a list, not \(node.inWords)", "begin each option with '- '")
            return []
        }
        if kind != .motion {
            if list.count < Limits.options.lowerBound {
                report(
                    node.mark, list.isEmpty ? "there are no options" : "one option is no choice",
                    "give at least two, or use kind: motion for yes, no and abstain")
            }
            if list.count > Limits.options.upperBound {
                report(
                    list[Limits.options.upperBound].mark, "\(list.count) options are too many",
                    "give at most \(Limits.options.upperBound)")
            }
        }
        var options: [LocalizedText] = []
        var seen: [String: [String: Mark]] = [:]
        for entry in list.prefix(Limits.options.upperBound) {
            let option =
                readText(entry, what: "an option", limit: Limits.optionLength, lines: false) ?? LocalizedText([:])
            options.append(option)
            // The first language that repeats an option is enough to say so.
            var said = false
            for (language, words) in option.byLanguage.sorted(by: { $0.key < $1.key }) {
                guard let earlier = seen[language]?[words] else {
                    seen[language, default: [:]][words] = entry.mark
                    continue
                }
                guard !said else { continue }
                said = true
                report(
                    entry.mark, "the option '\(words.shortened)' is there already, at line \(earlier.line)",
                    "delete one, or make clear how they differ")
            }
        }
        return options
    }

    /// How many options a ballot names; always a range that the options allow.
    private mutating func readChoose(_ fields: Fields, of kind: Kind?, optionCount: Int) -> ClosedRange<Int> {
        let all = 1...max(optionCount, 1)
        guard let node = fields["choose"] else { return all }
        if let kind, kind != .multiple {
            report(
                node.mark, "a \(kind.rawValue) question has nothing to choose from 'min' to 'max'",
                "delete choose, or use kind: multiple")
            return all
        }
        guard let bounds = self.fields(of: node, what: "choose", known: ["min", "max"], others: [:]) else { return all }
        let minimum = bounds["min"].flatMap { whole($0, what: "min") }
        let maximum = bounds["max"].flatMap { whole($0, what: "max") }
        // Without valid options there is nothing to hold the bounds against.
        guard optionCount >= Limits.options.lowerBound else { return all }
        for (bound, place) in [(minimum, bounds["min"]), (maximum, bounds["max"])] {
            if let bound, !all.contains(bound) {
                report(
                    place?.mark, "\(bound) of \(optionCount) options cannot be chosen",
                    "min and max are 1 to the number of options, \(optionCount)")
            }
        }
        if let minimum, let maximum, minimum > maximum {
            report(
                node.mark, "min \(minimum) is more than max \(maximum)",
                "write choose: {min: \(maximum), max: \(minimum)}")
        }
        let low = minimum ?? 1
        let high = maximum ?? optionCount
        return low <= high && all.contains(low) && all.contains(high) ? low...high : all
    }

    private mutating func flag(_ node: Node, key: String) -> Bool {
        if let scalar = node.scalar, scalar.style == .plain {
            switch scalar.string.lowercased() {
            case "true", "yes", "on": return true
            case "false", "no", "off": return false
            default: break
            }
        }
        report(node.mark, "\(key) must be true or false, not \(node.inWords)", "write \(key): true, without quotes")
        return false
    }

    private mutating func readTimer(_ node: Node) -> Int? {
        guard let seconds = whole(node, what: "timer") else { return nil }
        guard Limits.timerSeconds.contains(seconds) else {
            let (least, most) = (Limits.timerSeconds.lowerBound, Limits.timerSeconds.upperBound)
            report(
                node.mark, "a timer of \(seconds) seconds is out of range",
                "use \(least) to \(most) seconds, or delete it to close by hand")
            return nil
        }
        return seconds
    }

    /// A whole number in plain digits.
    private mutating func whole(_ node: Node, what: String) -> Int? {
        if let scalar = node.scalar, scalar.style == .plain, scalar.string.utf8.count <= 12,
            scalar.string.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2D }), let number = Int(scalar.string)
        {
            return number
        }
        let unit = what == "timer" ? ", in seconds" : ""
        report(
            node.mark, "\(what) must be a whole number, not \(node.inWords)",
            "write it in digits\(unit), such as \(what): \(what == "timer" ? 60 : 2)")
        return nil
    }
}
