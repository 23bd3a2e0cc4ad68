"""Tenants as the API shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from assay.server.members.models import SignInLink
from assay.server.models import Input, Output

Name = Annotated[str, Field(min_length=1, max_length=200)]


class NewTenant(Input):
    name: Name
    owner_email: Annotated[str, Field(min_length=3, max_length=320)] | None = Field(
        default=None, description="The first owner; null leaves the tenant without one for now"
    )


class NewOwner(Input):
    email: Annotated[str, Field(min_length=3, max_length=320)]


class TenantChange(Input):
    """Only the members that are given change. `state` is an operator's affair."""

    name: Name | None = None
    state: Literal["active", "suspended"] | None = None


class Tenant(Output):
    id: UUID
    name: str
    state: Literal["active", "suspended", "deleted"]
    created_at: datetime


class TenantSizes(Output):
    """How much a tenant's cell takes up, in bytes."""

    database: int
    blobs: int


class TenantDetails(Tenant):
    sizes: TenantSizes | None = Field(description="Null for members, and while the cell cannot be opened")


class CreatedTenant(Tenant):
    owner: AppointedOwner | None


class AppointedOwner(Output):
    person_id: UUID
    email: str
    sign_in_link: SignInLink | None = Field(
        description="Shown this once; null when the person signs in already and needs none"
    )


CreatedTenant.model_rebuild()
