import Voting

/// Ballots that were accepted one after another, packed into one row: 58 bytes each (a secret one 352 more), so that
/// SQLite's work is shared by all of a commit.
///
/// Little-endian, without padding: `at` i64, question u32, round u32, weight u32, voter 2 × u64, id u64, counter u32,
/// choices u64, length of the seal u16, seal.
struct BallotPack {
    private static let fixed = 58
    private(set) var bytes: [UInt8] = []
    private(set) var count = 0

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        count = 0
    }

    mutating func add(at: Instant, _ ballot: Ballot, _ context: BallotContext, seal: Seal?) {
        withUnsafeTemporaryAllocation(byteCount: Self.fixed, alignment: 1) { row in
            var offset = 0
            func put<Number: FixedWidthInteger>(_ number: Number) {
                row.storeBytes(of: number.littleEndian, toByteOffset: offset, as: Number.self)
                offset += MemoryLayout<Number>.size
            }
            put(at.milliseconds)
            put(UInt32(context.question.number))
            put(UInt32(context.round))
            put(UInt32(context.weight))
            put(context.voter.high)
            put(context.voter.low)
            put(ballot.id.bits)
            put(UInt32(ballot.counter))
            put(ballot.choices.bits)
            put(UInt16(seal == nil ? 0 : Seal.length))
            bytes.append(contentsOf: row)
        }
        if let seal { bytes.append(contentsOf: seal.bytes) }
        count += 1
    }

    /// Hands over each ballot of a row.
    ///
    /// - Returns: false if the bytes are not `count` ballots; those before the fault were handed over.
    static func unpack(
        _ bytes: UnsafeRawBufferPointer, count: Int, _ each: (Instant, Record.Content) throws -> Void
    ) rethrows -> Bool {
        var offset = 0
        func take<Number: FixedWidthInteger>(_: Number.Type) -> Number {
            defer { offset += MemoryLayout<Number>.size }
            return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Number.self))
        }
        for _ in 0..<count {
            guard bytes.count - offset >= Self.fixed else { return false }
            let at = Instant(milliseconds: take(Int64.self))
            let question = QuestionID(Int(take(UInt32.self)))
            let round = Int(take(UInt32.self))
            let weight = Int(take(UInt32.self))
            let voter = VoterID(high: take(UInt64.self), low: take(UInt64.self))
            let id = MessageID(bits: take(UInt64.self))
            let counter = Int(take(UInt32.self))
            let choices = Choices(bits: take(UInt64.self))
            let length = Int(take(UInt16.self))
            var seal: Seal?
            if length > 0 {
                guard bytes.count - offset >= length, let read = Seal(Array(bytes[offset..<offset + length])) else {
                    return false
                }
                seal = read
                offset += length
            }
            let context = BallotContext(question: question, round: round, voter: voter, weight: weight)
            try each(at, .ballot(Ballot(id: id, counter: counter, choices: choices), context, seal: seal))
        }
        return offset == bytes.count
    }
}
