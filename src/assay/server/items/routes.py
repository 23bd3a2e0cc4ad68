"""HTTP of items."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query

from assay.control.access import Action, ResourceKind
from assay.server.access import AUTHENTICATION, TenantDependency
from assay.server.bodies import BoundedRoute
from assay.server.idempotency.service import Idempotent
from assay.server.items import service
from assay.server.items.models import AddedItems, Item, ItemIds, Items, NewItems

router = APIRouter(
    prefix="/api/v1/tenants/{tenant_id}/projects/{project_id}/items",
    tags=["items"],
    dependencies=AUTHENTICATION,
    route_class=BoundedRoute,
)


@router.post("", status_code=201, response_model=AddedItems)
async def add_items(project_id: UUID, new: NewItems, access: TenantDependency, idempotent: Idempotent) -> Any:
    """Add up to a thousand items at once; use an import for more. Rejected ones are named, the rest go in."""
    access.require(Action.ITEM_IMPORT, ResourceKind.ITEM, project=project_id)
    async with access.open("add items") as workspace:
        return await idempotent.once(workspace, lambda within: service.add(within, project_id, new))


@router.post("/read")
async def read_items(project_id: UUID, wanted: ItemIds, access: TenantDependency) -> Items:
    """Look at up to a hundred items at once: what a page of a list shows. Every one of them is in the log."""
    access.require(Action.ITEM_READ, ResourceKind.ITEM, project=project_id)
    async with access.open("read items") as workspace:
        return Items(items=await service.read_several(workspace, project_id, wanted.ids))


@router.get("/by-key")
async def read_item_by_key(
    project_id: UUID, access: TenantDependency, key: Annotated[str, Query(min_length=1, max_length=1000)]
) -> Item:
    """The item with your own key."""
    access.require(Action.ITEM_READ, ResourceKind.ITEM, project=project_id)
    async with access.open("read item") as workspace:
        return await service.read_by_key(workspace, project_id, key)


@router.get("/{item_id}")
async def read_item(project_id: UUID, item_id: UUID, access: TenantDependency) -> Item:
    access.require(Action.ITEM_READ, ResourceKind.ITEM, project=project_id)
    async with access.open("read item") as workspace:
        return await service.read(workspace, project_id, item_id)
