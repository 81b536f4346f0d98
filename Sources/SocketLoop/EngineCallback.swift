import CWebSockets

/// Every event of libwebsockets. Objects are found by the pointer each connection carries: an ``Exchange`` while it
/// speaks HTTP, a ``Session`` once it is a WebSocket, retained until the connection is destroyed.
func engineCallback(
    _ wsi: OpaquePointer?, _ reason: lws_callback_reasons, _: UnsafeMutableRawPointer?,
    _ input: UnsafeMutableRawPointer?, _ length: Int
) -> Int32 {
    guard let wsi else { return 0 }
    switch reason {
    case LWS_CALLBACK_RECEIVE:
        guard let session = carried(by: wsi, Session.self) else { return -1 }
        session.receive(wsi, UnsafeRawBufferPointer(start: input, count: length))
        return 0
    case LWS_CALLBACK_SERVER_WRITEABLE:
        carried(by: wsi, Session.self)?.writable()
        return 0
    case LWS_CALLBACK_RECEIVE_PONG:
        carried(by: wsi, Session.self)?.heard()
        return 0
    case LWS_CALLBACK_ESTABLISHED:
        guard let loop = engine(of: wsi)?.loop else { return -1 }
        let session = Session(loop, wsi)
        carry(session, by: wsi)
        loop.opened(session)
        return 0
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
        return carried(by: wsi, Session.self)?.peerCloses() ?? -1
    case LWS_CALLBACK_CLOSED:
        carried(by: wsi, Session.self)?.gone()
        return 0

    case LWS_CALLBACK_HTTP:
        guard let loop = engine(of: wsi)?.loop else { return -1 }
        if let exchange = carried(by: wsi, Exchange.self) { return exchange.head(wsi) }
        let exchange = Exchange(loop)
        carry(exchange, by: wsi)
        return exchange.head(wsi)
    case LWS_CALLBACK_HTTP_BODY:
        return carried(by: wsi, Exchange.self)?.piece(wsi, UnsafeRawBufferPointer(start: input, count: length)) ?? -1
    case LWS_CALLBACK_HTTP_BODY_COMPLETION:
        return carried(by: wsi, Exchange.self)?.complete(wsi) ?? -1
    case LWS_CALLBACK_HTTP_WRITEABLE:
        return carried(by: wsi, Exchange.self)?.writable(wsi) ?? 0

    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
        // After an upgrade to something unknown libwebsockets has already answered 403 and freed the headers that
        // `input` points at, and would go on to use them.
        guard HeaderReader.has(wsi, WSI_TOKEN_UPGRADE), let loop = engine(of: wsi)?.loop else { return -1 }
        guard let refusal = UpgradeCheck.refusal(wsi, loop.configuration) else { return 0 }
        Exchange.refuseRaw(loop, wsi, refusal)
        return -1
    case LWS_CALLBACK_ADD_HEADERS:
        if let arguments = input?.assumingMemoryBound(to: lws_process_html_args.self) {
            engine(of: wsi)?.noteReadBuffer(arguments)
        }
        return 0

    case LWS_CALLBACK_RAW_ADOPT, LWS_CALLBACK_RAW_RX:
        // Not HTTP, or CONNECT: libwebsockets falls back to a raw socket.
        guard let loop = engine(of: wsi)?.loop else { return -1 }
        Exchange.refuseRaw(loop, wsi, .badRequest("This is not a request this server understands."))
        return -1

    case LWS_CALLBACK_EVENT_WAIT_CANCELLED:
        // Comes once for every protocol of every context; the first drains.
        engine(of: wsi)?.loop.port.drain()
        return 0
    case LWS_CALLBACK_WSI_DESTROY:
        carry(nil, by: wsi)
        return 0
    default:
        return 0
    }
}

private func engine(of wsi: OpaquePointer) -> Engine? {
    guard let user = lws_get_protocol(wsi)?.pointee.user else { return nil }
    return Unmanaged<Engine>.fromOpaque(user).takeUnretainedValue()
}

private func carried<Carried: AnyObject>(by wsi: OpaquePointer, _ kind: Carried.Type) -> Carried? {
    guard let pointer = lws_get_opaque_user_data(wsi) else { return nil }
    let object = Unmanaged<AnyObject>.fromOpaque(pointer).takeUnretainedValue()
    // Both classes are final, so this is the whole cast, and a comparison of two pointers.
    return type(of: object) == kind ? unsafeDowncast(object, to: kind) : nil
}

/// Hands `object` to the connection, which keeps it, and lets go of what it carried before.
private func carry(_ object: AnyObject?, by wsi: OpaquePointer) {
    let old = lws_get_opaque_user_data(wsi)
    lws_set_opaque_user_data(wsi, object.map { Unmanaged.passRetained($0).toOpaque() })
    if let old {
        let object = Unmanaged<AnyObject>.fromOpaque(old).takeRetainedValue()
        (object as? Session)?.gone()
    }
}
