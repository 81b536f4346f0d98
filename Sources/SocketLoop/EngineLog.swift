import CWebSockets
import Glibc

/// libwebsockets logs through one function for the whole process. Strangers can make it log, by malformed requests, so
/// no more than a handful of lines goes out in a while; how many did not is said once.
enum EngineLog {
    private struct State {
        var sink: (@Sendable (String) -> Void)?
        var windowStart = 0
        var lines = 0
        var suppressed = 0
        var isInstalled = false
        var last = ""
    }

    private static let state = Locked(State())
    private static let window = 10
    private static let most = 10

    static var sink: (@Sendable (String) -> Void)? {
        get { state.withLock { $0.sink } }
        set { state.withLock { $0.sink = newValue } }
    }

    /// The last error libwebsockets reported, to say why it would not start.
    static var last: String { state.withLock { $0.last } }

    static func install() {
        let first = state.withLock { state in
            defer { state.isInstalled = true }
            return !state.isInstalled
        }
        guard first else { return }
        // Errors and warnings only: notices may carry what a client sent.
        lws_set_log_level(LLL_ERR | LLL_WARN) { level, line in
            guard let line else { return }
            EngineLog.emit(String(cString: line), isError: level == LLL_ERR)
        }
    }

    private static func emit(_ line: String, isError: Bool) {
        let text = line.filter { $0 != "\n" && $0 != "\r\n" }
        let now = time(nil)
        let (sink, suppressed, passes) = state.withLock { state in
            if isError { state.last = text }
            var suppressed = 0
            if now - state.windowStart >= window {
                suppressed = state.suppressed
                (state.windowStart, state.lines, state.suppressed) = (now, 0, 0)
            }
            state.lines += 1
            if state.lines > most { state.suppressed += 1 }
            return (state.sink, suppressed, state.lines <= most)
        }
        guard let sink else { return }
        if suppressed > 0 { sink("libwebsockets: \(suppressed) more lines in the last seconds were left out") }
        if passes { sink("libwebsockets: \(text)") }
    }
}
