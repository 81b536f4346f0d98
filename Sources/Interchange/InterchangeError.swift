/// Why a file was not taken.
public enum InterchangeError: Error, Hashable, Sendable {
    /// The file could not be read at all; `reason` says why and what to do.
    case unreadable(name: String, reason: String)
    /// Everything wrong in the file, in reading order; never empty.
    case faulty(name: String, [Fault])

    /// The faults, if the file could be read.
    public var faults: [Fault] {
        switch self {
        case .unreadable: []
        case .faulty(_, let faults): faults
        }
    }
}

extension InterchangeError: CustomStringConvertible {
    /// One line per fault as `name:line:column: problem; remedy`, the form editors jump to.
    public var description: String {
        switch self {
        case .unreadable(let name, let reason): "\(name): \(reason)"
        case .faulty(let name, let faults): faults.map { "\(name):\($0)" }.joined(separator: "\n")
        }
    }
}
