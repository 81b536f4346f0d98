/// One thing wrong in a file: where it is, what is wrong, how to mend it.
public struct Fault: Error, Hashable, Sendable {
    /// From 1.
    public var line: Int
    /// From 1, counted in Unicode scalars.
    public var column: Int
    public var problem: String
    public var remedy: String

    public init(line: Int, column: Int, problem: String, remedy: String) {
        self.line = line
        self.column = column
        self.problem = problem
        self.remedy = remedy
    }
}

extension Fault: CustomStringConvertible {
    /// `line:column: problem; remedy`.
    public var description: String { "\(line):\(column): \(problem); \(remedy)" }
}

extension [Fault] {
    /// In reading order, each fault once: a node used through several aliases is faulty only once.
    var inReadingOrder: [Fault] {
        var seen: Set<Fault> = []
        return filter { seen.insert($0).inserted }.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
    }
}
