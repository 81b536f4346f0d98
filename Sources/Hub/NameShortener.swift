/// Gives the variables of a page's script short names.
///
/// A script is looked at in parts: a declaration at top level, a method of a class. Within one part a name is given up
/// everywhere at once or not at all, so scopes need no regard. What it relies on are the house rules:
/// - No name twice at top level within a page; one that is also declared inside a part keeps its name.
/// - What follows a "." or is the key of an object, and what is named within a template, keeps its name; so does, within
///   its part, what is written `{ name }`, which is key and variable in one.
/// - No part declares a name by which it also means one of the browser's.
/// - What is only ever said of `this` is a class's own affair, and no class is written as JSON.
struct NameShortener {
    /// One for each token.
    private(set) var texts: [String]

    private let tokens: [ScriptToken]
    private var parts: [Part] = [Part()]
    private var partOf: [Int] = []
    private var isVariable: [Bool]
    private var top: Set<String> = []
    /// Methods and what comes behind "this.", and what comes elsewhere.
    private var own: [String: [Int]] = [:]
    private var common: Set<String> = []
    private var braces: [(at: Int, kind: Brace)] = []

    private enum Brace { case none, object, block, types }

    private struct Part {
        var declared: Set<String> = []
        /// Not to be given up, nor to be taken.
        var kept: Set<String> = []
    }

    init(_ tokens: [ScriptToken]) {
        self.tokens = tokens
        texts = tokens.map(\.text)
        isVariable = Array(repeating: false, count: tokens.count)
        for position in tokens.indices { look(at: position) }
        rename()
    }

    private func token(_ position: Int) -> ScriptToken {
        tokens.indices.contains(position) ? tokens[position] : ScriptToken(kind: .sign, text: "", gap: .none)
    }

    // MARK: Reading

    private mutating func look(at position: Int) {
        let (token, last, next) = (tokens[position], token(position - 1), token(position + 1))
        let isInClass = braces.last?.kind == .types
        let starts = token.isWord(Self.starting) && !last.isWord("async")
        if braces.isEmpty ? starts : isInClass && token.kind == .word { parts.append(Part()) }
        partOf.append(parts.count - 1)
        if token.isSign("([{") {
            braces.append((position, token.isSign("{") ? kind(position, last) : .none))
        } else if token.isSign(")]}") {
            guard let open = braces.popLast() else { return }
            if declares(from: open.at, to: position) { declare(open.at + 1..<position) }
        } else if token.kind == .template {
            for name in token.text.split(whereSeparator: { !$0.isLetter && !$0.isNumber && $0 != "_" && $0 != "$" }) {
                parts[partOf[position]].kept.insert(String(name))
                common.insert(String(name))
            }
        } else if token.isName {
            if isInClass || last.isSign("."), isInClass || self.token(position - 2).isWord("this") {
                own[token.text, default: []].append(position)
            } else {
                common.insert(token.text)
                if !last.isSign(".") { lookAtName(position, last, next) }
            }
        }
    }

    private mutating func lookAtName(_ position: Int, _ last: ScriptToken, _ next: ScriptToken) {
        let name = tokens[position].text
        if braces.last?.kind == .object, last.isSign("{,") {
            // A key, a method, or both key and variable.
            if next.isSign(":(") { return }
            if next.isSign(",}=") { parts[partOf[position]].kept.insert(name) }
        }
        isVariable[position] = true
        if last.isWord(Self.declaring)
            || last.isSign("*") && token(position - 2).isWord("function")
        {
            if braces.isEmpty { top.insert(name) } else { parts[partOf[position]].declared.insert(name) }
        } else if next.isArrow {
            parts[partOf[position]].declared.insert(name)
        }
    }

    private func kind(_ position: Int, _ last: ScriptToken) -> Brace {
        if last.isSign("){};") || last.isArrow || last.isWord(Self.openingBlocks) { return .block }
        if last.isSign(":") {
            let start = tokens[..<position].lastIndex {
                $0.isSign("?,;{}") || $0.isWord(Self.labels)
            }
            return start.map { tokens[$0].kind == .word } ?? false ? .block : .object
        }
        return last.kind == .word && token(position - 2).isWord(Self.naming) ? .types : .object
    }

    /// Whether brackets hold the parameters of a function, or what a `const [a, b]` takes apart.
    private func declares(from open: Int, to close: Int) -> Bool {
        let (before, after) = (token(open - 1), token(close + 1))
        if tokens[open].isSign("(") {
            return after.isArrow || after.isSign("{") && !before.isWord(Self.conditional)
        }
        return before.isWord(Self.binding)
    }

    private mutating func declare(_ range: Range<Int>) {
        var depth = 0
        // Since where a default value is passed over.
        var isPassing: Int?
        for position in range {
            let token = tokens[position]
            if token.isSign("([{") { depth += 1 }
            if token.isSign(")]}") { depth -= 1 }
            if let since = isPassing, depth < since || (depth == since && token.isSign(",")) { isPassing = nil }
            guard isPassing == nil else { continue }
            if token.isSign("=") { isPassing = depth }
            guard isVariable[position] else { continue }
            if braces.isEmpty, tokens[range.lowerBound - 1].isSign("[{") {
                // At top level: rare, and left as it is.
                for part in parts.indices { parts[part].kept.insert(token.text) }
                top.insert(token.text)
            } else {
                parts[partOf[position]].declared.insert(token.text)
            }
        }
    }

    // MARK: Renaming

    private mutating func rename() {
        var usesIn: [[String: Int]] = Array(repeating: [:], count: parts.count)
        for position in tokens.indices where isVariable[position] {
            usesIn[partOf[position]][tokens[position].text, default: 0] += 1
        }
        let uses = usesIn.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }
        var taken = Set(uses.keys)
        var unclear: Set<String> = []
        for part in parts {
            unclear.formUnion(part.kept)
            unclear.formUnion(part.declared)
            taken.formUnion(part.kept)
        }
        let global = Self.names(for: top.subtracting(unclear), by: uses, avoiding: taken, single: false)
        var short: [[String: String]] = []
        for (part, used) in zip(parts, usesIn) {
            let own = part.declared.subtracting(part.kept).subtracting(top)
            var others = part.kept
            var given: [String: String] = [:]
            for name in used.keys where !own.contains(name) {
                given[name] = global[name]
                others.insert(global[name] ?? name)
            }
            let mine = Self.names(for: own, by: used, avoiding: others, single: true)
            short.append(given.merging(mine) { $1 })
        }
        for position in tokens.indices where isVariable[position] {
            texts[position] = short[partOf[position]][tokens[position].text] ?? texts[position]
        }
        let members = own.filter { !common.contains($0.key) }
        let shortMembers = Self.names(
            for: Set(members.keys), by: members.mapValues(\.count), avoiding: common.union(own.keys), single: false)
        for (name, positions) in members {
            for position in positions { texts[position] = shortMembers[name] ?? name }
        }
    }

    /// Short names, the shortest for what is used most.
    private static func names(
        for names: Set<String>, by uses: [String: Int], avoiding taken: Set<String>, single: Bool
    ) -> [String: String] {
        var result: [String: String] = [:]
        var free = allShort[(single ? 0 : letters.count)...]
        for name in names.sorted(by: { (uses[$0] ?? 0, $1) > (uses[$1] ?? 0, $0) }) {
            free = free.drop { taken.contains($0) || ScriptToken.keywords.contains($0) }
            guard let short = free.popFirst() else { break }
            result[name] = short
        }
        return result
    }

    /// In the order in which the rest of a script uses them most.
    private static let letters = "etnrisoaclduhpmfgybvkwxzjqETNRISOACLDUHPMFGYBVKWXZJQ".map(String.init)
    private static let allShort = letters + letters.flatMap { first in letters.map { first + $0 } }

    private static let starting: Set<String> = ["function", "class", "const", "let", "async"]
    private static let declaring: Set<String> = ["function", "class", "const", "let"]
    private static let naming: Set<String> = ["class", "extends"]
    private static let binding: Set<String> = ["const", "let"]
    private static let conditional: Set<String> = ["if", "for", "while", "switch"]
    private static let labels: Set<String> = ["case", "default"]
    private static let openingBlocks: Set<String> = ["else", "try", "finally", "do"]
}
