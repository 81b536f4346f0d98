/// A piece of a script: what `PageSqueezer` and `NameShortener` go by.
///
/// It knows the JavaScript that our pages are written in, not all of it: a "/" starts a regular expression only behind a
/// sign or a keyword, and there is no template in a template.
struct ScriptToken: Equatable {
    enum Kind: Equatable {
        /// A name or keyword, or a number.
        case word, number
        /// A string, a regular expression.
        case literal
        case template
        /// One character, but for "=>" and "...".
        case sign
    }

    /// What stood before it besides tokens.
    enum Gap: Equatable {
        case none, blank, newline
    }

    var kind: Kind
    var text: String
    var gap: Gap
    /// A sign's first character; 0 of anything else, and of "=>" and "...".
    var sign: UInt8 = 0
    /// A word that is no keyword.
    var isName = false

    func isSign(_ signs: Signs) -> Bool { signs.contains(sign) }
    func isWord(_ word: String) -> Bool { kind == .word && text == word }
    /// `words` are keywords.
    func isWord(_ words: Set<String>) -> Bool { kind == .word && !isName && words.contains(text) }
    var isArrow: Bool { kind == .sign && text == "=>" }

    /// And words that stand for something wherever they stand.
    static let keywords = Set(
        """
        arguments as async await break case catch class const constructor continue debugger default delete do else eval
        export extends false finally for from function get if import in instanceof let new null of return set static super
        switch this throw true try typeof undefined var void while with yield
        """.split(whereSeparator: \.isWhitespace).map(String.init))

    static func tokens(of script: String) -> [ScriptToken] {
        var reader = Reader(bytes: Array(script.utf8))
        while reader.next() {}
        return reader.tokens
    }
}

/// A few signs to compare with, all at once: pages are linked whenever a hub starts.
struct Signs: ExpressibleByStringLiteral {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    init(stringLiteral signs: StaticString) {
        signs.withUTF8Buffer {
            for sign in $0 { if sign < 64 { low |= 1 << UInt64(sign) } else { high |= 1 << UInt64(sign & 63) } }
        }
    }

    func contains(_ sign: UInt8) -> Bool {
        sign != 0 && (sign < 64 ? low : high) >> UInt64(sign & 63) & 1 == 1
    }
}

private struct Reader {
    let bytes: [UInt8]
    var at = 0
    var gap = ScriptToken.Gap.none
    var tokens: [ScriptToken] = []

    mutating func next() -> Bool {
        guard at < bytes.count else { return false }
        let first = bytes[at]
        switch first {
        case UInt8(ascii: "\n"):
            gap = .newline
            at += 1
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
            if gap == .none { gap = .blank }
            at += 1
        case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "/"):
            while at < bytes.count, bytes[at] != UInt8(ascii: "\n") { at += 1 }
        case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "*"):
            comment()
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            take(.literal, quoted(by: first))
        case UInt8(ascii: "`"):
            take(.template, quoted(by: first))
        case UInt8(ascii: "/") where startsExpression:
            take(.literal, expression())
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            take(.number, run { Self.isWord($0) || $0 == UInt8(ascii: ".") })
        case let byte where Self.isWord(byte):
            take(.word, run(Self.isWord))
            tokens[tokens.count - 1].isName = !ScriptToken.keywords.contains(tokens[tokens.count - 1].text)
        case UInt8(ascii: "=") where peek(1) == UInt8(ascii: ">"):
            take(.sign, at + 2)
        case UInt8(ascii: ".") where peek(1) == first && peek(2) == first:
            take(.sign, at + 3)
        default:
            take(.sign, at + 1)
            tokens[tokens.count - 1].sign = first
        }
        return true
    }

    private func peek(_ ahead: Int) -> UInt8 { at + ahead < bytes.count ? bytes[at + ahead] : 0 }

    private mutating func take(_ kind: ScriptToken.Kind, _ end: Int) {
        tokens.append(ScriptToken(kind: kind, text: String(decoding: bytes[at..<end], as: UTF8.self), gap: gap))
        gap = .none
        at = end
    }

    private func run(_ belongs: (UInt8) -> Bool) -> Int {
        bytes[at...].firstIndex { !belongs($0) } ?? bytes.count
    }

    static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"), 128...: true
        default: false
        }
    }

    /// A comment of several lines parts them, as a line end does.
    private mutating func comment() {
        let isEnd = { [bytes] (i: Int) in bytes[i] == UInt8(ascii: "/") && bytes[i - 1] == UInt8(ascii: "*") }
        let end = (at + 3..<max(at + 3, bytes.count)).first(where: isEnd) ?? bytes.count - 1
        if bytes[at...end].contains(UInt8(ascii: "\n")) { gap = .newline } else if gap == .none { gap = .blank }
        at = end + 1
    }

    private func quoted(by quote: UInt8) -> Int {
        var end = at + 1
        while end < bytes.count, bytes[end] != quote { end += bytes[end] == UInt8(ascii: "\\") ? 2 : 1 }
        return min(end + 1, bytes.count)
    }

    private var startsExpression: Bool {
        guard let last = tokens.last else { return true }
        if last.kind == .sign { return !last.isSign(")]}") }
        return last.isWord(Self.expecting)
    }

    private static let expecting: Set<String> = ["return", "typeof", "case", "of", "in"]

    private func expression() -> Int {
        var end = at + 1
        var isClass = false
        while end < bytes.count, isClass || bytes[end] != UInt8(ascii: "/") {
            switch bytes[end] {
            case UInt8(ascii: "\\"): end += 1
            case UInt8(ascii: "["): isClass = true
            case UInt8(ascii: "]"): isClass = false
            default: break
            }
            end += 1
        }
        end = min(end + 1, bytes.count)
        return bytes[end...].firstIndex { !Self.isWord($0) } ?? bytes.count
    }
}
