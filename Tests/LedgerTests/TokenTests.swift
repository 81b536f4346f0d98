import CryptoExtras
import Foundation
import Testing
import Voting

@testable import Ledger

@Suite("Tokens and ballot signatures")
struct TokenTests {
    typealias Key = _RSA.BlindSigning.PrivateKey<SHA384>

    @Test("RFC 9474's vectors with salt 48: the blind signature and the finished one")
    func blindSignatures() throws {
        var checked = 0
        for row in try Vectors.rows("rfc9474.json") where row["name"]?.contains("PSSZERO") == false {
            func bytes(_ name: String) throws -> [UInt8] { try Vectors.bytes(row[name]) }
            let key = try Key(
                n: bytes("n"), e: bytes("e"), d: bytes("d"), p: bytes("p"), q: bytes("q"),
                parameters: .RSABSSA_SHA384_PSS_Deterministic)
            #expect(try Array(key.blindSignature(for: bytes("blinded_msg")).rawRepresentation) == bytes("blind_sig"))
            let signature = _RSA.Signing.RSASignature(rawRepresentation: try bytes("sig"))
            // The randomized variant differs in how the message is prepared; here it is prepared already.
            let isValid = try key.publicKey.isValidSignature(
                signature, for: key.publicKey.prepare(bytes("prepared_msg")))
            #expect(isValid)
            checked += 1
        }
        #expect(checked == 2)
    }

    @Test("RFC 9578's vectors for type 2: key, key id, challenge, response, token")
    func tokens() throws {
        let rows = try Vectors.rows("rfc9578-type2.json")
        #expect(rows.count == 5)
        for row in rows {
            func bytes(_ name: String) throws -> [UInt8] { try Vectors.bytes(row[name]) }
            let pem = try String(decoding: bytes("skS"), as: UTF8.self)
            let der = try #require(Data(base64Encoded: pem.split(separator: "\n").dropFirst().dropLast().joined()))
            let key = try TokenKey(der: Array(der))
            #expect(try key.spki == bytes("pkS"))
            #expect(try TokenKey(der: key.der).spki == key.spki)
            let request = try bytes("token_request")
            #expect(Array(request.prefix(2)) == [0, 2] && request[2] == LogHash.plain(key.spki).bytes[31])
            #expect(try key.blindSign(Array(request.dropFirst(3))) == bytes("token_response"))
            let token = try bytes("token")
            let verifier = try TokenVerifier(spki: key.spki, challenge: bytes("token_challenge"))
            #expect(try Array(token.prefix(98)) == verifier.input(nonce: bytes("nonce")))
            #expect(try verifier.isValid(authenticator: Array(token.dropFirst(98)), nonce: bytes("nonce")))
            #expect(
                try !verifier.isValid(
                    authenticator: Array(token.dropFirst(98)), nonce: Array(bytes("blind").prefix(32))))
        }
    }

    @Test("our challenge is RFC 9578's with the origin as issuer and the key entry as context")
    func challenge() throws {
        let context = LogHash.leaf([1])
        let challenge = TokenVerifier.challenge(origin: "abc", keyEntry: context)
        #expect(challenge == [0, 2, 0, 3] + Array("abc".utf8) + [32] + context.bytes + [0, 0])
    }

    @Test("a token is good for its nonce, entry, log and key only")
    func circle() throws {
        let key = try TokenKey.generate()
        let verifier = try TokenVerifier(spki: key.spki, origin: "a", keyEntry: .leaf([1]))
        let ballotKey = BallotKey()
        let nonce = ballotKey.publicKey
        let request = try TokenRequest(verifier, nonce: nonce)
        let answer = try key.blindSign(request.blinded)
        #expect(try key.blindSign(request.blinded) == answer)
        let token = try request.finish(answer)
        #expect(verifier.isValid(authenticator: token, nonce: nonce))
        #expect(!verifier.isValid(authenticator: token, nonce: BallotKey().publicKey))
        #expect(!verifier.isValid(authenticator: Array(token.dropLast()), nonce: nonce))
        #expect(!verifier.isValid(authenticator: [], nonce: []))
        let others = [
            try TokenVerifier(spki: key.spki, origin: "b", keyEntry: .leaf([1])),
            try TokenVerifier(spki: key.spki, origin: "a", keyEntry: .leaf([2])),
            try TokenVerifier(spki: TokenKey.generate().spki, origin: "a", keyEntry: .leaf([1])),
        ]
        #expect(others.allSatisfy { !$0.isValid(authenticator: token, nonce: nonce) })
        #expect(throws: LedgerError.badTokenKey) { try request.finish([UInt8](repeating: 1, count: 256)) }
        #expect(throws: LedgerError.badTokenKey) { try request.finish([]) }
    }

    @Test("inputs and keys of other sizes and forms are refused")
    func refusals() throws {
        let key = try TokenKey.generate()
        for blinded in [[], [UInt8](repeating: 0, count: 255), [UInt8](repeating: 255, count: 256)] {
            #expect(throws: LedgerError.badBlindedInput) { try key.blindSign(blinded) }
        }
        #expect(throws: LedgerError.badTokenKey) { try TokenKey(der: []) }
        let large = try Key(keySize: .bits3072, parameters: .RSABSSA_SHA384_PSS_Deterministic)
        #expect(throws: LedgerError.badTokenKey) { try TokenKey(der: Array(large.derRepresentation)) }
        // The frame before and after the modulus, its highest and its lowest bit.
        for (place, bit) in [(0, 1), (4, 1), (60, 1), (80, 1), (81, 0x80), (336, 1), (337, 1), (341, 1)] {
            var spki = key.spki
            spki[place] ^= UInt8(bit)
            #expect(throws: LedgerError.badTokenKey, "byte \(place)") {
                try TokenVerifier(spki: spki, origin: "a", keyEntry: .empty)
            }
        }
        #expect(throws: LedgerError.badTokenKey) { try TokenVerifier(spki: [], origin: "a", keyEntry: .empty) }
    }

    @Test("a ballot's signature is over the wording, the counter and the choices")
    func signatures() throws {
        let key = BallotKey()
        let message = BallotSignature.message(
            origin: "plenum/x/0", open: .empty, counter: 17, choices: try Choices([3, 1]))
        #expect(
            String(decoding: message, as: UTF8.self)
                == "vote-ballot/v1\nplenum/x/0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n17\n[1,3]\n")
        let signature = key.sign(message)
        #expect(BallotSignature.isValid(signature: signature, key: key.publicKey, message: message))
        #expect(!BallotSignature.isValid(signature: signature, key: BallotKey().publicKey, message: message))
        #expect(!BallotSignature.isValid(signature: signature, key: key.publicKey, message: message + [0]))
        #expect(!BallotSignature.isValid(signature: [], key: key.publicKey, message: message))
        #expect(!BallotSignature.isValid(signature: signature, key: [], message: message))
    }
}
