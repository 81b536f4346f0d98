import ArgumentParser
import Foundation

/// Ends the command with a sentence on standard error and an exit code.
enum Exit {
    static func because(_ text: String, code: Int32) -> ExitCode {
        FileHandle.standardError.write(Data("plenum: \(text)\n".utf8))
        return ExitCode(code)
    }
}
