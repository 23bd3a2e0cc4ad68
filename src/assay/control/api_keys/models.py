from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, SecretStr, computed_field

from assay.control.access import Role
from assay.control.api_keys.token import visible_prefix


class ApiKey(BaseModel):
    """A key as it is listed: never with its secret. `tenant` is None for an operator's key.

    `last_used_at` is exact to the hour. A key whose `revoked_at` is set, or whose `expires_at` is past, opens
    nothing any more.
    """

    model_config = ConfigDict(frozen=True)

    id: UUID
    tenant: UUID | None
    name: str
    role: Role
    projects: frozenset[UUID] | None
    created_by: UUID
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None

    @computed_field  # type: ignore[prop-decorator]
    @property
    def prefix(self) -> str:
        return visible_prefix(self.id)


class NewApiKey(BaseModel):
    """A key with its text, shown once and kept as a digest only."""

    model_config = ConfigDict(frozen=True)

    key: ApiKey
    text: SecretStr
