import Foundation
import Voting

/// The roster named on the command line.
enum RosterArgument {
    static func read(_ path: String) throws -> Roster {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Exit.because("\(path): it cannot be read; give a roster made by 'plenum roster'", code: 65)
        }
        do {
            return try Roster(text: String(decoding: data, as: UTF8.self))
        } catch {
            throw Exit.because("\(path): \(error); make a roster with 'plenum roster'", code: 65)
        }
    }
}
