import ArgumentParser
import Crypto
import Foundation
import Ledger
import Storage
import Voting

/// `plenum roster`.
struct MakeRoster: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "roster",
        abstract: "Make a roster and its tickets: who may vote in secret and named questions.",
        discussion: """
            Writes two files. roster.txt (number, weight, hash of the code) goes to the hub and into the public record.
            tickets.csv (number, weight, code, link) holds the secrets: print it or mail it, then delete it.

            With an event file the folder becomes the event's data directory: its log key is made now, so that every
            ticket can carry it (column record_key), and 'plenum serve' finds the roster there by itself.

            EXAMPLES
              plenum roster 500 --event assembly.yaml --data assembly  500 entries of weight 1, then
              plenum serve assembly.yaml --data assembly
              plenum roster 400 20x5 --out assembly                    400 of weight 1, then 20 of weight 5
              plenum roster 500 --out assembly --url http://192.168.0.10:8080

            EXIT CODES
              0 both files are there, 64 wrong arguments, 73 a file cannot be made (or is there already)
            """)

    @Argument(help: "Groups of entries: a count, or a count and a weight as 20x5.")
    var groups: [String]

    @Option(name: [.long, .customLong("data")], help: "The folder for both files; made if it is not there.")
    var out: String

    @Option(help: "The event file: the folder becomes its data directory, and tickets carry the key of its log.")
    var event: String?

    @Option(help: "The address phones use, for the links (http://…).")
    var url = "http://ADDRESS:8080"

    private func weights() throws -> [Int] {
        try groups.flatMap { group in
            let parts = group.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
            guard (1...2).contains(parts.count), let count = parts[0],
                (1...Roster.maximumEntries).contains(count),
                let weight = parts.count == 2 ? parts[1] : 1, Roster.weightRange.contains(weight)
            else {
                throw ValidationError("'\(group)' is not a count, or a count and a weight such as 20x5.")
            }
            return Array(repeating: weight, count: count)
        }
    }

    func validate() throws {
        guard try weights().count <= Roster.maximumEntries else {
            throw ValidationError("A roster has at most \(Roster.maximumEntries) entries.")
        }
    }

    func run() throws {
        let base = url.hasSuffix("/") ? String(url.dropLast()) : url
        let key = try logKey()
        var roster = ""
        var tickets = "number,weight,code,link\(key == nil ? "" : ",record_key")\n"
        for (position, weight) in try weights().enumerated() {
            let code = Keys.randomKey()
            let hash = Hex.encode(SHA256.hash(data: Data(code.utf8)))
            roster += "\(position + 1) \(weight) \(hash)\n"
            tickets += "\(position + 1),\(weight),\(code),\(base)/#t=\(code)\(key.map { ",\($0)" } ?? "")\n"
        }
        try write(roster, to: "\(out)/roster.txt")
        try write(tickets, to: "\(out)/tickets.csv")
        print("\(out)/roster.txt for the hub, \(out)/tickets.csv for the voters: keep that one secret.")
    }

    /// Makes the data directory of the event with its log key; nil without an event.
    private func logKey() throws -> String? {
        do {
            guard let event else {
                try? FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
                return nil
            }
            let definition = try EventArgument.read(event)
            let store = try DataDirectory.open(out)
            defer { try? store.close() }
            let keys = try Keys(store, moderator: nil)
            return try DataDirectory.logKey(out, store, keys, slug: definition.slug).vkey
        } catch let error as StorageError {
            throw Exit.because("\(error)", code: 74)
        }
    }

    /// A roster that is there is somebody's: it is not written over.
    private func write(_ text: String, to path: String) throws {
        let file = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        guard file >= 0 else {
            throw Exit.because("\(path): \(String(cString: strerror(errno))); give another folder with --out", code: 73)
        }
        FileHandle(fileDescriptor: file, closeOnDealloc: true).write(Data(text.utf8))
    }
}
