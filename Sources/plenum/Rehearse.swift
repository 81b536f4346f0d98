import ArgumentParser
import Foundation
import Interchange
import Rehearsal

struct Rehearse: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "A simulated crowd: real connections that vote, lose their Wi-Fi, come back, and keep count.",
        discussion: """
            Start the hub on a data directory of its own for rehearsals, then the crowd, then moderate as usual.

            EXAMPLES
              plenum rehearse http://127.0.0.1:8080 --phones 500
              plenum rehearse http://127.0.0.1:8080 --phones 2000 --flaky 0.1 --questions 3
              plenum rehearse http://192.168.0.10 --phones 8980 --ballots mayor.toi --fast --json

            EXIT CODES
              0 every vote got its answer, 1 votes are missing, lost or doubled, 64 wrong arguments, 65 a file of
              ballots with faults, 69 no hub there
            """)

    @Argument(help: "The hub's address: http://host:port")
    var url: String

    @Option(help: "How many phones.")
    var phones: Int

    @Option(help: "A PrefLib file (.toi, .soi, .toc, .soc): each phone casts one of its ballots.")
    var ballots: String?

    @Option(help: "The same number is the same crowd, and its votes are the same votes; a new crowd if not given.")
    var seed: UInt64?

    @Option(help: "The share of phones, 0 to 1, that lose their connection now and then.")
    var flaky = 0.0

    @Option(help: "End once everybody has answered this many questions.")
    var questions = 1

    @Option(help: "End after this many seconds in any case.")
    var deadline = 600

    @Option(help: "The language the phones ask for.")
    var lang = "en"

    @Flag(help: "Vote as fast as possible instead of thinking like people. Implied by --ballots.")
    var fast = false

    @Flag(help: "Print the report as one JSON object.")
    var json = false

    func run() throws {
        do {
            let file = try ballots.map { try PrefLibFile.read(path: $0) }
            let plan = RehearsalPlan(
                hub: try HubAddress(url), phones: phones, ballots: file, seed: seed ?? .random(in: .min ... .max),
                think: fast || file != nil ? .asFastAsPossible : .realistic, flaky: flaky, deadline: deadline,
                questions: questions, language: lang)
            let bar = ProgressBar(quiet: json || isatty(STDERR_FILENO) == 0)
            let report = try Rehearsal(plan).run { bar.show($0) }
            bar.end()
            print(json ? report.json() : report.text())
            if !report.isClean { throw ExitCode(1) }
        } catch let error as InterchangeError {
            throw Exit.because("\(error)", code: 65)
        } catch let error as RehearsalError {
            throw Exit.because("\(error)", code: error.isAboutArguments ? 64 : 69)
        }
    }
}

extension RehearsalError {
    fileprivate var isAboutArguments: Bool {
        switch self {
        case .badURL, .badNumber, .tooFewBallots, .tooManyPhones: true
        case .unknownHost, .notAHub, .system: false
        }
    }
}

/// One line on standard error that is written over.
private struct ProgressBar {
    private static let width = 30
    let quiet: Bool

    func show(_ progress: RehearsalProgress) {
        guard !quiet else { return }
        let answered = progress.counted + progress.refused
        let filled = min(Self.width, answered * Self.width / max(1, progress.phones * max(1, progress.questions)))
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: Self.width - filled)
        let text =
            "\r\(bar) \(progress.connected)/\(progress.phones) here, \(progress.sent) sent, "
            + "\(progress.counted) counted, \(progress.refused) refused, \(progress.reconnects) reconnects  "
        FileHandle.standardError.write(Data(text.utf8))
    }

    func end() {
        if !quiet { FileHandle.standardError.write(Data("\n".utf8)) }
    }
}
