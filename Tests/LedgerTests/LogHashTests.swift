import Testing

@testable import Ledger

@Test("a leaf is never taken for a node: RFC 6962's domains")
func domains() {
    let leaf = LogHash.leaf([1] + LogHash.empty.bytes + LogHash.empty.bytes)
    #expect(leaf != LogHash.node(.empty, .empty))
    #expect(LogHash(bytes: [0]) == nil)
}
