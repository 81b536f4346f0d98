/// Takes out of a page's scripts and styles what only people need: comments, blanks, line ends.
///
/// It may be simple because of how our sources are written (the house formatter's form, Tests/Static/test_pages.py):
/// - Strings, templates and regular expressions stay as they are, to the byte.
/// - No statement is empty, so that the ";" before a "}" can go.
/// - A blank stays where its neighbours would become one word, one sign or a comment (`in x`, `a - -b`, `x++ + y`).
/// - A line end stays wherever JavaScript might end a statement by it (ECMA-262 §12.10). It goes behind ";", behind a
///   sign after which something must follow, behind the "}" of a block, and before what cannot start a statement.
/// - In styles blanks go around "{};,>" and behind ":", the last ";" of a rule goes, and the signs in `calc(1px + 2px)`
///   keep their blanks.
enum PageSqueezer {
    static func script(_ text: String) -> String {
        let tokens = ScriptToken.tokens(of: text)
        return joined(tokens, NameShortener(tokens).texts)
    }

    /// `texts` in place of the tokens' own.
    static func joined(_ tokens: [ScriptToken], _ texts: [String]) -> String {
        var script = ""
        var blocks = Blocks()
        for (position, token) in tokens.enumerated() {
            if position > 0 {
                let last = tokens[position - 1]
                if token.gap == .newline, mayEnd(tokens, position), !blocks.hasJustEnded {
                    script += "\n"
                } else if token.gap != .none, mustPart(last, token) {
                    script += " "
                }
                blocks.pass(token, after: last)
            }
            let isLast = position + 1 < tokens.count && tokens[position + 1].isSign("}")
            if !isLast || !token.isSign(";") { script += texts[position] }
        }
        return script
    }

    /// Whether a statement might end with the line before this token.
    private static func mayEnd(_ tokens: [ScriptToken], _ position: Int) -> Bool {
        let (last, next) = (tokens[position - 1], tokens[position])
        if next.isSign(")]}.,;?:=&|*%<>") { return false }
        guard last.kind == .sign else { return true }
        if last.isSign(")]}") { return true }
        // "x++" and "x--" may end one.
        return last.isSign("+-") && last.gap == .none && position > 1 && tokens[position - 2].sign == last.sign
    }

    private static func mustPart(_ last: ScriptToken, _ next: ScriptToken) -> Bool {
        switch last.kind {
        case .word: next.kind == .word || next.kind == .number
        case .number: next.kind == .word || next.kind == .number || next.isSign(".")
        case .literal: last.text.hasPrefix("/") && next.kind == .word
        case .template: false
        case .sign: last.isSign("+-/") && next.text.hasPrefix(last.text) || last.isSign("/") && next.isSign("*")
        }
    }

    static func style(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var squeezed: [UInt8] = []
        squeezed.reserveCapacity(bytes.count)
        var isParted = false
        var at = 0
        while at < bytes.count {
            let start = at
            at += 1
            switch bytes[start] {
            case UInt8(ascii: "/") where at < bytes.count && bytes[at] == UInt8(ascii: "*"):
                while at < bytes.count,
                    bytes[at - 1] != UInt8(ascii: "*") || bytes[at] != UInt8(ascii: "/") || at < start + 3
                {
                    at += 1
                }
                at += 1
                continue
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
                isParted = true
                continue
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                while at < bytes.count, bytes[at] != bytes[start] { at += 1 }
                at = min(at + 1, bytes.count)
            case UInt8(ascii: "}") where squeezed.last == UInt8(ascii: ";"):
                squeezed.removeLast()
            default: break
            }
            let isFree = squeezed.last.map(("{};:,>" as Signs).contains) ?? true
            if isParted, !isFree, !("{};,>" as Signs).contains(bytes[start]) { squeezed.append(UInt8(ascii: " ")) }
            squeezed += bytes[start..<at]
            isParted = false
        }
        return String(decoding: squeezed, as: UTF8.self)
    }
}

/// Follows the braces of a script: behind a block's "}" the next statement starts, line end or not.
private struct Blocks {
    private var open: [Bool] = []
    private(set) var hasJustEnded = false
    private static let openingObjects: Set<String> = ["return", "const", "let"]

    mutating func pass(_ token: ScriptToken, after last: ScriptToken) {
        hasJustEnded = false
        if token.isSign("{") {
            open.append(last.isSign(")") || last.kind == .word && !last.isWord(Self.openingObjects))
        } else if token.isSign("}") {
            hasJustEnded = open.popLast() ?? false
        }
    }
}
