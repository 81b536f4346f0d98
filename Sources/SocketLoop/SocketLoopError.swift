/// What can keep a ``SocketLoop`` from starting. `description` is a sentence for the person who started it: what,
/// where, how to mend it.
public enum SocketLoopError: Error, Equatable, Sendable {
    /// Another program listens on `address`.
    case addressInUse(String)
    /// The system lets only privileged programs listen on `address`.
    case notAllowed(String)
    /// `address` does not belong to this machine or means nothing; `reason` is the system's word for it.
    case noSuchAddress(String, reason: String)
    /// The certificate or key at `path` cannot be used.
    case badCertificate(path: String, reason: String)
    /// libwebsockets could not be started.
    case engine(String)
}

extension SocketLoopError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .addressInUse(let address):
            return "Cannot listen on \(address): another program already does. "
                + "Stop that program or choose another port."
        case .notAllowed(let address):
            return "Cannot listen on \(address): the system does not allow it to this user. Ports below 1024 need "
                + "the capability CAP_NET_BIND_SERVICE; choose a port from 1024 up or grant it."
        case .noSuchAddress(let address, let reason):
            return "Cannot listen on \(address): \(reason). Use an address of this machine, or none for all of them."
        case .badCertificate(let path, let reason):
            return "Cannot use the TLS file \(path): \(reason). "
                + "Give a PEM certificate chain and the PEM private key that belongs to it."
        case .engine(let reason):
            return "Cannot start libwebsockets: \(reason)."
        }
    }
}
