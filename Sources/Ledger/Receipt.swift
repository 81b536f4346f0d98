/// Proof that an entry is in the log (C2SP tlog-proof): the entry, its place, the hashes to the root, the signed head.
///
/// For a `close` entry it is the certificate of a result.
public struct Receipt: Sendable, Hashable {
    static let header = "c2sp.org/tlog-proof@v1"
    /// The most bytes of a receipt that are read.
    public static let maximumBytes = 131_072

    public let entry: [UInt8]
    public let index: Int
    /// The hashes from the leaf to the root, nearest first.
    public let proof: [LogHash]
    public let checkpoint: Checkpoint

    public init(entry: [UInt8], index: Int, proof: [LogHash], checkpoint: Checkpoint) {
        self.entry = entry
        self.index = index
        self.proof = proof
        self.checkpoint = checkpoint
    }

    /// The receipt for the entry at `index` of `log`, under a checkpoint of the log no larger than it is.
    public init(_ log: Log, index: Int, checkpoint: Checkpoint) {
        self.init(
            entry: log.entry(index), index: index, proof: log.inclusionProof(of: index, in: checkpoint.size),
            checkpoint: checkpoint)
    }

    /// Reads a receipt; whether it holds, `isValid(by:)` tells.
    ///
    /// - Throws: `badReceipt`, `badCheckpoint`.
    public init(_ text: some StringProtocol) throws(LedgerError) {
        guard text.utf8.count <= Self.maximumBytes else { throw .badReceipt(reason: "it is too long") }
        var lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)[...]
        guard let first = lines.popFirst(), first.elementsEqual(Self.header.utf8) else {
            throw .badReceipt(reason: "its first line is not \(Self.header)")
        }
        guard let extra = lines.popFirst(), extra.starts(with: "extra ".utf8),
            let entry = Base64.decode(extra.dropFirst(6)), entry.count <= Log.maximumEntryBytes
        else { throw .badReceipt(reason: "its second line is not 'extra' and the entry in base64") }
        guard let place = lines.popFirst(), place.starts(with: "index ".utf8),
            let index = Decimal.parse(Array(place.dropFirst(6)))
        else { throw .badReceipt(reason: "its third line is not 'index' and a number") }
        var proof: [LogHash] = []
        while let line = lines.popFirst(), !line.isEmpty {
            guard let hash = Base64.hash(line), proof.count < 64 else {
                throw .badReceipt(reason: "a line of its proof is not a hash in base64")
            }
            proof.append(hash)
        }
        guard let start = lines.first?.startIndex else { throw .badReceipt(reason: "it has no checkpoint") }
        let note = String(decoding: Array(text.utf8[start...]), as: UTF8.self)
        self.init(entry: entry, index: index, proof: proof, checkpoint: try Checkpoint(note))
    }

    /// The receipt as a file, `.tlog-proof`.
    public var text: String {
        let hashes = proof.map { "\($0.base64)\n" }.joined()
        return "\(Self.header)\nextra \(Base64.encode(entry))\nindex \(index)\n\(hashes)\n\(checkpoint.text)"
    }

    /// Whether the log with that key signed a head that holds the entry at its index.
    public func isValid(by key: VerifierKey) -> Bool {
        checkpoint.isSigned(by: key)
            && MerkleProof.includes(
                .leaf(entry), at: index, size: checkpoint.size, root: checkpoint.root, proof: proof)
    }
}
