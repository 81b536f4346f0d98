import Foundation
import Histogram

/// What a crowd saw.
public struct RehearsalReport: Sendable, Codable, Equatable {
    /// Times in microseconds, by HdrHistogram with three significant digits; all 0 if nothing was timed.
    public struct Times: Sendable, Codable, Equatable {
        public var samples: Int
        public var p50: UInt64
        public var p99: UInt64
        public var p999: UInt64
        public var max: UInt64

        init(_ histogram: Histogram<UInt64>) {
            samples = Int(histogram.totalCount)
            p50 = samples == 0 ? 0 : histogram.valueAtPercentile(50)
            p99 = samples == 0 ? 0 : histogram.valueAtPercentile(99)
            p999 = samples == 0 ? 0 : histogram.valueAtPercentile(99.9)
            max = samples == 0 ? 0 : histogram.maxRecorded
        }
    }

    public var phones: Int
    /// Phones that were welcomed at least once.
    public var connected: Int
    /// Times a phone was welcomed again.
    public var reconnects: Int
    /// Questions, or rounds of them, that some phone saw open.
    public var questions: Int
    /// Votes sent at least once. `counted`, all of `refused` and `unacknowledged` make up this number.
    public var sent: Int
    /// Times a vote was sent again after a connection broke.
    public var resent: Int
    public var counted: Int
    /// By code.
    public var refused: [String: Int]
    /// Votes sent, with no answer by the end.
    public var unacknowledged: Int
    /// People who were still thinking, or not connected, when the question closed or the rehearsal ended.
    public var missed: Int
    /// Votes acknowledged and not among the phone's own when it came back: there must be none.
    public var lost: Int
    /// Answers that contradict what the phone did: an acknowledgement of a ballot never sent, already answered or
    /// refused; a ballot shown as the phone's own that is not the one it sent. There must be none.
    public var duplicated: Int
    /// Anything else that went wrong: `error` messages by code, broken frames and handshakes.
    public var errors: [String: Int]
    /// From the first attempt to send a vote to its acknowledgement, reconnecting included.
    public var latency: Times
    /// From opening a connection to `welcome`.
    public var connecting: Times
    /// With all headers, averaged.
    public var bytesInPerPhone: Int
    public var bytesOutPerPhone: Int
    public var seconds: Double
    /// From the first vote sent to the last acknowledgement.
    public var votingSeconds: Double
    public var votesPerSecond: Int

    /// Whether everybody came and every vote got an answer that holds.
    public var isClean: Bool { connected == phones && unacknowledged == 0 && lost == 0 && duplicated == 0 }

    /// One JSON object with sorted keys.
    public func json() -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        // Every member is a number or a map of numbers: there is nothing that could fail to encode.
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    /// A small aligned table for people.
    public func text() -> String {
        func list(_ counts: [String: Int]) -> String {
            counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        }
        func times(_ times: Times) -> String {
            guard times.samples > 0 else { return "nothing timed" }
            let parts = [("p50", times.p50), ("p99", times.p99), ("p99.9", times.p999), ("max", times.max)]
            return parts.map { "\($0.0) \(Self.duration($0.1))" }.joined(separator: "   ")
        }
        let refusals = refused.values.reduce(0, +)
        var rows = [
            ("phones", "\(phones)   connected \(connected)   reconnects \(reconnects)"),
            ("questions", "\(questions)"),
            ("sent", "\(sent)   again \(resent)   missed \(missed)"),
            ("counted", "\(counted)"),
            ("refused", refusals == 0 ? "0" : "\(refusals)   \(list(refused))"),
            ("unacknowledged", "\(unacknowledged)"),
            ("lost", "\(lost)"),
            ("duplicated", "\(duplicated)"),
            ("vote to ack", times(latency)),
            ("connecting", times(connecting)),
            ("bytes a phone", "in \(bytesInPerPhone)   out \(bytesOutPerPhone)"),
            ("votes a second", "\(votesPerSecond)   over \(Self.duration(UInt64(votingSeconds * 1e6)))"),
            ("took", Self.duration(UInt64(seconds * 1e6))),
        ]
        if !errors.isEmpty { rows.insert(("errors", list(errors)), at: 8) }
        let width = rows.map(\.0.count).max() ?? 0
        return rows.map { $0.0 + String(repeating: " ", count: width - $0.0.count + 2) + $0.1 }.joined(separator: "\n")
    }

    /// Microseconds with three digits or so: 870 µs, 1.42 ms, 38.2 s.
    static func duration(_ microseconds: UInt64) -> String {
        func short(_ value: Double) -> String {
            String(format: value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value)
        }
        switch microseconds {
        case ..<1000: return "\(microseconds) µs"
        case ..<1_000_000: return "\(short(Double(microseconds) / 1e3)) ms"
        default: return "\(short(Double(microseconds) / 1e6)) s"
        }
    }
}
