"""HTTP of webhooks. Who may reach one project only names it with `project_id`."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query

from assay.control.access import Action, ResourceKind
from assay.server.access import AUTHENTICATION, TenantAccess, TenantDependency
from assay.server.bodies import BoundedRoute
from assay.server.idempotency.service import Idempotent
from assay.server.models import Page
from assay.server.pages import Cursor, PageSize, after
from assay.server.webhooks import service
from assay.server.webhooks.models import CreatedWebhook, Delivery, NewWebhook, Webhook, WebhookChange

router = APIRouter(
    prefix="/api/v1/tenants/{tenant_id}/webhooks",
    tags=["webhooks"],
    dependencies=AUTHENTICATION,
    route_class=BoundedRoute,
)

OfProject = Annotated[
    UUID | None, Query(alias="project_id", description="Only webhooks of this project; needed by its members")
]


@router.post("", status_code=201, response_model=CreatedWebhook)
async def create_webhook(new: NewWebhook, access: TenantDependency, idempotent: Idempotent) -> Any:
    """Be told of events by signed requests (Standard Webhooks). The secret is shown this once."""
    _require(access, Action.WEBHOOK_CREATE, new.project_id)
    allow_private = access.engine.settings.webhook_allow_private_addresses
    async with access.open("create webhook") as workspace:
        return await idempotent.once(
            workspace, lambda within: service.create(within, new, allow_private=allow_private)
        )


@router.get("")
async def list_webhooks(
    access: TenantDependency, project: OfProject = None, cursor: Cursor = None, limit: PageSize = 100
) -> Page[Webhook]:
    """Oldest first."""
    _require(access, Action.WEBHOOK_READ, project)
    async with access.open("read webhooks") as workspace:
        return await service.several(workspace, project, after(cursor), limit)


@router.get("/{webhook_id}")
async def read_webhook(webhook_id: UUID, access: TenantDependency, project: OfProject = None) -> Webhook:
    _require(access, Action.WEBHOOK_READ, project)
    async with access.open("read webhook") as workspace:
        return await service.read(workspace, project, webhook_id)


@router.patch("/{webhook_id}")
async def change_webhook(
    webhook_id: UUID, change: WebhookChange, access: TenantDependency, project: OfProject = None
) -> Webhook:
    """Pause, resume, or choose other events."""
    _require(access, Action.WEBHOOK_UPDATE, project)
    async with access.open("change webhook") as workspace:
        return await service.change(workspace, project, webhook_id, change)


@router.delete("/{webhook_id}", status_code=204)
async def delete_webhook(webhook_id: UUID, access: TenantDependency, project: OfProject = None) -> None:
    _require(access, Action.WEBHOOK_DELETE, project)
    async with access.open("delete webhook") as workspace:
        await service.delete(workspace, project, webhook_id)


@router.post("/{webhook_id}/test", status_code=202)
async def test_webhook(webhook_id: UUID, access: TenantDependency, project: OfProject = None) -> Delivery:
    """Send an event of kind `webhook.test` now."""
    _require(access, Action.WEBHOOK_UPDATE, project)
    async with access.open("test webhook") as workspace:
        return await service.send_test(workspace, project, webhook_id)


@router.get("/{webhook_id}/deliveries")
async def list_deliveries(
    webhook_id: UUID,
    access: TenantDependency,
    project: OfProject = None,
    cursor: Cursor = None,
    limit: PageSize = 100,
) -> Page[Delivery]:
    """Newest first."""
    _require(access, Action.WEBHOOK_READ, project)
    async with access.open("read deliveries") as workspace:
        before = None if cursor is None else after(cursor)
        return await service.deliveries(workspace, project, webhook_id, before, limit)


@router.post("/{webhook_id}/deliveries/{delivery_id}/redeliver", status_code=202)
async def redeliver(
    webhook_id: UUID, delivery_id: UUID, access: TenantDependency, project: OfProject = None
) -> Delivery:
    """Deliver the same event once more; the receiver knows it by its `webhook-id`."""
    _require(access, Action.WEBHOOK_UPDATE, project)
    async with access.open("redeliver") as workspace:
        return await service.redeliver(workspace, project, webhook_id, delivery_id)


def _require(access: TenantAccess, action: Action, project: UUID | None) -> None:
    access.require(action, ResourceKind.WEBHOOK, project=project)
