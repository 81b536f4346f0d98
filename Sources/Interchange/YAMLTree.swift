import Yams

/// A YAML document as nodes with their places in the text.
///
/// Yams stops at the first repeated key of a file. To report all of them, the earlier key is renamed (one character, so
/// that no place moves) and the text is read again; `originalKey` gives the name back.
struct YAMLTree {
    let root: Node
    private let repeated: RepeatedKeys

    /// - Throws: what the YAML rules forbid, in plain words.
    init(_ text: String) throws(YAMLFaults) {
        try Self.checkAliases(text)
        var text = text
        var found: Node?
        var repeated = RepeatedKeys()
        repeat {
            do {
                // The basic resolver leaves every plain scalar a string: types are read where they are known.
                found = try compose(yaml: text, .basic)
                break
            } catch let error as YamlError {
                guard let next = repeated.renameFirst(error, in: text) else { throw YAMLFaults(error, text: text) }
                text = next
            } catch {
                throw YAMLFaults([Fault(line: 1, column: 1, problem: "\(error)", remedy: "mend the YAML")])
            }
        } while true
        guard let found else {
            let fault = Fault(
                line: 1, column: 1, problem: "the file is empty",
                remedy: "start it with 'event:', 'title:', 'languages:' and 'questions:'")
            throw YAMLFaults([fault])
        }
        root = found
        self.repeated = repeated
    }

    /// The name of a key that was given again further down in the same mapping, or nil for every other key.
    func originalKey(_ key: String) -> String? { repeated.original(of: key) }

    /// Aliases may repeat a scale of answers; few are needed, and a few levels of many are a bomb.
    private static func checkAliases(_ text: String) throws(YAMLFaults) {
        var (anchors, aliases, line, column) = (0, 0, 1, 1)
        var previous: Unicode.Scalar = "\n"
        var marker: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            if let sign = marker, scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) {
                if sign == "&" { anchors += 1 } else { aliases += 1 }
                if aliases > 64 || (anchors > 6 && aliases > 0) {
                    let fault = Fault(
                        line: line, column: column - 1, problem: "too many anchors (&) and aliases (*)",
                        remedy: "write the values out; at most 6 anchors and 64 aliases are read in a file")
                    throw YAMLFaults([fault])
                }
            }
            let starts = previous.properties.isWhitespace || "[{,:?-".unicodeScalars.contains(previous)
            marker = starts && (scalar == "&" || scalar == "*") ? scalar : nil
            (line, column) = scalar == "\n" ? (line + 1, 1) : (line, column + 1)
            previous = scalar
        }
    }
}

/// The keys that were renamed because they come again in the same mapping.
private struct RepeatedKeys {
    /// Placeholders are private-use characters, which stand for the first character of a renamed key.
    private static let placeholders: ClosedRange<UInt32> = 0xE000...0xE01F

    private var originals: [Unicode.Scalar: String] = [:]

    func original(of key: String) -> String? { key.unicodeScalars.first.flatMap { originals[$0] } }

    /// The text with the key that `error` complains of renamed where it stands first; nil if that cannot be done.
    mutating func renameFirst(_ error: YamlError, in text: String) -> String? {
        guard case .duplicatedKeysInMapping(_, let context) = error, originals.count < Self.placeholders.count,
            let placeholder = Unicode.Scalar(Self.placeholders.lowerBound + UInt32(originals.count))
        else { return nil }
        if originals.isEmpty, text.unicodeScalars.contains(where: { Self.placeholders.contains($0.value) }) {
            return nil
        }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines.indices.contains(context.mark.line - 1) else { return nil }
        var line = Array(lines[context.mark.line - 1].unicodeScalars)
        var start = context.mark.column - 1
        guard line.indices.contains(start) else { return nil }
        let quote = line[start] == "\"" || line[start] == "'" ? line[start] : nil
        if quote != nil { start += 1 }
        let key = line[start...].prefix { quote == nil ? $0 != ":" && $0 != " " : $0 != quote }
        guard let first = key.first, !key.contains("\\"), !"*&!".unicodeScalars.contains(first) else { return nil }
        originals[placeholder] = String(String.UnicodeScalarView(key))
        line[start] = placeholder
        lines[context.mark.line - 1] = String(String.UnicodeScalarView(line))
        return lines.joined(separator: "\n")
    }
}
