import Glibc

/// A file's text: bounded in size, checked to be UTF-8, without a byte order mark, with `\n` for every line end.
struct SourceText {
    let text: String

    /// - Parameter limit: the most bytes the file may have.
    /// - Throws: `faulty` for bytes that are not UTF-8 (each such line, the first ten), `unreadable` for too many bytes.
    init(_ bytes: [UInt8], name: String, limit: Int) throws(InterchangeError) {
        guard bytes.count <= limit else {
            throw .unreadable(name: name, reason: "\(bytes.count) bytes are too many; at most \(limit) are read")
        }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            let fault = Fault(
                line: 1, column: 1, problem: "the file is saved as UTF-16", remedy: "save it again as UTF-8")
            throw .faulty(name: name, [fault])
        }
        let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        guard let text = String(validating: body, as: UTF8.self) else {
            throw .faulty(name: name, Self.undecodable(body))
        }
        self.text = text.utf8.contains(0x0D) ? Self.withPlainLineEnds(body) : text
    }

    private static func withPlainLineEnds(_ bytes: ArraySlice<UInt8>) -> String {
        var plain: [UInt8] = []
        plain.reserveCapacity(bytes.count)
        var previous: UInt8 = 0
        for byte in bytes {
            if byte == 0x0D { plain.append(0x0A) } else if byte != 0x0A || previous != 0x0D { plain.append(byte) }
            previous = byte
        }
        return String(decoding: plain, as: UTF8.self)
    }

    private static func undecodable(_ bytes: ArraySlice<UInt8>) -> [Fault] {
        var faults: [Fault] = []
        for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            guard faults.count < 10 else { break }
            guard String(validating: line, as: UTF8.self) == nil else { continue }
            var decoder = UTF8()
            var iterator = line.makeIterator()
            var column = 1
            while case .scalarValue = decoder.decode(&iterator) { column += 1 }
            faults.append(
                Fault(
                    line: index + 1, column: column, problem: "these bytes are not UTF-8 text",
                    remedy: "save the file as UTF-8 (not as EUC-KR, CP949 or Latin-1)"))
        }
        return faults
    }
}

/// Reads a whole file.
enum FileContents {
    /// - Parameter limit: the most bytes the file may have.
    /// - Throws: `unreadable` with the system's reason.
    static func read(_ path: String, limit: Int) throws(InterchangeError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count <= limit {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw failure(path) }
            guard count > 0 else { return bytes }
            bytes.append(contentsOf: chunk[..<count])
        }
        throw .unreadable(name: path, reason: "it has more than \(limit) bytes; this is not the file that is meant")
    }

    private static func failure(_ path: String) -> InterchangeError {
        let remedy =
            switch errno {
            case ENOENT: "there is no such file; check the path"
            case EISDIR: "that is a directory; name a file in it"
            case EACCES, EPERM: "permission denied; make it readable for this user"
            default: "cannot be read (\(String(cString: strerror(errno))))"
            }
        return .unreadable(name: path, reason: remedy)
    }
}
