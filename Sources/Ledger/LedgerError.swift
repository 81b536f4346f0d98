/// Why bytes were not taken for what they should be.
public enum LedgerError: Error, Hashable, Sendable {
    /// A log's name must not be empty, and has neither white space nor `+`.
    case badOrigin(String)
    /// A log key's seed is 32 bytes.
    case badSeed(bytes: Int)
    /// Not a vkey of an Ed25519 key.
    case badVerifierKey(String)
    case badCheckpoint(reason: String)
    case badReceipt(reason: String)
    case badPromise(reason: String)
    /// An entry has at most 65,535 bytes.
    case entryTooLong(bytes: Int)
    /// Not an RSA-2048 key in the form it is kept or published in.
    case badTokenKey
    /// What a voter wants signed has not 256 bytes, or is not below the key's modulus.
    case badBlindedInput
}

extension LedgerError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .badOrigin(let name): "a log's name is not empty and has neither white space nor '+', unlike '\(name)'"
        case .badSeed(let bytes): "a log key's seed is 32 bytes, not \(bytes)"
        case .badVerifierKey(let text):
            "'\(text.prefix(100))' is not a log's public key; it looks like plenum/event/0123456789abcdef+89abcdef+AQ…"
        case .badCheckpoint(let reason): "not a checkpoint: \(reason)"
        case .badReceipt(let reason): "not a receipt: \(reason)"
        case .badPromise(let reason): "not a promise: \(reason)"
        case .entryTooLong(let bytes): "an entry of the log has at most 65535 bytes, not \(bytes); shorten its texts"
        case .badTokenKey: "not an RSA-2048 token key"
        case .badBlindedInput: "a blinded token input is a number of 256 bytes below the key's modulus"
        }
    }
}
