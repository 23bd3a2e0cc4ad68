from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from assay.control.access import Role


class Membership(BaseModel):
    """What a person is in a tenant. `projects` is None when they are that in every project."""

    model_config = ConfigDict(frozen=True)

    tenant: UUID
    person: UUID
    role: Role
    projects: frozenset[UUID] | None
    created_at: datetime


class Member(Membership):
    """A membership with the identity of the person, as the tenant's administrators see it."""

    email: str | None
    display_name: str


class TenantMembership(Membership):
    """A membership with the name of the tenant, as the person sees it."""

    tenant_name: str
