"""Tenants, members, API keys, webhooks and the log: what lies around the projects."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from assay.client.calls import segment
from assay.client.operations import M, operation, stream
from assay.client.records import Caller, Record

Role = Literal["owner", "manager", "reviewer", "annotator", "viewer", "operator"]


class SignInLink(Record):
    """Signs a person in once."""

    url: str = Field(repr=False)
    expires_at: datetime


class OwnMembership(Record):
    """What you are in one tenant. `pseudonym` is your name in its data and log."""

    tenant_id: UUID
    tenant_name: str
    role: Role
    projects: list[UUID] | None
    pseudonym: UUID | None


class Me(Record):
    """Who makes the calls."""

    kind: Literal["person", "api_key"]
    id: UUID
    email: str | None
    display_name: str
    operator: bool
    memberships: list[OwnMembership]


class TenantSizes(Record):
    """How much a tenant's cell takes up, in bytes."""

    database: int
    blobs: int


class Tenant(Record):
    """A customer of this installation."""

    id: UUID
    name: str
    state: Literal["active", "suspended", "deleted"]
    created_at: datetime
    sizes: TenantSizes | None = None


class AppointedOwner(Record):
    """A tenant's first owner. The link is None for who signs in already."""

    person_id: UUID
    email: str
    sign_in_link: SignInLink | None


class CreatedTenant(Tenant):
    """A new tenant."""

    owner: AppointedOwner | None


class Member(Record):
    """Somebody who works in the tenant; `projects` is None for every project."""

    person_id: UUID
    pseudonym: UUID
    email: str | None
    display_name: str
    role: Role
    projects: list[UUID] | None
    created_at: datetime


class InvitedMember(Member):
    """A new member. The link is shown this once; None for who signs in already."""

    sign_in_link: SignInLink | None


class ApiKey(Record):
    """An API key without its secret."""

    id: UUID
    prefix: str
    name: str
    role: Role
    projects: list[UUID] | None
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


class CreatedApiKey(ApiKey):
    """A new key with its text, which is shown this once."""

    key: str = Field(repr=False)


class Tenants(Caller[M]):
    """The registry of tenants, for operators."""

    @operation
    async def create(self, name: str, *, owner_email: str | None = None) -> CreatedTenant:
        """A tenant with a cell of its own, and its first owner with a one-time sign-in link."""
        return await self._act("", CreatedTenant, {"name": name, "owner_email": owner_email})

    @stream
    async def list(self) -> AsyncIterator[Tenant]:
        """Every tenant of this installation, oldest first."""
        async for tenant in self._list("", Tenant):
            yield tenant

    @operation
    async def get(self, tenant_id: UUID | str) -> Tenant:
        """One tenant, with the sizes of its cell."""
        return await self._get(f"/{segment(tenant_id)}", Tenant)

    @operation
    async def rename(self, tenant_id: UUID | str, name: str) -> Tenant:
        """Give it another name."""
        return await self._change(f"/{segment(tenant_id)}", Tenant, {"name": name})

    @operation
    async def suspend(self, tenant_id: UUID | str) -> Tenant:
        """Let nobody in any more; nothing is lost."""
        return await self._change(f"/{segment(tenant_id)}", Tenant, {"state": "suspended"})

    @operation
    async def resume(self, tenant_id: UUID | str) -> Tenant:
        """Let people in again."""
        return await self._change(f"/{segment(tenant_id)}", Tenant, {"state": "active"})

    @operation
    async def appoint_first_owner(self, tenant_id: UUID | str, email: str) -> AppointedOwner:
        """Name the first owner of a tenant that has none. Raises Forbidden when it has one."""
        return await self._act(f"/{segment(tenant_id)}/owner", AppointedOwner, {"email": email})


class Members(Caller[M]):
    """Who works in the tenant."""

    @operation
    async def invite(
        self,
        email: str,
        role: Role,
        *,
        display_name: str = "",
        projects: Iterable[UUID] | None = None,
    ) -> InvitedMember:
        """Make the person with this address a member, of some projects or of all."""
        body = {
            "email": email,
            "role": role,
            "display_name": display_name,
            "projects": None if projects is None else [*projects],
        }
        return await self._act("", InvitedMember, body)

    @stream
    async def list(self) -> AsyncIterator[Member]:
        """Every member, oldest first."""
        async for member in self._list("", Member):
            yield member

    @operation
    async def change(
        self, person_id: UUID | str, role: Role, *, projects: Iterable[UUID] | None = None
    ) -> Member:
        """Replace role and projects. Takes effect at once."""
        body = {"role": role, "projects": None if projects is None else [*projects]}
        return await self._put(f"/{segment(person_id)}", Member, body)

    @operation
    async def remove(self, person_id: UUID | str) -> None:
        """They are let in no more; what they have done stays."""
        await self._delete(f"/{segment(person_id)}")


class ApiKeys(Caller[M]):
    """Keys for programs."""

    @operation
    async def create(
        self,
        name: str,
        role: Role,
        *,
        projects: Iterable[UUID] | None = None,
        lifetime_days: int | None = None,
    ) -> CreatedApiKey:
        """A key that acts with one role. Its text, `key`, is shown this once."""
        body = {
            "name": name,
            "role": role,
            "projects": None if projects is None else [*projects],
            "lifetime_days": lifetime_days,
        }
        return await self._create("", CreatedApiKey, body)

    @stream
    async def list(self) -> AsyncIterator[ApiKey]:
        """Every key, revoked ones too, oldest first."""
        async for key in self._list("", ApiKey):
            yield key

    @operation
    async def revoke(self, key_id: UUID | str) -> ApiKey:
        """The key opens nothing from now on. Again is no error."""
        return await self._act(f"/{segment(key_id)}/revoke", ApiKey, repeatable=True)
