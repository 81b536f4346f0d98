import ArgumentParser
import Interchange
import Voting

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Find every fault in an event file, with its line and how to mend it.",
        discussion: """
            EXAMPLES
              plenum check night-taxi.yaml

            EXIT CODES
              0 the file can be served, 65 it has faults
            """)

    @Argument(help: "The event file (YAML).")
    var event: String

    func run() throws {
        let definition = try EventArgument.read(event)
        let title = definition.title.text(in: definition.languages[0], fallback: definition.languages)
        print(
            "\(event): fine. \(title): \(definition.questions.count) questions in \(definition.languages.joined(separator: ", "))."
        )
        for (place, question) in definition.questions.enumerated() {
            let text = question.text.text(in: definition.languages[0], fallback: definition.languages)
            print("  \(place + 1). \(text) [\(describe(question))]")
        }
    }

    private func describe(_ question: QuestionDefinition) -> String {
        question.secrecy == .indicative ? rule(question) : "\(rule(question)); \(question.secrecy.rawValue)"
    }

    private func rule(_ question: QuestionDefinition) -> String {
        switch question.kind {
        case .motion: "motion: yes, no, abstain"
        case .single: "choose 1 of \(question.optionCount)"
        case .multiple(let minimum, let maximum):
            minimum == maximum
                ? "choose \(minimum) of \(question.optionCount)"
                : "choose \(minimum) to \(maximum) of \(question.optionCount)"
        }
    }
}

/// The event file named on the command line.
enum EventArgument {
    static func read(_ path: String) throws -> EventDefinition {
        do {
            return try EventFile.read(path: path)
        } catch {
            throw Exit.because("\(error)", code: 65)
        }
    }
}
