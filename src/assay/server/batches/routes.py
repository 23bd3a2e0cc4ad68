"""HTTP of batches."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter

from assay.control.access import Action, ResourceKind
from assay.server.access import AUTHENTICATION, TenantDependency
from assay.server.batches import service
from assay.server.batches.models import Batch, BatchChange, NewBatch
from assay.server.bodies import BoundedRoute
from assay.server.idempotency.service import Idempotent
from assay.server.models import Page
from assay.server.pages import Cursor, PageSize, after

router = APIRouter(
    prefix="/api/v1/tenants/{tenant_id}/projects/{project_id}/batches",
    tags=["batches"],
    dependencies=AUTHENTICATION,
    route_class=BoundedRoute,
)


@router.post("", status_code=201, response_model=Batch)
async def create_batch(
    project_id: UUID, new: NewBatch, access: TenantDependency, idempotent: Idempotent
) -> Any:
    access.require(Action.BATCH_CREATE, ResourceKind.BATCH, project=project_id)
    async with access.open("create batch") as workspace:
        return await idempotent.once(workspace, lambda within: service.create(within, project_id, new))


@router.get("")
async def list_batches(
    project_id: UUID, access: TenantDependency, cursor: Cursor = None, limit: PageSize = 100
) -> Page[Batch]:
    """Oldest first: among tasks of equal priority the oldest batch is worked on first."""
    access.require(Action.BATCH_READ, ResourceKind.BATCH, project=project_id)
    async with access.open("list batches") as workspace:
        return await service.several(workspace, project_id, after(cursor), limit)


@router.patch("/{batch_id}")
async def change_batch(
    project_id: UUID, batch_id: UUID, change: BatchChange, access: TenantDependency
) -> Batch:
    """Rename, move in the queue, pause or resume."""
    access.require(Action.BATCH_UPDATE, ResourceKind.BATCH, project=project_id)
    async with access.open("change batch") as workspace:
        return await service.change(workspace, project_id, batch_id, change)
