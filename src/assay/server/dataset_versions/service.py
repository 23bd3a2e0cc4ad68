"""What happens when dataset versions are asked for, looked at and compared."""

from __future__ import annotations

import asyncio
from uuid import UUID

from assay.cells.blobs import BlobReader
from assay.errors import Conflict, NotFound
from assay.identifiers import new_id
from assay.server.dataset_versions import store
from assay.server.dataset_versions.diff import compare
from assay.server.dataset_versions.index import as_file
from assay.server.dataset_versions.models import Change, DatasetVersion, Diff, NewDatasetVersion
from assay.server.dataset_versions.store import StoredVersion
from assay.server.filters import parse_filter
from assay.server.jobs import service as jobs
from assay.server.jobs.models import Job, JobKind
from assay.server.models import Page
from assay.server.pages import cursor_of, page
from assay.server.tasks.store import FILTER_NAMES
from assay.server.workspace import Connection, Workspace
from assay.trust.log_action import LogAction
from assay.trust.sealing import ProjectKey

_NO_VERSION = "There is no such dataset version."


async def start(workspace: Workspace, project: UUID, new: NewDatasetVersion) -> Job:
    """Begin to make a version; the job, whose id is the version's too."""
    parse_filter(new.filter, FILTER_NAMES)
    version = new_id()
    key = await workspace.project_key(project)
    name = key.sealer(workspace.cell.id, "dataset_version", "name").seal(new.name.encode(), version)
    async with workspace.cell.database.transaction() as connection:
        interface_version = await store.lock_project(connection, project)
        if interface_version is None:
            raise NotFound("There is no such project.")
        await store.add(
            connection,
            version=version,
            project=project,
            name=name,
            interface_version=interface_version,
            selection={"filter": new.filter},
            created_by=workspace.actor,
        )
        return await jobs.enqueue(
            workspace, connection, JobKind.DATASET_VERSION, project, {"version": str(version)}, job=version
        )


async def read(workspace: Workspace, project: UUID, version: UUID) -> DatasetVersion:
    async with workspace.cell.database.connection() as connection:
        stored = await _one(connection, project, version)
    return _view(workspace, await workspace.project_key(project), stored)


async def several(
    workspace: Workspace, project: UUID, before: UUID | None, limit: int
) -> Page[DatasetVersion]:
    """Newest first."""
    key = await workspace.project_key(project)
    async with workspace.cell.database.connection() as connection:
        stored = await store.several(connection, project=project, before=before, limit=limit + 1)
    return page(stored, limit, lambda one: one.id, lambda one: _view(workspace, key, one))


async def ready_version(connection: Connection, project: UUID, version: UUID) -> StoredVersion:
    """Raises NotFound, or Conflict for a version that is not ready."""
    stored = await _one(connection, project, version)
    if stored.state != "ready":
        raise Conflict(f"The dataset version is not ready: it is {stored.state}.")
    return stored


async def version_index(workspace: Workspace, project: UUID, version: UUID) -> BlobReader:
    """The records of a version (see `index`), to be closed by the caller."""
    async with workspace.cell.database.connection() as connection:
        stored = await ready_version(connection, project, version)
    assert stored.index_blob_id is not None, "a version that is ready has its index"
    key = await workspace.project_key(project)
    return await asyncio.to_thread(workspace.cell.blobs.open, key, stored.index_blob_id)


async def diff(
    workspace: Workspace,
    project: UUID,
    before: UUID,
    after: UUID,
    *,
    only: Change | None,
    start: UUID,
    limit: int,
) -> Diff:
    """What is different in `after`; the page of items begins after the item `start`."""
    older = await version_index(workspace, project, before)
    try:
        newer = await version_index(workspace, project, after)
        try:
            counts, entries = await asyncio.to_thread(
                compare, as_file(older), as_file(newer), only=only, start=start, limit=limit + 1
            )
        finally:
            newer.close()
    finally:
        older.close()
    shown = entries[:limit]
    return Diff(
        added=counts["added"],
        removed=counts["removed"],
        changed=counts["changed"],
        unchanged=counts["unchanged"],
        items=shown,
        next_cursor=cursor_of(shown[-1].item_id) if len(entries) > limit else None,
    )


async def record_made(
    workspace: Workspace, connection: Connection, project: UUID, version: UUID, root: bytes, rows: int
) -> None:
    """The log row of a version, which commits to its root."""
    key = await workspace.project_key(project)
    await workspace.record(
        connection,
        LogAction.DATASET_VERSION_CREATED,
        "dataset_version",
        version,
        project=project,
        commitment=key.commitment(version, root),
        rows=rows,
    )


def sealed_root(workspace: Workspace, key: ProjectKey, version: UUID, root: bytes) -> bytes:
    """The root tells whether somebody has guessed all rows of a small version: it is sealed like content."""
    return key.sealer(workspace.cell.id, "dataset_version", "root").seal(root, version)


async def _one(connection: Connection, project: UUID, version: UUID) -> StoredVersion:
    stored = await store.one(connection, project, version)
    if stored is None:
        raise NotFound(_NO_VERSION)
    return stored


def _view(workspace: Workspace, key: ProjectKey, stored: StoredVersion) -> DatasetVersion:
    names = key.sealer(workspace.cell.id, "dataset_version", "name")
    roots = key.sealer(workspace.cell.id, "dataset_version", "root")
    ready = stored.state == "ready"
    return DatasetVersion(
        id=stored.id,
        number=stored.number,
        name=names.open(stored.name, stored.id).decode(),
        state=stored.state,
        interface_version=stored.interface_version,
        filter=stored.selection.get("filter"),
        root=roots.open(stored.root, stored.id).hex() if ready and stored.root is not None else None,
        rows=stored.row_count if ready else None,
        created_by=stored.created_by,
        created_at=stored.created_at,
    )
