import Foundation
import Hub
import Storage

/// The event's secrets, made once and kept with it, so that printed links stay good after a restart.
struct Keys {
    let moderator: String
    let screen: String
    let run: UInt64

    /// Names the event's log: `plenum/<slug>/<run>`.
    func origin(_ slug: String) -> String {
        let digits = String(run, radix: 16)
        return "plenum/\(slug)/" + String(repeating: "0", count: 16 - digits.count) + digits
    }

    init(_ store: any Store, moderator given: String?) throws(StorageError) {
        func kept(_ name: String, _ make: () -> String) throws(StorageError) -> String {
            if let value = try store.setting(name) { return value }
            let value = make()
            try store.set(name, to: value)
            return value
        }
        moderator = if let given { given } else { try kept("moderator-key", Self.randomKey) }
        screen = try kept("screen-key", Self.randomKey)
        run = UInt64(try kept("run") { String(UInt64.random(in: 1...UInt64.max)) }) ?? 1
    }

    func settings(base: String, capacity: Int) -> Hub.Settings {
        Hub.Settings(
            moderatorKey: moderator, screenKey: screen, run: run, join: "\(base)/",
            screen: "\(base)/screen#k=\(screen)",
            capacity: capacity
        )
    }

    /// 128 random bits, 22 characters that survive any link.
    static func randomKey() -> String {
        var bytes = Data()
        for _ in 0..<2 { withUnsafeBytes(of: UInt64.random(in: .min ... .max)) { bytes.append(contentsOf: $0) } }
        return bytes.base64EncodedString().replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
    }
}
