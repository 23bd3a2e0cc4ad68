"""HTTP of projects."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter

from assay.control.access import Action, ResourceKind
from assay.server.access import AUTHENTICATION, TenantDependency
from assay.server.bodies import BoundedRoute
from assay.server.idempotency.service import Idempotent
from assay.server.models import Page
from assay.server.pages import Cursor, PageSize, after
from assay.server.projects import service
from assay.server.projects.models import NewProject, Project, ProjectChange

router = APIRouter(
    prefix="/api/v1/tenants/{tenant_id}/projects",
    tags=["projects"],
    dependencies=AUTHENTICATION,
    route_class=BoundedRoute,
)


@router.post("", status_code=201, response_model=Project)
async def create_project(new: NewProject, access: TenantDependency, idempotent: Idempotent) -> Any:
    """Make a project: its interface, its instructions, its workflow."""
    access.require(Action.PROJECT_CREATE, ResourceKind.PROJECT)
    async with access.open("create project") as workspace:
        return await idempotent.once(workspace, lambda within: service.create(within, new))


@router.get("")
async def list_projects(
    access: TenantDependency, cursor: Cursor = None, limit: PageSize = 100
) -> Page[Project]:
    """The projects you may see, oldest first."""
    access.require(Action.PROJECT_READ, ResourceKind.PROJECT)
    async with access.open("list projects") as workspace:
        return await service.several(workspace, after(cursor), limit)


@router.get("/{project_id}")
async def read_project(project_id: UUID, access: TenantDependency) -> Project:
    access.require(Action.PROJECT_READ, ResourceKind.PROJECT, project=project_id)
    async with access.open("read project") as workspace:
        return await service.read(workspace, project_id)


@router.patch("/{project_id}")
async def change_project(project_id: UUID, change: ProjectChange, access: TenantDependency) -> Project:
    """Rename, pause, archive, or change the workflow. Takes effect at the next lease."""
    action = Action.PROJECT_ARCHIVE if change.state == "archived" else Action.PROJECT_UPDATE
    access.require(action, ResourceKind.PROJECT, project=project_id)
    async with access.open("change project") as workspace:
        return await service.change(workspace, project_id, change)
