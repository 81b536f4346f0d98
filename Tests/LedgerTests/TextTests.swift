import Testing

@testable import Ledger

@Suite("Base64, hexadecimal, decimal")
struct TextTests {
    @Test("base64 goes there and back, and has one form only")
    func base64() {
        for count in 0..<100 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 37 + count) }
            #expect(Base64.decode(Base64.encode(bytes).utf8) == bytes)
        }
        #expect(Base64.encode(Array("foobar!".utf8)) == "Zm9vYmFyIQ==")
        for text in ["A", "AA", "AAA", "AB==", "AAB=", "A===", "====", "AA=A", "A=A=", "AA-_", "AAAA\n", "AA==AAAA"] {
            #expect(Base64.decode(text.utf8) == nil, "\(text)")
        }
    }

    @Test("hexadecimal is lower case")
    func hex() {
        #expect(Hex.encode([0, 0x1F, 0xAB]) == "001fab")
        #expect(Hex.decode(Array("001fab".utf8)) == [0, 0x1F, 0xAB])
        for text in ["0", "0G", "AB", "0x"] { #expect(Hex.decode(Array(text.utf8)) == nil) }
    }

    @Test("decimal numbers have no superfluous zeros and stay below 2⁵³")
    func decimal() {
        #expect(Decimal.parse(Array("0".utf8)) == 0)
        #expect(Decimal.parse(Array("9007199254740991".utf8)) == 9_007_199_254_740_991)
        for text in ["", "00", "01", "-1", "+1", "1 ", "9007199254740992", "99999999999999999999", "٣"] {
            #expect(Decimal.parse(Array(text.utf8)) == nil, "\(text)")
        }
    }
}
