"""A cell's blobs: any size, sealed under their project's key, readable from any place on.

A blob is one sealed object named by its id (see `assay.trust.chunked` for the format); its key is derived
from the project's and bound to cell, project and id, so that objects cannot be exchanged for one another.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

from cryptography.cobblestone import Cobblestone256Encryptor

from assay.cells.blob_storage import BlobStorage, RangeReader
from assay.errors import IntegrityError
from assay.trust.chunked import ChunkedReader
from assay.trust.sealing import SealingKey

PIECE_SIZE = 512 * 1024
"""Bytes that are sealed, opened or handed on at a time: what a transfer holds in memory."""


@dataclass(frozen=True, slots=True)
class StoredBlob:
    """Size in bytes and SHA-256 (hex) of a blob's plaintext."""

    bytes: int
    sha256: str


class BlobStore:
    """The blobs of one cell. Keys are `ProjectKey`, or `CellKey` for what belongs to no project."""

    def __init__(self, storage: BlobStorage, cell: UUID) -> None:
        self._storage = storage
        self._cell = cell

    async def put(self, key: SealingKey, blob_id: UUID, stream: AsyncIterator[bytes]) -> StoredBlob:
        """Seal and store what `stream` yields. When this returns the blob is durable; before that, or when
        the stream raises, it is not there at all. Raises StorageFull, Unavailable."""
        sealing = _Sealing(key.blob_key(), key.blob_context(self._cell, blob_id.hex))
        await self._storage.write(blob_id.hex, sealing.sealed(stream))
        return StoredBlob(sealing.length, sealing.digest.hexdigest())

    def open(self, key: SealingKey, blob_id: UUID) -> BlobReader:
        """The plaintext as a seekable file, for use in one worker thread; close it. Raises NotFound,
        IntegrityError when the blob was changed or the key is not its own."""
        source = self._storage.open(blob_id.hex)
        try:
            return self._reader(source, key, blob_id)
        except BaseException:
            source.close()
            raise

    async def read(
        self, key: SealingKey, blob_id: UUID, offset: int = 0, length: int | None = None
    ) -> AsyncIterator[bytes]:
        """`length` bytes of the plaintext from `offset` on (None: to the end), in pieces of `PIECE_SIZE`.

        Ends early where the blob ends. Raises as `open` does, before the first piece unless the blob is
        damaged further on.
        """
        reader, piece = await asyncio.to_thread(self._open_at, key, blob_id, offset, length)
        try:
            left = None if length is None else length - len(piece)
            while piece:
                yield piece
                piece = await asyncio.to_thread(reader.read, _limited(left))
                left = None if left is None else left - len(piece)
        finally:
            reader.close()

    async def delete(self, blob_id: UUID) -> None:
        """Remove a blob; one that is not there is no error."""
        await self._storage.delete(blob_id.hex)

    async def clear(self) -> None:
        """Remove every blob of the cell."""
        await self._storage.clear()

    def _open_at(
        self, key: SealingKey, blob_id: UUID, offset: int, length: int | None
    ) -> tuple[BlobReader, bytes]:
        reader = self.open(key, blob_id)
        try:
            reader.seek(offset)
            return reader, reader.read(_limited(length))
        except BaseException:
            reader.close()
            raise

    def _reader(self, source: RangeReader, key: SealingKey, blob_id: UUID) -> BlobReader:
        context = key.blob_context(self._cell, blob_id.hex)
        *others, oldest = sorted(
            key.versions, key=lambda version: (version == key.current, version), reverse=True
        )
        for version in others:
            reader = BlobReader(source, key.blob_key(version), context)
            if reader.opens():
                return reader
        return BlobReader(source, key.blob_key(oldest), context)


class BlobReader(ChunkedReader):
    """The plaintext of one blob; closing it lets go of the sealed object."""

    def __init__(self, source: RangeReader, key: bytes, context: bytes) -> None:
        super().__init__(source.read_range, source.length, key, context)
        self._source: RangeReader | None = source

    def opens(self) -> bool:
        """Whether the key is the blob's. If it is not, the sealed object is left to the next reader."""
        try:
            return self.length >= 0
        except IntegrityError:
            self._source = None
            return False

    def close(self) -> None:
        if self._source is not None:
            self._source.close()
            self._source = None
        super().close()


class _Sealing:
    """Seals a stream on its way to the storage, and measures it."""

    def __init__(self, key: bytes, context: bytes) -> None:
        self._encryptor = Cobblestone256Encryptor(key, context)
        self.length = 0
        self.digest = hashlib.sha256()

    async def sealed(self, stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        waiting = bytearray()
        async for chunk in stream:
            waiting += chunk
            while len(waiting) >= PIECE_SIZE:
                piece = bytes(waiting[:PIECE_SIZE])
                del waiting[:PIECE_SIZE]
                yield await asyncio.to_thread(self._seal, piece)
        yield self._seal(bytes(waiting)) + self._encryptor.finalize()

    def _seal(self, piece: bytes) -> bytes:
        self.length += len(piece)
        self.digest.update(piece)
        return self._encryptor.update(piece)


def _limited(left: int | None) -> int:
    return PIECE_SIZE if left is None else max(0, min(left, PIECE_SIZE))
