public import Voting

/// What the hub says of the public record.
extension Outgoing {
    /// A signed promise that a ballot will stand in the log.
    public struct Promise: Hashable, Sendable {
        /// Unix seconds.
        public var deadline: Int64
        /// 64 bytes, Ed25519 by the log's key.
        public var signature: [UInt8]

        public init(deadline: Int64, signature: [UInt8]) {
            self.deadline = deadline
            self.signature = signature
        }
    }

    public static func ack(_ id: MessageID, _ promise: Promise) -> [UInt8] {
        var json = JSONWriter(type: "ack")
        json.member("id", id: id.bits)
        json.member("by", promise.deadline)
        json.member("sig", base64: promise.signature)
        return json.finished()
    }

    /// A key under which a phone may ask for a blind token.
    public struct TokenKey: Hashable, Sendable {
        public var question: QuestionID
        public var round: Int
        public var weight: Int
        /// RSA-2048, big-endian, 256 bytes.
        public var modulus: [UInt8]

        public init(question: QuestionID, round: Int, weight: Int, modulus: [UInt8]) {
            self.question = question
            self.round = round
            self.weight = weight
            self.modulus = modulus
        }
    }

    public static func keys(_ keys: [TokenKey]) -> [UInt8] {
        var json = JSONWriter(type: "keys")
        json.member(
            "keys",
            objects: keys.map { key in
                var json = JSONWriter()
                json.member("q", key.question.number)
                json.member("r", key.round)
                json.member("w", key.weight)
                json.member("n", base64: key.modulus)
                return json
            })
        return json.finished()
    }

    public static func token(_ id: MessageID, signature: [UInt8]) -> [UInt8] {
        var json = JSONWriter(type: "token")
        json.member("id", id: id.bits)
        json.member("s", base64: signature)
        return json.finished()
    }

    /// Where an entry is in the log.
    public struct Inclusion: Hashable, Sendable {
        public var index: Int
        /// 32 bytes each, from the leaf upwards.
        public var path: [[UInt8]]

        public init(index: Int, path: [[UInt8]]) {
            self.index = index
            self.path = path
        }
    }

    /// - Parameters:
    ///   - leaf: what was asked for, if anything.
    ///   - inclusion: nil if it is not in the log (yet).
    ///   - checkpoint: the newest, a signed note.
    ///   - since: the proof that it continues the one asked from.
    public static func proof(
        leaf: [UInt8]?, _ inclusion: Inclusion?, checkpoint: String, since: [[UInt8]]
    ) -> [UInt8] {
        var json = JSONWriter(type: "proof")
        json.member("leaf", base64: leaf)
        json.member("i", inclusion?.index)
        if let inclusion { json.member("path", base64: inclusion.path) }
        json.member("note", checkpoint)
        json.member("since", base64: since)
        return json.finished()
    }

    /// The record's newest head, for screens and moderators.
    public struct Head: Hashable, Sendable {
        /// An act that could sway a vote, as it stands in the log.
        public struct Act: Hashable, Sendable {
            public var question: QuestionID
            public var round: Int
            public var name: String
            public var seconds: Int?
            public var why: String

            public init(question: QuestionID, round: Int, name: String, seconds: Int?, why: String) {
                self.question = question
                self.round = round
                self.name = name
                self.seconds = seconds
                self.why = why
            }
        }
        public var size: Int
        /// The short code people compare by eye.
        public var code: String
        public var checkpoint: String
        /// Acts on the question in front, oldest first.
        public var acts: [Act]
        /// Whether the result of the question in front has its certificate.
        public var isCertified: Bool

        public init(size: Int, code: String, checkpoint: String, acts: [Act], isCertified: Bool) {
            self.size = size
            self.code = code
            self.checkpoint = checkpoint
            self.acts = acts
            self.isCertified = isCertified
        }
    }

    public static func head(_ head: Head) -> [UInt8] {
        var json = JSONWriter(type: "head")
        json.member("size", head.size)
        json.member("code", head.code)
        json.member("note", head.checkpoint)
        json.member(
            "acts",
            objects: head.acts.map { act in
                var json = JSONWriter()
                json.member("q", act.question.number)
                json.member("r", act.round)
                json.member("act", act.name)
                json.member("s", act.seconds)
                json.member("why", act.why)
                return json
            })
        if head.isCertified { json.member("certified", true) }
        return json.finished()
    }
}
