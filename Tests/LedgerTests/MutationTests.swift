import Testing

@testable import Ledger

@Suite("The verifier, given anything")
struct MutationTests {
    /// The same numbers every time.
    struct Dice: RandomNumberGenerator {
        var state: UInt64 = 1

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ state >> 29
        }
    }

    @Test("a bundle with a byte changed is never right, and nothing crashes")
    func bytes() throws {
        let bundle = try SampleEvent().bundle
        var dice = Dice()
        for (name, bytes) in bundle.sorted(by: { $0.key < $1.key }) {
            for place in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 30)) {
                var files = bundle
                let changed = UInt8.random(in: 0...255, using: &dice)
                files[name]?[place] = changed == bytes[place] ? changed ^ 1 : changed
                #expect(Verification(files).run().verdict != .right, "\(name) byte \(place)")
            }
        }
    }

    @Test("a bundle with a file cut, doubled or filled with anything is never right, and nothing crashes")
    func files() throws {
        let bundle = try SampleEvent().bundle
        var dice = Dice()
        for (name, bytes) in bundle.sorted(by: { $0.key < $1.key }) {
            var others = [bytes + bytes, [UInt8](repeating: 0, count: bytes.count)]
            others += (0..<10).map { _ in
                // The line feed after the vkey may be missing.
                Array(bytes.prefix(Int.random(in: 0..<(bytes.count - 1), using: &dice)))
            }
            others += (0..<10).map { _ in bytes.map { _ in UInt8.random(in: 0...255, using: &dice) } }
            for other in others {
                var files = bundle
                files[name] = other
                #expect(Verification(files).run().verdict != .right, "\(name)")
            }
        }
    }

    @Test("entries changed and the log signed again: nothing crashes, and what counts cannot change unseen")
    func entries() throws {
        var dice = Dice()
        let event = try SampleEvent()
        // How many are present is the organiser's word.
        func counts(_ report: Report) -> [[Int]] {
            report.results.map { [$0.question, $0.round, $0.count.ballots, $0.count.weight] + $0.count.result }
        }
        let counted = counts(event.report())
        for _ in 0..<120 {
            var changed = event
            let batch = Int.random(in: 0..<event.batches.count, using: &dice)
            let entry = Int.random(in: 0..<event.batches[batch].count, using: &dice)
            let place = Int.random(in: 0..<event.batches[batch][entry].count, using: &dice)
            changed.batches[batch][entry][place] = UInt8.random(in: 32...126, using: &dice)
            let report = changed.report()
            // A wording or a reason may be another; the whole log is another then, which pins and receipts show.
            if report.verdict == .right && changed.batches != event.batches {
                #expect(counts(report) == counted)
                let pin = event.report(pin: changed.heads.last)
                #expect(pin.codes == ["pin-mismatch"])
            }
        }
    }

    @Test("any bytes are an entry or none")
    func noise() {
        var dice = Dice()
        let alphabet = Array(#"{}[]:,"\tq1u0 nrev"#.utf8)
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0..<40, using: &dice)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &dice)]
            }
            _ = try? Record(bytes)
        }
        for opener in ["[", #"{"":"#, #"{"a":["#] {
            let deep = Array(String(repeating: opener, count: 65_535 / opener.utf8.count).utf8)
            #expect(throws: Record.Failure.self) { try Record(deep) }
        }
    }
}
