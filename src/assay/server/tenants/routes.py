"""HTTP of tenants."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from assay.control.access import Action, Principal, Resource, ResourceKind
from assay.server.access import AUTHENTICATION, Caller, CallerDependency
from assay.server.bodies import BoundedRoute
from assay.server.models import Page
from assay.server.pages import Cursor, PageSize, after
from assay.server.tenants import service
from assay.server.tenants.models import (
    AppointedOwner,
    CreatedTenant,
    NewOwner,
    NewTenant,
    Tenant,
    TenantChange,
    TenantDetails,
)

router = APIRouter(
    prefix="/api/v1/tenants", tags=["tenants"], dependencies=AUTHENTICATION, route_class=BoundedRoute
)


@router.post("", status_code=201)
async def create_tenant(new: NewTenant, who: CallerDependency) -> CreatedTenant:
    """Make a tenant with a cell of its own, and its first owner with a one-time sign-in link."""
    who.require(Action.TENANT_CREATE, ResourceKind.ENGINE)
    return await service.create(who.engine, who.outside_tenants, new)


@router.get("")
async def list_tenants(who: CallerDependency, cursor: Cursor = None, limit: PageSize = 100) -> Page[Tenant]:
    """Every tenant of this installation, oldest first: for operators. Your own are in `GET /api/v1/me`."""
    who.require(Action.TENANT_LIST, ResourceKind.ENGINE)
    return await service.several(who.engine, after(cursor), limit)


@router.get("/{tenant_id}")
async def read_tenant(tenant_id: UUID, who: CallerDependency) -> TenantDetails:
    actor = await _require(who, Action.TENANT_READ, tenant_id)
    return await service.read(who.engine, actor, tenant_id)


@router.patch("/{tenant_id}")
async def change_tenant(tenant_id: UUID, change: TenantChange, who: CallerDependency) -> Tenant:
    """Rename; operators suspend (nobody is let in any more, nothing is lost) and resume."""
    actions = [Action.TENANT_UPDATE] if change.name is not None or change.state is None else []
    actions += [Action.TENANT_SUSPEND] if change.state is not None else []
    for action in actions:
        actor = await _require(who, action, tenant_id)
    return await service.change(who.engine, actor, tenant_id, change)


@router.post("/{tenant_id}/cell", status_code=204)
async def provision_tenant(tenant_id: UUID, who: CallerDependency) -> None:
    """Finish a creation that was interrupted: make the cell if there is none. Does nothing else."""
    who.require(Action.TENANT_CREATE, ResourceKind.ENGINE)
    await service.provision(who.engine, who.outside_tenants, tenant_id)


@router.post("/{tenant_id}/owner", status_code=201)
async def appoint_first_owner(tenant_id: UUID, new: NewOwner, who: CallerDependency) -> AppointedOwner:
    """Name the first owner of a tenant that has none."""
    actor = await _require(who, Action.TENANT_READ, tenant_id)
    return await service.appoint_owner(who.engine, actor, tenant_id, new.email)


async def _require(who: Caller, action: Action, tenant: UUID) -> Principal:
    """The operator, or the member of the tenant, who may do this to the registry's row."""
    actor = await who.looking_after(tenant)
    who.engine.gate.require(actor, action, Resource(kind=ResourceKind.TENANT, tenant=tenant))
    return actor
