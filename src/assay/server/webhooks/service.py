"""What happens to webhooks."""

from __future__ import annotations

from uuid import UUID

from assay.errors import Conflict, NotFound
from assay.identifiers import new_id
from assay.server.models import Page
from assay.server.pages import page
from assay.server.webhooks import store
from assay.server.webhooks.destinations import check_url
from assay.server.webhooks.models import (
    CreatedWebhook,
    Delivery,
    EventKind,
    NewWebhook,
    Webhook,
    WebhookChange,
)
from assay.server.webhooks.signing import new_secret
from assay.server.workspace import Connection, Workspace
from assay.trust.log_action import LogAction

_LAST = UUID(int=2**128 - 1)


async def create(workspace: Workspace, new: NewWebhook, *, allow_private: bool) -> CreatedWebhook:
    """A webhook and its secret, which is shown this once. Raises InvalidInput at /url."""
    url = str(new.url)
    check_url(url, allow_private=allow_private)
    webhook, secret = new_id(), new_secret()
    async with workspace.cell.database.transaction() as connection:
        stored = await store.add(
            connection,
            webhook=webhook,
            project=new.project_id,
            url=workspace.cell_sealer("webhook", "url").seal(url.encode(), webhook),
            secret=workspace.cell_sealer("webhook", "secret").seal(secret.encode(), webhook),
            events=sorted({event.value for event in new.events}),
            created_by=workspace.actor,
        )
        if stored is None:
            raise NotFound("There is no such project.")
        await _record(workspace, connection, stored.id, stored.project_id, "created")
    return CreatedWebhook(**_view(workspace, stored).model_dump(), secret=secret)


async def several(workspace: Workspace, project: UUID | None, after: UUID, limit: int) -> Page[Webhook]:
    async with workspace.cell.database.connection() as connection:
        stored = await store.several(connection, project, after, limit + 1)
    return page(stored, limit, lambda one: one.id, lambda one: _view(workspace, one))


async def read(workspace: Workspace, project: UUID | None, webhook: UUID) -> Webhook:
    async with workspace.cell.database.connection() as connection:
        return _view(workspace, await _present(connection, project, webhook))


async def change(workspace: Workspace, project: UUID | None, webhook: UUID, wanted: WebhookChange) -> Webhook:
    events = None if wanted.events is None else sorted({event.value for event in wanted.events})
    async with workspace.cell.database.transaction() as connection:
        stored = await store.change(connection, project, webhook, state=wanted.state, events=events)
        if stored is None:
            raise _missing()
        await _record(workspace, connection, webhook, stored.project_id, wanted.state or "changed")
    workspace.wake()
    return _view(workspace, stored)


async def delete(workspace: Workspace, project: UUID | None, webhook: UUID) -> None:
    """Its address and its secret are gone at once; its deliveries can still be looked at in the log."""
    async with workspace.cell.database.transaction() as connection:
        if not await store.delete(connection, project, webhook):
            raise _missing()
        await _record(workspace, connection, webhook, project, "deleted")


async def deliveries(
    workspace: Workspace, project: UUID | None, webhook: UUID, before: UUID | None, limit: int
) -> Page[Delivery]:
    """Newest first."""
    async with workspace.cell.database.connection() as connection:
        await _present(connection, project, webhook)
        stored = await store.deliveries(connection, webhook, before or _LAST, limit + 1)
    return page(stored, limit, lambda one: one.id, _delivery)


async def redeliver(workspace: Workspace, project: UUID | None, webhook: UUID, delivery: UUID) -> Delivery:
    """A new delivery of the same event, at once."""
    new = new_id()
    async with workspace.cell.database.transaction() as connection:
        await _require_active(connection, project, webhook)
        await store.redeliver(connection, webhook, delivery, new)
        queued = await store.one_delivery(connection, webhook, new)
        if queued is None:
            raise NotFound("There is no such delivery of this webhook.")
        await _record(workspace, connection, webhook, project, "redelivered")
    workspace.wake()
    return _delivery(queued)


async def send_test(workspace: Workspace, project: UUID | None, webhook: UUID) -> Delivery:
    """An event of kind `webhook.test`, at once."""
    new = new_id()
    async with workspace.cell.database.transaction() as connection:
        await _require_active(connection, project, webhook)
        await store.send_test(connection, webhook, new)
        queued = await store.one_delivery(connection, webhook, new)
        assert queued is not None, "it was added in this transaction"
        await _record(workspace, connection, webhook, project, "tested")
    workspace.wake()
    return _delivery(queued)


async def _require_active(connection: Connection, project: UUID | None, webhook: UUID) -> None:
    if (await _present(connection, project, webhook)).state != "active":
        raise Conflict("The webhook is paused.", advice="Set its state to active first.")


async def _present(connection: Connection, project: UUID | None, webhook: UUID) -> store.StoredWebhook:
    found = await store.one(connection, project, webhook)
    if found is None:
        raise _missing()
    return found


async def _record(
    workspace: Workspace, connection: Connection, webhook: UUID, project: UUID | None, how: str
) -> None:
    await workspace.record(
        connection, LogAction.WEBHOOK_CHANGED, "webhook", webhook, project=project, change=how
    )


def _missing() -> NotFound:
    return NotFound("There is no such webhook.")


def _view(workspace: Workspace, stored: store.StoredWebhook) -> Webhook:
    return Webhook(
        id=stored.id,
        project_id=stored.project_id,
        url=workspace.cell_sealer("webhook", "url").open(stored.url, stored.id).decode(),
        events=[EventKind(event) for event in stored.events],
        state=stored.state,
        created_at=stored.created_at,
    )


def _delivery(stored: store.StoredDelivery) -> Delivery:
    return Delivery(
        id=stored.id,
        event_id=stored.event_id,
        kind=EventKind(stored.kind),
        object_id=stored.object_id,
        state=stored.state,
        attempts=stored.attempts,
        next_attempt_at=stored.next_attempt_at if stored.state == "waiting" else None,
        last_status=stored.last_status,
        last_error=stored.last_error,
        delivered_at=stored.delivered_at,
        created_at=stored.created_at,
        details=stored.details,
    )
