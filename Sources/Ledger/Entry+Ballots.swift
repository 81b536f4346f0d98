public import Voting

extension Entry {
    /// A secret ballot.
    ///
    /// - Parameters:
    ///   - key: the voter's Ed25519 public key, 32 bytes.
    ///   - authenticator: the token's signature, 256 bytes.
    ///   - signature: the ballot's, 64 bytes, over `BallotSignature.message`.
    public static func ballot(
        _ question: QuestionID, round: Int, counter: Int, choices: Choices, weight: Int, key: [UInt8],
        authenticator: [UInt8], signature: [UInt8]
    ) -> [UInt8] {
        var writer = CanonicalWriter(capacity: 640)
        writer.member("a", base64: authenticator)
        writer.member("c", choices)
        writer.member("k", base64: key)
        writer.member("n", counter)
        writer.member("q", question.number)
        writer.member("r", round)
        writer.member("s", base64: signature)
        writer.member("t", "ballot")
        writer.member("w", weight)
        return writer.finish()
    }

    /// A named ballot, of the voter with this roster number.
    public static func ballot(
        _ question: QuestionID, round: Int, counter: Int, choices: Choices, voter: Int
    ) -> [UInt8] {
        var writer = CanonicalWriter(capacity: 128)
        writer.member("c", choices)
        writer.member("n", counter)
        writer.member("q", question.number)
        writer.member("r", round)
        writer.member("t", "ballot")
        writer.member("v", voter)
        return writer.finish()
    }

    /// An indicative ballot, of the device with this pseudonym (16 bytes, see `pseudonym`).
    public static func ballot(
        _ question: QuestionID, round: Int, counter: Int, choices: Choices, pseudonym: [UInt8]
    ) -> [UInt8] {
        var writer = CanonicalWriter(capacity: 128)
        writer.member("c", choices)
        writer.member("d", base64: pseudonym)
        writer.member("n", counter)
        writer.member("q", question.number)
        writer.member("r", round)
        writer.member("t", "ballot")
        return writer.finish()
    }

    /// Stands for a device in one round: the first 16 bytes of
    /// `SHA256("vote-device/v1\n<origin>\n<q>\n<r>\n<device>\n")`.
    ///
    /// Only the device knows its number, so only it can find its ballots; those of two rounds cannot be linked.
    ///
    /// - Parameter device: written as on the wire, 22 characters of base64url.
    public static func pseudonym(
        origin: String, question: QuestionID, round: Int, device: VoterID
    ) -> [UInt8] {
        var input: [UInt8] = []
        input.reserveCapacity(128)
        input += "vote-device/v1\n".utf8
        input += origin.utf8
        input.append(0x0A)
        CanonicalWriter.append(question.number, to: &input)
        input.append(0x0A)
        CanonicalWriter.append(round, to: &input)
        input.append(0x0A)
        var bits = (device.high.bigEndian, device.low.bigEndian)
        let start = input.count
        withUnsafeBytes(of: &bits) { Base64.append($0, to: &input) }
        input.removeLast(2)  // the padding
        for place in start..<input.count {
            if input[place] == UInt8(ascii: "+") { input[place] = UInt8(ascii: "-") }
            if input[place] == UInt8(ascii: "/") { input[place] = UInt8(ascii: "_") }
        }
        input.append(0x0A)
        return Array(LogHash.plain(input).bytes.prefix(16))
    }
}
