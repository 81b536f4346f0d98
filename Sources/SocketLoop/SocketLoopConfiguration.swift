/// Where to listen.
public struct Listener: Sendable, Equatable {
    /// 0: the system picks a free port, to be read from ``SocketLoop/ports``.
    public var port: UInt16
    /// An address or name of this machine. `nil`: all addresses, IPv4 and IPv6 both, or IPv4 alone where the machine
    /// has no IPv6.
    public var host: String?
    public var tls: TLSFiles?

    public init(port: UInt16, host: String? = nil, tls: TLSFiles? = nil) {
        self.port = port
        self.host = host
        self.tls = tls
    }
}

/// Paths of a PEM certificate chain and of the PEM private key that belongs to it.
public struct TLSFiles: Sendable, Hashable {
    public var certificate: String
    public var key: String

    public init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }
}

public struct SocketLoopConfiguration: Sendable {
    public var listeners: [Listener]
    /// A WebSocket that does not ask for this subprotocol is refused.
    public var subprotocol: String
    /// An upgrade on any other path gets 404.
    public var webSocketPath: String
    /// A longer message closes its session with 1009.
    public var maximumMessageBytes: Int
    /// A longer HTTP request body gets 413.
    public var maximumBodyBytes: Int
    /// What one session may have waiting. A reader that stays slow beyond it is closed with 1013.
    public var maximumQueuedBytes: Int
    /// Seconds between two pings of one session. A session from which nothing comes for two intervals is dropped.
    public var pingInterval: Int
    /// Seconds a connection may take for its request headers, or hold still within a body.
    public var requestTimeout: Int
    /// Milliseconds that stopping waits for the sessions to answer their close frame.
    public var farewellTime: Int
    /// Put on every HTTP response, those the loop makes itself included.
    public var commonHeaders: [HTTPHeader]

    public init(
        listeners: [Listener],
        subprotocol: String = "plenum.1",
        webSocketPath: String = "/ws",
        maximumMessageBytes: Int = 4096,
        maximumBodyBytes: Int = 16 * 1024,
        maximumQueuedBytes: Int = 64 * 1024,
        pingInterval: Int = 55,
        requestTimeout: Int = 10,
        farewellTime: Int = 1000,
        commonHeaders: [HTTPHeader] = []
    ) {
        self.listeners = listeners
        self.subprotocol = subprotocol
        self.webSocketPath = webSocketPath
        self.maximumMessageBytes = maximumMessageBytes
        self.maximumBodyBytes = maximumBodyBytes
        self.maximumQueuedBytes = maximumQueuedBytes
        self.pingInterval = pingInterval
        self.requestTimeout = requestTimeout
        self.farewellTime = farewellTime
        self.commonHeaders = commonHeaders
    }
}
