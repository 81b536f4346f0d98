import Testing

@testable import Ledger

@Suite("Checkpoints, receipts and promises")
struct SignedTests {
    static let origin = "plenum/night-taxi/0123456789abcdef"
    let key: LogKey

    init() throws { key = try LogKey(seed: Array(0..<32), origin: Self.origin) }

    @Test("a vkey is read as it is written, as Go's sumdb writes its own")
    func verifierKeys() throws {
        // golang.org/x/mod/sumdb: the checksum database's published key.
        let text = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
        #expect(try VerifierKey(text).text == text)
        #expect(try VerifierKey(key.vkey) == key.verifier)
        #expect(try LogKey(seed: key.seed, origin: Self.origin).vkey == key.vkey)
        #expect(try LogKey.random(origin: Self.origin).vkey != key.vkey)
        let broken = [
            "", "a+b", "+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8", text + "A",
            text.replacing("033de0ae", with: "033de0af"), text.replacing("033de0ae", with: "033DE0AE"),
            text.replacing("sum.", with: "sum "), text.replacing("+Ac4z", with: "+Bc4z"), text + "\n",
        ]
        for text in broken {
            #expect(throws: LedgerError.self) { try VerifierKey(text) }
        }
        #expect(throws: LedgerError.badOrigin("a b")) { try LogKey.random(origin: "a b") }
        #expect(throws: LedgerError.badSeed(bytes: 31)) { try LogKey(seed: Array(1..<32), origin: "a") }
    }

    @Test("Go's own checkpoint is read and its signature holds")
    func golang() throws {
        // From golang.org/x/mod/sumdb/note's documentation of signed notes.
        let verifier = try VerifierKey("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
        let note = """
            If you think cryptography is the answer to your problem,
            then you don't know what your problem is.

            — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=

            """
        let parts = note.split(separator: "\n\n", maxSplits: 1)
        let body = Array("\(parts[0])\n".utf8)
        let signature = try #require(Base64.decode(parts[1].split(separator: " ")[2].dropLast().utf8))
        #expect(Array(signature.prefix(4)) == verifier.keyID)
        #expect(verifier.isValid(Array(signature.dropFirst(4)), for: body))
    }

    @Test("a checkpoint is read as it is signed, and no other bytes are")
    func checkpoints() throws {
        let checkpoint = key.sign(size: 7, root: log(7).root)
        #expect(try Checkpoint(checkpoint.text) == checkpoint)
        #expect(checkpoint.isSigned(by: key.verifier))
        #expect(!checkpoint.isSigned(by: try LogKey.random(origin: Self.origin).verifier))
        #expect(!checkpoint.isSigned(by: try LogKey(seed: key.seed, origin: "other").verifier))
        let witnessed = try Checkpoint(checkpoint.text + "— witness AAAAAAAA\n")
        #expect(witnessed.isSigned(by: key.verifier))
        let text = checkpoint.text
        for text in ["", "\n\n\n\n\n", String(text.dropLast()), text + "\n", text + "x\n"] {
            #expect(throws: LedgerError.self) { try Checkpoint(text) }
        }
        var bytes = Array(checkpoint.text.utf8)
        for place in bytes.indices {
            bytes[place] ^= 1
            if let text = String(validating: bytes, as: UTF8.self), let other = try? Checkpoint(text) {
                #expect(!other.isSigned(by: key.verifier), "byte \(place)")
            }
            bytes[place] ^= 1
        }
    }

    @Test("a short code is forty bits of the root")
    func shortCode() throws {
        func code(_ bytes: [UInt8]) throws -> String {
            key.sign(size: 1, root: try #require(LogHash(bytes: bytes + [UInt8](repeating: 0, count: 27)))).shortCode
        }
        #expect(try code([0, 0, 0, 0, 0]) == "0000-0000")
        #expect(try code([0xFF, 0xFF, 0xFF, 0xFF, 0xFF]) == "ZZZZ-ZZZZ")
        #expect(try code([0x08, 0x86, 0x42, 0x98, 0xE8]) == "1234-5678")
    }

    @Test("a receipt is read as it is written, and proves its entry only")
    func receipts() throws {
        let log = log(300)
        let checkpoint = key.sign(size: 299, root: log.root(at: 299))
        for index in [0, 1, 255, 256, 298] {
            let receipt = Receipt(log, index: index, checkpoint: checkpoint)
            #expect(receipt.isValid(by: key.verifier))
            #expect(try Receipt(receipt.text) == receipt)
            let moved = Receipt(
                entry: receipt.entry, index: (index + 1) % 299, proof: receipt.proof, checkpoint: checkpoint)
            #expect(!moved.isValid(by: key.verifier))
            var entry = receipt.entry
            entry[0] ^= 1
            let changed = Receipt(entry: entry, index: index, proof: receipt.proof, checkpoint: checkpoint)
            #expect(!changed.isValid(by: key.verifier))
        }
        let single = key.sign(size: 1, root: log.root(at: 1))
        let receipt = Receipt(log, index: 0, checkpoint: single)
        #expect(try Receipt(receipt.text) == receipt)
        #expect(receipt.isValid(by: key.verifier))
        let text = receipt.text
        for broken in [
            "", "c2sp.org/tlog-proof@v2" + text.dropFirst(22), text.replacing("index 0", with: "index 00"),
            text.replacing("extra ", with: "extra"), String(text.dropLast(100)),
            String(text.prefix(while: { $0 != "\n" })), text.replacing("\n\nplenum", with: "\nplenum"),
        ] {
            #expect(throws: LedgerError.self) { try Receipt(broken) }
        }
    }

    @Test("a promise is read as it is written, and holds for its entry and deadline only")
    func promises() throws {
        let entry = Array("entry".utf8)
        let signature = key.promise(leaf: .leaf(entry), deadline: 1_700_000_000)
        #expect(key.verifier.isValid(promise: signature, leaf: .leaf(entry), deadline: 1_700_000_000))
        #expect(!key.verifier.isValid(promise: signature, leaf: .leaf(entry), deadline: 1_700_000_001))
        let promise = Promise(origin: Self.origin, deadline: 1_700_000_000, signature: signature, entry: entry)
        #expect(promise.isValid(by: key.verifier))
        #expect(try Promise(promise.text) == promise)
        #expect(!promise.isValid(by: try LogKey.random(origin: Self.origin).verifier))
        let other = Promise(origin: Self.origin, deadline: 1, signature: signature, entry: entry)
        #expect(!other.isValid(by: key.verifier))
        let text = promise.text
        let moved = try Promise(text.replacing(Base64.encode(entry), with: Base64.encode(entry + [0])))
        #expect(!moved.isValid(by: key.verifier))
        for broken in [
            "", text + "\n", String(text.dropLast()), text.replacing("v1", with: "v2"),
            text.replacing("1700000000", with: "-1"),
        ] {
            #expect(throws: LedgerError.self) { try Promise(broken) }
        }
    }
}
