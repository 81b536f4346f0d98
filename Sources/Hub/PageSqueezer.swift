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
        if next.isSign(")", "]", "}", ".", ",", ";", "?", ":", "=", "&", "|", "*", "%", "<", ">") { return false }
        guard last.kind == .sign else { return true }
        if last.isSign(")", "]", "}") { return true }
        // "x++" and "x--" may end one.
        return last.isSign("+", "-") && last.gap == .none && position > 1 && tokens[position - 2].text == last.text
    }

    private static func mustPart(_ last: ScriptToken, _ next: ScriptToken) -> Bool {
        let areWords = [last, next].allSatisfy { $0.kind == .word || $0.kind == .number }
        let isFlagged = last.kind == .literal && last.text.hasPrefix("/") && next.kind == .word
        let isSignLike = last.kind == .sign && next.text.hasPrefix(last.text)
        let isNumber = last.kind == .number && next.isSign(".")
        let isComment = last.isSign("/") && next.isSign("*")
        return areWords || isFlagged || isNumber || isComment || (isSignLike && last.isSign("+", "-", "/", "."))
    }

    static func style(_ text: String) -> String {
        var style = ""
        var rest = Substring(text)
        while let start = rest.firstRange(of: "/*") {
            style += rest[..<start.lowerBound]
            rest = rest[start.upperBound...]
            rest = rest.firstRange(of: "*/").map { rest[$0.upperBound...] } ?? ""
        }
        style += rest
        var squeezed = ""
        var isParted = false
        var quote: Character?
        for character in style {
            if let open = quote {
                squeezed.append(character)
                if character == open { quote = nil }
                continue
            }
            if character == "\"" || character == "'" { quote = character }
            if character.isWhitespace {
                isParted = true
                continue
            }
            let last = squeezed.last
            if character == "}", last == ";" { squeezed.removeLast() }
            let isFree = last.map { "{};:,>".contains($0) } ?? true
            if isParted, !isFree, !"{};,>".contains(character) { squeezed.append(" ") }
            squeezed.append(character)
            isParted = false
        }
        return squeezed
    }
}

/// Follows the braces of a script: behind a block's "}" the next statement starts, line end or not.
private struct Blocks {
    private var open: [Bool] = []
    private(set) var hasJustEnded = false

    mutating func pass(_ token: ScriptToken, after last: ScriptToken) {
        hasJustEnded = false
        if token.isSign("{") {
            open.append(last.isSign(")") || (last.kind == .word && !last.isWord("return", "const", "let")))
        } else if token.isSign("}") {
            hasJustEnded = open.popLast() ?? false
        }
    }
}
