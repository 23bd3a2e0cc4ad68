"""Being told of events by signed requests (Standard Webhooks)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from assay.client.calls import segment
from assay.client.operations import M, operation, stream
from assay.client.records import Caller, Record, Resource

Event = Literal[
    "annotation.submitted",
    "label.created",
    "label.reviewed",
    "task.sent_back",
    "import.finished",
    "export.finished",
    "dataset_version.ready",
]


class Delivery(Record):
    """One event on its way to one webhook; `event_id` is the `webhook-id` header."""

    id: UUID
    event_id: UUID
    kind: str
    object_id: UUID
    state: Literal["waiting", "held", "delivered", "failed"]
    attempts: int
    next_attempt_at: datetime | None
    last_status: int | None
    last_error: str | None
    delivered_at: datetime | None
    created_at: datetime
    details: dict[str, Any]


class Webhook(Resource[M]):
    """An address that is told of events, of one project or of all."""

    id: UUID
    project_id: UUID | None
    url: str
    events: list[str]
    state: Literal["active", "paused"]
    created_at: datetime
    secret: str | None = Field(default=None, repr=False)
    """Verifies the signatures. Given only when the webhook is created."""

    @operation
    async def set(
        self, *, state: Literal["active", "paused"] | None = None, events: Iterable[Event] | None = None
    ) -> Webhook[M]:
        """Pause it, resume it, or choose other events."""
        changes = {"state": state, "events": None if events is None else [*events]}
        given = {name: value for name, value in changes.items() if value is not None}
        changed = await self._change("", Webhook, given, project_id=self.project_id)
        webhook: Webhook[M] = changed._at(self._session, self._path)
        return webhook

    @operation
    async def delete(self) -> None:
        """Tell it of nothing any more."""
        await self._delete("", project_id=self.project_id)

    @operation
    async def test(self) -> Delivery:
        """Send an event of kind `webhook.test` now."""
        return await self._act("/test", Delivery, project_id=self.project_id)

    @stream
    async def deliveries(self) -> AsyncIterator[Delivery]:
        """What was sent to it, newest first."""
        async for delivery in self._list("/deliveries", Delivery, project_id=self.project_id):
            yield delivery

    @operation
    async def redeliver(self, delivery_id: UUID | str) -> Delivery:
        """Deliver the same event once more; the receiver knows it by its `webhook-id`."""
        path = f"/deliveries/{segment(delivery_id)}/redeliver"
        return await self._act(path, Delivery, project_id=self.project_id)


class Webhooks(Caller[M]):
    """The tenant's webhooks."""

    @operation
    async def create(
        self, url: str, events: Iterable[Event], *, project_id: UUID | None = None
    ) -> Webhook[M]:
        """Be told of events of one project, or of all. `secret` is in this answer only."""
        body = {"url": url, "events": [*events], "project_id": project_id}
        return self._webhook(await self._create("", Webhook, body))

    @stream
    async def list(self, *, project_id: UUID | None = None) -> AsyncIterator[Webhook[M]]:
        """Oldest first."""
        async for webhook in self._list("", Webhook, project_id=project_id):
            yield self._webhook(webhook)

    @operation
    async def get(self, webhook_id: UUID | str, *, project_id: UUID | None = None) -> Webhook[M]:
        """One webhook."""
        return self._webhook(await self._get(f"/{segment(webhook_id)}", Webhook, project_id=project_id))

    def _webhook(self, webhook: Webhook[M]) -> Webhook[M]:
        placed: Webhook[M] = webhook._at(self._session, f"{self._path}/{webhook.id}")
        return placed
