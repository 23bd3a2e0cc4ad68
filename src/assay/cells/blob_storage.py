"""Where sealed blobs lie: a local directory, or an object store. Names are opaque, content is ciphertext.

An object appears under its name whole or not at all, and once `write` has returned it is durable.
"""

from __future__ import annotations

import asyncio
import errno
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

import obstore
from obstore.exceptions import BaseError
from obstore.store import ObjectStore, from_url

from assay.errors import InvalidInput, NotFound, StorageFull, Unavailable
from assay.trust.durable_files import make_private_directory, sync_directory

_PART_SIZE = 8 * 1024 * 1024
UNFINISHED = ".new-"
"""How the names of files begin that are not blobs yet."""


class RangeReader(Protocol):
    """Reads parts of one sealed object; used from worker threads."""

    length: int

    def read_range(self, offset: int, length: int) -> bytes: ...

    def close(self) -> None: ...


class BlobStorage(Protocol):
    """Keeps sealed objects by name."""

    async def write(self, name: str, pieces: AsyncIterator[bytes]) -> None:
        """Store the object, replacing one of the same name. Raises StorageFull, Unavailable."""
        ...

    def open(self, name: str) -> RangeReader:
        """Open for reading; blocks. Raises NotFound, Unavailable."""
        ...

    async def delete(self, name: str) -> None:
        """Remove the object; one that is not there is no error."""
        ...

    async def clear(self) -> None:
        """Remove every object."""
        ...


def open_storage(directory: Path, url: str | None, prefix: str) -> BlobStorage:
    """The storage of one cell: `directory`, or `prefix` below the object store at `url`."""
    if url is None:
        return DirectoryStorage(directory)
    return ObjectStorage(object_store(f"{url.rstrip('/')}/{prefix}"))


def object_store(url: str) -> ObjectStore:
    """Raises InvalidInput when this is not the address of one. Connects to nothing."""
    try:
        return from_url(url)
    except (ValueError, BaseError) as error:
        raise InvalidInput(
            "ASSAY_BLOB_URL is not the address of an object store.",
            advice="It looks like s3://bucket/prefix.",
        ) from error


class DirectoryStorage:
    """Objects as files in a local directory, in 256 subdirectories by the end of their names."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    async def write(self, name: str, pieces: AsyncIterator[bytes]) -> None:
        with _storage_errors():
            path = self._path(name)
            first = await anext(pieces, b"")
            second = await anext(pieces, None)
            if second is None:
                # Most blobs are one piece: one visit to a worker thread instead of five.
                await asyncio.to_thread(_write_whole, path, first)
                return
            file = await asyncio.to_thread(_NewFile, path)
            try:
                await asyncio.to_thread(file.write, first)
                await asyncio.to_thread(file.write, second)
                async for piece in pieces:
                    await asyncio.to_thread(file.write, piece)
                await asyncio.to_thread(file.publish)
            finally:
                file.discard()

    def open(self, name: str) -> RangeReader:
        try:
            return _FileReader(self._path(name))
        except FileNotFoundError as error:
            raise NotFound("There is no such blob.") from error

    async def delete(self, name: str) -> None:
        await asyncio.to_thread(self._path(name).unlink, missing_ok=True)

    async def clear(self) -> None:
        await asyncio.to_thread(self._clear)

    def remove_unfinished(self) -> int:
        """Remove what killed writers left behind; answer how many files. Call it while nobody writes."""
        unfinished = list(self._directory.glob(f"*/{UNFINISHED}*"))
        for path in unfinished:
            path.unlink(missing_ok=True)
        return len(unfinished)

    def _clear(self) -> None:
        for parent, _, files in os.walk(self._directory, topdown=False):
            for name in files:
                Path(parent, name).unlink()
            Path(parent).rmdir()

    def _path(self, name: str) -> Path:
        return self._directory / name[-2:] / name


class ObjectStorage:
    """Objects in any store that obstore speaks to: S3, GCS, Azure, memory."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    async def write(self, name: str, pieces: AsyncIterator[bytes]) -> None:
        # obstore completes a multipart upload only at the end of the iteration: a half one is never visible.
        with _storage_errors():
            await obstore.put_async(self._store, name, pieces, chunk_size=_PART_SIZE)

    def open(self, name: str) -> RangeReader:
        with _storage_errors():
            return _ObjectReader(self._store, name)

    async def delete(self, name: str) -> None:
        with _storage_errors(), suppress(FileNotFoundError, NotFound):
            await obstore.delete_async(self._store, name)

    async def clear(self) -> None:
        with _storage_errors():
            async for batch in obstore.list(self._store):
                await obstore.delete_async(self._store, [found["path"] for found in batch])


class _FileReader:
    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self.length = os.fstat(self._descriptor).st_size

    def read_range(self, offset: int, length: int) -> bytes:
        parts = []
        while length > 0:
            part = os.pread(self._descriptor, length, offset)
            if not part:
                break
            parts.append(part)
            offset, length = offset + len(part), length - len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def close(self) -> None:
        os.close(self._descriptor)


class _ObjectReader:
    def __init__(self, store: ObjectStore, name: str) -> None:
        self._store = store
        self._name = name
        self.length = obstore.head(store, name)["size"]

    def read_range(self, offset: int, length: int) -> bytes:
        with _storage_errors():
            return bytes(obstore.get_range(self._store, self._name, start=offset, length=length))

    def close(self) -> None:
        """Nothing is held between reads."""


class _NewFile:
    """A file that appears at `path` when it is published, or never."""

    def __init__(self, path: Path) -> None:
        make_private_directory(path.parent)
        self._path = path
        self._descriptor, name = tempfile.mkstemp(prefix=UNFINISHED, dir=path.parent)
        self._temporary: Path | None = Path(name)

    def write(self, piece: bytes) -> None:
        rest = memoryview(piece)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]

    def publish(self) -> None:
        os.fsync(self._descriptor)
        assert self._temporary is not None
        self._temporary.replace(self._path)
        self._temporary = None
        sync_directory(self._path.parent)

    def discard(self) -> None:
        """Close the file, and remove it unless it was published."""
        os.close(self._descriptor)
        if self._temporary is not None:
            self._temporary.unlink(missing_ok=True)


def _write_whole(path: Path, content: bytes) -> None:
    file = _NewFile(path)
    try:
        file.write(content)
        file.publish()
    finally:
        file.discard()


@contextmanager
def _storage_errors() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise NotFound("There is no such blob.") from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull("The disk is full: the blob was not stored.") from error
        raise
    except obstore.exceptions.BaseError as error:
        raise Unavailable("The blob store is not available now.") from error
