"""HTTP of interface versions."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from assay.control.access import Action, ResourceKind
from assay.server.access import AUTHENTICATION, TenantDependency
from assay.server.bodies import BoundedRoute
from assay.server.interfaces import service
from assay.server.interfaces.models import (
    EditVerdict,
    InterfaceChange,
    InterfaceCheck,
    InterfaceDraft,
    InterfaceVersion,
)

router = APIRouter(
    prefix="/api/v1/tenants/{tenant_id}/projects/{project_id}/interface",
    tags=["interface"],
    dependencies=AUTHENTICATION,
    route_class=BoundedRoute,
)

drafts = APIRouter(
    prefix="/api/v1/tenants/{tenant_id}/interface",
    tags=["interface"],
    dependencies=AUTHENTICATION,
    route_class=BoundedRoute,
)


@drafts.post("/check")
async def check_interface(draft: InterfaceDraft, access: TenantDependency) -> InterfaceCheck:
    """Every mistake of an interface that no project has yet, or the keys it would have. Keeps nothing."""
    access.require(Action.PROJECT_CREATE, ResourceKind.PROJECT)
    return service.check(draft.interface)


@router.get("/versions")
async def list_interface_versions(project_id: UUID, access: TenantDependency) -> list[InterfaceVersion]:
    """Every version, newest first."""
    access.require(Action.INTERFACE_READ, ResourceKind.INTERFACE, project=project_id)
    async with access.open("read interface") as workspace:
        return await service.versions(workspace, project_id)


@router.get("/versions/{version}")
async def read_interface_version(
    project_id: UUID, version: int, access: TenantDependency
) -> InterfaceVersion:
    access.require(Action.INTERFACE_READ, ResourceKind.INTERFACE, project=project_id)
    async with access.open("read interface") as workspace:
        return await service.read(workspace, project_id, version)


@router.post("/versions", status_code=201)
async def change_interface(
    project_id: UUID, change: InterfaceChange, access: TenantDependency
) -> InterfaceVersion:
    """Make a new version. A breaking edit must be said to be meant."""
    access.require(Action.INTERFACE_UPDATE, ResourceKind.INTERFACE, project=project_id)
    async with access.open("change interface") as workspace:
        return await service.change(workspace, project_id, change)


@router.post("/verdict")
async def judge_interface_change(
    project_id: UUID, change: InterfaceChange, access: TenantDependency
) -> EditVerdict:
    """What an edit would mean for the answers that are there; changes nothing."""
    access.require(Action.INTERFACE_UPDATE, ResourceKind.INTERFACE, project=project_id)
    async with access.open("judge interface change") as workspace:
        return await service.judge(workspace, project_id, change)
