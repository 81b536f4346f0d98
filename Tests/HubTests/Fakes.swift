import Foundation
import Ledger
import Logging
import Storage
import Voting

@testable import Hub
@testable import SocketLoop

/// A page that writes down what it hears.
final class FakeLine: Line {
    let remoteAddress: String
    private(set) var heard: [[String: Any]] = []
    private(set) var closeCode: UInt16?

    init(address: String = "192.0.2.1") { remoteAddress = address }

    func send(_ frame: Frame) {
        let data = Data(UnsafeBufferPointer(start: frame.payload, count: frame.count))
        let message = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
        heard.append(message ?? ["t": "not an object"])
    }

    func send(_ frame: Frame, replacing slot: UInt8) { send(frame) }

    func close(code: UInt16, reason: String) { closeCode = code }

    var kinds: [String] { heard.compactMap { $0["t"] as? String } }

    func last(_ kind: String) -> [String: Any]? { heard.last { $0["t"] as? String == kind } }

    func forget() { heard = [] }
}

/// Time that stands still until told, a disk that commits when told, timers that fire with the time.
final class FakeSurroundings: Surroundings {
    final class FakeTimer: Alarm {
        var isCancelled = false

        func cancel() { isCancelled = true }
    }

    private(set) var now = Instant(milliseconds: 1_764_000_000_000)
    private var timers: [(at: Int64, timer: FakeTimer, body: () -> Void)] = []
    private var counter: UInt64 = 0
    /// What is on disk.
    private(set) var stored: [Record] = []
    private var writing: (records: [Record], done: (Result<Journal.Commit, StorageError>) -> Void)?
    /// Whether records are on disk at once; otherwise `commit()` puts them there.
    var commitsAtOnce = true
    private(set) var commits = 0

    func random() -> UInt64 {
        counter += 1
        return counter
    }

    func schedule(after milliseconds: Int, _ body: @escaping () -> Void) -> any Alarm {
        let timer = FakeTimer()
        timers.append((now.milliseconds + Int64(milliseconds), timer, body))
        return timer
    }

    func pass(milliseconds: Int64) {
        let end = now.milliseconds + milliseconds
        while let next = timers.indices.filter({ timers[$0].at <= end }).min(by: { timers[$0].at < timers[$1].at }) {
            let entry = timers.remove(at: next)
            now = Instant(milliseconds: max(now.milliseconds, entry.at))
            if !entry.timer.isCancelled { entry.body() }
            settle()
        }
        now = Instant(milliseconds: end)
    }

    /// Bodies of this turn that come after it; drained by `say`.
    private var later: [() -> Void] = []
    /// Whether workers answer at once; otherwise `work()` lets them.
    var worksAtOnce = true

    func soon(_ body: @escaping () -> Void) { later.append(body) }

    func compute<Output: Sendable>(
        _ urgency: Urgency, _ job: @escaping @Sendable () -> Output, _ done: @escaping (Output) -> Void
    ) {
        let output = job()
        later.append { done(output) }
    }

    /// What was put off to after the turn, and what that puts off.
    func settle() {
        while worksAtOnce, !later.isEmpty { later.removeFirst()() }
    }

    func work() {
        worksAtOnce = true
        settle()
    }

    func write(_ records: [Record], _ done: @escaping (Result<Journal.Commit, StorageError>) -> Void) {
        if writing != nil { preconditionFailure("two batches at once") }
        writing = (records, done)
        if commitsAtOnce { commit() }
    }

    func commit() {
        guard let (records, done) = writing else { return }
        writing = nil
        stored += records
        commits += 1
        done(.success(Journal.Commit(records: records.count, duration: 100)))
    }

    func fail() {
        guard let (_, done) = writing else { return }
        writing = nil
        done(.failure(StorageError(.diskFull, path: "disk", detail: "test")))
    }
}

/// A store in memory, for recovery.
final class MemoryStore: Store {
    let path = "memory"
    var records: [Record]
    private var settings: [String: String] = [:]

    init(_ records: [Record] = []) { self.records = records }

    func replay(_ each: (Record) throws -> Void) throws { for record in records { try each(record) } }

    func append(_ records: [Record]) throws(StorageError) { self.records += records }

    func setting(_ name: String) throws(StorageError) -> String? { settings[name] }

    func set(_ name: String, to value: String) throws(StorageError) { settings[name] = value }

    func close() throws(StorageError) {}
}

/// A hub with its surroundings and a few pages.
struct Stage {
    let around = FakeSurroundings()
    let hub: Hub

    static let settings = Hub.Settings(
        moderatorKey: "moderator-key", screenKey: "screen-key", run: 1 << 40, join: "http://192.0.2.9/",
        screen: "http://192.0.2.9/screen#k=screen-key",
        capacity: 210)

    static let key = try! LogKey(seed: Array(0..<32), origin: "plenum/sample/0000010000000000")

    init(records: [Record] = [], event: EventDefinition? = .sample, roster: Roster? = nil) throws {
        hub = Hub(
            try Recovery(MemoryStore(records), key: Self.key), settings: Self.settings, surroundings: around,
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        if let roster { try hub.enrol(roster) }
        if let event { try hub.adopt(event) }
        hub.begin()
        around.settle()
    }

    /// With question 1 open, and the moderator who opened it.
    static func opened() throws -> (Stage, (peer: Peer, line: FakeLine)) {
        let stage = try Stage()
        let moderator = stage.moderator()
        stage.act("show", as: moderator.peer)
        stage.act("open", as: moderator.peer)
        return (stage, moderator)
    }

    func phone(_ number: UInt8, language: String = "en", rev: Int = 0) -> (peer: Peer, line: FakeLine) {
        page(#"{"t":"hello","as":"phone","device":"\#(Self.device(number))","lang":"\#(language)","rev":\#(rev)}"#)
    }

    func screen() -> (peer: Peer, line: FakeLine) {
        page(#"{"t":"hello","as":"screen","key":"screen-key","lang":"en"}"#)
    }

    func moderator() -> (peer: Peer, line: FakeLine) {
        page(#"{"t":"hello","as":"moderator","key":"moderator-key","lang":"en"}"#)
    }

    func page(_ hello: String, address: String = "192.0.2.1") -> (peer: Peer, line: FakeLine) {
        let line = FakeLine(address: address)
        let peer = hub.opened(line)
        say(hello, as: peer)
        return (peer, line)
    }

    func say(_ text: String, as peer: Peer) {
        Array(text.utf8).withUnsafeBytes { hub.received(peer, $0) }
        around.settle()
    }

    func vote(_ choices: [Int], as peer: Peer, id: String = "AAAAAAAAAAE", q: Int = 1, r: Int = 1, n: Int = 1) {
        let list = choices.map(String.init).joined(separator: ",")
        say(#"{"t":"vote","id":"\#(id)","q":\#(q),"r":\#(r),"n":\#(n),"c":[\#(list)]}"#, as: peer)
    }

    func act(_ act: String, q: Int = 1, r: Int = 1, seconds: Int? = nil, id: String? = nil, as peer: Peer) {
        let more = seconds.map { ",\"for\":\($0)" } ?? ""
        let id = id ?? Self.id(around.random())
        say(#"{"t":"do","id":"\#(id)","act":"\#(act)","q":\#(q),"r":\#(r)\#(more)}"#, as: peer)
    }

    static func device(_ number: UInt8) -> String { id(UInt64(number) << 56) + String(repeating: "A", count: 11) }

    static func id(_ bits: UInt64) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        var text = ""
        for position in 0..<10 {
            let shift = UInt64(58 - 6 * position)
            text.append(alphabet[Int(bits >> shift) & 63])
        }
        text.append(alphabet[Int(bits & 15) << 2])
        return text
    }
}

extension EventDefinition {
    static let sample = EventDefinition(
        slug: "sample", title: LocalizedText(["en": "Sample", "ko": "보기"]), languages: ["en", "ko"],
        questions: [
            QuestionDefinition(
                slug: "a", text: LocalizedText(["en": "Which?", "ko": "어느 것?"]), kind: .single,
                options: ["x", "y", "z"].map { LocalizedText(["en": $0]) }),
            QuestionDefinition(
                slug: "b", text: LocalizedText(["en": "Carry?"]), kind: .motion, changeable: true, live: true),
        ])
}
