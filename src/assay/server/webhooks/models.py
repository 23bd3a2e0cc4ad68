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


class NewWebhook(Input):
    url: HttpUrl
    events: Annotated[list[EventKind], Field(min_length=1)]
    project_id: UUID | None = Field(default=None, description="Null: events of every project")


class WebhookChange(Input):
    state: Literal["active", "paused"] | None = None
    events: Annotated[list[EventKind], Field(min_length=1)] | None = None


class Webhook(Output):
    id: UUID
    project_id: UUID | None
    url: str
    events: list[EventKind]
    state: Literal["active", "paused", "deleted"]
    created_at: datetime


class CreatedWebhook(Webhook):
    secret: str = Field(description="Shown this once: verifies the signature (Standard Webhooks)")


class Delivery(Output):
    id: UUID
    event_id: UUID
    kind: EventKind
    state: Literal["waiting", "delivered", "failed"]
    attempts: int
    next_attempt_at: datetime | None
    last_status: int | None
    last_error: str | None
    delivered_at: datetime | None
    created_at: datetime
    details: dict[str, Any]
