/// Ranked ballots of a real election, from a PrefLib file (`.soc`, `.soi`, `.toc`, `.toi`; format of preflib.org).
///
/// Lines that begin with `#` describe the data; every other line is `count: order`, where `{a,b}` is a tie at one rank.
/// The file numbers alternatives from 1; here they are positions from 0, as options are.
public struct PrefLibFile: Hashable, Sendable {
    /// One order and how many voters gave it.
    public struct Ballots: Hashable, Sendable {
        public var count: Int
        /// The ranks from the first; each names one alternative, or several that are tied. Never empty.
        public var order: [[Int]]

        public init(count: Int, order: [[Int]]) {
            self.count = count
            self.order = order
        }
    }

    /// The most bytes a file may have.
    public static let maximumBytes = 64 << 20
    /// The most alternatives a file may name.
    public static let maximumAlternatives = 10_000
    /// The most ballots a file may hold, counts added up.
    public static let maximumBallots = 100_000_000

    public var title: String
    public var alternatives: [String]
    /// In the order of the file.
    public var ballots: [Ballots]

    public init(title: String, alternatives: [String], ballots: [Ballots]) {
        self.title = title
        self.alternatives = alternatives
        self.ballots = ballots
    }

    /// How many ballots there are, counts added up.
    public var total: Int { ballots.reduce(0) { $0 + $1.count } }

    /// Reads a file.
    ///
    /// - Parameter name: what to call the file in errors.
    /// - Throws: `faulty` with every fault of the file, the first 100; `unreadable` for a file that is too large.
    public static func read(_ bytes: [UInt8], name: String) throws(InterchangeError) -> PrefLibFile {
        let source = try SourceText(bytes, name: name, limit: maximumBytes)
        var reader = PrefLibReader()
        let file = reader.read(source.text)
        guard reader.faults.isEmpty else { throw .faulty(name: name, reader.faults.inReadingOrder) }
        return file
    }

    /// Reads the file at `path`.
    public static func read(path: String) throws(InterchangeError) -> PrefLibFile {
        try read(FileContents.read(path, limit: maximumBytes), name: path)
    }
}
