/// Reads the lines of a PrefLib file, collecting every fault, at most 100.
struct PrefLibReader {
    private(set) var faults: [Fault] = []
    private var title = ""
    private var names: [Int: String] = [:]
    private var ballots: [PrefLibFile.Ballots] = []
    private var total = 0
    /// What the head of the file promises, with the line that does.
    private var promisedAlternatives: (line: Int, count: Int)?
    private var promisedVoters: (line: Int, count: Int)?
    private var promisedOrders: (line: Int, count: Int)?
    private var type = "toi"

    private mutating func report(_ line: Int, _ column: Int, _ problem: String, _ remedy: String) {
        guard faults.count < 100 else { return }
        faults.append(Fault(line: line, column: column, problem: problem, remedy: remedy))
    }

    mutating func read(_ text: String) -> PrefLibFile {
        var number = 0
        for line in text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false) {
            number += 1
            if line.first == UInt8(ascii: "#") {
                readHead(Substring(line), line: number)
            } else if line.contains(where: { $0 != 0x20 && $0 != 0x09 }) {
                readBallots(line, line: number)
            }
        }
        checkPromises(lastLine: number)
        let alternatives = (0..<(promisedAlternatives?.count ?? 0)).map { names[$0 + 1] ?? "Alternative \($0 + 1)" }
        return PrefLibFile(title: title, alternatives: alternatives, ballots: ballots)
    }

    /// `# KEY: value`; keys that do not matter here are passed over.
    private mutating func readHead(_ line: Substring, line number: Int) {
        let head = line.drop { $0 == "#" || $0 == " " }
        guard let colon = head.firstIndex(of: ":") else { return }
        let key = head[..<colon]
        let value = head[head.index(after: colon)...].drop { $0 == " " }
        let column = line.unicodeScalars.distance(from: line.startIndex, to: value.startIndex) + 1
        switch key {
        case "TITLE": title = String(value)
        case "DATA TYPE":
            if ["soc", "soi", "toc", "toi"].contains(value) {
                type = String(value)
            } else {
                report(
                    number, column, "'\(String(value).shortened)' are not ranked ballots",
                    "use a soc, soi, toc or toi file")
            }
        case "NUMBER ALTERNATIVES":
            promisedAlternatives = count(value, number, column, in: 1...PrefLibFile.maximumAlternatives)
        case "NUMBER VOTERS": promisedVoters = count(value, number, column, in: 0...PrefLibFile.maximumBallots)
        case "NUMBER UNIQUE ORDERS": promisedOrders = count(value, number, column, in: 0...PrefLibFile.maximumBallots)
        case _ where key.hasPrefix("ALTERNATIVE NAME "):
            guard let alternative = Int(key.dropFirst("ALTERNATIVE NAME ".count)),
                1...PrefLibFile.maximumAlternatives ~= alternative
            else {
                report(number, 1, "'\(String(key).shortened)' names no alternative", "write # ALTERNATIVE NAME 1: …")
                return
            }
            if names.updateValue(String(value), forKey: alternative) != nil {
                report(number, 1, "alternative \(alternative) is named twice", "keep one of the names")
            }
        default: break
        }
    }

    private mutating func count(
        _ text: Substring, _ line: Int, _ column: Int, in range: ClosedRange<Int>
    ) -> (line: Int, count: Int)? {
        if let count = Int(text), range.contains(count) { return (line, count) }
        report(
            line, column,
            "'\(String(text).shortened)' is not a whole number from \(range.lowerBound) to \(range.upperBound)",
            "write the number in digits")
        return nil
    }

    private mutating func readBallots(_ line: Substring.UTF8View, line number: Int) {
        var scanner = OrderScanner(line)
        do throws(OrderScanner.Failure) {
            let parsed = try scanner.ballots()
            total += parsed.count
            guard total <= PrefLibFile.maximumBallots else {
                total -= parsed.count
                report(number, 1, "more than \(PrefLibFile.maximumBallots) ballots", "use a smaller file")
                return
            }
            ballots.append(PrefLibFile.Ballots(count: parsed.count, order: parsed.order))
            check(parsed.order, line: number)
        } catch {
            report(number, error.column, error.problem, "write count: order, such as 12: 1,{2,3},4")
        }
    }

    private mutating func check(_ order: [[Int]], line number: Int) {
        var seen: Set<Int> = []
        for alternative in order.joined() {
            if let known = promisedAlternatives?.count, alternative >= known {
                report(number, 1, "there is no alternative \(alternative + 1)", "the file has 1 to \(known)")
            }
            if !seen.insert(alternative).inserted {
                report(number, 1, "alternative \(alternative + 1) is ranked twice", "rank it once")
            }
        }
        if type.hasPrefix("s"), order.contains(where: { $0.count > 1 }) {
            report(number, 1, "a tie in a file of type \(type)", "name the type toc or toi, or undo the tie")
        }
        if type.hasSuffix("c"), let known = promisedAlternatives?.count, seen.count < known {
            report(number, 1, "not every alternative is ranked in a file of type \(type)", "name the type soi or toi")
        }
    }

    private mutating func checkPromises(lastLine: Int) {
        guard let alternatives = promisedAlternatives else {
            if faults.isEmpty {
                report(
                    1, 1, "the number of alternatives is missing", "add a line '# NUMBER ALTERNATIVES: 6' to the head")
            }
            return
        }
        if let beyond = names.keys.max(), beyond > alternatives.count {
            report(
                alternatives.line, 1, "alternative \(beyond) is named, but only \(alternatives.count) are promised",
                "correct one")
        }
        guard faults.isEmpty else { return }
        if ballots.isEmpty { report(lastLine, 1, "there are no ballots", "add lines such as 12: 1,2,3") }
        if let voters = promisedVoters, voters.count != total {
            report(
                voters.line, 1, "\(voters.count) voters are promised, \(total) ballots follow",
                "the file may be cut short")
        }
        if let orders = promisedOrders, orders.count != ballots.count {
            report(
                orders.line, 1, "\(orders.count) orders are promised, \(ballots.count) follow",
                "the file may be cut short")
        }
    }
}

/// Reads one line `count: order`.
private struct OrderScanner {
    struct Failure: Error {
        let column: Int
        let problem: String
    }

    private let line: Substring.UTF8View
    private var at: Substring.UTF8View.Index

    init(_ line: Substring.UTF8View) {
        self.line = line
        at = line.startIndex
    }

    mutating func ballots() throws(Failure) -> (count: Int, order: [[Int]]) {
        let count = try number("the count", limit: PrefLibFile.maximumBallots)
        try expect(":", "after the count")
        var order: [[Int]] = []
        repeat {
            if take("{") {
                var tied: [Int] = []
                repeat { tied.append(try alternative()) } while take(",")
                try expect("}", "at the end of a tie")
                order.append(tied)
            } else {
                order.append([try alternative()])
            }
        } while take(",")
        skipBlanks()
        guard at == line.endIndex else { throw failure("more follows where the order should end") }
        return (count, order)
    }

    private mutating func alternative() throws(Failure) -> Int {
        try number("an alternative", limit: PrefLibFile.maximumAlternatives) - 1
    }

    private mutating func number(_ what: String, limit: Int) throws(Failure) -> Int {
        skipBlanks()
        var number = 0
        let start = at
        while at < line.endIndex, (0x30...0x39).contains(line[at]), number <= limit {
            number = number * 10 + Int(line[at] - 0x30)
            line.formIndex(after: &at)
        }
        guard at > start else { throw failure("\(what) is missing") }
        guard (1...limit).contains(number) else { throw failure("\(what) must be 1 to \(limit)") }
        return number
    }

    private mutating func expect(_ sign: Unicode.Scalar, _ place: String) throws(Failure) {
        guard take(sign) else { throw failure("'\(sign)' is missing \(place)") }
    }

    private mutating func take(_ sign: Unicode.Scalar) -> Bool {
        skipBlanks()
        guard at < line.endIndex, line[at] == UInt8(ascii: sign) else { return false }
        line.formIndex(after: &at)
        return true
    }

    private mutating func skipBlanks() {
        while at < line.endIndex, line[at] == 0x20 || line[at] == 0x09 { line.formIndex(after: &at) }
    }

    private func failure(_ problem: String) -> Failure {
        Failure(column: line.distance(from: line.startIndex, to: at) + 1, problem: problem)
    }
}
