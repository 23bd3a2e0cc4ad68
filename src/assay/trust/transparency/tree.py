"""A Merkle tree read from tiles: its root, and proofs that an entry is in it and that it only grew.

The algorithms are those of RFC 6962, section 2.1; subtrees are read from tiles instead of being recomputed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assay.errors import InvalidInput
from assay.trust.transparency.hashing import EMPTY_ROOT, node_hash
from assay.trust.transparency.tiles import TILE_HEIGHT, TILE_WIDTH, Tile, hashes_of, root_of_full

ReadTile = Callable[[Tile], bytes]


class TileTree:
    """The tree of the first `size` entries. Tiles are read when they are needed and kept.

    read_tile: the content of a tile; a partial tile may be answered with a wider one of the same place.
    """

    def __init__(self, size: int, read_tile: ReadTile) -> None:
        self.size = size
        self._read = read_tile
        self._tiles: dict[tuple[int, int], list[bytes]] = {}

    def root(self) -> bytes:
        """The tree's root hash, 32 bytes."""
        return EMPTY_ROOT if self.size == 0 else self._range(0, self.size)

    def leaf(self, index: int) -> bytes:
        """The leaf hash of an entry."""
        return self._subtree(0, index)

    def inclusion_proof(self, index: int) -> list[bytes]:
        """That entry `index` is in the tree: PATH(index, D[size]), lowest first. Raises InvalidInput."""
        if not 0 <= index < self.size:
            raise InvalidInput(f"The tree has {self.size} entries; there is no entry {index}.")
        return self._path(index, 0, self.size)

    def consistency_proof(self, old: int) -> list[bytes]:
        """That the tree of the first `old` entries is where this one began. Raises InvalidInput."""
        if not 0 <= old <= self.size:
            raise InvalidInput(f"The tree has {self.size} entries; it never had {old}.")
        return [] if old in (0, self.size) else self._consistency(old, 0, self.size, whole=True)

    def _path(self, index: int, start: int, end: int) -> list[bytes]:
        if end - start == 1:
            return []
        middle = start + largest_power_below(end - start)
        if index < middle:
            return [*self._path(index, start, middle), self._range(middle, end)]
        return [*self._path(index, middle, end), self._range(start, middle)]

    def _consistency(self, old: int, start: int, end: int, *, whole: bool) -> list[bytes]:
        if old == end:
            return [] if whole else [self._range(start, end)]
        middle = start + largest_power_below(end - start)
        if old <= middle:
            return [*self._consistency(old, start, middle, whole=whole), self._range(middle, end)]
        return [*self._consistency(old, middle, end, whole=False), self._range(start, middle)]

    def _range(self, start: int, end: int) -> bytes:
        """The hash over entries start to end, where start is a multiple of a power of two >= their number."""
        count = end - start
        if count & (count - 1) == 0:
            return self._subtree(count.bit_length() - 1, start >> (count.bit_length() - 1))
        middle = start + largest_power_below(count)
        return node_hash(self._range(start, middle), self._range(middle, end))

    def _subtree(self, height: int, index: int) -> bytes:
        """The hash of a full subtree of 2**height entries, the `index`-th of that height."""
        level, within = divmod(height, TILE_HEIGHT)
        first = index << within
        hashes = self._tile(level, first // TILE_WIDTH)
        at = first % TILE_WIDTH
        return root_of_full(hashes[at : at + (1 << within)])

    def _tile(self, level: int, index: int) -> list[bytes]:
        known = self._tiles.get((level, index))
        if known is None:
            count = self.size >> (TILE_HEIGHT * level)
            width = min(TILE_WIDTH, count - index * TILE_WIDTH)
            known = hashes_of(self._read(Tile(level, index, width)), width)
            self._tiles[level, index] = known
        return known


def largest_power_below(count: int) -> int:
    """The largest power of two that is smaller than `count`, which is at least 2."""
    power: int = 1 << ((count - 1).bit_length() - 1)
    return power


def root_of_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """The root that a proof leads to from a leaf (RFC 9162, 2.1.3.2); None when it cannot be a proof."""
    if not 0 <= index < size:
        return None
    node, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return None
        if node & 1 or node == last:
            found = node_hash(step, found)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, step)
        node, last = node >> 1, last >> 1
    return found if last == 0 else None


def is_consistent(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the newer tree begins with the older one (RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    return bool(proof) and _walk(old, old_root, new, new_root, list(proof))


def _walk(old: int, old_root: bytes, new: int, new_root: bytes, proof: list[bytes]) -> bool:
    if old & (old - 1) == 0:
        proof.insert(0, old_root)
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    before = after = proof[0]
    for step in proof[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            before, after = node_hash(step, before), node_hash(step, after)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            after = node_hash(after, step)
        node, last = node >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root
