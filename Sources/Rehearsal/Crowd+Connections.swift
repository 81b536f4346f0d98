import CEpoll
import Glibc

extension Crowd {
    /// How long one connection may take from `connect` to `welcome`.
    private static var patience: UInt64 { 10 * second }

    /// Begins as many connections as may be begun now.
    func connectNext() {
        while nextInLine < line.count, inFlight < plan.connectionsInFlight, allowance >= 1 {
            let phone = phones[Int(line[nextInLine])]
            nextInLine += 1
            allowance -= 1
            if phone.stage == .away { connect(phone) }
        }
        if nextInLine == line.count, nextInLine > 0 {
            line.removeAll(keepingCapacity: true)
            nextInLine = 0
        }
    }

    private func connect(_ phone: Phone) {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(target.family, kind, 0)
        phone.begunAt = now
        guard descriptor >= 0 else {
            count("socket: \(SystemLimits.reason(errno))")
            retryLater(phone)
            return
        }
        phone.socket = descriptor
        phone.stage = .connecting
        phone.deadline = now + Self.patience
        phone.returnAfter = nil
        inFlight += 1
        // Messages are small: 16 KB are enough for the questions of a slow phone, and 10,000 phones stay cheap.
        set(descriptor, SOL_SOCKET, SO_RCVBUF, 16 << 10)
        set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        if let sources {
            set(descriptor, Int32(IPPROTO_IP), IP_BIND_ADDRESS_NO_PORT, 1)
            let source = sources[phone.number / SystemLimits.phonesPerAddress % sources.count]
            guard source.withPointer({ bind(descriptor, $0, $1) }) == 0 else {
                count("bind: \(SystemLimits.reason(errno))")
                disconnect(phone)
                return
            }
        }
        let status = target.withPointer { Glibc.connect(descriptor, $0, $1) }
        guard status == 0 || errno == EINPROGRESS else {
            connectFailed(phone, errno)
            return
        }
        var event = epoll_event()
        event.events = EPOLLIN.rawValue | EPOLLOUT.rawValue
        event.data.u32 = UInt32(phone.number)
        guard epoll_ctl(poll, EPOLL_CTL_ADD, descriptor, &event) == 0 else {
            count("epoll_ctl: \(SystemLimits.reason(errno))")
            disconnect(phone)
            return
        }
    }

    private func set(_ descriptor: Int32, _ level: Int32, _ name: Int32, _ value: Int32) {
        var value = value
        // None of these options is needed to be right, only to be quick or small.
        _ = setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    func finishConnecting(_ phone: Phone) {
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(phone.socket, SOL_SOCKET, SO_ERROR, &code, &length) == 0, code == 0 else {
            connectFailed(phone, code)
            return
        }
        phone.stage = .shaking
        phone.key = Handshake.key(phone.random.next(), phone.random.next())
        watch(phone, writing: false)
        transmit(phone, Handshake.request(authority: plan.hub.authority, key: phone.key)[...])
    }

    /// A hub that is not there yet, or is just going away, is no error while the deadline lasts.
    private func connectFailed(_ phone: Phone, _ code: Int32) {
        if code != ECONNREFUSED, code != ECONNRESET { count("connect: \(SystemLimits.reason(code))") }
        disconnect(phone)
    }

    func watch(_ phone: Phone, writing: Bool) {
        var event = epoll_event()
        event.events = EPOLLIN.rawValue | (writing ? EPOLLOUT.rawValue : 0)
        event.data.u32 = UInt32(phone.number)
        _ = epoll_ctl(poll, EPOLL_CTL_MOD, phone.socket, &event)
    }

    /// What the hub answered to the handshake, if it is not a welcome to speak.
    func turnedAway(_ phone: Phone, _ answer: Handshake.Answer) {
        let words: String
        switch answer {
        case .status(let status): words = "HTTP status \(status)"
        case .wrong(let reason): words = reason
        case .incomplete, .accepted: return
        }
        // Before anybody got in, it is the wrong address; but 5xx says that it is the right one and has no room.
        var hasNoRoom = false
        if case .status(500...599) = answer { hasNoRoom = true }
        if counters.connected == 0, !hasNoRoom {
            failure = .notAHub(url: "http://\(plan.hub.authority)", answer: words)
        }
        count(words)
        disconnect(phone)
    }

    /// The connection is gone, for whatever reason; the phone comes back later.
    func disconnect(_ phone: Phone) {
        guard phone.socket >= 0 else { return }
        close(phone.socket)
        phone.socket = -1
        if phone.stage == .joined { joined -= 1 } else { inFlight -= 1 }
        phone.stage = .away
        phone.deadline = 0
        phone.held = []
        phone.pieces = []
        phone.inPieces = false
        phone.unsent = []
        retryLater(phone)
    }

    private func retryLater(_ phone: Phone) {
        phone.connection &+= 1
        let delay: UInt64
        if let retry = phone.returnAfter {
            delay = Backoff.delay(afterBye: retry, random: &phone.random)
            phone.returnAfter = nil
        } else {
            delay = Backoff.delay(attempt: phone.attempt, random: &phone.random)
            phone.attempt += 1
        }
        timers.add(.init(at: now + delay, phone: Int32(phone.number), kind: .connect, about: phone.connection))
    }

    /// Breaks a flaky connection: at random with a reset, or as if the phone had simply gone.
    func cut(_ phone: Phone) {
        guard phone.cutsLeft > 0 else { return }
        phone.cutsLeft -= 1
        if phone.random.unit() < 0.5 {
            var linger = linger(l_onoff: 1, l_linger: 0)
            _ = setsockopt(phone.socket, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
        }
        disconnect(phone)
    }

    /// Ends all connections as a page does that is closed (RFC 6455 section 7.4.1, 1001).
    func leave() {
        for phone in phones where phone.socket >= 0 {
            if phone.stage == .joined, phone.unsent.isEmpty {
                writer.write(Opcode.close, mask: UInt32(truncatingIfNeeded: phone.random.next())) {
                    $0 += [0x03, 0xE9]
                }
                transmit(phone, writer.bytes[...])
            }
            if phone.socket >= 0 { close(phone.socket) }
            phone.socket = -1
        }
    }
}
