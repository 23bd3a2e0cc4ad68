"""API keys as the API shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from assay.control.access import Role
from assay.server.members.models import Projects
from assay.server.models import Input, Output

Name = Annotated[str, Field(min_length=1, max_length=200)]
LifetimeDays = Annotated[
    int, Field(ge=1, le=3650, description="The key ends after so many days; null: never")
]


class NewApiKey(Input):
    name: Name
    role: Role
    projects: Projects | None = None
    lifetime_days: LifetimeDays | None = None


class NewOperatorKey(Input):
    name: Name
    lifetime_days: LifetimeDays | None = None


class ApiKey(Output):
    id: UUID
    prefix: str = Field(description="How the key begins: tells it from others and opens nothing")
    name: str
    role: Role
    projects: list[UUID] | None
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None = Field(description="To the hour")
    revoked_at: datetime | None


class CreatedApiKey(ApiKey):
    key: str = Field(description="Shown this once")
