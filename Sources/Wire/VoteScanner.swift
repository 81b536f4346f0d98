import Voting

/// Reads the hot message, `{"t":"vote","id":"…","q":3,"r":1,"n":1,"c":[2]}`, straight from the bytes.
///
/// It takes only the spelling our own page sends: members in this order, no white space. Anything else is nil and goes
/// the general way, which must agree wherever both read.
enum VoteScanner {
    static func scan(_ bytes: UnsafeRawBufferPointer) -> Vote? {
        var cursor = ByteCursor(bytes: bytes)
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
}
