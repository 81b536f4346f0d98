import Yams

/// What the YAML rules forbid in a text.
struct YAMLFaults: Error {
    let faults: [Fault]

    init(_ faults: [Fault]) { self.faults = faults }

    /// Puts the parser's words into plain ones.
    init(_ error: YamlError, text: String) {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let tabs = Self.indentingTabs(text)
            if !tabs.isEmpty, problem.contains("tab") || tabs.contains(where: { $0.line == mark.line }) {
                faults = tabs
            } else {
                let lines = text.utf8.count { $0 == 0x0A } + (text.utf8.last == 0x0A ? 0 : 1)
                var fault = Self.plain(problem, context: context, mark: mark)
                // The parser places what is missing at the end on a line after the last.
                if fault.line > lines { (fault.line, fault.column) = (lines, 1) }
                faults = [fault]
            }
        case .reader(_, let offset, let value, let text):
            let place = Self.place(of: offset ?? 0, in: text)
            faults = [
                Fault(
                    line: place.line, column: place.column,
                    problem:
                        "the character U+\(String(max(value, 0), radix: 16, uppercase: true)) is not allowed in YAML",
                    remedy: "delete this invisible control character")
            ]
        case .duplicatedKeysInMapping(_, let context):
            faults = [
                Fault(
                    line: max(context.mark.line, 1), column: max(context.mark.column, 1),
                    problem: "the same map has a key twice",
                    remedy: "keep one of them, and let a key be a word")
            ]
        default:
            faults = [Fault(line: 1, column: 1, problem: "\(error)", remedy: "mend the YAML")]
        }
    }

    private static func plain(_ problem: String, context: YamlError.Context?, mark: Mark) -> Fault {
        func fault(_ problem: String, _ remedy: String, at mark: Mark = mark) -> Fault {
            Fault(line: mark.line, column: mark.column, problem: problem, remedy: remedy)
        }
        let start = context?.mark ?? mark
        let what = context?.text ?? ""
        switch problem {
        case _ where problem.contains("tab"):
            return fault("a tab is used to indent", "indent with spaces")
        case _ where problem.contains("Maximum nesting"):
            return fault("the file is nested too deeply", "close the brackets that were opened")
        case "mapping values are not allowed in this context":
            return fault(
                "a second ': ' stands in one value, or this line is indented too far",
                "put a text that contains ': ' in quotes, and indent keys of one list entry alike")
        case "block sequence entries are not allowed in this context":
            return fault("a '-' stands where no list can begin", "begin each entry of a list on a line of its own")
        case "did not find expected key", "did not find expected '-' indicator":
            return fault(
                "this line is not indented like its neighbours (the block began at line \(start.line))",
                "give keys and '-' of one block the same indentation, and close quotes before text goes on")
        case "did not find expected node content":
            return fault(
                "a value is missing in the brackets opened at line \(start.line)",
                "write it, or delete the comma before")
        case "could not find expected ':'":
            return fault(
                "the key at line \(start.line) has no ':'", "write 'key: value', with a space after the colon",
                at: start)
        case "did not find expected ',' or ']'":
            return fault(
                "the list opened with '[' at line \(start.line) is not closed here",
                "put ',' between entries and ']' at the end")
        case "did not find expected ',' or '}'":
            return fault(
                "the map opened with '{' at line \(start.line) is not closed here",
                "put ',' between entries and '}' at the end; put a text that contains ',' in quotes")
        case "found unexpected end of stream" where what.contains("quoted"),
            "found unexpected document indicator" where what.contains("quoted"):
            return fault("the quote opened here is never closed", "add the closing quote", at: start)
        case "found unknown escape character":
            return fault(
                "after '\\' in double quotes stands a character that means nothing",
                "write '\\\\', or use single quotes")
        case "found character that cannot start any token":
            return fault("a value cannot begin with this character", "put the text in quotes")
        case "found undefined alias", "did not find expected alphabetic or numeric character":
            return fault(
                "a value that begins with '*' or '&' is read as an alias or anchor",
                "put the text in quotes, or define the anchor before its use")
        case "but found another document":
            return fault("a second document begins here ('---')", "one event per file: delete what does not belong")
        default:
            let place = what.isEmpty ? "" : " (\(what) that began at line \(start.line))"
            return fault("this is not YAML: \(problem)\(place)", "compare with a line that is right")
        }
    }

    private static func indentingTabs(_ text: String) -> [Fault] {
        var faults: [Fault] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard faults.count < 100 else { break }
            let indentation = line.unicodeScalars.prefix { $0 == " " || $0 == "\t" }
            guard indentation.count < line.unicodeScalars.count, let tab = indentation.firstIndex(of: "\t") else {
                continue
            }
            let column = line.unicodeScalars.distance(from: line.startIndex, to: tab) + 1
            faults.append(
                Fault(
                    line: index + 1, column: column, problem: "a tab is used to indent",
                    remedy: "indent with spaces (set the editor to insert spaces for the tab key)"))
        }
        return faults
    }

    /// - Parameter offset: in characters.
    private static func place(of offset: Int, in text: String) -> (line: Int, column: Int) {
        let before = text.prefix(offset)
        let line = before.count { $0.isNewline } + 1
        let lineStart = before.lastIndex { $0.isNewline }.map { before.index(after: $0) } ?? before.startIndex
        return (line, before[lineStart...].unicodeScalars.count + 1)
    }
}
