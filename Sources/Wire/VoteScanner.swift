import Voting

/// Reads the hot message, `{"t":"vote","id":"…","q":3,"r":1,"n":1,"c":[2]}`, straight from the bytes.
///
/// It takes only the spelling our own page sends: members in this order, no white space. Anything else is nil and goes
/// the general way, which must agree wherever both read.
enum VoteScanner {
    static func scan(_ bytes: UnsafeRawBufferPointer) -> Vote? {
        var cursor = Cursor(bytes: bytes)
        guard cursor.take(#"{"t":"vote","id":""#), let id = cursor.id(),
            cursor.take(#"","q":"#), let question = cursor.number(),
            cursor.take(#","r":"#), let round = cursor.number(),
            cursor.take(#","n":"#), let counter = cursor.number(),
            cursor.take(#","c":["#)
        else { return nil }
        var choices = Choices()
        if !cursor.take("]") {
            repeat {
                guard let position = cursor.number() else { return nil }
                do { try choices.insert(position) } catch { return nil }
            } while cursor.take(",")
            guard cursor.take("]") else { return nil }
        }
        guard cursor.take("}"), cursor.isAtEnd else { return nil }
        return Vote(
            question: QuestionID(question), round: round,
            ballot: Ballot(id: MessageID(bits: id), counter: counter, choices: choices))
    }

    private struct Cursor {
        let bytes: UnsafeRawBufferPointer
        var position = 0

        var isAtEnd: Bool { position == bytes.count }

        mutating func take(_ text: StaticString) -> Bool {
            let length = text.utf8CodeUnitCount
            guard bytes.count - position >= length else { return false }
            let start = text.utf8Start
            for offset in 0..<length where bytes[position + offset] != start[offset] { return false }
            position += length
            return true
        }

        /// 1 to 9 digits without a leading zero, as JSON writes a small natural number.
        mutating func number() -> Int? {
            let start = position
            var value = 0
            while position < bytes.count, case let digit = bytes[position] &- UInt8(ascii: "0"), digit < 10 {
                value = value * 10 + Int(digit)
                position += 1
                if position - start > 9 { return nil }
            }
            guard position > start, position - start == 1 || bytes[start] != UInt8(ascii: "0") else { return nil }
            return value
        }

        mutating func id() -> UInt64? {
            let end = position + Base64URL.length64
            guard end <= bytes.count else { return nil }
            defer { position = end }
            return Base64URL.decode64(UnsafeRawBufferPointer(rebasing: bytes[position..<end]))
        }
    }
}
