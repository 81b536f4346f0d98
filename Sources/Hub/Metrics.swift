internal import SocketLoop

/// Plain counters of this run, for `/metrics` and the moderator's health line. No voter and no choice is in them.
struct Metrics {
    var opened = 0
    var closed = 0
    var hellos = 0
    /// Phones that found the room full.
    var turnedAway = 0
    /// Ballots that came in, resent ones included.
    var votes = 0
    var acknowledged = 0
    /// By code.
    var refused: [String: Int] = [:]
    /// Ballots found on disk at the start.
    var ballotsStored = 0
}

extension Hub {
    /// Prometheus text exposition format 0.0.4.
    func metricsText(_ loop: LoopFigures?) -> String {
        var text = ""
        func add(_ name: String, _ type: String, _ help: String, _ samples: [(labels: String, value: Int)]) {
            text += "# HELP plenum_\(name) \(help)\n# TYPE plenum_\(name) \(type)\n"
            for sample in samples { text += "plenum_\(name)\(sample.labels) \(sample.value)\n" }
        }
        add(
            "connections", "gauge", "Pages connected now, by role.",
            [
                (#"{role="phone"}"#, room.phoneCount), (#"{role="screen"}"#, room.screenCount),
                (#"{role="moderator"}"#, room.moderatorCount),
            ])
        add("connections_opened_total", "counter", "WebSocket connections accepted.", [("", metrics.opened)])
        add("hellos_total", "counter", "Pages that introduced themselves.", [("", metrics.hellos)])
        add("phones_turned_away_total", "counter", "Phones that found the room full.", [("", metrics.turnedAway)])
        add("votes_received_total", "counter", "Votes received, resent ones included.", [("", metrics.votes)])
        add(
            "votes_acknowledged_total", "counter", "Votes acknowledged after their commit.",
            [("", metrics.acknowledged)])
        add("ballots_recovered", "gauge", "Ballots found on disk at the start.", [("", metrics.ballotsStored)])
        add(
            "refused_total", "counter", "Messages refused, by code.",
            metrics.refused.sorted { $0.key < $1.key }.map { (#"{code="\#($0.key)"}"#, $0.value) })
        add("wrong_keys_total", "counter", "Wrong moderator or screen keys.", [("", gate.total)])
        add("ballots_waiting", "gauge", "Ballots accepted and not on disk yet.", [("", commit.waitingBallots)])
        add("commits_total", "counter", "Commits made.", [("", commit.commits)])
        add("commit_microseconds_total", "counter", "Time spent in commits.", [("", commit.commitMicroseconds)])
        add("commit_last_microseconds", "gauge", "Duration of the last commit.", [("", commit.lastCommitMicroseconds)])
        add("records", "gauge", "Sequence number of the newest record.", [("", Int(commit.lastSequence))])
        add("revision", "gauge", "Commands accepted in this event.", [("", meeting.revision)])
        if let loop {
            add("sockets_accepted_total", "counter", "TCP connections accepted.", [("", loop.accepted)])
            add(
                "sockets_full_total", "counter", "Times no descriptor was left for a newcomer.",
                [("", loop.turnedAway)])
            add(
                "sockets_refused_total", "counter", "Upgrades, requests and frames refused.", [("", loop.refused)])
            add(
                "silent_closed_total", "counter", "Pages closed because nothing was heard of them.", [("", loop.silent)]
            )
            add(
                "frames_replaced_total", "counter", "Waiting frames a newer one took the place of.",
                [("", loop.replaced)])
            add("http_requests_total", "counter", "HTTP requests answered.", [("", loop.httpRequests)])
            add(
                "slow_readers_closed_total", "counter", "Pages closed for reading too slowly.", [("", loop.slowReaders)]
            )
            add("bytes_received_total", "counter", "WebSocket payload bytes received.", [("", loop.bytesIn)])
            add("bytes_sent_total", "counter", "WebSocket payload bytes sent.", [("", loop.bytesOut)])
            add("frames_received_total", "counter", "WebSocket messages received.", [("", loop.framesIn)])
            add("frames_sent_total", "counter", "WebSocket messages sent.", [("", loop.framesOut)])
        }
        return text
    }
}
