/// Why a rehearsal could not be held.
public enum RehearsalError: Error, Hashable, Sendable {
    /// The URL is not `http://host[:port]`.
    case badURL(String, reason: String)
    case unknownHost(String, reason: String)
    /// A number of the plan is out of its range.
    case badNumber(name: String, value: String, range: String)
    case tooFewBallots(phones: Int, ballots: Int)
    /// The system does not let one process hold so many connections.
    case tooManyPhones(phones: Int, fits: Int, remedy: String)
    /// Something answers at the URL, and it is not a hub.
    case notAHub(url: String, answer: String)
    /// A system call failed in a way that trying again does not mend.
    case system(call: String, reason: String)
}

extension RehearsalError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .badURL(let url, let reason): "'\(url)' is not the address of a hub: \(reason)"
        case .unknownHost(let host, let reason):
            "the host '\(host)' is not known (\(reason)); check the name or use its IP"
        case .badNumber(let name, let value, let range): "\(name) must be \(range), not \(value)"
        case .tooFewBallots(let phones, let ballots):
            "\(phones) phones cannot cast \(ballots) ballots; use at most \(ballots) phones"
        case .tooManyPhones(let phones, let fits, let remedy):
            "\(phones) phones do not fit here, at most \(fits) do; \(remedy)"
        case .notAHub(let url, let answer):
            "what answers at \(url) is not a Plenum hub (\(answer)); check host and port"
        case .system(let call, let reason): "\(call) failed: \(reason)"
        }
    }
}
