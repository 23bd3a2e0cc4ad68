"""One's own account as the API shows it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, SecretStr

from assay.control.access import Role
from assay.server.models import Input, Output


class OwnMembership(Output):
    tenant_id: UUID
    tenant_name: str
    role: Role
    projects: list[UUID] | None
    pseudonym: UUID | None = Field(
        description="Your name in this tenant's data and log; null while its cell cannot be opened"
    )


class Me(Output):
    """Who makes this request."""

    kind: Literal["person", "api_key"]
    id: UUID
    email: str | None
    display_name: str
    operator: bool
    memberships: list[OwnMembership] = Field(description="The tenants you can act in; one for an API key")


class AccountChange(Input):
    display_name: Annotated[str, Field(max_length=200)]


class PasswordChange(Input):
    current_password: SecretStr | None = Field(
        default=None, description="Not needed within ten minutes of signing in"
    )
    new_password: SecretStr


class OwnSession(Output):
    id: UUID
    current: bool
    created_at: datetime
    last_seen_at: datetime = Field(description="To five minutes")
    expires_at: datetime
