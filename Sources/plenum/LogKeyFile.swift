import Foundation
import Ledger
import Storage

/// The log's key in the data directory: `log.key`, readable by its owner only, made at the first start.
enum LogKeyFile {
    /// - Parameter isNew: nothing was ever stored here, so a key may be made.
    /// - Throws: `StorageError` if the key is missing, unreadable or no key: another one would begin another log.
    static func open(in directory: String, origin: String, isNew: Bool) throws -> LogKey {
        let path = "\(directory)/log.key"
        if let data = FileManager.default.contents(atPath: path) {
            let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            guard let seed = Data(base64Encoded: text), let key = try? LogKey(seed: Array(seed), origin: origin) else {
                throw StorageError(.otherLogKey, path: path, detail: "it does not hold base64 of 32 bytes")
            }
            return key
        }
        guard isNew, !FileManager.default.fileExists(atPath: path) else {
            throw StorageError(.otherLogKey, path: path, detail: "it cannot be read")
        }
        let key = try LogKey.random(origin: origin)
        try write(Data(key.seed).base64EncodedString() + "\n", to: path)
        return key
    }

    /// On disk before it signs anything.
    private static func write(_ text: String, to path: String) throws {
        let file = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        let bytes = Array(text.utf8)
        guard file >= 0, Glibc.write(file, bytes, bytes.count) == bytes.count, fsync(file) == 0, close(file) == 0 else {
            throw StorageError(.cannotOpen, path: path, detail: String(cString: strerror(errno)))
        }
        let directory = Glibc.open((path as NSString).deletingLastPathComponent, O_RDONLY)
        fsync(directory)
        close(directory)
    }
}
