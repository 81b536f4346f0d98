import Testing

@testable import Interchange

@Suite("PrefLib files")
struct PrefLibFileTests {
    static let head = "# TITLE: Test\n# DATA TYPE: toi\n# NUMBER ALTERNATIVES: 3\n"

    @Test("the real ballots of Burlington 2009 have the published first preferences")
    func burlington() throws {
        let file = try PrefLibFile.read(Files.bytes("burlington-2009-mayor.toi"), name: "burlington")
        #expect(file.title == "2009 Burlington Mayoral Election")
        #expect(file.total == 8980)
        #expect(file.ballots.count == 384)
        var first: [String: Int] = [:]
        var overvoted = 0
        for ballots in file.ballots {
            if ballots.order[0].count == 1 {
                first[file.alternatives[ballots.order[0][0]], default: 0] += ballots.count
            } else {
                overvoted += ballots.count
            }
        }
        let published = [
            "Kurt Wright": 2951, "Bob Kiss": 2585, "Andy Montroll": 2063, "Dan Smith": 1306, "Write-In": 36,
            "James Simpson": 35,
        ]
        #expect(first == published)
        #expect(overvoted == 4)
    }

    @Test("counts, orders and ties are read; alternatives are numbered from 0; unnamed ones get a name")
    func reading() throws {
        let text = Self.head + "# ALTERNATIVE NAME 2: Zwei: B\n\n2: 1,{2,3}\n 1 :{ 3 , 1 }\r\n"
        let file = try PrefLibFile.read(Array(text.utf8), name: "test.toi")
        #expect(file.alternatives == ["Alternative 1", "Zwei: B", "Alternative 3"])
        #expect(file.ballots == [.init(count: 2, order: [[0], [1, 2]]), .init(count: 1, order: [[2, 0]])])
    }

    @Test(
        "a wrong line is named with its column",
        arguments: [
            ("x: 1", "1: the count is missing"), ("0: 1", "2: the count must be 1 to 100000000"),
            ("99999999999999999999: 1", "10: the count must be"), ("5 1", "3: ':' is missing after the count"),
            ("5:", "3: an alternative is missing"), ("5: 1,", "6: an alternative is missing"),
            ("5: {1,2", "8: '}' is missing"), ("5: {}", "5: an alternative is missing"),
            ("5: 1}", "5: more follows"), ("5: 1 2", "6: more follows"), ("5: {{1}}", "5: an alternative is missing"),
            ("5: 4", "1: there is no alternative 4"), ("5: 0", "5: an alternative must be"),
            ("5: 1,2,1", "1: alternative 1 is ranked twice"), ("# NUMBER VOTERS: 7\n5: 1", "1: 7 voters are promised"),
            ("# NUMBER UNIQUE ORDERS: 2\n5: 1", "1: 2 orders are promised"),
            ("# NUMBER VOTERS: many\n5: 1", "18: 'many' is not a whole number"),
            ("# DATA TYPE: wmd\n5: 1", "14: 'wmd' are not ranked ballots"),
            ("# DATA TYPE: soi\n5: {1,2}", "1: a tie in a file of type soi"),
            ("# DATA TYPE: toc\n5: {1,2}", "1: not every alternative is ranked"),
            ("# ALTERNATIVE NAME 4: D\n5: 1", "1: alternative 4 is named, but only 3"),
            ("# ALTERNATIVE NAME x: D\n5: 1", "1: 'ALTERNATIVE NAME x' names no alternative"),
            ("# ALTERNATIVE NAME 1: A\n# ALTERNATIVE NAME 1: B\n5: 1", "1: alternative 1 is named twice"),
            ("", "1: there are no ballots"),
        ])
    func faulty(lines: String, fault: String) {
        do {
            let file = try PrefLibFile.read(Array((Self.head + lines).utf8), name: "test.toi")
            Issue.record("read as \(file)")
        } catch {
            #expect(error.faults.count == 1)
            #expect(error.faults.first.map { "\($0.column): \($0.problem)".hasPrefix(fault) } == true, "\(error)")
            #expect(error.faults.first.map { $0.line >= 3 } == true)
        }
    }

    @Test("all faults are reported at once, and a file without a head is told what it lacks")
    func all() {
        #expect { try PrefLibFile.read(Array((Self.head + "a\n5: 1\nb: 2\n").utf8), name: "x") } throws: { error in
            (error as? InterchangeError)?.faults.map(\.line) == [4, 6]
        }
        #expect { try PrefLibFile.read(Array("5: 1\n".utf8), name: "x") } throws: {
            "\($0)".contains("NUMBER ALTERNATIVES")
        }
    }
}
