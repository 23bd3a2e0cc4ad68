"""What happens to batches."""

from __future__ import annotations

from uuid import UUID

from assay.errors import NotFound
from assay.identifiers import new_id
from assay.server.batches import store
from assay.server.batches.models import Batch, BatchChange, NewBatch
from assay.server.leases.service import start_from_head
from assay.server.models import Page
from assay.server.pages import page
from assay.server.workspace import Connection, Workspace
from assay.trust.log_action import LogAction
from assay.trust.sealing import ValueSealer

_DEFAULT_NAME = "Default"


async def create(workspace: Workspace, project: UUID, new: NewBatch) -> Batch:
    async with workspace.cell.database.transaction() as connection:
        stored = await _add(workspace, connection, project, new)
    return _view(await _names(workspace, project), stored)


async def default_batch(workspace: Workspace, connection: Connection, project: UUID) -> UUID:
    """The batch for items that name none; made with the first of them."""
    found = await store.default(connection, project)
    if found is None:
        await store.lock_project(connection, project)
        found = await store.default(connection, project)
    if found is not None:
        return found
    made = await _add(workspace, connection, project, NewBatch(name=_DEFAULT_NAME))
    await store.make_default(connection, made.id)
    return made.id


async def several(workspace: Workspace, project: UUID, after: UUID, limit: int) -> Page[Batch]:
    async with workspace.cell.database.connection() as connection:
        stored = await store.several(connection, project, after, limit + 1)
    names = await _names(workspace, project)
    return page(stored, limit, lambda one: one.id, lambda one: _view(names, one))


async def change(workspace: Workspace, project: UUID, batch: UUID, wanted: BatchChange) -> Batch:
    """Rename, move in the queue, pause or resume: annotators see it at their next lease."""
    names = await _names(workspace, project)
    async with workspace.cell.database.transaction() as connection:
        before = await store.lock(connection, project, batch)
        stored = await store.change(
            connection,
            project=project,
            batch=batch,
            name=None if wanted.name is None else names.seal(wanted.name.encode(), batch),
            priority=wanted.priority,
            state=wanted.state,
        )
        if before is None or stored is None:
            raise NotFound("There is no such batch.")
        if stored.priority != before.priority:
            await store.move(connection, batch, before=before.priority, priority=stored.priority)
        if stored.state != before.state:
            await store.hold(connection, batch, held=stored.state == "paused")
        if (stored.priority, stored.state) != (before.priority, before.state):
            await start_from_head(connection, project)
        await workspace.record(
            connection,
            LogAction.BATCH_CHANGED,
            "batch",
            batch,
            project=project,
            members=",".join(sorted(wanted.model_dump(exclude_none=True))),
        )
    return _view(names, stored)


async def _add(
    workspace: Workspace, connection: Connection, project: UUID, new: NewBatch
) -> store.StoredBatch:
    batch = new_id()
    names = await _names(workspace, project)
    stored = await store.add(
        connection,
        batch=batch,
        project=project,
        name=names.seal(new.name.encode(), batch),
        priority=new.priority,
    )
    if stored is None:
        raise NotFound("There is no such project.")
    await workspace.record(connection, LogAction.BATCH_CREATED, "batch", batch, project=project)
    return stored


async def _names(workspace: Workspace, project: UUID) -> ValueSealer:
    return await workspace.sealer(project, "batch", "name")


def _view(names: ValueSealer, stored: store.StoredBatch) -> Batch:
    return Batch(
        id=stored.id,
        name=names.open(stored.name, stored.id).decode(),
        priority=stored.priority,
        state=stored.state,
        created_at=stored.created_at,
    )
