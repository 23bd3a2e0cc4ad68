"""What happens when instructions are read or replaced."""

from __future__ import annotations

from uuid import UUID

from assay.errors import NotFound
from assay.server.instructions import store
from assay.server.instructions.models import Instructions, NewInstructions
from assay.server.workspace import Connection, Workspace
from assay.trust.log_action import LogAction


async def add_version(workspace: Workspace, connection: Connection, project: UUID, body: str) -> int:
    """Write the next version in the caller's transaction; its number."""
    version = await store.next_version(connection, project)
    if version is None:
        raise NotFound("There is no such project.")
    key = await workspace.project_key(project)
    content = body.encode()
    sealer = key.sealer(workspace.cell.id, "instruction_version", "body")
    await store.add(connection, project, version, sealer.seal(content, project, version), workspace.actor)
    await workspace.record(
        connection,
        LogAction.INSTRUCTION_CHANGED,
        "project",
        project,
        project=project,
        commitment=key.commitment(project, content),
        version=version,
    )
    return version


async def change(workspace: Workspace, project: UUID, new: NewInstructions) -> Instructions:
    async with workspace.cell.database.transaction() as connection:
        version = await add_version(workspace, connection, project, new.body)
    return await read(workspace, project, version)


async def read(workspace: Workspace, project: UUID, version: int | None) -> Instructions:
    """A version, or the current one. Whoever reads it from outside the tenant is in the log."""
    async with workspace.cell.database.transaction() as connection:
        stored = await store.one(connection, project, version)
        if stored is None:
            raise NotFound("There are no such instructions.")
        await workspace.record(
            connection,
            LogAction.CONTENT_READ,
            "project",
            project,
            project=project,
            part="instructions",
            version=stored.version,
        )
    sealer = await workspace.sealer(project, "instruction_version", "body")
    return Instructions(
        version=stored.version,
        body=sealer.open(stored.body, project, stored.version).decode(),
        created_by=stored.created_by,
        created_at=stored.created_at,
    )
