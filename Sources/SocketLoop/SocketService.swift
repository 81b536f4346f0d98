/// What the owner of a ``SocketLoop`` does with its connections. All calls come on the loop's thread; sending and
/// closing inside them never calls back into the service before they return.
public protocol SocketService: AnyObject {
    func opened(_ session: Session)

    /// One whole text message, valid UTF-8. `message` is only valid during the call.
    func received(_ session: Session, _ message: UnsafeRawBufferPointer)

    /// The connection is gone, for whatever reason. Called once for every session that was opened.
    func closed(_ session: Session)

    /// Called for GET, HEAD and POST; the loop answers other methods itself.
    func respond(to request: HTTPRequest) -> HTTPResponse
}
