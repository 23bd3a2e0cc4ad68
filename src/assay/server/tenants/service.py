"""What happens to tenants.

The order of creation survives a crash at every point: first the registry's row, then the cell, then the row
that says where the cell is, then the owner. Until the third step nobody can reach the tenant, and
`provision` carries on from wherever it stopped; a cell that was made and never registered holds nothing.
"""

from __future__ import annotations

import asyncio
from uuid import UUID

from assay.control.access import Action, Context, Principal, Resource, ResourceKind, Role
from assay.control.page import Page as ControlPage
from assay.control.tenants.models import Tenant as StoredTenant
from assay.control.text import clean_email
from assay.errors import AssayError, Conflict, Forbidden, NotFound
from assay.server.engine import Engine
from assay.server.members.service import first_link
from assay.server.models import Page
from assay.server.pages import cursor_of
from assay.server.tenants import store
from assay.server.tenants.models import (
    AppointedOwner,
    CreatedTenant,
    NewTenant,
    Tenant,
    TenantChange,
    TenantDetails,
    TenantSizes,
)

_DROP_ATTEMPTS = 100
_DROP_PAUSE_SECONDS = 0.05
_provisioning = asyncio.Lock()


async def create(engine: Engine, actor: Principal, new: NewTenant) -> CreatedTenant:
    """A tenant with its cell and, if named, its first owner. What fails leaves no tenant behind."""
    if new.owner_email is not None:
        clean_email(new.owner_email, "/owner_email")
    created = await engine.control.tenants.create(actor, new.name)
    try:
        await provision(engine, actor, created.id)
        owner = None
        if new.owner_email is not None:
            owner = await appoint_owner(engine, actor, created.id, new.owner_email)
    except AssayError:
        await _take_back(engine, actor, created.id)
        raise
    return CreatedTenant(**_view(created).model_dump(), owner=owner)


async def provision(engine: Engine, actor: Principal, tenant: UUID) -> None:
    """Make the tenant's cell and enter it in the registry, unless that has been done. Raises NotFound."""
    await engine.control.tenants.get(tenant)
    async with _provisioning:
        if tenant not in {location.tenant for location in await engine.control.directory.all()}:
            await engine.control.directory.register(actor, await engine.cells.create(tenant))


async def appoint_owner(engine: Engine, actor: Principal, tenant: UUID, email: str) -> AppointedOwner:
    """Make somebody the first owner. Raises Forbidden when the tenant has one: owners appoint each other."""
    context = Context(tenant_has_owner=await engine.control.memberships.has_owner(tenant))
    resource = Resource(kind=ResourceKind.TENANT, tenant=tenant)
    if not engine.gate.authorize(actor, Action.TENANT_APPOINT_OWNER, resource, context).allowed:
        raise Forbidden("This tenant has an owner.", advice="Owners appoint other owners themselves.")
    member = await engine.control.memberships.invite(actor, tenant, email, Role.OWNER)
    account = Resource(kind=ResourceKind.PERSON, owner=member.person)
    link = await first_link(engine, actor, tenant, member.person, account)
    return AppointedOwner(person_id=member.person, email=member.email or email, sign_in_link=link)


async def several(engine: Engine, after: UUID, limit: int) -> Page[Tenant]:
    found: ControlPage[StoredTenant] = await engine.control.tenants.list(after, limit)
    cursor = None if found.next_cursor is None else cursor_of(found.next_cursor)
    return Page[Tenant](items=[_view(one) for one in found.items], next_cursor=cursor)


async def read(engine: Engine, actor: Principal, tenant: UUID) -> TenantDetails:
    """The registry's row; for operators with the sizes of the cell."""
    found = await engine.control.tenants.get(tenant)
    sizes = await _sizes(engine, tenant) if actor.operator else None
    return TenantDetails(**_view(found).model_dump(), sizes=sizes)


async def change(engine: Engine, actor: Principal, tenant: UUID, wanted: TenantChange) -> Tenant:
    tenants = engine.control.tenants
    if wanted.name is not None:
        await tenants.rename(actor, tenant, wanted.name)
    if wanted.state == "suspended":
        await tenants.suspend(actor, tenant)
    if wanted.state == "active":
        await tenants.resume(actor, tenant)
    return _view(await tenants.get(tenant))


async def _sizes(engine: Engine, tenant: UUID) -> TenantSizes | None:
    try:
        async with (
            engine.open(engine.acting_in(tenant), "measure") as workspace,
            workspace.cell.database.connection() as connection,
        ):
            database, blobs = await store.sizes(connection)
    except NotFound:  # suspended, or not provisioned yet
        return None
    return TenantSizes(database=database, blobs=blobs)


async def _take_back(engine: Engine, actor: Principal, tenant: UUID) -> None:
    """Undo a creation that failed half way: the cell, if there is one, and the registry's row."""
    for remaining in reversed(range(_DROP_ATTEMPTS)):
        try:
            await engine.cells.drop(tenant)
            await engine.control.directory.remove(actor, tenant)
            break
        except NotFound:
            break  # It failed before there was a cell.
        except Conflict:  # a duty has the cell open for a moment
            if remaining == 0:
                raise
            await asyncio.sleep(_DROP_PAUSE_SECONDS)
    await engine.control.tenants.delete(actor, tenant)


def _view(stored: StoredTenant) -> Tenant:
    return Tenant(id=stored.id, name=stored.name, state=stored.state.value, created_at=stored.created_at)
