"""The log as the API shows it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from assay.server.models import Output


class LogRow(Output):
    """One row of the transparency log, decoded. It names people by pseudonym and holds no content."""

    number: int
    at: datetime
    action: str
    principal: str
    role: str
    purpose: str
    object_kind: str
    object_id: str
    project_id: UUID | None
    commitment: str | None
    policy: str | None
    details: dict[str, Any]


class ItemAccess(Output):
    """Somebody was shown an item, or what was said about it."""

    log_row: int
    at: datetime
    principal: str = Field(description="Pseudonym in this tenant, or the name of a part of the engine")
    role: str
    purpose: str
    action: str
    lease_id: UUID | None = Field(description="The lease under which they saw it")
    stage: str | None
    task_id: UUID | None
