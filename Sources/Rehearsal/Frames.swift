/// Frames of RFC 6455 section 5, as a client writes and reads them.
enum Opcode {
    static let continuation: UInt8 = 0
    static let text: UInt8 = 1
    static let binary: UInt8 = 2
    static let close: UInt8 = 8
    static let ping: UInt8 = 9
    static let pong: UInt8 = 10
}

/// Writes one masked frame (section 5.3) into a buffer that is used again and again.
struct FrameWriter {
    private(set) var bytes: [UInt8] = []
    private var payload: [UInt8] = []

    init() {
        bytes.reserveCapacity(512)
        payload.reserveCapacity(512)
    }

    /// Makes `bytes` the frame of what `body` appends.
    mutating func write(_ opcode: UInt8, mask: UInt32, _ body: (inout [UInt8]) -> Void) {
        payload.removeAll(keepingCapacity: true)
        body(&payload)
        bytes.removeAll(keepingCapacity: true)
        bytes.append(0x80 | opcode)
        switch payload.count {
        case ..<126: bytes.append(0x80 | UInt8(payload.count))
        case ..<65536:
            bytes.append(0x80 | 126)
            for shift in [8, 0] { bytes.append(UInt8(truncatingIfNeeded: payload.count >> shift)) }
        default:
            bytes.append(0x80 | 127)
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: payload.count >> shift))
            }
        }
        for place: UInt32 in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: mask >> (24 - 8 * place))) }
        for (index, byte) in payload.enumerated() {
            bytes.append(byte ^ UInt8(truncatingIfNeeded: mask >> (24 - 8 * UInt32(index & 3))))
        }
    }
}

/// One frame from a server, found in a buffer.
struct ReceivedFrame {
    let isFinal: Bool
    let opcode: UInt8
    let payload: UnsafeRawBufferPointer
    /// With its header.
    let length: Int

    /// No frame of a hub is longer.
    static let maximumPayload = 1 << 20

    enum Outcome {
        case incomplete
        case frame(ReceivedFrame)
        case broken(String)
    }

    /// Looks for a whole frame at the beginning of `bytes`.
    static func first(in bytes: UnsafeRawBufferPointer) -> Outcome {
        guard bytes.count >= 2 else { return .incomplete }
        let (first, second) = (bytes[0], bytes[1])
        let opcode = first & 0x0F
        guard first & 0x70 == 0 else { return .broken("a reserved bit is set") }
        guard opcode <= Opcode.binary || (Opcode.close...Opcode.pong).contains(opcode) else {
            return .broken("a frame of unknown kind \(opcode)")
        }
        guard second & 0x80 == 0 else { return .broken("a server must not mask") }
        let isFinal = first & 0x80 != 0
        if opcode >= Opcode.close, !isFinal || second > 125 { return .broken("a control frame in pieces or too long") }
        var start = 2
        var count = Int(second)
        if count >= 126 {
            let width = count == 126 ? 2 : 8
            start += width
            guard bytes.count >= start else { return .incomplete }
            count = 0
            for index in 2..<start {
                guard count <= maximumPayload else { return .broken("a frame over \(maximumPayload) bytes") }
                count = count << 8 | Int(bytes[index])
            }
        }
        guard count <= maximumPayload else { return .broken("a frame over \(maximumPayload) bytes") }
        guard bytes.count >= start + count else { return .incomplete }
        let payload = UnsafeRawBufferPointer(rebasing: bytes[start..<start + count])
        return .frame(ReceivedFrame(isFinal: isFinal, opcode: opcode, payload: payload, length: start + count))
    }
}
