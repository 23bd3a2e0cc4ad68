"""What happens when the interface of a project is read or edited."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson

from assay.errors import Conflict, InvalidInput, NotFound
from assay.interface import Interface
from assay.server.interfaces import store
from assay.server.interfaces.models import (
    EditVerdict,
    InterfaceChange,
    InterfaceCheck,
    InterfaceProblem,
    InterfaceVersion,
    Renames,
)
from assay.server.workspace import Connection, Workspace
from assay.trust.log_action import LogAction


async def add_version(
    workspace: Workspace,
    connection: Connection,
    project: UUID,
    *,
    interface: Interface,
    version: int,
    edit: str,
    renames: Renames | None = None,
) -> None:
    """Write a version, sealed, with its log row."""
    declaration = orjson.dumps(interface.declaration)
    key = await workspace.project_key(project)
    declarations = key.sealer(workspace.cell.id, "interface_version", "declaration")
    rename_map = None
    if renames is not None and (renames.fields or renames.values):
        sealer = key.sealer(workspace.cell.id, "interface_version", "renames")
        rename_map = sealer.seal(orjson.dumps(renames.model_dump()), project, version)
    await store.add(
        connection,
        project=project,
        version=version,
        version_hash=interface.version_hash,
        declaration=declarations.seal(declaration, project, version),
        edit=edit,
        renames=rename_map,
        created_by=workspace.actor,
    )
    await workspace.record(
        connection,
        LogAction.INTERFACE_CHANGED,
        "project",
        project,
        project=project,
        commitment=key.commitment(project, declaration),
        version=version,
        edit=edit,
    )


async def change(workspace: Workspace, project: UUID, wanted: InterfaceChange) -> InterfaceVersion:
    """Make a new version. Raises Conflict for a breaking edit that is not said to be meant."""
    interface = Interface.parse(wanted.interface)
    async with workspace.cell.database.transaction() as connection:
        current = await store.lock_current(connection, project)
        if current is None:
            raise NotFound("There is no such project.")
        verdict = await _verdict(workspace, project, current, interface, wanted.renames)
        if verdict.kind == "breaking" and not wanted.allow_breaking:
            raise Conflict(
                "This edit is breaking: old answers would not be valid under it.",
                advice="Give a rename map, or set allow_breaking: old answers then stay under their version.",
                reasons=verdict.reasons,
            )
        version = current + 1
        await add_version(
            workspace,
            connection,
            project,
            interface=interface,
            version=version,
            edit=verdict.kind,
            renames=wanted.renames,
        )
        await store.set_current(connection, project, version)
    return await read(workspace, project, version)


def check(declaration: dict[str, Any]) -> InterfaceCheck:
    """What is wrong with a declaration, or its keys and hash."""
    try:
        interface = Interface.parse(declaration)
    except InvalidInput as error:
        problems = [
            InterfaceProblem(path=problem.path, rule=problem.rule, message=problem.message)
            for problem in error.problems
        ]
        return InterfaceCheck(problems=problems, hotkeys={}, version_hash=None)
    return InterfaceCheck(problems=[], hotkeys=interface.hotkeys(), version_hash=interface.version_hash)


async def judge(workspace: Workspace, project: UUID, wanted: InterfaceChange) -> EditVerdict:
    """What the edit would mean, without making it."""
    async with workspace.cell.database.connection() as connection:
        versions = await store.everything(connection, project)
    if not versions:
        raise NotFound("There is no such project.")
    interface = Interface.parse(wanted.interface)
    return await _verdict(workspace, project, versions[0].version, interface, wanted.renames)


async def read(workspace: Workspace, project: UUID, version: int) -> InterfaceVersion:
    async with workspace.cell.database.connection() as connection:
        stored = await store.one(connection, project, version)
    if stored is None:
        raise NotFound("There is no such interface version.")
    return await _view(workspace, project, stored)


async def versions(workspace: Workspace, project: UUID) -> list[InterfaceVersion]:
    await workspace.project_key(project)  # Raises NotFound when there is no such project.
    async with workspace.cell.database.connection() as connection:
        stored = await store.everything(connection, project)
    return [await _view(workspace, project, one) for one in stored]


async def _view(workspace: Workspace, project: UUID, stored: store.StoredInterface) -> InterfaceVersion:
    interface = await workspace.interface(project, stored.version)
    fields: dict[str, Any] = {
        "version": stored.version,
        "version_hash": stored.version_hash,
        "edit": stored.edit,
        "interface": interface.declaration,
        "hotkeys": interface.hotkeys(),
        "created_by": stored.created_by,
        "created_at": stored.created_at,
    }
    return InterfaceVersion.model_validate(fields)


async def _verdict(
    workspace: Workspace, project: UUID, current: int, interface: Interface, renames: Renames
) -> EditVerdict:
    old = await workspace.interface(project, current)
    # A rename map, even an empty one, would say that the edit is a migration.
    given = renames.model_dump() if renames.fields or renames.values else None
    edit = Interface.compare(old, interface, given)
    return EditVerdict(
        kind=edit.kind, reasons=[str(reason) for reason in edit.reasons], hotkeys=interface.hotkeys()
    )
