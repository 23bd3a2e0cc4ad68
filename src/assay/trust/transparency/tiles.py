"""Tiles (C2SP tlog-tiles): the tree in files of at most 256 hashes, written once and never changed.

Tile `(level, index)` holds hashes of the tree's height `8 * level`; level -1 stands for bundles of entries.
A partial tile has a width below 256 and a path of its own, so that no file is ever rewritten.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from assay.errors import Malformed
from assay.trust.transparency.hashing import HASH_SIZE, node_hash

TILE_HEIGHT: Final = 8
TILE_WIDTH: Final = 1 << TILE_HEIGHT
ENTRIES: Final = -1
LARGEST_ENTRY: Final = 65_535
_length = struct.Struct(">H")


class TileStore(Protocol):
    """Where tiles and checkpoints lie, by path."""

    def read(self, path: str) -> bytes:
        """The file at `path`. Raises NotFound."""

    def write(self, path: str, content: bytes) -> None:
        """Write a file, durable when this returns; a file that is there is replaced whole or not at all."""


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """level: 0 holds leaf hashes, `ENTRIES` entries. width: 1 to 256 hashes or entries."""

    level: int
    index: int
    width: int = TILE_WIDTH

    @property
    def path(self) -> str:
        """`tile/0/x001/x234/067`, with `.p/<width>` when it is partial."""
        level = "entries" if self.level == ENTRIES else str(self.level)
        partial = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        return f"tile/{level}/{_path_of_index(self.index)}{partial}"


def _path_of_index(index: int) -> str:
    """Groups of three digits, each but the last marked with an x: no folder has more than 1000 names."""
    groups = [f"{index % 1000:03}"]
    while index >= 1000:
        index //= 1000
        groups.append(f"x{index % 1000:03}")
    return "/".join(reversed(groups))


def tiles_of(size: int) -> Iterator[Tile]:
    """Every tile, whole or partial, of a tree with so many entries; bundles of entries come first."""
    for level in (ENTRIES, *_levels(size)):
        count = size >> (TILE_HEIGHT * max(level, 0))
        for index in range(count // TILE_WIDTH):
            yield Tile(level, index)
        if count % TILE_WIDTH:
            yield Tile(level, count // TILE_WIDTH, count % TILE_WIDTH)


def new_tiles(old: int, new: int) -> Iterator[Tile]:
    """The tiles that a tree of size `new` has and one of size `old` had not."""
    for level in (ENTRIES, *_levels(new)):
        shift = TILE_HEIGHT * max(level, 0)
        before, after = old >> shift, new >> shift
        if before == after:
            continue
        for index in range(before // TILE_WIDTH, after // TILE_WIDTH):
            yield Tile(level, index)
        if after % TILE_WIDTH:
            yield Tile(level, after // TILE_WIDTH, after % TILE_WIDTH)


def _levels(size: int) -> range:
    """Levels of hashes that a tree of this size has tiles on."""
    levels = 0
    while size >> (TILE_HEIGHT * levels):
        levels += 1
    return range(levels)


def encode_entries(entries: Sequence[bytes]) -> bytes:
    """A bundle: each entry after its length in two bytes, big end first."""
    return b"".join(part for entry in entries for part in (_length.pack(len(entry)), entry))


def decode_entries(bundle: bytes, width: int) -> list[bytes]:
    """The entries of a bundle. Raises Malformed when there are not `width` of them, to the last byte."""
    entries: list[bytes] = []
    position = 0
    while position < len(bundle):
        if position + _length.size > len(bundle):
            raise Malformed("A bundle of entries ends inside a length.")
        (length,) = _length.unpack_from(bundle, position)
        position += _length.size
        if position + length > len(bundle):
            raise Malformed("A bundle of entries ends inside an entry.")
        entries.append(bundle[position : position + length])
        position += length
    if len(entries) != width:
        raise Malformed(f"A bundle has {len(entries)} entries instead of {width}.")
    return entries


def hashes_of(content: bytes, width: int) -> list[bytes]:
    """The hashes of a tile. Raises Malformed when there are not `width` of them."""
    if len(content) != width * HASH_SIZE:
        raise Malformed(f"A tile has {len(content)} bytes instead of {width * HASH_SIZE}.")
    return [content[start : start + HASH_SIZE] for start in range(0, len(content), HASH_SIZE)]


def root_of_full(hashes: Sequence[bytes]) -> bytes:
    """The hash over a power of two of neighbouring subtrees of one height."""
    level = list(hashes)
    while len(level) > 1:
        level = [node_hash(level[at], level[at + 1]) for at in range(0, len(level), 2)]
    return level[0]
