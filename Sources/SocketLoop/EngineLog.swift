import CWebSockets
import Glibc

/// libwebsockets logs through one function for the whole process. Strangers can make it log, by malformed requests, so
/// no more than a handful of lines goes out in a while; how many did not is said once.
enum EngineLog {
    private struct State {
        var sink: (@Sendable (String) -> Void)?
        var gate = LogGate()
        var isInstalled = false
        var errors: [(thread: UInt, text: String)] = []
    }

    private static let state = Locked(State())

    static var sink: (@Sendable (String) -> Void)? {
        get { state.withLock { $0.sink } }
        set { state.withLock { $0.sink = newValue } }
    }

    /// Runs `body` and returns, with its result, the first error reported meanwhile on this thread: the one that says
    /// why something would not start.
    static func reason<Result>(_ body: () -> Result) -> (Result, String) {
        let thread = plenum_thread()
        state.withLock { state in state.errors.removeAll { $0.thread == thread } }
        let result = body()
        let first = state.withLock { state in state.errors.first { $0.thread == thread } }
        return (result, first?.text ?? "no reason given")
    }

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
        let (sink, verdict) = state.withLock { state in
            if isError { state.errors = state.errors.suffix(15) + [(plenum_thread(), text)] }
            return (state.sink, state.gate.admit(at: now))
        }
        guard let sink else { return }
        if verdict.leftOut > 0 { sink("libwebsockets: \(verdict.leftOut) lines before this one were left out") }
        if verdict.passes { sink("libwebsockets: \(text)") }
    }
}

/// Lets so many lines through in each window of seconds, and counts the others.
struct LogGate {
    static let window = 10
    static let most = 10

    private var start = 0
    private var lines = 0
    private var leftOut = 0

    /// `leftOut` is not 0 once after lines were left out, with the first line of a new window.
    mutating func admit(at seconds: Int) -> (passes: Bool, leftOut: Int) {
        var before = 0
        if seconds - start >= LogGate.window {
            before = leftOut
            (start, lines, leftOut) = (seconds, 0, 0)
        }
        lines += 1
        if lines > LogGate.most { leftOut += 1 }
        return (lines <= LogGate.most, before)
    }
}
