import Voting

/// Reads the hot message, `{"t":"vote","id":"…","q":3,"r":1,"n":1,"c":[2]}`, straight from the bytes.
///
/// A secret ballot goes on with `,"w":1,"k":"…","a":"…","s":"…"` before the end. It takes only the spelling our own page sends: members in this order, no white space. Anything else is nil and goes
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
        var vote = Vote(
            question: QuestionID(question), round: round,
            ballot: Ballot(id: MessageID(bits: id), counter: counter, choices: choices))
        if cursor.take(#","w":"#) {
            guard let weight = cursor.number(), Roster.weightRange.contains(weight), let seal = seal(&cursor) else {
                return nil
            }
            vote.weight = weight
            vote.seal = seal
        }
        guard cursor.take("}"), cursor.isAtEnd else { return nil }
        return vote
    }

    private static func seal(_ cursor: inout ByteCursor) -> Seal? {
        guard cursor.take(#","k":""#), let key = cursor.base64(count: 32),
            cursor.take(#"","a":""#), let authenticator = cursor.base64(count: 256),
            cursor.take(#"","s":""#), let signature = cursor.base64(count: 64), cursor.take(#"""#)
        else { return nil }
        return Seal(key + authenticator + signature)
    }
}
