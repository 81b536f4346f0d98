import Testing

@testable import Ledger

struct VoterKeyTests {
    @Test("ordinary keys are usable")
    func ordinary() {
        for _ in 0..<20 { #expect(VoterKey.isUsable(BallotKey().publicKey)) }
    }

    @Test("keys of small order and encodings that are not reduced are not, whatever their sign bit")
    func odd() {
        let ones = [UInt8](repeating: 0xFF, count: 30)
        let points: [[UInt8]] = [
            [UInt8](repeating: 0, count: 32), [1] + [UInt8](repeating: 0, count: 31), [0xEC] + ones + [0x7F],
            [0xED] + ones + [0x7F], [0xEE] + ones + [0x7F], [0xFF] + ones + [0x7F],
        ]
        for point in points {
            #expect(!VoterKey.isUsable(point))
            #expect(!VoterKey.isUsable(point[..<31] + [point[31] | 0x80]))
        }
        #expect(VoterKey.isUsable([0xEB] + ones + [0x7F]))
        #expect(!VoterKey.isUsable([UInt8](repeating: 2, count: 31)))
    }
}
