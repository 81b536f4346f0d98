internal import Ledger
internal import Voting

/// A moderator's act that could sway a vote, as it stands in the log.
struct RecordedAct: Sendable, Hashable {
    var act: ModeratorAct
    /// The moderator's reason; may be empty.
    var why: String
}
