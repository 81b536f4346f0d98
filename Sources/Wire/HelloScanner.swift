internal import Voting

/// Reads a phone's `{"t":"hello","as":"phone","device":"…","lang":"ko","rev":57}` straight from the bytes: when a hub
/// comes back, ten thousand say it at once. As with `VoteScanner`, any other spelling is nil and goes the general way.
enum HelloScanner {
    static func scan(_ bytes: UnsafeRawBufferPointer) -> Hello? {
        var cursor = ByteCursor(bytes: bytes)
        guard cursor.take(#"{"t":"hello","as":"phone","device":""#), let device = cursor.device(),
            cursor.take(#"","lang":""#), let language = cursor.language(),
            cursor.take(#"","rev":"#), let revision = cursor.number(digits: 15),
            cursor.take("}"), cursor.isAtEnd
        else { return nil }
        return Hello(role: .phone(device), language: language, revision: revision)
    }
}
