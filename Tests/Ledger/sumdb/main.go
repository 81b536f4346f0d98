// sumdb FOLDER checks a log's files with the code that guards Go's modules; not 0 and a reason if they are refused.
package main

import (
	"encoding/binary"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
	"os"
	"strings"
)

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// Go's own paths name the tile height, 8, which tlog-tiles leaves out, and say "data" for entries.
func read(path string) []byte {
	return must(os.ReadFile(os.Args[1] + "/" + strings.NewReplacer("tile/8/data/", "tile/entries/", "tile/8/", "tile/").Replace(path)))
}

type files struct{}

func (files) Height() int                     { return 8 }
func (files) SaveTiles([]tlog.Tile, [][]byte) {}
func (files) ReadTiles(tiles []tlog.Tile) (data [][]byte, _ error) {
	for _, tile := range tiles {
		data = append(data, read(tile.Path()))
	}
	return
}

func main() {
	key := must(note.NewVerifier(strings.TrimSpace(string(read("vkey")))))
	head := func(text string) tlog.Tree { // Go's own checkpoints differ in the first line only
		body := must(note.Open([]byte(text), note.VerifierList(key))).Text
		return must(tlog.ParseTree([]byte("go.sum database tree" + strings.TrimPrefix(body, key.Name()))))
	}
	t := head(string(read("checkpoint")))
	hashes, trees := tlog.TileHashReader(t, files{}), []tlog.Tree{} // refuses tiles that do not hash to this root
	for _, tile := range tlog.NewTiles(8, 0, t.N) {
		if tile.L > 0 || tile.W < 256 && tile.N*256+int64(tile.W) < t.N {
			continue // above the entries' own hashes, or a tile that has grown since
		}
		entries := read(tlog.Tile{H: 8, L: -1, N: tile.N, W: tile.W}.Path())
		for at := tile.N * 256; at < tile.N*256+int64(tile.W); at++ {
			end := 2 + int(binary.BigEndian.Uint16(entries))
			must(0, tlog.CheckRecord(must(tlog.ProveRecord(t.N, at, hashes)), t.N, t.Hash, at, tlog.RecordHash(entries[2:end])))
			entries = entries[end:]
		}
	}
	for _, text := range strings.Split(string(read("checkpoints.txt")), "\n\n"+key.Name()+"\n") {
		trees = append(trees, head(key.Name()+"\n"+strings.TrimSpace(strings.TrimPrefix(text, key.Name()))+"\n"))
		for newer, i := trees[len(trees)-1], 0; trees[i] != newer; i++ { // consistency of every two heads
			must(0, tlog.CheckTree(must(tlog.ProveTree(newer.N, trees[i].N, hashes)), newer.N, newer.Hash, trees[i].N, trees[i].Hash))
		}
	}
}
