import Foundation
import Ledger
import Storage

/// The folder an event lives in: `event.sqlite`, `log.key`, and the roster where one was prepared.
enum DataDirectory {
    /// Opens it; made if it is not there, for its owner only.
    static func open(_ path: String) throws -> SQLiteStore {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw StorageError(.cannotOpen, path: path, detail: "the directory cannot be made")
        }
        return try SQLiteStore(path: "\(path)/event.sqlite")
    }

    /// The key of its log, made the first time; from then on the log's name stands.
    static func logKey(_ path: String, _ store: SQLiteStore, _ keys: Keys, slug: String) throws -> LogKey {
        let known = try store.setting("slug")
        let key = try LogKeyFile.open(in: path, origin: keys.origin(known ?? slug), isNew: known == nil)
        if known == nil { try store.set("slug", to: slug) }
        return key
    }
}
