"""Webhooks as the API shows them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, HttpUrl

from assay.server.models import Input, Output


class EventKind(StrEnum):
    """What a webhook can be told of."""

    ANNOTATION_SUBMITTED = "annotation.submitted"
    LABEL_CREATED = "label.created"
    LABEL_REVIEWED = "label.reviewed"
    TASK_SENT_BACK = "task.sent_back"
    IMPORT_FINISHED = "import.finished"
    EXPORT_FINISHED = "export.finished"
    DATASET_VERSION_READY = "dataset_version.ready"
    WEBHOOK_TEST = "webhook.test"
    """Sent by hand, to one webhook, whatever it is subscribed to."""


Events = Annotated[list[EventKind], Field(min_length=1, max_length=len(EventKind))]


class NewWebhook(Input):
    url: HttpUrl
    events: Events
    project_id: UUID | None = Field(default=None, description="Null: events of every project")


class WebhookChange(Input):
    """Only the members that are given change. What waits for a paused webhook is held until it resumes."""

    state: Literal["active", "paused"] | None = None
    events: Events | None = None


class Webhook(Output):
    id: UUID
    project_id: UUID | None
    url: str
    events: list[EventKind]
    state: Literal["active", "paused"]
    created_at: datetime


class CreatedWebhook(Webhook):
    secret: str = Field(description="Shown this once: verifies the signature (Standard Webhooks)")


class Delivery(Output):
    """One event on its way to one webhook."""

    id: UUID
    event_id: UUID = Field(description="The `webhook-id` header; the same for every delivery of the event")
    kind: EventKind
    object_id: UUID
    state: Literal["waiting", "held", "delivered", "failed"]
    attempts: int
    next_attempt_at: datetime | None
    last_status: int | None
    last_error: str | None
    delivered_at: datetime | None
    created_at: datetime
    details: dict[str, Any]
