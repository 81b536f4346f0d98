internal import CZip
internal import Glibc

/// Zip archives, read whole into memory and written whole to a file.
public enum ZipFile {
    /// The most files an archive may hold.
    public static let maximumFiles = 100_000
    /// The most bytes its files may have together, unpacked.
    public static let maximumBytes = 2 << 30

    /// Reads every file of the archive at `path`, by name; folders are passed over.
    ///
    /// - Throws: `unreadable` for what is not a zip archive, is damaged or packed in another way than stored or deflated,
    ///   for more files or bytes than the limits, and for names that lead elsewhere (`/x`, `../x`, `a//b`, `a\b`), are
    ///   not UTF-8 or stand twice.
    public static func read(path: String) throws(InterchangeError) -> [String: [UInt8]] {
        var code: Int32 = 0
        guard let archive = zip_open(path, ZIP_RDONLY, &code) else {
            throw .unreadable(name: path, reason: openingFailure(code))
        }
        defer { zip_discard(archive) }
        let count = Int(zip_get_num_entries(archive, 0))
        guard count <= maximumFiles else {
            throw .unreadable(name: path, reason: "\(count) files are too many; at most \(maximumFiles) are read")
        }
        var files: [String: [UInt8]] = [:]
        files.reserveCapacity(count)
        var rest = maximumBytes
        for index in 0..<count {
            let (name, size) = try about(index, in: archive, path: path)
            if name.hasSuffix("/") { continue }
            guard size <= rest else {
                throw .unreadable(name: path, reason: "unpacked it has more than \(maximumBytes) bytes")
            }
            rest -= size
            let bytes = try contents(index, of: archive, size: size, name: name, path: path)
            guard files.updateValue(bytes, forKey: name) == nil else {
                throw .unreadable(name: path, reason: "it holds two files named '\(name)'")
            }
        }
        return files
    }

    /// Writes an archive in the given order, over whatever is at `path`; it is there whole or not at all.
    ///
    /// The same files give the same bytes: every one is dated 1980-01-01.
    ///
    /// - Throws: `unreadable` with the system's reason, or for a name given twice.
    public static func write(_ files: [(name: String, bytes: [UInt8])], to path: String) throws(InterchangeError) {
        var code: Int32 = 0
        guard let archive = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &code) else {
            throw .unreadable(name: path, reason: openingFailure(code))
        }
        for file in files where !add(file.bytes, as: file.name, to: archive) {
            let reason = "'\(file.name)' cannot be added (\(String(cString: zip_strerror(archive))))"
            zip_discard(archive)
            throw .unreadable(name: path, reason: reason)
        }
        guard zip_close(archive) == 0 else {
            let reason = "cannot be written (\(String(cString: zip_strerror(archive))))"
            zip_discard(archive)
            throw .unreadable(name: path, reason: reason)
        }
    }

    private static func about(
        _ index: Int, in archive: OpaquePointer, path: String
    ) throws(InterchangeError) -> (name: String, size: Int) {
        var stat = zip_stat_t()
        let known = zip_uint64_t(ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_METHOD)
        guard zip_stat_index(archive, zip_uint64_t(index), 0, &stat) == 0, stat.valid & known == known,
            let name = String(validatingCString: stat.name)
        else { throw .unreadable(name: path, reason: "file \(index + 1) in it has no name or size") }
        guard isPlain(name) else {
            throw .unreadable(name: path, reason: "a file in it has the name '\(name)', which leads elsewhere")
        }
        guard [ZIP_CM_STORE, ZIP_CM_DEFLATE].contains(Int32(stat.comp_method)) else {
            throw .unreadable(name: path, reason: "'\(name)' in it is packed in another way than stored or deflated")
        }
        guard let size = Int(exactly: stat.size) else {
            throw .unreadable(name: path, reason: "'\(name)' in it says it has \(stat.size) bytes")
        }
        return (name, size)
    }

    /// Whether a name stays inside: no empty, `.` or `..` part, no backslash or colon; a folder's may end in `/`.
    private static func isPlain(_ name: String) -> Bool {
        let parts = (name.hasSuffix("/") ? name.dropLast() : name[...]).split(
            separator: "/", omittingEmptySubsequences: false)
        return parts.allSatisfy { !["", ".", ".."].contains($0) } && !name.contains { #"\:"#.contains($0) }
    }

    private static func contents(
        _ index: Int, of archive: OpaquePointer, size: Int, name: String, path: String
    ) throws(InterchangeError) -> [UInt8] {
        guard let file = zip_fopen_index(archive, zip_uint64_t(index), 0) else {
            let reason = "'\(name)' in it cannot be unpacked (\(String(cString: zip_strerror(archive))))"
            throw .unreadable(name: path, reason: reason)
        }
        defer { zip_fclose(file) }
        // The size is the archive's own word: room is made as bytes come, and one byte more is asked for, since the
        // checksum is compared at the end.
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: min(size + 1, 1 << 18))
        while bytes.count <= size {
            let count = zip_fread(file, &chunk, zip_uint64_t(chunk.count))
            guard count >= 0 else {
                let reason = "'\(name)' in it is damaged (\(String(cString: zip_file_strerror(file))))"
                throw .unreadable(name: path, reason: reason)
            }
            if count == 0 { break }
            bytes.append(contentsOf: chunk[..<Int(count)])
        }
        guard bytes.count == size else {
            throw .unreadable(name: path, reason: "'\(name)' in it has not the \(size) bytes it should have")
        }
        return bytes
    }

    private static func add(_ bytes: [UInt8], as name: String, to archive: OpaquePointer) -> Bool {
        // libzip reads the bytes when the archive is closed, and frees them then.
        guard let copy = malloc(max(1, bytes.count)) else { return false }
        bytes.withUnsafeBytes { source in
            if let start = source.baseAddress { copy.copyMemory(from: start, byteCount: source.count) }
        }
        guard let source = zip_source_buffer(archive, copy, zip_uint64_t(bytes.count), 1) else {
            free(copy)
            return false
        }
        let index = zip_file_add(archive, name, source, zip_flags_t(ZIP_FL_ENC_UTF_8))
        guard index >= 0 else {
            zip_source_free(source)
            return false
        }
        let newYear1980: zip_uint16_t = 1 << 5 | 1
        return zip_file_set_dostime(archive, zip_uint64_t(index), 0, newYear1980, 0) == 0
            && zip_set_file_compression(archive, zip_uint64_t(index), ZIP_CM_DEFLATE, 1) == 0
    }

    private static func openingFailure(_ code: Int32) -> String {
        switch code {
        case ZIP_ER_NOENT: return "there is no such file; check the path"
        case ZIP_ER_NOZIP: return "it is not a zip archive"
        case ZIP_ER_INCONS: return "the zip archive is damaged; get it again"
        default:
            var error = zip_error_t()
            zip_error_init_with_code(&error, code)
            defer { zip_error_fini(&error) }
            return "cannot be opened (\(String(cString: zip_error_strerror(&error))))"
        }
    }
}
