"""What an export does: rows in order of item id, through a format's writer, into sealed files; at the end a
manifest that says what they are."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import ClassVar

from assay.formats import Manifest, WrittenFile
from assay.server.dataset_versions.index import as_file
from assay.server.dataset_versions.service import version_index
from assay.server.exports import store
from assay.server.exports.blob_sink import BlobSink
from assay.server.exports.models import NewExport
from assay.server.exports.pages import LivePages, Pages, RowPage, VersionPages, ahead
from assay.server.exports.parts import MANIFEST_PART, PartWriter, Standing, blob_of
from assay.server.exports.rows import RowOpener
from assay.server.filters import parse_filter
from assay.server.jobs.models import JobKind
from assay.server.jobs.run import JobRun, Result, Work
from assay.server.jobs.store import StoredJob
from assay.server.tasks.store import FILTER_NAMES
from assay.server.webhooks.models import EventKind
from assay.server.webhooks.store import announce
from assay.server.workspace import Connection, Workspace


class ExportWork(Work):
    kind: ClassVar[JobKind] = JobKind.EXPORT

    async def perform(self, run: JobRun) -> Result:
        wanted = NewExport.model_validate(run.job.parameters["export"])
        workspace = await run.workspace()
        standing = await Standing.of(run, workspace)
        async with _pages(run, workspace, wanted, standing) as pages:
            more = True
            while more:
                workspace = await run.workspace()
                opener = await _opener(run, workspace, wanted)
                part = PartWriter(run, standing, opener, wanted.format, wanted.what)
                more = await part.write(workspace, pages)
                run.stop_if_cancelled()
        await _write_manifest(run, workspace, wanted, standing)
        return {"files": standing.part, "rows": standing.rows}

    async def settle(self, workspace: Workspace, connection: Connection, job: StoredJob) -> None:
        if job.state != "done":
            await store.remove_files(connection, job.id)
            return
        await announce(connection, EventKind.EXPORT_FINISHED, job.project_id, job.id, rows=job.done)

    async def clean_up(self, workspace: Workspace, job: StoredJob) -> None:
        """An export that came to nothing leaves no files."""
        async with workspace.cell.database.connection() as connection:
            if await store.files(connection, job.id):
                return
        parts = (job.checkpoint or {}).get("part", 0)
        for part in range(parts + 2):
            await workspace.cell.blobs.delete(blob_of(job.id, part))


async def _opener(run: JobRun, workspace: Workspace, wanted: NewExport) -> RowOpener:
    key = await workspace.project_key(run.project)
    return RowOpener(key, workspace.cell.id, finished=wanted.dataset_version_id is not None)


@asynccontextmanager
async def _pages(
    run: JobRun, workspace: Workspace, wanted: NewExport, standing: Standing
) -> AsyncIterator[AsyncGenerator[RowPage, None]]:
    connections = workspace.cell.database.connection
    async with AsyncExitStack() as stack:
        pages: Pages
        if wanted.dataset_version_id is None:
            chosen = parse_filter(wanted.filter, FILTER_NAMES)
            pages = LivePages(connections, run.project, wanted.what, chosen, standing.after)
        else:
            index = await version_index(workspace, run.project, wanted.dataset_version_id)
            stack.callback(index.close)
            pages = VersionPages(connections, run.project, as_file(index), standing.rows)
        coming = ahead(pages)
        stack.push_async_callback(coming.aclose)
        yield coming


async def _write_manifest(run: JobRun, workspace: Workspace, wanted: NewExport, standing: Standing) -> None:
    """The last file, committed like the parts; the same bytes if it is written again."""
    async with workspace.cell.database.connection() as connection:
        files = await store.files(connection, run.job.id)
        version = run.job.parameters.get("interface_version")
        interface_hash = await store.interface_hash(connection, run.project, version)
    manifest = Manifest(
        files=tuple(
            WrittenFile(file.name, file.byte_count, file.sha256, file.row_count)
            for file in files
            if file.row_count is not None
        ),
        root=standing.tree.root().hex(),
        rows=standing.rows,
        interface_hash=interface_hash,
        created_at=run.job.created_at.isoformat(),
        counts=dict(standing.counts),
    )
    key = await workspace.project_key(run.project)
    blob = blob_of(run.job.id, MANIFEST_PART)
    async with BlobSink(workspace, key, blob) as sink:
        await sink.send(await asyncio.to_thread(manifest.to_bytes))
        stored = await sink.close()
    async with workspace.cell.database.transaction() as connection:
        file = store.StoredFile(Manifest.name, blob, stored.bytes, stored.sha256, None)
        await store.add_file(connection, run.job.id, file)
        await run.advance(connection, await standing.checkpoint(run, workspace))
