import Foundation
import Testing

@testable import Ledger

/// The published test vectors beside the tests, bytes in hexadecimal.
enum Vectors {
    static func read(_ name: String) throws -> Any {
        let folder = try #require(Bundle.module.resourceURL).appendingPathComponent("Vectors")
        return try JSONSerialization.jsonObject(with: Data(contentsOf: folder.appendingPathComponent(name)))
    }

    /// The rows of a file that is a list of objects of hexadecimal texts.
    static func rows(_ name: String) throws -> [[String: String]] {
        try #require(read(name) as? [[String: String]])
    }

    static func bytes(_ hex: String?) throws -> [UInt8] {
        let hex = try #require(hex)
        return try #require(Hex.decode(Array(hex.utf8)))
    }
}

/// A log of small entries.
func log(_ size: Int) -> Log {
    var log = Log()
    for number in 0..<size { log.append(Array("entry \(number)".utf8)) }
    return log
}
