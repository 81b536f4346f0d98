import Glibc

extension Crowd {
    /// Sends, or keeps what the kernel does not take.
    func transmit(_ phone: Phone, _ bytes: ArraySlice<UInt8>) {
        guard phone.unsent.isEmpty else {
            phone.unsent += bytes
            return
        }
        let count = bytes.withUnsafeBytes { send(phone.socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        if count < 0, errno != EAGAIN, errno != EINTR {
            disconnect(phone)
            return
        }
        counters.bytesOut += max(count, 0)
        guard count < bytes.count else { return }
        phone.unsent += bytes.dropFirst(max(count, 0))
        watch(phone, writing: true)
    }

    func flush(_ phone: Phone) {
        let bytes = phone.unsent
        phone.unsent = []
        if !bytes.isEmpty { transmit(phone, bytes[...]) }
        if phone.socket >= 0, phone.unsent.isEmpty { watch(phone, writing: false) }
    }

    /// Reads what has come, at most a few buffers full, so that no connection starves the others.
    func receive(_ phone: Phone) {
        for _ in 0..<4 {
            let count = recv(phone.socket, buffer.baseAddress, buffer.count, 0)
            if count < 0, errno == EAGAIN || errno == EINTR { return }
            guard count > 0 else {
                disconnect(phone)
                return
            }
            counters.bytesIn += count
            let connection = phone.connection
            take(UnsafeRawBufferPointer(rebasing: buffer[..<count]), phone)
            guard phone.connection == connection, phone.socket >= 0, count == buffer.count else { return }
        }
    }

    private func take(_ bytes: UnsafeRawBufferPointer, _ phone: Phone) {
        if phone.held.isEmpty {
            let used = process(bytes, phone)
            if phone.socket >= 0, used < bytes.count { phone.held = [UInt8](bytes[used...]) }
        } else {
            var all = phone.held
            phone.held = []
            all += bytes
            let used = all.withUnsafeBytes { process($0, phone) }
            if phone.socket >= 0, used < all.count { phone.held = [UInt8](all[used...]) }
        }
    }

    /// - Returns: how many bytes are done with.
    private func process(_ bytes: UnsafeRawBufferPointer, _ phone: Phone) -> Int {
        var at = 0
        if phone.stage == .shaking {
            switch Handshake.answer(in: bytes, key: phone.key) {
            case .incomplete: return 0
            case .accepted(let length):
                at = length
                phone.stage = .greeting
                sayHello(phone)
            case let answer:
                turnedAway(phone, answer)
                return bytes.count
            }
        }
        while phone.socket >= 0, at < bytes.count {
            switch ReceivedFrame.first(in: UnsafeRawBufferPointer(rebasing: bytes[at...])) {
            case .incomplete: return at
            case .broken(let reason):
                count("frame: \(reason)")
                disconnect(phone)
            case .frame(let frame):
                at += frame.length
                take(frame, phone)
            }
        }
        return at
    }

    private func take(_ frame: ReceivedFrame, _ phone: Phone) {
        switch frame.opcode {
        case Opcode.text where frame.isFinal && !phone.inPieces: take(message: frame.payload, phone)
        case Opcode.text where !phone.inPieces:
            phone.inPieces = true
            phone.pieces = [UInt8](frame.payload)
        case Opcode.continuation where phone.inPieces:
            phone.pieces += frame.payload
            guard phone.pieces.count <= ReceivedFrame.maximumPayload else {
                count("frame: a message over \(ReceivedFrame.maximumPayload) bytes")
                disconnect(phone)
                return
            }
            guard frame.isFinal else { return }
            let whole = phone.pieces
            phone.pieces = []
            phone.inPieces = false
            whole.withUnsafeBytes { take(message: $0, phone) }
        case Opcode.ping: answer(phone, Opcode.pong, frame.payload)
        case Opcode.pong: break
        case Opcode.close:
            answer(phone, Opcode.close, UnsafeRawBufferPointer(rebasing: frame.payload.prefix(2)))
            if phone.socket >= 0 { disconnect(phone) }
        default:
            count("frame: binary, or out of order")
            disconnect(phone)
        }
    }

    private func answer(_ phone: Phone, _ opcode: UInt8, _ payload: UnsafeRawBufferPointer) {
        writer.write(opcode, mask: UInt32(truncatingIfNeeded: phone.random.next())) { $0 += payload }
        transmit(phone, writer.bytes[...])
    }

    /// Sends one text message that `body` writes.
    func say(_ phone: Phone, _ body: (inout [UInt8]) -> Void) {
        writer.write(Opcode.text, mask: UInt32(truncatingIfNeeded: phone.random.next()), body)
        transmit(phone, writer.bytes[...])
    }

    private func sayHello(_ phone: Phone) {
        var device = SeededRandom(plan.seed, Purpose.device, UInt64(phone.number))
        let (high, low) = (device.next(), device.next())
        say(phone) { text in
            text += #"{"t":"hello","as":"phone","device":""#.utf8
            Base64.append(high: high, low: low, to: &text)
            text += #"","lang":"\#(plan.language)","rev":\#(phone.revision)}"#.utf8
        }
    }
}
