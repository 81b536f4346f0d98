import Foundation
import Interchange

/// The audit bundle as a zip, also left in the data directory as `record.zip` for whoever archives it.
enum Bundling {
    static func zip(in directory: String) -> @Sendable ([(name: String, bytes: [UInt8])]) -> [UInt8]? {
        let path = "\(directory)/record.zip"
        return { files in
            do {
                try ZipFile.write(files, to: path)
                return FileManager.default.contents(atPath: path).map { Array($0) }
            } catch {
                FileHandle.standardError.write(Data("plenum: \(error)\n".utf8))
                return nil
            }
        }
    }
}
