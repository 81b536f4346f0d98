import Testing

@testable import Ledger

@Suite("Tiles")
struct TileTests {
    @Test(
        "paths are read and written alike",
        arguments: [
            ("tile/0/000", TilePath(.hashes(level: 0), 0)), ("tile/63/999", TilePath(.hashes(level: 63), 999)),
            ("tile/0/x001/234.p/5", TilePath(.hashes(level: 0), 1234, width: 5)),
            ("tile/entries/x001/x234/067", TilePath(.entries, 1_234_067)),
            ("tile/entries/255.p/255", TilePath(.entries, 255, width: 255)),
            ("tile/1/x999/x999/x999/x999/999", TilePath(.hashes(level: 1), 999_999_999_999_999)),
        ])
    func paths(text: String, path: TilePath) {
        #expect(TilePath(text) == path)
        #expect(path.description == text)
    }

    @Test(
        "other paths are refused",
        arguments: [
            "", "tile", "tile/0", "tile/0/", "/tile/0/000", "tile/00/000", "tile/64/000", "tile/-1/000", "tile/0/0",
            "tile/0/0000", "tile/0/x000/001", "tile/0/x001", "tile/0/001/002", "tile/0/x001/x002", "tile/0/000.p/0",
            "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p", "tile/0/000/.p/1", "tile/0/000.p/1/", "tile/0/.p/1",
            "tile/0/000.q/1", "tile/0/x.p/1", "tile/data/000", "tile/0/٠٠١", "tile/0/x001/+01", "tile/0/ 01",
            "tile/entries/x1/000", "tile/0/x001/x000/x000/x000/x000/000", "tile/0/000\0",
        ])
    func otherPaths(text: String) { #expect(TilePath(text) == nil) }

    @Test("tiles hold the leaves, the hashes over full tiles, and the entries with their lengths")
    func contents() throws {
        let size = 256 * 256 + 256 * 3 + 5
        let log = log(size)
        let leaves = try #require(log.tile(TilePath(.hashes(level: 0), 2)))
        #expect(leaves == (512..<768).flatMap { log.leaf($0).bytes })
        #expect(log.tile(TilePath(.hashes(level: 0), 259, width: 3))?.count == 96)
        #expect(log.tile(TilePath(.hashes(level: 0), 259, width: 6)) == nil)
        #expect(log.tile(TilePath(.hashes(level: 0), 2, width: 7)) == Array(leaves.prefix(7 * 32)))
        let upper = try #require(log.tile(TilePath(.hashes(level: 1), 0)))
        var full = Log()
        for index in 0..<256 { full.append(log.entry(index)) }
        #expect(Array(upper.prefix(32)) == full.root.bytes)
        #expect(log.tile(TilePath(.hashes(level: 2), 0, width: 1)) == log.root(at: 65_536).bytes)
        #expect(log.tile(TilePath(.hashes(level: 2), 0, width: 2)) == nil)
        #expect(log.tile(TilePath(.hashes(level: 3), 0, width: 1)) == nil)
        #expect(log.tile(TilePath(.hashes(level: 63), 0, width: 1)) == nil)
        let two = [[0, 7], Array("entry 0".utf8), [0, 7], Array("entry 1".utf8)].flatMap { $0 }
        #expect(log.tile(TilePath(.entries, 0, width: 2)) == two)
        #expect(log.tile(TilePath(.entries, 260)) == nil)
        #expect(log.tile(TilePath(.entries, 0, width: 0)) == nil)
    }

    @Test("all tiles of a size, and no other, are there", arguments: [0, 1, 255, 256, 257, 65_536, 66_000])
    func everyTile(size: Int) {
        let log = log(size)
        let paths = TilePath.all(size: size)
        #expect(paths.allSatisfy { log.tile($0) != nil && TilePath($0.description) == $0 })
        #expect(Set(paths).count == paths.count)
        let entries = paths.filter { $0.kind == .entries }.map(\.width).reduce(0, +)
        let leaves = paths.filter { $0.kind == .hashes(level: 0) }.map(\.width).reduce(0, +)
        #expect(entries == size && leaves == size)
        if size == 66_000 {
            #expect(paths.map(\.description).contains("tile/1/001.p/1"))
            #expect(paths.map(\.description).contains("tile/2/000.p/1"))
        }
    }
}
