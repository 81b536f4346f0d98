import Interchange

/// A question as far as a phone needs it.
struct AskedQuestion: Hashable {
    enum Kind: Hashable {
        case motion, single, multiple
    }

    var number: Int
    var round: Int
    var kind: Kind
    var optionCount: Int
    var minimum: Int
    var maximum: Int
}

/// What each phone chooses: from a file of real ballots, or at random by the seed.
struct Choosing {
    private let seed: UInt64
    private let ballots: [PrefLibFile.Ballots]
    /// For each entry of `ballots` the number of the first phone after those that cast it.
    private let ends: [Int]

    init(seed: UInt64, ballots: PrefLibFile?) {
        self.seed = seed
        self.ballots = ballots?.ballots ?? []
        var end = 0
        ends = self.ballots.map { entry in
            end += entry.count
            return end
        }
    }

    /// The order that phone number `phone` casts, counts of the file expanded; nil without a file or beyond its end.
    func order(of phone: Int) -> [[Int]]? {
        guard let last = ends.last, phone < last else { return nil }
        var (low, high) = (0, ends.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if ends[middle] > phone { high = middle } else { low = middle + 1 }
        }
        return ballots[low].order
    }

    /// The options a phone chooses, as bits by position; the same for the same seed, phone, question and round.
    ///
    /// With a file: for a single choice the first rank, all of it if it is tied (an overvote, which the hub has to
    /// refuse); for a multiple choice the highest ranks while they fit. A motion is not what a ranked ballot answers:
    /// there, and without a file, a random valid choice.
    func choice(of phone: Int, for question: AskedQuestion) -> UInt64 {
        if question.kind != .motion, let order = order(of: phone) {
            var chosen = Self.bits(order[0])
            guard question.kind == .multiple else { return chosen }
            for rank in order.dropFirst() {
                let more = chosen | Self.bits(rank)
                guard more.nonzeroBitCount <= question.maximum else { break }
                chosen = more
            }
            return chosen
        }
        var random = SeededRandom(
            seed, Purpose.choice, UInt64(phone), UInt64(question.number), UInt64(question.round))
        let options = min(max(question.optionCount, 1), 64)
        let most = min(max(question.maximum, 1), options)
        let least = min(max(question.minimum, 1), most)
        let count = Int.random(in: least...most, using: &random)
        var chosen: UInt64 = 0
        while chosen.nonzeroBitCount < count { chosen |= 1 << UInt64.random(in: 0..<UInt64(options), using: &random) }
        return chosen
    }

    private static func bits(_ positions: [Int]) -> UInt64 {
        positions.reduce(0) { $1 < 64 ? $0 | 1 << UInt64($1) : $0 }
    }
}
