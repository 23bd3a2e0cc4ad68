"""The index of a dataset version: one record of 64 bytes for each row, in order of item id.

    item id (16) | label revision (4) | interface version (4) | zero (8) | leaf hash (32)

Numbers are big-endian. The leaf hash is `assay.formats.row_digest` of the row, so the records alone give the
version's Merkle root, and two versions are compared without opening a single item.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import BinaryIO, NamedTuple, cast
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from assay.cells.blobs import BlobReader

_RECORD = struct.Struct(">16sII8x32s")
RECORD_BYTES = _RECORD.size

# Ids compare as bytes. numpy leaves zero bytes at the end of a value out of sight, which keeps values of one
# width apart and in order all the same.
RECORD_TYPE = np.dtype(
    [("item", "S16"), ("revision", ">u4"), ("interface", ">u4"), ("zero", "V8"), ("leaf", "S32")]
)
Records = NDArray[np.void]


class IndexEntry(NamedTuple):
    item: UUID
    revision: int
    interface_version: int
    leaf: bytes


def pack(entries: Sequence[IndexEntry]) -> bytes:
    return b"".join(
        [_RECORD.pack(item.bytes, revision, version, leaf) for item, revision, version, leaf in entries]
    )


def unpack(records: bytes) -> list[IndexEntry]:
    return [
        IndexEntry(UUID(bytes=item), revision, version, leaf)
        for item, revision, version, leaf in _RECORD.iter_unpack(records)
    ]


def read_entries(index: BinaryIO, position: int, count: int) -> list[IndexEntry]:
    """Up to `count` entries from the `position`-th on."""
    index.seek(position * RECORD_BYTES)
    return unpack(index.read(count * RECORD_BYTES))


def read_records(index: BinaryIO, count: int) -> Records:
    """Up to `count` records from where the index stands, as an array of `RECORD_TYPE`."""
    records: Records = np.frombuffer(index.read(count * RECORD_BYTES), dtype=RECORD_TYPE)
    return records


def as_file(reader: BlobReader) -> BinaryIO:
    """A reader of the blob store where the type of a file is asked for."""
    return cast(BinaryIO, reader)
