/// One text in one or several languages, keyed by BCP 47 primary tag (`ko`, `en`).
public struct LocalizedText: Sendable, Hashable, Codable {
    public var byLanguage: [String: String]

    public init(_ byLanguage: [String: String]) { self.byLanguage = byLanguage }

    /// The text in `language`, else in the first of `fallback` that has it, else in any language; empty only if there is none.
    public func text(in language: String, fallback: [String]) -> String {
        if let text = byLanguage[language] { return text }
        for other in fallback {
            if let text = byLanguage[other] { return text }
        }
        return byLanguage.min { $0.key < $1.key }?.value ?? ""
    }

    public init(from decoder: any Decoder) throws {
        byLanguage = try decoder.singleValueContainer().decode([String: String].self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(byLanguage)
    }
}
