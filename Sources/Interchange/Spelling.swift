/// Finds the word somebody probably meant.
enum Spelling {
    /// The known word nearest to `word`, if it is near enough to be a slip of the fingers.
    static func nearest(to word: String, among known: [String]) -> String? {
        let lowered = word.lowercased()
        let allowed = max(1, lowered.count / 3)
        let candidates = known.map { (word: $0, distance: distance(lowered, $0)) }
        guard let best = candidates.min(by: { $0.distance < $1.distance }), best.distance <= allowed else { return nil }
        return best.word
    }

    /// Edits (insert, delete, replace, swap of neighbours) that turn one word into the other: the optimal string
    /// alignment distance. Words over 40 characters are taken as different.
    static func distance(_ a: String, _ b: String) -> Int {
        let (a, b) = (Array(a), Array(b))
        guard a.count <= 40, b.count <= 40 else { return max(a.count, b.count) }
        guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
        var rows = [[Int](0...b.count)]
        for i in 1...a.count {
            var row = [i]
            for j in 1...b.count {
                var best = min(row[j - 1] + 1, rows[i - 1][j] + 1, rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { best = min(best, rows[i - 2][j - 2] + 1) }
                row.append(best)
            }
            rows.append(row)
        }
        return rows[a.count][b.count]
    }
}
