"""Sealed blobs in a directory and in an object store: whole or not at all, readable from anywhere."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from obstore.store import MemoryStore

from assay.cells import blob_storage
from assay.cells.blob_storage import BlobStorage, DirectoryStorage, ObjectStorage
from assay.cells.blobs import PIECE_SIZE, BlobStore
from assay.errors import IntegrityError, NotFound, StorageFull
from assay.trust.sealing import ProjectKey

KEY = ProjectKey(UUID(int=7), {1: b"k" * 32}, 1)
CELL = UUID(int=1)
SIZES = (0, 1, 16 * 1024, PIECE_SIZE, PIECE_SIZE + 1, 3 * PIECE_SIZE + 17)


@pytest.fixture(params=["directory", "object store"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStorage:
    return (
        DirectoryStorage(tmp_path / "blobs") if request.param == "directory" else ObjectStorage(MemoryStore())
    )


@pytest.fixture
def blobs(storage: BlobStorage) -> BlobStore:
    return BlobStore(storage, CELL)


async def stream(content: bytes, step: int = 70_001) -> AsyncIterator[bytes]:
    for start in range(0, len(content), step):
        yield content[start : start + step]


def files_below(directory: Path) -> list[Path]:
    return [path for path in directory.rglob("*") if path.is_file()]


async def read(blobs: BlobStore, blob: UUID, offset: int = 0, length: int | None = None) -> bytes:
    return b"".join([piece async for piece in blobs.read(KEY, blob, offset, length)])


@pytest.mark.parametrize("size", SIZES)
async def test_what_is_put_is_read(blobs: BlobStore, size: int) -> None:
    content, blob = os.urandom(size), uuid4()
    stored = await blobs.put(KEY, blob, stream(content))
    assert (stored.bytes, stored.sha256) == (size, hashlib.sha256(content).hexdigest())
    assert await read(blobs, blob) == content


async def test_any_range_can_be_read(blobs: BlobStore) -> None:
    content, blob = os.urandom(2 * PIECE_SIZE + 99), uuid4()
    await blobs.put(KEY, blob, stream(content))
    ranges = [
        (0, 0),
        (0, 1),
        (5, 20_000),
        (PIECE_SIZE - 1, PIECE_SIZE + 2),
        (len(content) - 3, 99),
        (1 << 30, 5),
    ]
    for offset, length in ranges:
        assert await read(blobs, blob, offset, length) == content[offset : offset + length]
    with blobs.open(KEY, blob) as file:
        file.seek(-10, os.SEEK_END)
        assert file.read() == content[-10:]


async def test_a_stream_that_breaks_off_leaves_nothing(blobs: BlobStore) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield bytes(3 * PIECE_SIZE)
        raise ConnectionError

    blob = uuid4()
    with pytest.raises(ConnectionError):
        await blobs.put(KEY, blob, broken())
    with pytest.raises(NotFound):
        await read(blobs, blob)


async def test_a_deleted_blob_is_gone_and_deleting_it_twice_is_no_error(blobs: BlobStore) -> None:
    blob = uuid4()
    await blobs.put(KEY, blob, stream(b"content"))
    await blobs.delete(blob)
    await blobs.delete(blob)
    with pytest.raises(NotFound):
        blobs.open(KEY, blob)


async def test_clearing_removes_everything(blobs: BlobStore) -> None:
    stored = [uuid4() for _ in range(5)]
    for blob in stored:
        await blobs.put(KEY, blob, stream(b"content"))
    await blobs.clear()
    for blob in stored:
        with pytest.raises(NotFound):
            blobs.open(KEY, blob)


async def test_a_blob_opens_under_its_own_name_cell_and_project_only(storage: BlobStorage) -> None:
    blob = uuid4()
    await BlobStore(storage, CELL).put(KEY, blob, stream(b"content"))
    with pytest.raises(IntegrityError):
        await read(BlobStore(storage, uuid4()), blob)
    stranger = ProjectKey(UUID(int=8), {1: b"k" * 32}, 1)
    with pytest.raises(IntegrityError):
        _ = [piece async for piece in BlobStore(storage, CELL).read(stranger, blob)]


async def test_a_blob_of_an_earlier_key_version_still_opens(blobs: BlobStore) -> None:
    blob = uuid4()
    await blobs.put(KEY, blob, stream(b"content"))
    rotated = ProjectKey(UUID(int=7), {1: b"k" * 32, 2: b"n" * 32}, 2)
    newer = uuid4()
    await blobs.put(rotated, newer, stream(b"newer"))
    for name, content in ((blob, b"content"), (newer, b"newer")):
        assert b"".join([piece async for piece in blobs.read(rotated, name)]) == content


async def test_nothing_of_the_content_is_on_the_disk(tmp_path: Path) -> None:
    blobs = BlobStore(DirectoryStorage(tmp_path), CELL)
    await blobs.put(KEY, uuid4(), stream(b"a canary that sings" * 1000))
    files = files_below(tmp_path)
    assert len(files) == 1
    assert b"canary" not in files[0].read_bytes()
    assert files[0].stat().st_mode & 0o777 == 0o600


async def test_what_a_killed_writer_left_is_no_blob_and_is_swept(tmp_path: Path) -> None:
    storage = DirectoryStorage(tmp_path)
    blobs, blob = BlobStore(storage, CELL), uuid4()
    await blobs.put(KEY, blob, stream(b"content"))
    unfinished = tmp_path / blob.hex[-2:] / f"{blob_storage.UNFINISHED}abc"
    unfinished.write_bytes(b"half")
    assert storage.remove_unfinished() == 1
    assert not unfinished.exists()
    assert await read(blobs, blob) == b"content"


async def test_a_full_disk_is_told_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    blobs, blob = BlobStore(DirectoryStorage(tmp_path), CELL), uuid4()
    with monkeypatch.context() as patch, pytest.raises(StorageFull):
        patch.setattr(os, "fsync", full)
        await blobs.put(KEY, blob, stream(bytes(3 * PIECE_SIZE)))
    assert files_below(tmp_path) == []
    await blobs.put(KEY, blob, stream(b"room again"))
    assert await read(blobs, blob) == b"room again"
