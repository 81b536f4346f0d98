import Testing
import Voting

@testable import Ledger

@Suite("The verifier: the bundle, its heads, tiles, history, roster; pins and receipts")
struct VerificationTests {
    var event: SampleEvent

    init() throws { event = try SampleEvent() }

    func codes(_ files: [String: [UInt8]], key: VerifierKey? = nil) -> [String] {
        Verification(files, key: key).run().codes
    }

    @Test("an event as it should be is right, and counted again")
    func right() throws {
        let report = event.report()
        #expect(report.faults == [])
        #expect(report.verdict == .right && report.verdict.exitCode == 0)
        #expect(report.size == event.log.size && report.root == event.log.root && report.origin == SampleEvent.origin)
        #expect(
            report.results == [
                Report.Result(
                    question: 1, round: 1, secrecy: .secret,
                    count: RoundCount(result: [2, 1, 1], ballots: 3, weight: 4, issued: 5, present: 6)),
                Report.Result(
                    question: 2, round: 1, secrecy: .named,
                    count: RoundCount(result: [1, 4, 0], ballots: 3, weight: 5, present: 4)),
                Report.Result(
                    question: 3, round: 2, secrecy: .indicative,
                    count: RoundCount(result: [1, 2], ballots: 2, weight: 2)),
            ])
        #expect(
            report.json.hasPrefix(#"{"verdict":"right","size":\#(event.log.size),"root":"\#(event.log.root.base64)","#))
        #expect(
            report.json.hasSuffix(
                #"{"q":3,"r":2,"secrecy":"indicative","ballots":2,"weight":2,"result":[1,2],"issued":null,"present":null}]}"#
            ))
        #expect(codes(event.bundle, key: event.logKey.verifier) == [])
    }

    @Test("a file that is missing or does not parse is unreadable")
    func unreadable() throws {
        for name in event.bundle.keys {
            var files = event.bundle
            files[name] = nil
            #expect(codes(files) == ["unreadable"], "\(name)")
        }
        let tile = try #require(event.bundle.keys.first { $0.hasPrefix("tile/entries") })
        for (name, bytes) in [
            ("vkey", Array("x".utf8)), ("vkey", Array("\(event.logKey.vkey)\r\n".utf8)), ("checkpoint", []),
            ("checkpoint", [0xFF]), ("checkpoints.txt", []),
            ("checkpoints.txt", (event.bundle["checkpoints.txt"] ?? []) + [0x0A]), (tile, [0]), (tile, [0, 5, 1]),
            (tile, [0xFF, 0xFF]),
        ] {
            var files = event.bundle
            files[name] = bytes
            #expect(codes(files) == ["unreadable"], "\(name)")
        }
        var files = event.bundle
        let huge = event.logKey.sign(size: Decimal.maximum, root: .empty)
        files["checkpoint"] = Array(huge.text.utf8)
        let report = Verification(files).run()
        #expect(report.codes == ["unreadable"] && report.verdict.exitCode == 3)
        #expect(
            report.json.hasPrefix(
                #"{"verdict":"unreadable","size":null,"root":null,"origin":null,"faults":[{"code":"unreadable","index":null,"#
            ))
        #expect(Verification(event.bundle, pin: [1]).run().codes == ["unreadable"])
        #expect(Verification(event.bundle, receipt: Array("vote-receipt/v1".utf8)).run().codes == ["unreadable"])
        #expect(Verification([:]).run().verdict == .unreadable)
    }

    @Test("heads are signed by the key")
    func signatures() throws {
        let other = try LogKey.random(origin: SampleEvent.origin)
        let everywhere = Array(repeating: "checkpoint-signature", count: event.heads.count)
        #expect(codes(event.bundle, key: other.verifier) == everywhere)
        let renamed = try LogKey(seed: event.logKey.seed, origin: "plenum/sample/0")
        #expect(codes(event.bundle, key: renamed.verifier) == everywhere)
        var files = event.bundle
        let log = event.log
        files["checkpoint"] = Array(other.sign(size: log.size, root: log.root).text.utf8)
        #expect(codes(files) == ["checkpoint-signature"])
        files = event.bundle
        files["vkey"] = Array(other.vkey.utf8)
        #expect(codes(files) == everywhere)
        #expect(codes(files, key: event.logKey.verifier) == [])
    }

    @Test("tiles are what the entries make them, and hash to the root")
    func tiles() throws {
        let log = event.log
        for path in TilePath.all(size: log.size) where path.kind != .entries {
            var files = event.bundle
            files[path.description]?[5] ^= 1
            #expect(codes(files) == ["root-mismatch"])
            files[path.description] = [1, 2, 3]
            #expect(codes(files) == ["root-mismatch"])
        }
        var files = event.bundle
        let head = event.logKey.sign(size: log.size, root: .empty)
        files["checkpoint"] = Array(head.text.utf8)
        files["checkpoints.txt"] = Array((event.heads.dropLast() + [head]).map(\.text).joined(separator: "\n").utf8)
        #expect(codes(files) == ["root-mismatch"])
        files = event.bundle
        let entries = TilePath(.entries, 0, width: log.size).description
        files[entries] = log.tile(TilePath(.entries, 0, width: log.size - 1))
        #expect(codes(files) == ["root-mismatch"])
        files[entries] = (log.tile(TilePath(.entries, 0, width: log.size)) ?? []) + [0, 0]
        #expect(codes(files) == ["root-mismatch", "bad-entry"])
    }

    @Test("every head ever signed is a beginning of this log")
    func history() throws {
        func history(_ heads: [Checkpoint]) -> [String] {
            var files = event.bundle
            files["checkpoints.txt"] = Array(heads.map(\.text).joined(separator: "\n").utf8)
            return codes(files)
        }
        var heads = event.heads
        heads[0] = event.logKey.sign(size: heads[0].size, root: .empty)
        #expect(history(heads) == ["history-mismatch"])
        heads[0] = event.logKey.sign(size: 0, root: .empty)
        #expect(history(heads) == [])
        heads[0] = event.logKey.sign(size: 0, root: event.log.root)
        #expect(history(heads) == ["history-mismatch"])
        heads = event.heads
        #expect(history(heads.dropLast()) == ["history-mismatch"])
        #expect(history([]) == ["unreadable"])
        #expect(history([heads[0], heads[0]] + heads.dropFirst()) == ["history-mismatch"])
        heads.swapAt(0, 1)
        #expect(Set(history(heads)) == ["history-mismatch"])
        heads = event.heads + [event.logKey.sign(size: 1_000_000, root: .empty)]
        #expect(history(heads) == ["history-mismatch"])
    }

    @Test("roster.txt is the one entry 0 fixed")
    func rosters() throws {
        func roster(_ text: [UInt8]) -> Set<String> {
            var files = event.bundle
            files["roster.txt"] = text
            return Set(codes(files))
        }
        var changed = event.roster
        changed.lines[5].codeHash = .empty
        #expect(roster(changed.text) == ["roster-mismatch"])
        changed.lines.append(RosterFile.Line(weight: 1, codeHash: .empty))
        #expect(roster(changed.text) == ["roster-mismatch"])
        #expect(roster(event.roster.text + [0x0A]).contains("roster-mismatch"))
        #expect(roster([]).isSuperset(of: ["roster-mismatch", "unknown-voter"]))
    }

    @Test("a log without entries has no meeting")
    func empty() throws {
        var event = event
        event.batches = [[]]
        #expect(event.report().codes == ["bad-entry"])
    }

    @Test("a pin is a beginning of this log, or evidence against it, or tells nothing")
    func pins() throws {
        for head in event.heads { #expect(event.report(pin: head).faults == []) }
        let (key, size) = (event.logKey, event.log.size)
        #expect(event.report(pin: key.sign(size: 3, root: .empty)).codes == ["pin-mismatch"])
        #expect(event.report(pin: key.sign(size: size + 1, root: .empty)).codes == ["too-new"])
        let other = try LogKey.random(origin: SampleEvent.origin)
        let report = event.report(pin: other.sign(size: 3, root: .empty))
        #expect(report.codes == ["other-log"] && report.verdict.exitCode == 2)
        let renamed = try LogKey(seed: key.seed, origin: "other")
        #expect(event.report(pin: renamed.sign(size: 3, root: .empty)).codes == ["other-log"])
        let text = key.sign(size: 3, root: .empty).text
        let forged = try Checkpoint(text.replacing("\n3\n", with: "\n4\n"))
        #expect(event.report(pin: forged).codes == ["bad-receipt"])
    }

    @Test("a receipt's entry is in its place")
    func receipts() throws {
        let log = event.log
        for head in event.heads {
            #expect(event.report(receipt: Receipt(log, index: head.size - 1, checkpoint: head).text).faults == [])
        }
        // Another history under the same key: one ballot is not the same, or only what comes later.
        let place = try event.place(#""t":"ballot""#, #""q":2"#)
        var fork = event
        fork.batches[place.batch][place.entry] = SampleEvent.rollCall(2, 1)
        let index = fork.batches[..<place.batch].reduce(0) { $0 + $1.count } + place.entry
        let head = try #require(fork.heads.last)
        #expect(
            event.report(receipt: Receipt(fork.log, index: index, checkpoint: head).text).codes == ["receipt-missing"])
        #expect(event.report(receipt: Receipt(fork.log, index: 0, checkpoint: head).text).codes == ["pin-mismatch"])
        var longer = event
        longer.batches.append([[1]])
        let newest = try #require(longer.heads.last)
        #expect(event.report(receipt: Receipt(longer.log, index: 0, checkpoint: newest).text).codes == ["too-new"])
        var longerFork = fork
        longerFork.batches.append([[1]])
        let forked = Receipt(longerFork.log, index: index, checkpoint: try #require(longerFork.heads.last))
        #expect(event.report(receipt: forked.text).codes == ["receipt-missing", "too-new"])
        let good = Receipt(log, index: 3, checkpoint: try #require(event.heads.last))
        let broken = good.text.replacing("index 3", with: "index 4")
        #expect(event.report(receipt: broken).codes == ["bad-receipt"])
        let other = try LogKey.random(origin: "other")
        let strange = Receipt(log, index: 3, checkpoint: other.sign(size: log.size, root: log.root))
        #expect(event.report(receipt: strange.text).codes == ["other-log"])
    }

    @Test("a promise is kept once its round is over")
    func promises() throws {
        func promise(_ entry: [UInt8], key: LogKey? = nil) -> String {
            let key = key ?? event.logKey
            let signature = key.promise(leaf: .leaf(entry), deadline: 9)
            return Promise(origin: key.origin, deadline: 9, signature: signature, entry: entry).text
        }
        let place = try event.place(#""t":"ballot""#, #""q":2"#)
        #expect(event.report(receipt: promise(event.batches[place.batch][place.entry])).faults == [])
        #expect(event.report(receipt: promise(SampleEvent.rollCall(2, 2))).codes == ["receipt-missing"])
        #expect(event.report(receipt: promise(SampleEvent.hand(1, 9, [1]))).codes == ["receipt-missing"])
        #expect(event.report(receipt: promise(Entry.end)).codes == ["bad-receipt"])
        #expect(event.report(receipt: promise([1])).codes == ["bad-receipt"])
        let other = try LogKey.random(origin: SampleEvent.origin)
        #expect(event.report(receipt: promise(SampleEvent.rollCall(2, 2), key: other)).codes == ["bad-receipt"])
        let renamed = try LogKey.random(origin: "other")
        #expect(event.report(receipt: promise(SampleEvent.rollCall(2, 2), key: renamed)).codes == ["other-log"])
        var running = event
        running.batches.removeLast(3)
        #expect(running.report(receipt: promise(SampleEvent.rollCall(2, 2))).codes == ["too-new"])
        running.batches.append([try Entry.moderator(SampleEvent.named, round: 1, .void, why: "")])
        #expect(running.report(receipt: promise(SampleEvent.rollCall(2, 2))).codes == ["receipt-missing"])
        // Wrong outweighs cannot tell.
        var files = event.bundle
        files["tile/0/000.p/\(event.log.size)"]?[0] ^= 1
        let report = Verification(files, receipt: Array(promise([1]).utf8)).run()
        #expect(report.codes == ["root-mismatch", "bad-receipt"] && report.verdict == .wrong)
    }
}
