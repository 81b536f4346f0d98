import Foundation
import Synchronization

/// SIGINT and SIGTERM stop the hub in good order; they are taken on a thread of their own.
final class Signals: Sendable {
    private let action = Mutex<(@Sendable () -> Void)?>(nil)

    /// Make it before any other thread starts: they inherit the blocked signals.
    init() {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGINT)
        sigaddset(&set, SIGTERM)
        pthread_sigmask(SIG_BLOCK, &set, nil)
        let thread = Thread { [self] in
            var set = sigset_t()
            sigemptyset(&set)
            sigaddset(&set, SIGINT)
            sigaddset(&set, SIGTERM)
            var signal: Int32 = 0
            while sigwait(&set, &signal) == 0 {
                // Before there is anything to stop, stopping is simply leaving.
                guard let action = action.withLock({ $0 }) else { exit(128 + signal) }
                action()
            }
        }
        thread.name = "plenum.signals"
        thread.start()
    }

    func onStop(_ action: @escaping @Sendable () -> Void) { self.action.withLock { $0 = action } }
}
