import ArgumentParser
import Foundation
import Hub
import Interchange
import Logging
import SocketLoop
import Storage
import Voting

struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve an event: phones at /, the moderator at /moderate, the projector at /screen.",
        discussion: """
            Everything that happens is kept in the data directory; start again with the same one and the event goes on \
            where it was, in the middle of an open question too.

            EXAMPLES
              plenum serve night-taxi.yaml --data ./assembly
              plenum serve --data ./assembly                        go on without the file
              plenum serve night-taxi.yaml --port 80 --port 8080    several ports
              plenum serve night-taxi.yaml --tls-cert box.pem --tls-key box.key --tls-port 8443

            EXIT CODES
              0 stopped in good order, 64 wrong arguments, 65 the event file or the stored event cannot be used,
              69 a port cannot be used, 74 the disk failed (every acknowledged vote is on it)
            """)

    @Argument(help: "The event file (YAML). Without it, the event in the data directory goes on.")
    var event: String?

    @Option(help: "The data directory; made if it is not there.")
    var data = "plenum-data"

    @Option(
        help:
            "Who may vote: a roster.txt as made by 'plenum roster' (DATA/roster.txt if there is one). Fixed when the event begins."
    )
    var roster: String?

    @Option(help: "A port to listen on; may be given several times. 0 lets the system choose.")
    var port: [UInt16] = [8080]

    @Option(help: "Listen on this address only.")
    var host: String?

    @Option(help: "The moderator's key, at least 8 characters; without it one is made once and kept.")
    var moderatorKey: String?

    @Option(help: "The address phones use, as printed and projected (http://…); found out if not given.")
    var url: String?

    @Option(help: "The folder that holds web/ and kiosk/screen/.")
    var pages: String?

    @Option(help: "A certificate chain (PEM) for https.")
    var tlsCert: String?

    @Option(help: "The certificate's private key (PEM).")
    var tlsKey: String?

    @Option(help: "The port for https.")
    var tlsPort: UInt16 = 8443

    @Option(help: "How many phones may come in; found out from the limit of open files if not given.")
    var capacity: Int?

    @Option(help: "How much to log to standard error: debug, info, notice, warning, error.")
    var logLevel = "notice"

    @Flag(help: "Do not draw the QR code.")
    var noQR = false

    func validate() throws {
        if let moderatorKey, moderatorKey.count < 8 {
            throw ValidationError("--moderator-key: at least 8 characters, or leave it out and one is made.")
        }
        if let capacity, capacity < 1 { throw ValidationError("--capacity: at least 1, not \(capacity).") }
        if (tlsCert == nil) != (tlsKey == nil) {
            throw ValidationError("--tls-cert and --tls-key belong together; one of them is missing.")
        }
        if Logger.Level(rawValue: logLevel) == nil {
            throw ValidationError("--log-level: debug, info, notice, warning or error, not '\(logLevel)'.")
        }
        if let url, url.range(of: #"^https?://[^/\s]+/?$"#, options: .regularExpression) == nil {
            throw ValidationError("--url: an address such as http://192.168.0.10:8080, not '\(url)'.")
        }
    }

    func run() throws {
        let definition = try event.map { try EventArgument.read($0) }
        let roster = try roster.map { try RosterArgument.read($0) }
        let signals = Signals()
        do {
            try serve(definition, roster, signals)
        } catch let error as StorageError {
            throw Exit.because("\(error)", code: 74)
        } catch let error as VotingError {
            throw Exit.because("\(event ?? data): \(error)", code: 65)
        } catch let error as SocketLoopError {
            throw Exit.because("\(error)", code: 69)
        } catch let error as SiteError {
            throw Exit.because("\(error)", code: 64)
        }
    }

    private func serve(_ definition: EventDefinition?, _ roster: Roster?, _ signals: Signals) throws {
        let store = try DataDirectory.open(data)
        let site = try readSite()
        let keys = try Keys(store, moderator: moderatorKey)
        let key = try DataDirectory.logKey(data, store, keys, slug: try originSlug(store, definition))
        let recovery = try Recovery(store, key: key)
        var log = Logger(label: "plenum") { StreamLogHandler.standardError(label: $0) }
        log.logLevel = Logger.Level(rawValue: logLevel) ?? .notice
        let server = try HubServer(
            recovery: recovery, store: store, site: site, configuration: sockets(), log: log,
            zip: Bundling.zip(in: data)
        ) { ports in keys.settings(base: baseURL(ports), capacity: places()) }
        if let roster = try roster ?? preparedRoster(server) { try server.enrol(roster) }
        if let definition { try server.adopt(definition) }
        guard server.hasEvent else {
            throw Exit.because(
                "\(data): no event in there yet; give an event file: plenum serve EVENT.yaml --data \(data)", code: 65)
        }
        server.begin()
        Announcement(
            keys.settings(base: baseURL(server.ports), capacity: places()), recovered: recovery.ballots,
            vkey: server.vkey, showQR: !noQR
        ).printAll()
        fflush(nil)
        signals.onStop(server.stopper)
        try server.run()
        print("Stopped; everything is on disk in \(data).")
    }

    /// The event's name, which the log has in its own: the stored one, or the file's.
    private func originSlug(_ store: any Store, _ definition: EventDefinition?) throws -> String {
        if let stored = try store.setting("slug") { return stored }
        if let adopted = try FirstAdoption.slug(in: store) { return adopted }
        guard let definition else {
            throw Exit.because(
                "\(data): no event in there yet; give an event file: plenum serve EVENT.yaml --data \(data)", code: 65)
        }
        return definition.slug
    }

    /// A roster that 'plenum roster' left in the data directory, for an event that has not begun.
    private func preparedRoster(_ server: HubServer) throws -> Roster? {
        let path = "\(data)/roster.txt"
        guard !server.hasEvent, FileManager.default.fileExists(atPath: path) else { return nil }
        return try RosterArgument.read(path)
    }

    private func readSite() throws -> Site {
        let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        var candidates = [".", "/usr/share/plenum"]
        var folder = program
        while folder.path != "/" {
            candidates.append(folder.path)
            folder.deleteLastPathComponent()
        }
        let found = candidates.first { FileManager.default.fileExists(atPath: "\($0)/web/vote/index.html") }
        let root = pages ?? found ?? "."
        return try Site(web: "\(root)/web", screen: "\(root)/kiosk/screen")
    }

    private func sockets() -> SocketLoopConfiguration {
        var listeners = port.map { Listener(port: $0, host: host) }
        if let tlsCert, let tlsKey {
            listeners.append(Listener(port: tlsPort, host: host, tls: TLSFiles(certificate: tlsCert, key: tlsKey)))
        }
        return SocketLoopConfiguration(listeners: listeners, subprotocol: "plenum.1")
    }

    private func baseURL(_ ports: [UInt16]) -> String {
        if let url { return url.hasSuffix("/") ? String(url.dropLast()) : url }
        let anywhere = host == nil || host == "0.0.0.0" || host == "::"
        let address = anywhere ? Addresses.local().first ?? "127.0.0.1" : host!.contains(":") ? "[\(host!)]" : host!
        return ports[0] == 80 ? "http://\(address)" : "http://\(address):\(ports[0])"
    }

    /// Descriptors for everybody, less those for pages being loaded, moderators, screens and files.
    private func places() -> Int {
        if let capacity { return capacity }
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 512 }
        return max(64, Int(min(limit.rlim_max, 65_536)) - 512)
    }
}
