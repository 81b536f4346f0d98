internal import Voting

/// One page that is connected: who it is, and its place in the audience it belongs to.
package final class Peer {
    enum Role: Equatable {
        /// Connected, has not said hello.
        case unknown
        case phone(VoterID)
        case screen
        /// A screen on a moderator's page; not counted among the room's.
        case preview
        case moderator
    }

    let line: any Line
    /// False once the line is closed: a welcome still under way goes nowhere then.
    var isConnected = true
    /// What the page introduced itself as; it hears what its audience hears from its welcome on.
    var role = Role.unknown
    var language = ""
    /// The roster entry its ticket opens.
    var entry: Roster.Entry?
    /// Votes and requests of this page that a worker has: a few, or it is told to wait.
    var underWay = 0
    /// Position in its audience's list, kept by `Audience`.
    var place = -1

    init(line: any Line) { self.line = line }
}

/// Pages that hear the same things in the same language: adding and removing cost the same however many there are.
struct Audience {
    private(set) var peers: [Peer] = []

    var count: Int { peers.count }

    mutating func add(_ peer: Peer) {
        peer.place = peers.count
        peers.append(peer)
    }

    mutating func remove(_ peer: Peer) {
        precondition(peers[peer.place] === peer, "a peer left an audience it is not in")
        let last = peers.removeLast()
        if last !== peer {
            peers[peer.place] = last
            last.place = peer.place
        }
        peer.place = -1
    }
}
