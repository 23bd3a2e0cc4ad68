"""The sequencer's pure half: entries become tiles, tiles lie durably, then a checkpoint is signed.

The order is the guarantee: every tile that a checkpoint speaks of is on disk before the checkpoint is. A
crash between the two leaves tiles that no checkpoint names yet; the same entries give the same tiles again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assay.errors import InvalidInput
from assay.trust.transparency.checkpoints import Checkpoint
from assay.trust.transparency.hashing import leaf_hash
from assay.trust.transparency.notes import Note, SigningKey
from assay.trust.transparency.tiles import (
    ENTRIES,
    LARGEST_ENTRY,
    TILE_WIDTH,
    Tile,
    TileStore,
    decode_entries,
    encode_entries,
    hashes_of,
    new_tiles,
    root_of_full,
)
from assay.trust.transparency.tree import TileTree

CHECKPOINT = "checkpoint"


class LogWriter:
    """Appends to one log. One writer at a time: whoever calls holds the log's lock."""

    def __init__(self, store: TileStore, key: SigningKey, size: int = 0) -> None:
        self._store = store
        self._key = key
        self.size = size

    def append(self, entries: Sequence[bytes]) -> Note:
        """Integrate entries in their order and sign the new checkpoint. Raises InvalidInput."""
        for entry in entries:
            if len(entry) > LARGEST_ENTRY:
                raise InvalidInput(f"An entry of the log has at most {LARGEST_ENTRY} bytes.")
        old, new = self.size, self.size + len(entries)
        for tile, content in self._tiles(old, new, entries):
            self._store.write(tile.path, content)
        self.size = new
        return self.checkpoint()

    def checkpoint(self) -> Note:
        """Sign and store what the log is now."""
        root = TileTree(self.size, self._read).root()
        note = Checkpoint(self._key.verifier.name, self.size, root).sign(self._key)
        self._store.write(CHECKPOINT, note.encode())
        return note

    def _tiles(self, old: int, new: int, entries: Sequence[bytes]) -> Iterator[tuple[Tile, bytes]]:
        """What to write, lowest level first: a level is made of the one below, which is written by then."""
        leaves = [leaf_hash(entry) for entry in entries]
        fresh: dict[int, list[bytes]] = {0: leaves}
        for tile in new_tiles(old, new):
            if tile.level == ENTRIES:
                yield tile, self._extended_entries(tile, old, entries)
                continue
            if tile.level not in fresh:
                fresh[tile.level] = self._parents(tile.level, old, new)
            yield tile, self._extended_hashes(tile, old >> (8 * tile.level), fresh[tile.level])

    def _extended_entries(self, tile: Tile, old: int, entries: Sequence[bytes]) -> bytes:
        start = tile.index * TILE_WIDTH
        kept: list[bytes] = []
        if start < old:
            width = old - start
            kept = decode_entries(self._store.read(Tile(ENTRIES, tile.index, width).path), width)
        first = max(start - old, 0)
        return encode_entries([*kept, *entries[first : first + tile.width - len(kept)]])

    def _extended_hashes(self, tile: Tile, old: int, fresh: Sequence[bytes]) -> bytes:
        start = tile.index * TILE_WIDTH
        kept: list[bytes] = []
        if start < old:
            width = old - start
            kept = hashes_of(self._store.read(Tile(tile.level, tile.index, width).path), width)
        first = max(start - old, 0)
        return b"".join([*kept, *fresh[first : first + tile.width - len(kept)]])

    def _parents(self, level: int, old: int, new: int) -> list[bytes]:
        """The hashes that a level gains: one over each tile of the level below that became full."""
        shift = 8 * level
        below = Tile(level - 1, 0)
        return [
            root_of_full(hashes_of(self._store.read(Tile(below.level, index).path), TILE_WIDTH))
            for index in range(old >> shift, new >> shift)
        ]

    def _read(self, tile: Tile) -> bytes:
        return self._store.read(tile.path)
