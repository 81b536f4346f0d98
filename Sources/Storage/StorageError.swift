/// What went wrong with the data directory, where, and how to mend it. Nothing stored is lost by any of these.
public struct StorageError: Error, Hashable, Sendable {
    public enum Kind: Sendable, Hashable {
        case diskFull, readOnly, corrupt, notPlenum, newerSchema, inUse, cannotOpen, inputOutput
        case gap(expected: Int64, found: Int64)
        case badRecord(Int64)
        /// The log was signed with another key than the one given.
        case otherLogKey
        case other
    }
    public var kind: Kind
    public var path: String
    /// What SQLite or the system said; never contains what was stored.
    public var detail: String

    public init(_ kind: Kind, path: String, detail: String) {
        self.kind = kind
        self.path = path
        self.detail = detail
    }
}

extension StorageError: CustomStringConvertible {
    public var description: String { "\(path): \(what) (\(detail)). \(remedy)" }

    private var what: String {
        switch kind {
        case .diskFull: "the disk is full"
        case .readOnly: "the data file cannot be written"
        case .corrupt: "the data file is damaged"
        case .notPlenum: "this is not a Plenum data file"
        case .newerSchema: "the data file was written by a newer Plenum"
        case .inUse: "another Plenum is using this data directory"
        case .cannotOpen: "the data file cannot be opened"
        case .inputOutput: "the disk does not take or give data"
        case .gap(let expected, let found): "record \(expected) is missing (the next one is \(found))"
        case .badRecord(let sequence): "record \(sequence) makes no sense"
        case .otherLogKey: "the public record was not signed with this directory's log.key"
        case .other: "the data file cannot be used"
        }
    }

    private var remedy: String {
        switch kind {
        case .diskFull:
            "Every acknowledged vote is safe. Free some space on that disk, then start again; phones resend by themselves."
        case .readOnly: "Check the file's owner and rights and that the disk is mounted for writing, then start again."
        case .corrupt, .gap, .badRecord:
            "Keep a copy of the whole directory as it is; restore the latest backup into another directory."
        case .otherLogKey:
            "Put back the log.key that belongs to this directory: without it the record cannot be continued."
        case .notPlenum: "Give another directory with --data."
        case .newerSchema: "Start it with the version of Plenum that wrote it, or a later one."
        case .inUse: "Stop the other one, or give another directory with --data."
        case .cannotOpen: "Check that the directory exists and belongs to the user who runs Plenum."
        case .inputOutput: "Check the disk (cable, card, file system), then start again; acknowledged votes are on it."
        case .other: "Keep a copy of the directory before you try anything."
        }
    }
}
