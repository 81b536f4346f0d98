import Foundation
import Hub
import Ledger
import Logging
import SocketLoop
import Storage
import Voting

/// The path of a vote through the hub and into SQLite, without sockets and threads, so that its instructions and
/// allocations can be counted and come out the same each time: `VotePath VOTES DIRECTORY [logged]`.
///
/// A thousand phones vote in turn on a question that allows changing; every twenty votes share a commit, with
/// `logged` the running result is shown, and every two thousand votes a batch of them joins the log.
@main
struct VotePath {
    static let phones = 1000
    static let batch = 20

    static func main() throws {
        guard (3...4).contains(CommandLine.arguments.count), let votes = Int(CommandLine.arguments[1]) else {
            FileHandle.standardError.write(Data("VotePath VOTES DIRECTORY [logged]\n".utf8))
            exit(64)
        }
        let store = try SQLiteStore(path: CommandLine.arguments[2] + "/path.sqlite")
        let around = Around(store)
        let settings = Hub.Settings(
            moderatorKey: "moderator-key", screenKey: "screen-key", run: 1 << 40, join: "http://x/",
            screen: "http://x/",
            capacity: .max)
        let hub = Hub(
            try Recovery(store, key: try LogKey(seed: Array(0..<32), origin: "plenum/path/1")), settings: settings,
            surroundings: around,
            log: Logger(label: "path") { _ in SwiftLogNoOpLogHandler() })
        let question = QuestionDefinition(
            slug: "q", text: LocalizedText(["en": "?"]), kind: .single,
            options: (0..<4).map { LocalizedText(["en": "\($0)"]) }, changeable: true,
            live: CommandLine.arguments.count == 4)
        try hub.adopt(
            EventDefinition(
                slug: "path", title: LocalizedText(["en": "Path"]), languages: ["en"], questions: [question]))
        let lines = (0...phones).map { _ in SilentLine() }
        let peers = lines.map { hub.opened($0) }
        func say(_ text: String, _ peer: Peer) { Array(text.utf8).withUnsafeBytes { hub.received(peer, $0) } }
        say(#"{"t":"hello","as":"moderator","key":"moderator-key"}"#, peers[phones])
        say(#"{"t":"do","id":"AAAAAAAAAAA","act":"show","q":1,"r":1}"#, peers[phones])
        say(#"{"t":"do","id":"BAAAAAAAAAA","act":"open","q":1,"r":1}"#, peers[phones])
        for phone in 0..<phones {
            let device = String("\(phone + 1000)AAAAAAAAAAAAAAAAAAAAAA".prefix(22))
            say(#"{"t":"hello","as":"phone","device":"\#(device)","lang":"en","rev":0}"#, peers[phone])
        }
        around.waits = true
        // One message whose digits change in place: making messages is the phones' work, not to be counted here.
        var message = Array(#"{"t":"vote","id":"0000000000A","q":1,"r":1,"n":100,"c":[0]}"#.utf8)
        let (idEnd, counterEnd, choice) = (28, 50, 56)
        for vote in 0..<votes {
            write(vote, endingAt: idEnd, digits: 10, in: &message)
            write(100 + vote / phones, endingAt: counterEnd, digits: 3, in: &message)
            message[choice] = UInt8(ascii: "0") + UInt8(vote % 4)
            message.withUnsafeBytes { hub.received(peers[vote % phones], $0) }
            if vote % batch == batch - 1 { around.turn() }
            if vote % 2000 == 1999 { around.second() }
        }
        around.turn()
        let acknowledged = lines.dropLast().reduce(0) { $0 + $1.frames }
        guard acknowledged == votes + 2 * phones else { fatalError("\(acknowledged) frames for \(votes) votes") }
        print("\(acknowledged) frames to \(phones) phones for \(votes) votes")
    }
}

private func write(_ number: Int, endingAt end: Int, digits: Int, in message: inout [UInt8]) {
    var rest = number
    for place in 0..<digits {
        message[end - 1 - place] = UInt8(ascii: "0") + UInt8(rest % 10)
        rest /= 10
    }
}

/// A page that counts what it is sent.
private final class SilentLine: Line {
    let remoteAddress = "192.0.2.1"
    var frames = 0

    func send(_ frame: Frame) { frames += 1 }

    /// Tallies and the like, which come by the second and not by the vote.
    func send(_ frame: Frame, replacing slot: UInt8) {}

    func close(code: UInt16, reason: String) {}
}

/// Time that passes a pause at each turn; commits made on the spot, reported at the turn.
private final class Around: Surroundings {
    private final class Waiting: Alarm {
        var body: (() -> Void)?

        func cancel() { body = nil }
    }

    private let store: any Store
    private var milliseconds: Int64 = 1_764_000_000_000
    private var timers: [Waiting] = []
    private var slow: [Waiting] = []
    private var reports: [() -> Void] = []
    private var state: UInt64 = 1
    var waits = false

    init(_ store: any Store) { self.store = store }

    var now: Instant { Instant(milliseconds: milliseconds) }

    func random() -> UInt64 {
        state &+= 1
        return state
    }

    func schedule(after milliseconds: Int, _ body: @escaping () -> Void) -> any Alarm {
        let timer = Waiting()
        timer.body = body
        if milliseconds < 50 { timers.append(timer) } else { slow.append(timer) }
        return timer
    }

    func soon(_ body: @escaping () -> Void) { reports.append(body) }

    func compute<Output: Sendable>(
        _ urgency: Urgency, _ job: @escaping @Sendable () -> Output, _ done: @escaping (Output) -> Void
    ) {
        let output = job()
        if waits { reports.append { done(output) } } else { done(output) }
    }

    /// A second passes and the hub's beat comes once.
    func second() {
        milliseconds += 1000
        let due = slow
        slow = []
        for timer in due { timer.body?() }
        turn()
    }

    func write(_ records: [Record], _ done: @escaping (Result<Journal.Commit, StorageError>) -> Void) {
        let result = Result<Journal.Commit, StorageError> { () throws(StorageError) in
            try store.append(records)
            return Journal.Commit(records: records.count, duration: 100)
        }
        if waits { reports.append { done(result) } } else { done(result) }
    }

    /// Reports what was written, lets the pause pass, and reports what was written then.
    func turn() {
        for _ in 0..<2 {
            milliseconds += 2
            let due = (reports, timers)
            (reports, timers) = ([], [])
            for report in due.0 { report() }
            for timer in due.1 { timer.body?() }
        }
    }
}
