internal import Ledger
internal import Voting

/// The keys of blind tokens and to whom tokens were issued.
struct TokenBook {
    struct Key {
        var key: TokenKey
        /// The leaf hash of its `key` entry, which every token under it is bound to.
        var leaf: LogHash
        var verifier: TokenVerifier
        /// Whether the entry is in the log: before, nothing is signed with it.
        var isPublished = false
    }

    let origin: String
    private(set) var keys: [TokenClass: Key] = [:]
    /// By round and roster number, the hash of what was signed blindly.
    private var requests: [RoundID: [Int: [UInt8]]] = [:]
    /// Rounds that are over: no tokens any more.
    private var retired: Set<RoundID> = []

    init(origin: String) { self.origin = origin }

    /// - Returns: the `key` entry to publish; nil if there is a key already.
    mutating func add(_ of: TokenClass, der: [UInt8]) -> [UInt8]? {
        guard keys[of] == nil, let key = try? TokenKey(der: der) else { return nil }
        let entry = Entry.key(of.round.question, round: of.round.round, weight: of.weight, spki: key.spki)
        let leaf = LogHash.leaf(entry)
        guard let verifier = try? TokenVerifier(spki: key.spki, origin: origin, keyEntry: leaf) else { return nil }
        keys[of] = Key(key: key, leaf: leaf, verifier: verifier)
        return entry
    }

    /// The leaf hashes of `key` entries that are not in the log yet.
    var unpublished: [LogHash] { keys.values.filter { !$0.isPublished }.map(\.leaf) }

    /// The `key` entry with this leaf hash is in the log.
    mutating func publish(_ leaf: LogHash) {
        for (of, key) in keys where key.leaf == leaf { keys[of]?.isPublished = true }
    }

    mutating func note(_ number: Int, _ round: RoundID, request: [UInt8]) {
        requests[round, default: [:]][number] = request
    }

    func request(of number: Int, _ round: RoundID) -> [UInt8]? { requests[round]?[number] }

    func issued(_ round: RoundID) -> Int { requests[round]?.count ?? 0 }

    var publishedCount: Int { keys.values.count { $0.isPublished } }

    mutating func retire(_ round: RoundID) { retired.insert(round) }

    /// The key tokens of this class are issued under now; nil if there is none or no longer.
    func open(_ of: TokenClass) -> Key? {
        guard let key = keys[of], key.isPublished, !retired.contains(of.round) else { return nil }
        return key
    }
}
