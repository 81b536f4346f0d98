import ArgumentParser
import Foundation
import Interchange
import Ledger

struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Recount an event from its audit bundle: every signature, every hash, every vote.",
        discussion: """
            The bundle proves itself; that it is the bundle of your event, only something kept outside proves: the \
            log's key (--key), a checkpoint photographed or noted during the event (--pin), your own receipt.

            EXAMPLES
              plenum verify night-taxi.zip
              plenum verify night-taxi.zip --pin checkpoint.txt --receipt my-vote.tlog-proof
              plenum verify night-taxi.zip --key plenum/night-taxi/…+89abcdef+AQ… --json

            EXIT CODES
              0 everything checks out, 1 something is wrong, 2 nothing is wrong but the pin or receipt cannot be judged
              by this bundle, 3 a file cannot be read, 64 wrong arguments
            """)

    @Argument(help: "The audit bundle (zip).")
    var bundle: String

    @Option(help: "The log's public key, used instead of the one in the bundle.")
    var key: String?

    @Option(help: "A file with a checkpoint that this log has to continue.")
    var pin: String?

    @Option(help: "A file with a receipt or a promise that this log has to keep.")
    var receipt: String?

    @Flag(help: "Print the report as one JSON object.")
    var json = false

    func validate() throws {
        if let key, (try? VerifierKey(key)) == nil {
            throw ValidationError("--key: a log's key is one line such as plenum/event/0123456789abcdef+89abcdef+AQ…")
        }
    }

    func run() throws {
        let report = verify()
        print(json ? report.json : ReportText(report, of: self).text)
        if report.verdict != .right { throw ExitCode(report.verdict.exitCode) }
    }

    private func verify() -> Report {
        do {
            let files = try ZipFile.read(path: bundle)
            let key = try key.map { try VerifierKey($0) }
            return Verification(files, key: key, pin: try contents(pin), receipt: try contents(receipt)).run()
        } catch {
            return .unreadable("\(error)")
        }
    }

    /// The bytes of a small file.
    private func contents(_ path: String?) throws -> [UInt8]? {
        guard let path else { return nil }
        do {
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            return Array(try file.read(upToCount: Receipt.maximumBytes + 1) ?? Data())
        } catch {
            throw InterchangeError.unreadable(name: path, reason: "it cannot be read; check the path")
        }
    }
}

/// The report as people read it.
private struct ReportText {
    private static let mostFaults = 50

    let report: Report
    let command: Verify

    init(_ report: Report, of command: Verify) {
        self.report = report
        self.command = command
    }

    var text: String {
        guard let size = report.size, let root = report.root, let origin = report.origin else {
            return report.faults.map(\.text).joined(separator: "\n")
        }
        var lines = ["Log       \(origin)", "Entries   \(size)", "Root      \(root.base64)", ""]
        lines += report.results.map(line)
        if !report.results.isEmpty { lines.append("") }
        lines += report.faults.prefix(Self.mostFaults).map { "\($0.code.rawValue): \($0.text)" }
        let more = report.faults.count - Self.mostFaults
        if more > 0 { lines.append("… and \(more) faults more; --json prints them all.") }
        return (lines + verdict).joined(separator: "\n")
    }

    private func line(_ result: Report.Result) -> String {
        let count = result.count
        let faults = report.faults.filter { $0.question == result.question && $0.round == result.round }.count
        var text = "Question \(result.question), round \(result.round), \(result.secrecy.rawValue): "
        text += "\(count.result.map { String($0) }.joined(separator: " : ")) from \(count.ballots) voters"
        if count.weight != count.ballots { text += " of weight \(count.weight)" }
        if let issued = count.issued { text += ", \(issued) tokens issued" }
        if let present = count.present { text += ", \(present) present" }
        return text + (faults == 0 ? ". Checked." : ". \(faults) faults.")
    }

    private var verdict: [String] {
        switch report.verdict {
        case .right:
            var lines = ["Everything checks out: signatures, hashes, history, roster, every vote and every count."]
            if let pin = command.pin { lines.append("The log continues the checkpoint in \(pin).") }
            if let receipt = command.receipt { lines.append("The log keeps what \(receipt) says.") }
            if command.pin == nil && command.receipt == nil {
                lines.append(
                    "Whether it is the log that was shown at the event, only a checkpoint or receipt kept from it tells."
                )
            }
            return lines
        case .wrong: return ["This record is WRONG: \(report.faults.count) faults."]
        case .cannotTell: return ["The bundle checks out, but what was to be compared with it cannot be judged by it."]
        case .unreadable: return []
        }
    }
}
