internal import SocketLoop

/// Everybody connected, by role and language, so that a frame made once reaches those it is for.
struct Room {
    /// One audience per role and language of the event.
    private(set) var phones: [String: Audience] = [:]
    private(set) var screens: [String: Audience] = [:]
    private(set) var moderators: [String: Audience] = [:]
    private(set) var phoneCount = 0
    private(set) var screenCount = 0
    private(set) var moderatorCount = 0

    mutating func add(_ peer: Peer) { change(peer, by: 1) { $0.add(peer) } }

    /// Without effect on a peer that was not added.
    mutating func remove(_ peer: Peer) {
        if peer.place >= 0 { change(peer, by: -1) { $0.remove(peer) } }
    }

    private mutating func change(_ peer: Peer, by step: Int, _ body: (inout Audience) -> Void) {
        switch peer.role {
        case .unknown: break
        case .phone:
            body(&phones[peer.language, default: Audience()])
            phoneCount += step
        case .screen, .preview:
            body(&screens[peer.language, default: Audience()])
            if peer.role == .screen { screenCount += step }
        case .moderator:
            body(&moderators[peer.language, default: Audience()])
            moderatorCount += step
        }
    }
}

/// Frames that replace a waiting one of their kind when a page reads slowly.
enum Slot {
    static let tally: UInt8 = 1
    static let room: UInt8 = 2
    static let health: UInt8 = 3
    static let head: UInt8 = 4
}

extension [String: Audience] {
    func send(_ frame: Frame) {
        for audience in values { for peer in audience.peers { peer.line.send(frame) } }
    }

    func send(_ frame: Frame, replacing slot: UInt8) {
        for audience in values { for peer in audience.peers { peer.line.send(frame, replacing: slot) } }
    }

    /// Sends to one of `parts` shares of each audience.
    func send(_ frame: Frame, replacing slot: UInt8, part: Int, of parts: Int) {
        for audience in values {
            let count = audience.peers.count
            for peer in audience.peers[count * part / parts..<count * (part + 1) / parts] {
                peer.line.send(frame, replacing: slot)
            }
        }
    }

    /// Each audience gets the frame in its language.
    func send(_ frames: [String: Frame]) {
        for (language, audience) in self {
            guard let frame = frames[language] else { continue }
            for peer in audience.peers { peer.line.send(frame) }
        }
    }
}
