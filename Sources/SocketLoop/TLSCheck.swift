import Glibc

/// Looks at the TLS files before libwebsockets does: it takes a file it cannot read for one that is still to come.
enum TLSCheck {
    static func check(_ files: TLSFiles) throws(SocketLoopError) {
        try look(files.certificate, for: "-----BEGIN CERTIFICATE-----", "no PEM certificate is in it")
        try look(files.key, for: "PRIVATE KEY-----", "no PEM private key is in it")
    }

    private static func look(_ path: String, for mark: String, _ complaint: String) throws(SocketLoopError) {
        guard let file = fopen(path, "r") else {
            throw .badCertificate(path: path, reason: String(cString: strerror(errno)))
        }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 256 * 1024)
        let count = fread(&bytes, 1, bytes.count, file)
        // Reading a directory opens well and then fails.
        guard ferror(file) == 0 else {
            throw .badCertificate(path: path, reason: String(cString: strerror(errno)))
        }
        guard contains(bytes.prefix(count), Array(mark.utf8)) else {
            throw .badCertificate(path: path, reason: complaint)
        }
    }

    private static func contains(_ bytes: ArraySlice<UInt8>, _ mark: [UInt8]) -> Bool {
        guard bytes.count >= mark.count else { return false }
        return (0...bytes.count - mark.count).contains { bytes[$0..<$0 + mark.count].elementsEqual(mark) }
    }
}
