extension Report {
    /// The report as one JSON object: DESIGN.md, "The bundle".
    public var json: String {
        var text = "{\"verdict\":\"\(verdict.rawValue)\",\"size\":\(Self.write(size))"
        text += ",\"root\":\(Self.write(root?.base64)),\"origin\":\(Self.write(origin))"
        text += ",\"faults\":[\(faults.map(\.json).joined(separator: ","))]"
        text += ",\"results\":[\(results.map(\.json).joined(separator: ","))]}"
        return text
    }

    fileprivate static func write(_ number: Int?) -> String { number.map(String.init) ?? "null" }

    fileprivate static func write(_ text: String?) -> String { text.map(CanonicalWriter.quoted) ?? "null" }
}

extension Report.Fault {
    fileprivate var json: String {
        "{\"code\":\"\(code.rawValue)\",\"index\":\(Report.write(index)),\"q\":\(Report.write(question))"
            + ",\"r\":\(Report.write(round)),\"text\":\(Report.write(text))}"
    }
}

extension Report.Result {
    fileprivate var json: String {
        let result = count.result.map { String($0) }.joined(separator: ",")
        return "{\"q\":\(question),\"r\":\(round),\"secrecy\":\"\(secrecy.rawValue)\",\"ballots\":\(count.ballots)"
            + ",\"weight\":\(count.weight),\"result\":[\(result)],\"issued\":\(Report.write(count.issued))"
            + ",\"present\":\(Report.write(count.present))}"
    }
}
