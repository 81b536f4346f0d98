public import Voting

/// A phone asks for a blind signature under the key of a question, round and its own weight.
public struct BlindRequest: Hashable, Sendable {
    public var id: MessageID
    public var question: QuestionID
    public var round: Int
    /// The blinded token input, 256 bytes (RFC 9474 §4.2).
    public var blinded: [UInt8]

    init(_ fields: Fields) throws(WireError) {
        id = try fields.messageID()
        question = QuestionID(try fields.need(fields.q, "q"))
        round = try fields.need(fields.r, "r")
        blinded = try fields.bytes(fields.b, "b", count: 256)
    }
}

/// A phone asks for the newest checkpoint, that it continues the one of size `have` (0 for none), and where an entry is.
public struct ProofRequest: Hashable, Sendable {
    /// The entry's leaf hash, 32 bytes; nil asks for the checkpoint alone.
    public var leaf: [UInt8]?
    public var have: Int

    init(_ fields: Fields) throws(WireError) {
        have = fields.have ?? 0
        guard have >= 0 else { throw .badMessage("member 'have' is the size of a checkpoint") }
        leaf = fields.leaf == nil ? nil : try fields.bytes(fields.leaf, "leaf", count: 32)
    }
}
