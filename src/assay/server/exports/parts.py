"""The files of an export: parts of bounded size, each committed together with where the export stands."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

import orjson

from assay.errors import IntegrityError
from assay.formats import Column, ExportColumns, ExportRow, WriteOptions, Writer, WrittenFile, writer_for
from assay.server.exports import store
from assay.server.exports.blob_sink import BlobSink
from assay.server.exports.pages import RowPage
from assay.server.exports.rows import RowOpener
from assay.server.exports.tree import ResumableTree
from assay.server.jobs.run import JobRun
from assay.server.workspace import Workspace

PART_BYTES = 32 << 20
MANIFEST_PART = 0


def blob_of(job: UUID, part: int) -> UUID:
    """The blob of a part: one that is written again after a crash takes the place of the first."""
    place = job.bytes + part.to_bytes(8)
    return UUID(bytes=hashlib.blake2b(place, digest_size=16, person=b"assay export").digest())


@dataclass(slots=True)
class Standing:
    """Where an export stands after its last finished part."""

    part: int = 0
    rows: int = 0
    after: UUID | None = None
    columns: ExportColumns | None = None
    counts: Counter[str] = field(default_factory=Counter)
    tree: ResumableTree = field(default_factory=ResumableTree)

    @classmethod
    async def of(cls, run: JobRun, workspace: Workspace) -> Standing:
        """As the run's checkpoint has it; at the beginning when there is none."""
        checkpoint = run.checkpoint
        if checkpoint is None:
            return cls()
        sealer = await workspace.sealer(run.project, "job", "checkpoint")
        sealed = base64.b64decode(checkpoint["sealed"])
        state = orjson.loads(sealer.open(sealed, run.job.id, checkpoint["part"]))
        return cls(
            part=checkpoint["part"],
            rows=checkpoint["rows"],
            after=None if checkpoint["after"] is None else UUID(checkpoint["after"]),
            columns=_columns_from(state["columns"]),
            counts=Counter(state["counts"]),
            tree=ResumableTree.resume(state["tree"]),
        )

    async def checkpoint(self, run: JobRun, workspace: Workspace) -> dict[str, Any]:
        """Column names and hashes of content are sealed; the rest are ids and numbers."""
        state = {
            "columns": None if self.columns is None else asdict(self.columns),
            "counts": self.counts,
            "tree": self.tree.state(),
        }
        sealer = await workspace.sealer(run.project, "job", "checkpoint")
        sealed = sealer.seal(orjson.dumps(state), run.job.id, self.part)
        return {
            "part": self.part,
            "rows": self.rows,
            "after": None if self.after is None else str(self.after),
            "sealed": base64.b64encode(sealed).decode(),
        }


class _Outlet:
    """What a writer writes to, in a worker thread; `take` hands it on to the event loop."""

    def __init__(self) -> None:
        self._blocks: list[bytes] = []
        self.bytes = 0

    def write(self, block: bytes) -> int:
        piece = bytes(block)
        self._blocks.append(piece)
        self.bytes += len(piece)
        return len(piece)

    def flush(self) -> None:
        """There is nothing below that holds anything back."""

    def take(self) -> bytes:
        taken = b"".join(self._blocks)
        self._blocks = []
        return taken


class PartWriter:
    """Writes the next part of an export from pages, until it is full or there are no more."""

    def __init__(
        self, run: JobRun, standing: Standing, opener: RowOpener, format_name: str, what: str
    ) -> None:
        self._run = run
        self._standing = standing
        self._opener = opener
        self._format = format_name
        self._what = what
        self._outlet = _Outlet()
        self._writer: Writer | None = None
        self._name = f"{what}-{standing.part + 1:05}.{format_name}"

    async def write(self, workspace: Workspace, pages: AsyncIterator[RowPage]) -> bool:
        """Write one part and commit it; whether there may be more pages."""
        standing = self._standing
        key = await workspace.project_key(self._run.project)
        blob = blob_of(self._run.job.id, standing.part + 1)
        more = True
        async with BlobSink(workspace, key, blob) as sink:
            while more and self._outlet.bytes < PART_BYTES:
                page = await anext(pages, None)
                if page is None:
                    more = False
                else:
                    await sink.send(await asyncio.to_thread(self._add, page))
                    standing.after = page.last
                    standing.rows += len(page.rows)
            written = await asyncio.to_thread(self._end)
            await sink.send(self._outlet.take())
            await sink.close()
        standing.part += 1
        await self._commit(workspace, written, blob)
        return more

    def _add(self, page: RowPage) -> bytes:
        rows, leaves = self._opener.open(page.rows, page.answers)
        if page.expected is not None and list(page.expected) != leaves:
            raise IntegrityError("Rows of a dataset version are not what they were when it was made.")
        self._standing.tree.extend(leaves)
        self._standing.counts.update(row.label_state for row in rows if row.label_state is not None)
        self._open(rows).write(rows)
        return self._outlet.take()

    def _open(self, rows: list[ExportRow]) -> Writer:
        """The writer; the columns of a table are decided by the first page, for every part."""
        if self._writer is None:
            standing = self._standing
            if standing.columns is None and self._format != "jsonl":
                inferred = ExportColumns.infer(rows)
                standing.columns = ExportColumns(inferred.columns, self._what == "annotations")
            options = WriteOptions(standing.columns)
            self._writer = writer_for(self._format)(self._outlet, self._name, options)  # type: ignore[arg-type]
        return self._writer

    def _end(self) -> WrittenFile:
        return self._open([]).close()

    async def _commit(self, workspace: Workspace, written: WrittenFile, blob: UUID) -> None:
        checkpoint = await self._standing.checkpoint(self._run, workspace)
        async with workspace.cell.database.transaction() as connection:
            file = store.StoredFile(written.name, blob, written.bytes, written.sha256, written.rows)
            await store.add_file(connection, self._run.job.id, file)
            await self._run.advance(connection, checkpoint, done=written.rows)


def _columns_from(stored: dict[str, Any] | None) -> ExportColumns | None:
    if stored is None:
        return None
    columns = tuple(Column(**column) for column in stored["columns"])
    return ExportColumns(columns, stored["annotations"])
