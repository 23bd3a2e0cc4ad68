"""HTTP of instructions."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from assay.control.access import Action, ResourceKind
from assay.server.access import AUTHENTICATION, TenantDependency
from assay.server.bodies import BoundedRoute
from assay.server.instructions import service
from assay.server.instructions.models import Instructions, NewInstructions

router = APIRouter(
    prefix="/api/v1/tenants/{tenant_id}/projects/{project_id}/instructions",
    tags=["instructions"],
    dependencies=AUTHENTICATION,
    route_class=BoundedRoute,
)


@router.get("")
async def read_instructions(
    project_id: UUID, access: TenantDependency, version: Annotated[int | None, Query(ge=1)] = None
) -> Instructions:
    """The current instructions, or an earlier version."""
    access.require(Action.INSTRUCTION_READ, ResourceKind.INSTRUCTION, project=project_id)
    async with access.open("read instructions") as workspace:
        return await service.read(workspace, project_id, version)


@router.post("", status_code=201)
async def change_instructions(
    project_id: UUID, new: NewInstructions, access: TenantDependency
) -> Instructions:
    """Write a new version; earlier ones stay readable."""
    access.require(Action.INSTRUCTION_UPDATE, ResourceKind.INSTRUCTION, project=project_id)
    async with access.open("change instructions") as workspace:
        return await service.change(workspace, project_id, new)
