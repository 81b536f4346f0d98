/// A simulated crowd that comes to a hub with real connections, one a phone, and votes.
///
/// Everything runs on the thread that calls `run`; nothing is shared with another.
public final class Rehearsal {
    private let plan: RehearsalPlan
    private let target: SocketAddress

    /// Checks the plan and looks the host up.
    ///
    /// - Throws: what is wrong with the plan, or `unknownHost`.
    public init(_ plan: RehearsalPlan) throws(RehearsalError) {
        try plan.check()
        self.plan = plan
        target = try plan.hub.resolve()
    }

    /// Holds the rehearsal; returns when every phone is done with `plan.questions` questions, or at the deadline.
    ///
    /// A hub that is not there, goes away and comes back is no error while the deadline lasts.
    ///
    /// - Parameter progress: called about five times a second, and at the end.
    /// - Throws: `tooManyPhones` if the system has no room for them, `notAHub` if something else answers.
    public func run(progress: (RehearsalProgress) -> Void = { _ in }) throws(RehearsalError) -> RehearsalReport {
        let crowd = try Crowd(plan, target: target)
        try crowd.run(progress)
        return crowd.report()
    }
}

extension Crowd {
    func report() -> RehearsalReport {
        let open = phones.reduce(into: (sent: 0, undecided: 0)) { sums, phone in
            for vote in phone.votes {
                if vote.answer == .sent { sums.sent += 1 }
                if vote.answer == .thinking || vote.answer == .decided { sums.undecided += 1 }
            }
        }
        let voting = counters.lastCounted > counters.firstSent ? counters.lastCounted - counters.firstSent : 0
        return RehearsalReport(
            phones: phones.count, connected: counters.connected, reconnects: counters.reconnects,
            questions: wasOpen.count { $0 }, sent: counters.sent, resent: counters.resent, counted: counters.counted,
            refused: counters.refused, unacknowledged: open.sent, missed: counters.missed + open.undecided,
            lost: counters.lost, duplicated: counters.duplicated, errors: counters.errors,
            latency: .init(counters.latency), connecting: .init(counters.connecting),
            bytesInPerPhone: counters.bytesIn / phones.count, bytesOutPerPhone: counters.bytesOut / phones.count,
            seconds: seconds, votingSeconds: Double(voting) / 1e9,
            votesPerSecond: voting == 0 ? 0 : Int(Double(counters.counted) / (Double(voting) / 1e9)))
    }
}
