import Testing

@testable import Ledger

@Suite("Log hashes")
struct LogHashTests {
    @Test("a leaf is never taken for a node: RFC 6962's domains")
    func domains() {
        let leaf = LogHash.leaf([1] + LogHash.empty.bytes + LogHash.empty.bytes)
        #expect(leaf != LogHash.node(.empty, .empty))
        #expect(LogHash(bytes: [0]) == nil)
    }

    @Test("the order is that of the bytes")
    func order() throws {
        var bytes = [UInt8](repeating: 7, count: 32)
        let middle = try #require(LogHash(bytes: bytes))
        for place in [0, 7, 8, 15, 16, 31] {
            bytes[place] = 8
            #expect(try middle < #require(LogHash(bytes: bytes)))
            bytes[place] = 6
            #expect(try middle > #require(LogHash(bytes: bytes)))
            bytes[place] = 7
        }
        #expect(middle.bytes == bytes)
        #expect(!(middle < middle))
    }
}
