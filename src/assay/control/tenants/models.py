from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class TenantState(StrEnum):
    ACTIVE = "active"
    SUSPENDED = "suspended"
    DELETED = "deleted"


class Tenant(BaseModel):
    """A customer. `name` identifies them to their own people and to operators, and to nobody else."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    name: str
    state: TenantState
    created_at: datetime
