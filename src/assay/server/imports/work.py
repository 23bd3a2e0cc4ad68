"""What an import does: chunk after chunk of the file, each committed together with how far it is.

The next chunk is read, checked and sealed in threads while the database takes the last one in. A file of any
size is never in memory by more than two chunks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, ClassVar, cast
from uuid import UUID

from psycopg.errors import UniqueViolation

from assay.cells.blobs import BlobReader
from assay.errors import Conflict
from assay.formats import READERS, Chunk, ImportRow, RejectedRow
from assay.server.imports.files import KeptFiles, keep_files
from assay.server.imports.models import read_options
from assay.server.items.service import (
    ReadyChunk,
    make_ready,
    refresh_statistics,
    take_in,
    take_in_ready,
)
from assay.server.jobs import service as jobs
from assay.server.jobs.models import JobKind
from assay.server.jobs.rejections import add_rejected
from assay.server.jobs.run import JobRun, Result, Work
from assay.server.jobs.store import StoredJob
from assay.server.leases.service import start_from_head
from assay.server.media import service as media
from assay.server.webhooks.models import EventKind
from assay.server.webhooks.store import announce
from assay.server.workspace import Connection, Workspace

CHUNK_ROWS = 5000
"""Each transaction costs some round trips, which wait for the thread that seals the next chunk."""
FILES_CHUNK_ROWS = 200
"""Rows that come with files: what a crash repeats is copied files, not parsed lines."""
_CHUNK_BYTES = 16 << 20
_ATTEMPTS = 5
_MANY_ITEMS = 10_000


class ImportWork(Work):
    kind: ClassVar[JobKind] = JobKind.IMPORT

    async def perform(self, run: JobRun) -> Result:
        workspace = await run.workspace()
        options = await jobs.options_of(workspace, run.job)
        key = await workspace.project_key(run.project)
        reader = await asyncio.to_thread(workspace.cell.blobs.open, key, run.job.id)
        source = _Source(run, reader, options)
        try:
            await _take_in_all(run, source)
        finally:
            await source.close()
        checkpoint = run.checkpoint or {}
        if checkpoint.get("items", 0) >= _MANY_ITEMS:
            await refresh_statistics(workspace)
        return {"batch_id": run.job.parameters["batch"], "items": checkpoint.get("items", 0)}

    async def settle(self, workspace: Workspace, connection: Connection, job: StoredJob) -> None:
        assert job.project_id is not None
        lowest_rank = (job.checkpoint or {}).get("rank")
        if lowest_rank is not None:
            await start_from_head(connection, job.project_id, lowest_rank)
        if job.state == "done":
            await announce(
                connection,
                EventKind.IMPORT_FINISHED,
                job.project_id,
                job.id,
                items=job.done,
                rejected=job.rejected,
            )

    async def clean_up(self, workspace: Workspace, job: StoredJob) -> None:
        """The items are in: the file they came from is not kept."""
        await workspace.cell.blobs.delete(job.id)


class _Source:
    """The sealed file, read a chunk at a time in worker threads."""

    def __init__(self, run: JobRun, reader: BlobReader, options: dict[str, Any]) -> None:
        self._reader = reader
        self._format = run.job.parameters["format"]
        self._bytes = max(1, run.job.parameters["bytes"])
        self._options = read_options(options)
        self._resume = (run.checkpoint or {}).get("reader")
        self._chunks: Iterator[Chunk] | None = None
        self._reading: asyncio.Task[tuple[Chunk, float] | None] | None = None
        self.keys_recur = False
        """Whether an item key of the file was in the project already: then others may be."""

    async def next(self) -> tuple[Chunk, float] | None:
        """The next chunk, and how far into the file it reaches (0 to 1); None at the end."""
        self._reading = asyncio.create_task(asyncio.to_thread(self._read))
        return await asyncio.shield(self._reading)

    async def close(self) -> None:
        if self._reading is not None:
            # A thread cannot be interrupted, and must not find the file closed under it.
            await asyncio.gather(self._reading, return_exceptions=True)
        self._reader.close()

    def _read(self) -> tuple[Chunk, float] | None:
        if self._chunks is None:
            reader = READERS[self._format]
            reading = reader.read(cast(BinaryIO, self._reader), self._options, self._resume)
            size = FILES_CHUNK_ROWS if self._format == "zip" else CHUNK_ROWS
            self._chunks = reading.chunks(size, _CHUNK_BYTES)
        chunk = next(self._chunks, None)
        return None if chunk is None else (chunk, min(1.0, self._reader.tell() / self._bytes))


@dataclass(frozen=True, slots=True)
class _NextChunk:
    """A chunk whose files, if it has any, are in the blob store, ready for its transaction."""

    rows: Sequence[ImportRow]
    ready: ReadyChunk
    rejected: Sequence[RejectedRow]
    files: KeptFiles
    reader: dict[str, Any]
    share: float


async def _take_in_all(run: JobRun, source: _Source) -> None:
    chunk = await _next_chunk(run, source)
    while chunk is not None:
        following = asyncio.create_task(_next_chunk(run, source, chunk.ready.chunk.key_digests))
        try:
            await _commit(run, source, chunk)
            run.stop_if_cancelled()
            chunk = await following
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)


async def _next_chunk(run: JobRun, source: _Source, coming: Collection[bytes] = ()) -> _NextChunk | None:
    """The next chunk, made ready; `coming` are the keys of the one that is being committed meanwhile."""
    found = await source.next()
    if found is None:
        return None
    chunk, share = found
    workspace = await run.workspace()
    files = KeptFiles()
    rows, rejected = chunk.rows, chunk.rejected
    if any(row.files for row in rows):
        rows, failed = await keep_files(workspace, run.project, run.job.id, rows, files)
        rejected = [*rejected, *failed]
    async with workspace.cell.database.connection() as connection:
        ready = await make_ready(
            workspace,
            connection,
            run.project,
            _batch(run),
            rows,
            coming=coming,
            look_up_keys=source.keys_recur,
        )
    return _NextChunk(rows, ready, rejected, files, chunk.checkpoint, share)


async def _commit(run: JobRun, source: _Source, chunk: _NextChunk) -> None:
    """Take one chunk in. Item keys are taken to be new until the database knows one: then the chunk is made
    ready again by what is there, and so are those that follow. Another import may add the same keys at the
    same time: whoever comes second looks again."""
    workspace = await run.workspace()
    for attempt in range(_ATTEMPTS):
        try:
            async with workspace.cell.database.transaction() as connection:
                unused = await _write(run, workspace, connection, chunk, as_prepared=attempt == 0)
            break
        except UniqueViolation:
            source.keys_recur = True
            if attempt == _ATTEMPTS - 1:
                raise Conflict("Other imports keep adding items with the same keys.") from None
    for blob in unused:
        await workspace.cell.blobs.delete(blob)


async def _write(
    run: JobRun, workspace: Workspace, connection: Connection, chunk: _NextChunk, *, as_prepared: bool
) -> Sequence[UUID]:
    """Items, rejected rows, files and progress in one transaction; the files that no item came to use."""
    taken, batch = chunk.ready.chunk, _batch(run)
    if not as_prepared or not await take_in_ready(workspace, connection, run.project, batch, chunk.ready):
        taken = await take_in(workspace, connection, run.project, batch, chunk.rows)
    rejected = [*chunk.rejected, *taken.rejected]
    await add_rejected(workspace, connection, run.project, run.job.id, rejected)
    used, unused = chunk.files.divided(set(taken.accepted))
    await media.enter(workspace, connection, run.project, used)
    before = run.checkpoint or {}
    lowest_rank = taken.encoded.lowest_rank
    checkpoint = {
        "reader": chunk.reader,
        "share": chunk.share,
        "items": before.get("items", 0) + len(taken.accepted),
        "rank": min(before.get("rank", lowest_rank), lowest_rank),
    }
    await run.advance(
        connection, checkpoint, done=len(taken.accepted) + len(rejected), rejected=len(rejected)
    )
    return [file.blob for file in unused]


def _batch(run: JobRun) -> UUID:
    return UUID(run.job.parameters["batch"])
