internal import SocketLoop
internal import Voting
internal import Wire

/// Acknowledgements without an allocation each: the last frame is written over, unless a slow phone still waits for it.
struct AckFrame {
    private var frame = Frame(Outgoing.ack(MessageID(bits: 0)))

    mutating func of(_ id: MessageID) -> Frame {
        if isKnownUniquelyReferenced(&frame) {
            frame.edit { Outgoing.rewriteAck(id, in: $0) }
        } else {
            frame = Frame(Outgoing.ack(id))
        }
        return frame
    }
}
