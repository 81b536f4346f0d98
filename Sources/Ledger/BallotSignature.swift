internal import Crypto
public import Voting

/// The signature of a secret ballot: Ed25519 by the voter's key over the open entry, the counter and the choices.
public enum BallotSignature {
    /// What is signed: `vote-ballot/v1\n<origin>\n<b64 leaf hash of the open entry>\n<n>\n<c as JSON>\n`.
    public static func message(origin: String, open: LogHash, counter: Int, choices: Choices) -> [UInt8] {
        var list: [UInt8] = []
        CanonicalWriter.append(choices, to: &list)
        return message(origin: origin, open: open, counter: counter, list: list)
    }

    /// For positions that are not checked.
    static func message(origin: String, open: LogHash, counter: Int, choices: [Int]) -> [UInt8] {
        let list = choices.map { String($0) }.joined(separator: ",")
        return message(origin: origin, open: open, counter: counter, list: Array("[\(list)]".utf8))
    }

    private static func message(origin: String, open: LogHash, counter: Int, list: [UInt8]) -> [UInt8] {
        var message: [UInt8] = []
        message.reserveCapacity(192)
        message += "vote-ballot/v1\n".utf8
        message += origin.utf8
        message.append(0x0A)
        open.withUnsafeBytes { Base64.append($0, to: &message) }
        message.append(0x0A)
        CanonicalWriter.append(counter, to: &message)
        message.append(0x0A)
        message += list
        message.append(0x0A)
        return message
    }

    /// Whether `signature` (64 bytes) is that of `key` (32 bytes) over `message`. Usable from any thread.
    public static func isValid(signature: [UInt8], key: [UInt8], message: [UInt8]) -> Bool {
        guard signature.count == 64, let key = try? Curve25519.Signing.PublicKey(rawRepresentation: key) else {
            return false
        }
        return key.isValidSignature(signature, for: message)
    }
}

/// A voter's fresh key for one secret ballot: phones make theirs in the page, simulated phones and tests here.
public struct BallotKey: Sendable {
    private let key = Curve25519.Signing.PrivateKey()

    public init() {}

    /// 32 bytes; the nonce of the token.
    public var publicKey: [UInt8] { Array(key.publicKey.rawRepresentation) }

    /// 64 bytes, or none if the system gives no randomness.
    public func sign(_ message: [UInt8]) -> [UInt8] { (try? key.signature(for: message)).map { Array($0) } ?? [] }
}
