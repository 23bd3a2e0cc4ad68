"""The Merkle tree over the rows of a dataset version: hashing as in RFC 6962, section 2.1.

A leaf is SHA-256(0x00 || row), a node SHA-256(0x01 || left || right). The row is framed so that no two
different rows give the same bytes: see `row_digest`.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from typing import Any

import orjson

from assay.errors import InvalidInput, Problem

EMPTY_ROOT = hashlib.sha256(b"").digest()
_LEAF = b"\x00assay.row.1\x00"
_NO_LABEL = b"\xff" * 8
_NODE = b"\x01"
_length = struct.Struct(">Q").pack
_LEVEL_LEAVES = 1 << 10
_LEVEL_HEIGHT = 10


def canonical_json(value: Any) -> bytes:
    """The one encoding of a JSON value that row digests are made of.

    UTF-8, no white space, names in code point order, only the escapes that JSON requires, numbers as 64-bit
    integers or the shortest decimal that gives the double back (an integral double keeps its `.0`).
    """
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def row_digest(item_id: str, data: bytes, label: bytes | None) -> bytes:
    """The leaf hash of a row, 32 bytes; `data` and `label` as `canonical_json`, no label as None.

    SHA-256(0x00 || "assay.row.1" 0x00 || n(id) || id || n(data) || data || n(label) || label), where n is the
    length in 8 bytes, big end first; a missing label is the length 2^64 - 1 and nothing after it.
    """
    identifier = item_id.encode()
    parts = (_LEAF, _length(len(identifier)), identifier, _length(len(data)), data)
    tail = (_NO_LABEL,) if label is None else (_length(len(label)), label)
    return hashlib.sha256(b"".join((*parts, *tail))).digest()


class MerkleTree:
    """The root over leaf hashes given in order, in O(log n) memory.

    `_peaks[h]` is the root of a finished subtree of 2^h leaves. Leaves wait until 2^10 of them can be hashed
    level by level, which is several times faster than one by one.
    """

    def __init__(self) -> None:
        self.size = 0
        self._waiting: list[bytes] = []
        self._peaks: list[bytes | None] = []

    def add(self, leaf: bytes) -> None:
        self.size += 1
        self._waiting.append(leaf)
        self._carry_waiting()

    def extend(self, leaves: Sequence[bytes]) -> None:
        """Add `leaves` in order."""
        position = 0
        while position < len(leaves):
            taken = leaves[position : position + _LEVEL_LEAVES - len(self._waiting)]
            position += len(taken)
            self.size += len(taken)
            self._waiting.extend(taken)
            self._carry_waiting()

    def root(self) -> bytes:
        """The root over what was added so far, 32 bytes; more may be added after."""
        root = _reduce(self._waiting) if self._waiting else None
        for peak in self._peaks:
            if peak is not None:
                root = peak if root is None else _node(peak, root)
        return EMPTY_ROOT if root is None else root

    def _carry_waiting(self) -> None:
        if len(self._waiting) == _LEVEL_LEAVES:
            self._carry(_reduce(self._waiting), _LEVEL_HEIGHT)
            self._waiting = []

    def _carry(self, node: bytes, height: int) -> None:
        while len(self._peaks) <= height:
            self._peaks.append(None)
        while (left := self._peaks[height]) is not None:
            node, self._peaks[height] = _node(left, node), None
            height += 1
            if height == len(self._peaks):
                self._peaks.append(None)
        self._peaks[height] = node


class RowTree:
    """The Merkle tree of a dataset's rows, which have to come in ascending order of item id."""

    def __init__(self) -> None:
        self._tree = MerkleTree()
        self._last_id = ""

    @property
    def rows(self) -> int:
        return self._tree.size

    def add(self, item_id: str, data: bytes, label: bytes | None) -> None:
        """Add a row; raises `InvalidInput` if its id does not come after the last one."""
        if item_id <= self._last_id:
            problem = Problem(f"/{self._tree.size}/item_id", "row_order", "item ids have to ascend")
            raise InvalidInput("The rows of a dataset are out of order.", problems=[problem])
        self._last_id = item_id
        self._tree.add(row_digest(item_id, data, label))

    def root(self) -> bytes:
        return self._tree.root()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(_NODE + left + right).digest()


def _reduce(level: list[bytes]) -> bytes:
    """The root of a run of leaves. Pairing neighbours and passing an odd one up gives RFC 6962's tree."""
    sha256 = hashlib.sha256
    while len(level) > 1:
        odd = level[-1:] if len(level) % 2 else []
        pairs = zip(level[::2], level[1::2], strict=False)
        level = [sha256(_NODE + left + right).digest() for left, right in pairs] + odd
    return level[0]
