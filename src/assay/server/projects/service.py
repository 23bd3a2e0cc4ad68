"""What happens when a project is made or changed."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from assay.errors import NotFound
from assay.identifiers import new_id
from assay.interface import Interface
from assay.server.instructions import service as instructions
from assay.server.interfaces import service as interfaces
from assay.server.models import Page
from assay.server.pages import page
from assay.server.projects import store
from assay.server.projects.models import NewProject, Project, ProjectChange, Workflow
from assay.server.workspace import Workspace
from assay.trust.log_action import LogAction


async def create(workspace: Workspace, new: NewProject) -> Project:
    """Make a project with a key of its own, its first interface version and its instructions."""
    interface = Interface.parse(new.interface)
    project = new_id()
    await workspace.cell.create_project_key(project)
    async with workspace.cell.database.transaction() as connection:
        stored = await store.add(
            connection,
            project,
            name=await _sealed_name(workspace, project, new.name),
            workflow=new.workflow.model_dump(),
            metadata=new.metadata,
        )
        await workspace.record(connection, LogAction.PROJECT_CREATED, "project", project, project=project)
        await interfaces.add_version(
            workspace, connection, project, interface=interface, version=1, edit="first"
        )
        if new.instructions is not None:
            await instructions.add_version(workspace, connection, project, new.instructions)
    if new.instructions is None:
        return await _view(workspace, stored)
    return await read(workspace, project)


async def read(workspace: Workspace, project: UUID) -> Project:
    async with workspace.cell.database.connection() as connection:
        stored = await store.one(connection, project)
    if stored is None:
        raise NotFound("There is no such project.")
    return await _view(workspace, stored)


async def require_present(workspace: Workspace, wanted: Collection[UUID]) -> None:
    """Raises NotFound unless every one of these projects is there."""
    async with workspace.cell.database.connection() as connection:
        found = await store.several(connection, after=UUID(int=0), only=list(wanted), limit=len(wanted))
    if {project.id for project in found} != set(wanted):
        raise NotFound("There is no such project.", path="/projects")


async def several(workspace: Workspace, after: UUID, limit: int) -> Page[Project]:
    """The projects that the caller may see, in order of creation."""
    visible = workspace.principal.projects
    async with workspace.cell.database.connection() as connection:
        stored = await store.several(
            connection, after=after, only=None if visible is None else sorted(visible), limit=limit + 1
        )
    views = {one.id: await _view(workspace, one) for one in stored}
    return page(stored, limit, lambda one: one.id, lambda one: views[one.id])


async def change(workspace: Workspace, project: UUID, wanted: ProjectChange) -> Project:
    async with workspace.cell.database.transaction() as connection:
        stored = await store.change(
            connection,
            project,
            name=None if wanted.name is None else await _sealed_name(workspace, project, wanted.name),
            state=wanted.state,
            workflow=None if wanted.workflow is None else wanted.workflow.model_dump(),
            metadata=wanted.metadata,
        )
        if stored is None:
            raise NotFound("There is no such project.")
        changed = sorted(wanted.model_dump(exclude_none=True))
        await workspace.record(
            connection,
            LogAction.PROJECT_CHANGED,
            "project",
            project,
            project=project,
            members=",".join(changed),
        )
    return await _view(workspace, stored)


async def _sealed_name(workspace: Workspace, project: UUID, name: str) -> bytes:
    return (await workspace.sealer(project, "project", "name")).seal(name.encode(), project)


async def _view(workspace: Workspace, stored: store.StoredProject) -> Project:
    names = await workspace.sealer(stored.id, "project", "name")
    return Project(
        id=stored.id,
        name=names.open(stored.name, stored.id).decode(),
        state=stored.state,
        workflow=Workflow.model_validate(stored.workflow),
        interface_version=stored.interface_version,
        instruction_version=stored.instruction_version,
        metadata=stored.metadata,
        created_at=stored.created_at,
        updated_at=stored.updated_at,
    )
