public import Voting

/// Event files: what an organiser writes before the event, in YAML.
///
/// ```yaml
/// event: night-taxi
/// title: {ko: 심야 택시, en: Night taxis}
/// languages: [ko, en]
/// accent: "#0b57d0"            # optional
/// questions:
///   - id: surcharge-hours
///     kind: single             # motion | single | multiple
///     text: {ko: …, en: …}
///     detail: …                # optional
///     notes: …                 # optional, only the moderator sees them
///     options: [{ko: …, en: …}, …]   # not for a motion
///     choose: {min: 1, max: 3} # only multiple; by default 1 and the number of options
///     change: true             # may a vote be changed while open; by default false
///     live: false              # are running results shown while open; by default false
///     timer: 60                # seconds a question stays open; by default until it is closed
///     draft: false             # true: not ready to be shown; by default false
/// ```
/// A text is a map with every language of `languages`, or a plain string, shown in all languages.
public enum EventFile {
    /// The most bytes an event file may have.
    public static let maximumBytes = 1 << 20

    /// Reads an event file.
    ///
    /// - Parameter name: what to call the file in errors.
    /// - Throws: `faulty` with every fault of the file at once (what the YAML rules forbid hides what comes after),
    ///   `unreadable` for a file that is too large.
    public static func read(_ bytes: [UInt8], name: String) throws(InterchangeError) -> EventDefinition {
        let source = try SourceText(bytes, name: name, limit: maximumBytes)
        let tree: YAMLTree
        do { tree = try YAMLTree(source.text) } catch { throw .faulty(name: name, error.faults) }
        var reader = EventReader(tree)
        let event = reader.event()
        guard let event, reader.faults.isEmpty else { throw .faulty(name: name, reader.faults.inReadingOrder) }
        return event
    }

    /// Reads an event file that is already text.
    public static func read(_ text: String, name: String) throws(InterchangeError) -> EventDefinition {
        try read(Array(text.utf8), name: name)
    }

    /// Reads the event file at `path`.
    public static func read(path: String) throws(InterchangeError) -> EventDefinition {
        try read(FileContents.read(path, limit: maximumBytes), name: path)
    }
}
