import Foundation
import Testing

@testable import Interchange

@Suite("Zip archives")
struct ZipFileTests {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("zip-\(UInt64.random(in: 1 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    /// Runs `body` with a path that is not there, and clears up.
    func withFolder(_ body: (String) throws -> Void) throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.appendingPathComponent("a.zip").path)
    }

    func reason(_ path: String) -> String {
        do {
            _ = try ZipFile.read(path: path)
            return ""
        } catch { return "\(error)" }
    }

    let files: [(name: String, bytes: [UInt8])] = [
        ("checkpoint", Array("text".utf8)),
        ("tile/0/x001/234", (0..<300_000).map { UInt8(truncatingIfNeeded: $0 * $0) }),
        ("empty", []), ("이름", [1]),
    ]

    @Test("what is written is read, and the same files give the same bytes")
    func circle() throws {
        try withFolder { path in
            try ZipFile.write(files, to: path)
            let first = try Data(contentsOf: URL(fileURLWithPath: path))
            #expect(try ZipFile.read(path: path) == Dictionary(uniqueKeysWithValues: files.map { ($0.name, $0.bytes) }))
            try ZipFile.write(files, to: path)
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == first)
        }
    }

    @Test("other files, and files that are not there, are named as such")
    func otherFiles() throws {
        try withFolder { path in
            #expect(reason(path).contains("no such file"))
            try Data("no archive".utf8).write(to: URL(fileURLWithPath: path))
            #expect(reason(path).contains("not a zip archive"))
            try Data().write(to: URL(fileURLWithPath: path))
            #expect(!reason(path).isEmpty)
            #expect(!reason(folder.path).isEmpty)
            #expect(throws: InterchangeError.self) { try ZipFile.write(files, to: path + "/x/y.zip") }
            #expect(throws: InterchangeError.self) { try ZipFile.write(files + [files[0]], to: path) }
        }
    }

    @Test(
        "names that lead elsewhere are refused", arguments: ["/etc/x", "../x", "a/../x", "./x", "a//x", #"a\x"#, "C:x"])
    func tricks(name: String) throws {
        try withFolder { path in
            try ZipFile.write([(name, [1])], to: path)
            #expect(reason(path).contains("leads elsewhere"))
        }
    }

    @Test("a damaged archive never gives other bytes")
    func damage() throws {
        try withFolder { path in
            let files = Array(files.filter { $0.bytes.count < 1000 })
            try ZipFile.write(files, to: path)
            let whole = Dictionary(uniqueKeysWithValues: files.map { ($0.name, $0.bytes) })
            let archive = try Data(contentsOf: URL(fileURLWithPath: path))
            for place in archive.indices {
                var damaged = archive
                damaged[place] ^= 0x10
                try damaged.write(to: URL(fileURLWithPath: path))
                guard let read = try? ZipFile.read(path: path) else { continue }
                // A name may have changed, a file may have become a folder; the bytes of what is there have not.
                #expect(read.allSatisfy { file in whole.values.contains(file.value) }, "byte \(place)")
            }
            for length in 0..<archive.count {
                try archive.prefix(length).write(to: URL(fileURLWithPath: path))
                #expect(!reason(path).isEmpty, "cut at \(length)")
            }
        }
    }
}
