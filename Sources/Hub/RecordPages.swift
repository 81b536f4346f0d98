internal import Ledger
internal import SocketLoop
internal import Voting

/// The public record over HTTP: checkpoint and tiles at the paths of C2SP tlog-tiles, the key, QR codes, receipts.
extension Hub {
    /// The answer for a path of the record; nil if it is none.
    func recordResponse(_ path: String) -> HTTPResponse? {
        switch path {
        case "/checkpoint": text(book.checkpoint?.text)
        case "/checkpoints.txt": text(book.checkpointsText)
        case "/vkey": text(book.key.vkey + "\n")
        case "/roster.txt": text(meeting.roster?.text ?? "")
        case "/checkpoint.svg": svg(book.checkpoint.map(\.text))
        default:
            if path.hasPrefix("/tile/") {
                tile(path)
            } else if path.hasPrefix("/certificate/") {
                certificate(path.dropFirst("/certificate/".count))
            } else {
                nil
            }
        }
    }

    private func text(_ text: String?) -> HTTPResponse {
        guard let text else { return .text("Nothing is in the record yet.\n", status: 404) }
        return .text(text, headers: [HTTPHeader("Cache-Control", "no-cache")])
    }

    /// Full tiles never change; partial ones do not either, at their width.
    private func tile(_ path: String) -> HTTPResponse {
        guard let path = TilePath(path.dropFirst()), let bytes = book.log.tile(path) else { return .notFound }
        return HTTPResponse(
            status: 200, contentType: "application/octet-stream",
            headers: [HTTPHeader("Cache-Control", "public, max-age=31536000, immutable")], body: .bytes(bytes))
    }

    private func svg(_ content: String?) -> HTTPResponse {
        guard let content, let code = QRCode(content, isClean: true) else { return .notFound }
        return HTTPResponse(
            status: 200, contentType: "image/svg+xml", headers: [HTTPHeader("Cache-Control", "no-cache")],
            body: .bytes(Array(code.svg.utf8)))
    }

    /// `3.1.svg`: the close entry of question 3, round 1, and the checkpoint it is under, to be photographed;
    /// `3.1.tlog-proof`: the same with its proof, a file.
    private func certificate(_ name: Substring) -> HTTPResponse {
        let parts = name.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let question = Int(parts[0]), let round = Int(parts[1]),
            let index = book.closes[RoundID(QuestionID(question), round)], let checkpoint = book.checkpoint
        else { return .notFound }
        switch parts[2] {
        case "svg":
            return svg(String(decoding: book.log.entry(index), as: UTF8.self) + "\n" + checkpoint.text)
        case "tlog-proof":
            return text(Receipt(book.log, index: index, checkpoint: checkpoint).text)
        default: return .notFound
        }
    }

    /// What the audit bundle holds, to be zipped on another thread.
    func bundleDraft() -> BundleDraft? {
        guard let checkpoint = book.checkpoint else { return nil }
        return BundleDraft(
            log: book.log, checkpoint: checkpoint, checkpoints: book.checkpointsText ?? "",
            roster: meeting.roster?.text ?? "", vkey: book.key.vkey)
    }
}

/// The audit bundle before it is zipped.
public struct BundleDraft: Sendable {
    let log: Log
    let checkpoint: Checkpoint
    let checkpoints: String
    let roster: String
    let vkey: String

    public var size: Int { checkpoint.size }

    /// Names and contents, but for `verify.py`.
    public func files() -> [(name: String, bytes: [UInt8])] {
        var files = [
            ("checkpoint", Array(checkpoint.text.utf8)), ("checkpoints.txt", Array(checkpoints.utf8)),
            ("roster.txt", Array(roster.utf8)), ("vkey", Array((vkey + "\n").utf8)),
        ]
        for path in TilePath.all(size: log.size) {
            if let bytes = log.tile(path) { files.append((path.description, bytes)) }
        }
        return files
    }
}

extension LogBook {
    /// Every head ever signed, oldest first, a blank line between.
    var checkpointsText: String? {
        checkpoints.isEmpty ? nil : checkpoints.map(\.text).joined(separator: "\n")
    }
}
