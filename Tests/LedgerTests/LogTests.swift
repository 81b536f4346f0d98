import Testing

@testable import Ledger

@Suite("The log")
struct LogTests {
    @Test("the roots of Certificate Transparency's vectors")
    func vectors() throws {
        let file = try #require(try Vectors.read("rfc6962.json") as? [String: [String]])
        let roots = try #require(file["roots_hex"]).map { try Vectors.bytes($0) }
        var log = Log()
        #expect(log.root.bytes == roots[0])
        for (place, leaf) in try #require(file["leaves_hex"]).enumerated() {
            log.append(try Vectors.bytes(leaf))
            #expect(log.root.bytes == roots[place + 1])
            #expect(log.root(at: place).bytes == roots[place])
        }
    }

    @Test("roots, at every size, are the recursive definition's")
    func roots() {
        func root(_ leaves: ArraySlice<LogHash>) -> LogHash {
            if leaves.count < 2 { return leaves.first ?? .empty }
            var left = 1
            while left * 2 < leaves.count { left *= 2 }
            return .node(root(leaves.prefix(left)), root(leaves.dropFirst(left)))
        }
        let log = log(600)
        let leaves = (0..<600).map { LogHash.leaf(Array("entry \($0)".utf8)) }
        for size in 0...600 { #expect(log.root(at: size) == root(leaves[..<size])) }
        #expect((0..<600).allSatisfy { log.leaf($0) == leaves[$0] && log.entry($0) == Array("entry \($0)".utf8) })
    }

    @Test("every inclusion proof up to 70 entries holds, and none for another place, size, leaf or root")
    func inclusion() {
        let log = log(70)
        for size in 1...70 {
            let root = log.root(at: size)
            for index in 0..<size {
                let proof = log.inclusionProof(of: index, in: size)
                let leaf = log.leaf(index)
                #expect(MerkleProof.includes(leaf, at: index, size: size, root: root, proof: proof))
                #expect(!MerkleProof.includes(leaf, at: index, size: size, root: .empty, proof: proof))
                #expect(!MerkleProof.includes(.empty, at: index, size: size, root: root, proof: proof))
                #expect(!MerkleProof.includes(leaf, at: size, size: size, root: root, proof: proof))
                #expect(!MerkleProof.includes(leaf, at: -1, size: size, root: root, proof: proof))
                #expect(!MerkleProof.includes(leaf, at: index, size: size, root: root, proof: proof + [.empty]))
                if index != 0 {
                    #expect(!MerkleProof.includes(leaf, at: index - 1, size: size, root: root, proof: proof))
                    #expect(!MerkleProof.includes(leaf, at: index, size: size, root: root, proof: proof.dropLast()))
                }
            }
        }
    }

    @Test("every consistency proof up to 70 entries holds, and none for other roots")
    func consistency() {
        let log = log(70)
        for new in 0...70 {
            for old in 0...new {
                let proof = log.consistencyProof(from: old, to: new)
                func holds(_ oldRoot: LogHash, _ newRoot: LogHash, _ proof: [LogHash]) -> Bool {
                    MerkleProof.continues(
                        oldSize: old, oldRoot: oldRoot, newSize: new, newRoot: newRoot, proof: proof)
                }
                let (before, after) = (log.root(at: old), log.root(at: new))
                #expect(holds(before, after, proof))
                #expect(!holds(before, after, proof + [.empty]))
                #expect(!holds(.leaf([]), after, proof))
                if old > 0 { #expect(!holds(before, .leaf([]), proof)) }
                if old > 0 && old < new { #expect(!holds(before, after, proof.dropLast())) }
            }
        }
        #expect(!MerkleProof.continues(oldSize: 2, oldRoot: .empty, newSize: 1, newRoot: .empty, proof: []))
    }

    @Test("a copy goes on by itself")
    func copies() {
        var original = log(1000)
        let root = original.root
        var copy = original
        copy.append([1])
        original.append([2])
        #expect(copy.root(at: 1000) == root && original.root(at: 1000) == root)
        #expect(copy.root != original.root)
        #expect(copy.entry(1000) == [1] && original.entry(1000) == [2])
    }

    @Test("the longest entry fits")
    func longest() {
        var log = Log()
        let entry = [UInt8](repeating: 9, count: Log.maximumEntryBytes)
        log.append(entry)
        #expect(log.entry(0) == entry)
        #expect(log.tile(TilePath(.entries, 0, width: 1)) == [255, 255] + entry)
    }
}
