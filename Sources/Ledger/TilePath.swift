/// Names a tile as C2SP tlog-tiles does: `tile/<L>/<N>[.p/<W>]` or `tile/entries/<N>[.p/<W>]`.
public struct TilePath: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        /// Hashes of subtrees of 256^level entries.
        case hashes(level: Int)
        case entries
    }

    /// How many hashes or entries a full tile holds.
    public static let fullWidth = 256

    public let kind: Kind
    /// The tile's place among those of its level.
    public let number: Int
    /// 256 for a full tile, 1 to 255 for a partial one.
    public let width: Int

    /// - Parameters:
    ///   - number: 0 to 10¹⁵ − 1.
    ///   - width: 1 to 256.
    public init(_ kind: Kind, _ number: Int, width: Int = fullWidth) {
        self.kind = kind
        self.number = number
        self.width = width
    }

    /// Reads a path, exactly as `description` writes it: no leading slash, no superfluous zeros, level 0 to 63.
    ///
    /// - Returns: nil for anything else.
    public init?(_ path: some StringProtocol) {
        guard path.utf8.count <= 64 else { return nil }
        var parts = path.split(separator: "/", omittingEmptySubsequences: false).map { Array($0.utf8) }
        guard parts.count >= 3, parts.removeFirst().elementsEqual("tile".utf8) else { return nil }
        let kind = parts.removeFirst()
        if kind.elementsEqual("entries".utf8) {
            self.kind = .entries
        } else {
            guard let level = Decimal.parse(kind), level <= 63 else { return nil }
            self.kind = .hashes(level: level)
        }
        width = Self.takeWidth(&parts)
        guard (1...Self.fullWidth).contains(width), parts.count <= 5 else { return nil }
        var number = 0
        for (place, part) in parts.enumerated() {
            let isLast = place == parts.count - 1
            let digits = isLast ? part[...] : part.dropFirst()
            guard isLast || part.first == UInt8(ascii: "x"), digits.count == 3,
                digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
            else { return nil }
            let group = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
            if place == 0 && !isLast && group == 0 { return nil }
            number = number * 1000 + group
        }
        guard !parts.isEmpty else { return nil }
        self.number = number
    }

    /// Takes `.p/W` off the end; 0 if it is malformed.
    private static func takeWidth(_ parts: inout [[UInt8]]) -> Int {
        guard parts.count >= 2, parts[parts.count - 2].suffix(2).elementsEqual(".p".utf8) else { return fullWidth }
        guard let width = Decimal.parse(parts.removeLast()), width < fullWidth else { return 0 }
        parts[parts.count - 1].removeLast(2)
        return width
    }

    /// Every tile of a log of `size` entries: hashes, then entries; each level in order, a partial one last.
    public static func all(size: Int) -> [TilePath] {
        var paths: [TilePath] = []
        func add(_ kind: Kind, _ count: Int) {
            paths += (0..<(count / fullWidth)).map { TilePath(kind, $0) }
            if count % fullWidth > 0 { paths.append(TilePath(kind, count / fullWidth, width: count % fullWidth)) }
        }
        var (level, count) = (0, size)
        while count > 0 {
            add(.hashes(level: level), count)
            level += 1
            count /= fullWidth
        }
        add(.entries, size)
        return paths
    }
}

extension TilePath: CustomStringConvertible {
    /// The path, without a leading slash.
    public var description: String {
        var groups: [String] = []
        var rest = number
        repeat {
            let digits = String(rest % 1000)
            groups.append(String(repeating: "0", count: 3 - digits.count) + digits)
            rest /= 1000
        } while rest > 0
        let place = groups.dropFirst().reversed().map { "x\($0)/" }.joined() + groups[0]
        let kind =
            switch self.kind {
            case .hashes(let level): String(level)
            case .entries: "entries"
            }
        let partial = width < Self.fullWidth ? ".p/\(width)" : ""
        return "tile/\(kind)/\(place)\(partial)"
    }
}
