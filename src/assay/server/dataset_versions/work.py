"""What making a dataset version does: one pass over all finished labels as they are at one moment."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import ClassVar
from uuid import UUID

from assay.formats import MerkleTree
from assay.server.dataset_versions import service, store
from assay.server.dataset_versions.index import IndexEntry, pack
from assay.server.exports.blob_sink import BlobSink
from assay.server.exports.pages import LivePages, RowPage, ahead
from assay.server.exports.rows import RowOpener
from assay.server.filters import parse_filter
from assay.server.jobs.models import JobKind
from assay.server.jobs.run import JobRun, Result, Work
from assay.server.jobs.store import StoredJob
from assay.server.tasks.store import FILTER_NAMES
from assay.server.webhooks.models import EventKind
from assay.server.webhooks.store import announce
from assay.server.workspace import Connection, Workspace

_LOOK_SECONDS = 1.0


class VersionWork(Work):
    """A run that is cut short begins again: what a version holds has to be of one moment. The index that it
    left takes the place of the one before, under the same id."""

    kind: ClassVar[JobKind] = JobKind.DATASET_VERSION

    async def perform(self, run: JobRun) -> Result:
        version = UUID(run.job.parameters["version"])
        workspace = await run.workspace()
        key = await workspace.project_key(run.project)
        tree = MerkleTree()
        async with BlobSink(workspace, key, version) as sink:
            await _write_index(run, workspace, version, sink, tree)
            await sink.close()
        root = tree.root()
        async with workspace.cell.database.transaction() as connection:
            sealed = service.sealed_root(workspace, key, version, root)
            await store.freeze(connection, version, root=sealed, rows=tree.size, index=version)
            await service.record_made(workspace, connection, run.project, version, root, tree.size)
            await run.advance(connection, {}, done=tree.size - run.job.done, total=tree.size)
        return {"dataset_version_id": str(version), "rows": tree.size}

    async def settle(self, workspace: Workspace, connection: Connection, job: StoredJob) -> None:
        version = UUID(job.parameters["version"])
        await store.end(connection, version, "ready" if job.state == "done" else "failed")
        if job.state == "done":
            await announce(
                connection, EventKind.DATASET_VERSION_READY, job.project_id, version, rows=job.done
            )

    async def clean_up(self, workspace: Workspace, job: StoredJob) -> None:
        """A version that came to nothing leaves no index; one cancelled before it began ends here."""
        assert job.project_id is not None
        version = UUID(job.parameters["version"])
        async with workspace.cell.database.transaction() as connection:
            stored = await store.one(connection, job.project_id, version)
            if stored is None or stored.state == "ready":
                return
            await store.end(connection, version, "failed")
        await workspace.cell.blobs.delete(version)


async def _write_index(
    run: JobRun, workspace: Workspace, version: UUID, sink: BlobSink, tree: MerkleTree
) -> None:
    opener = RowOpener(await workspace.project_key(run.project), workspace.cell.id)
    async with workspace.cell.database.transaction() as connection:
        await store.see_one_moment(connection)
        stored = await store.one(connection, run.project, version)
        assert stored is not None, "the job was started together with its version"
        chosen = parse_filter(stored.selection.get("filter"), FILTER_NAMES)

        @asynccontextmanager
        async def this_transaction() -> AsyncIterator[Connection]:
            yield connection

        pages = LivePages(this_transaction, run.project, "finished", chosen)
        looked = time.monotonic()
        async with aclosing(ahead(pages)) as coming:
            async for page in coming:
                await sink.send(await asyncio.to_thread(_records, opener, page, tree))
                if time.monotonic() - looked >= _LOOK_SECONDS:
                    looked = time.monotonic()
                    await run.look_for_cancel()


def _records(opener: RowOpener, page: RowPage, tree: MerkleTree) -> bytes:
    """The records of a page, its leaves added to the tree. Runs in a worker thread."""
    _, leaves = opener.open(page.rows)
    tree.extend(leaves)
    return pack(
        [
            IndexEntry(UUID(bytes=row.item), row.revision or 0, row.interface_version or 0, leaf)
            for row, leaf in zip(page.rows, leaves, strict=True)
        ]
    )
