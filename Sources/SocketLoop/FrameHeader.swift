/// libwebsockets takes frames without a mask and does not tell; RFC 6455 §5.1 wants the connection closed.
///
/// It does, however, hand out payload where it read it, with the frame's header still before it. A frame counts as
/// unmasked only if the bytes before its payload cannot be a masked header and can be an unmasked one. A header torn
/// into an earlier read is not seen: masks protect proxies from scripts in browsers, not us from a hand-made client.
enum FrameHeader {
    static func isUnmasked(
        _ payload: UnsafeRawBufferPointer, frameLength length: Int, in buffer: UnsafeRawBufferPointer?
    ) -> Bool {
        guard let buffer, let base = buffer.baseAddress, let start = payload.baseAddress,
            start >= base, start < base + buffer.count
        else { return false }
        let before = UnsafeRawBufferPointer(start: base, count: start - base)
        let extra = length < 126 ? 0 : length < 65536 ? 2 : 8
        if before.count >= 6 + extra, isHeader(before.suffix(6 + extra), length, extra, mask: 0x80) { return false }
        return before.count >= 2 + extra && isHeader(before.suffix(2 + extra), length, extra, mask: 0)
    }

    private static func isHeader(
        _ bytes: Slice<UnsafeRawBufferPointer>, _ length: Int, _ extra: Int, mask: UInt8
    ) -> Bool {
        let first = bytes[bytes.startIndex]
        // FIN in any state, no extension bits, opcode continuation, text or binary.
        guard first & 0x70 == 0, first & 0x0F <= 2 else { return false }
        let short: UInt8 = extra == 0 ? UInt8(length) : extra == 2 ? 126 : 127
        guard bytes[bytes.startIndex + 1] == short | mask else { return false }
        var value = 0
        for byte in bytes.dropFirst(2).prefix(extra) { value = value << 8 | Int(byte) }
        return extra == 0 || value == length
    }
}
