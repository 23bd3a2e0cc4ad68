"""HTTP of API keys."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter

from assay.control.access import Action, ResourceKind, Role
from assay.server.access import AUTHENTICATION, CallerDependency, TenantDependency
from assay.server.api_keys import service
from assay.server.api_keys.models import ApiKey, CreatedApiKey, NewApiKey, NewOperatorKey
from assay.server.bodies import BoundedRoute
from assay.server.idempotency.service import Idempotent
from assay.server.models import Page
from assay.server.pages import Cursor, PageSize, after
from assay.server.projects import service as projects

router = APIRouter(prefix="/api/v1", tags=["api keys"], dependencies=AUTHENTICATION, route_class=BoundedRoute)


@router.post("/tenants/{tenant_id}/api-keys", status_code=201, response_model=CreatedApiKey)
async def create_api_key(new: NewApiKey, access: TenantDependency, idempotent: Idempotent) -> Any:
    """A key that acts with one role in this tenant. Its text is shown this once."""
    service.require_create(access, new)
    async with access.open("create api key") as workspace:
        await projects.require_present(workspace, new.projects or ())
        return await idempotent.once(
            workspace,
            lambda _: service.create(
                access.engine,
                access.principal,
                access.tenant,
                new.name,
                new.role,
                new.projects,
                new.lifetime_days,
            ),
        )


@router.get("/tenants/{tenant_id}/api-keys")
async def list_api_keys(
    access: TenantDependency, cursor: Cursor = None, limit: PageSize = 100
) -> Page[ApiKey]:
    access.require(Action.API_KEY_READ, ResourceKind.API_KEY)
    return await service.several(access.engine, access.tenant, after(cursor), limit)


@router.post("/tenants/{tenant_id}/api-keys/{key_id}/revoke")
async def revoke_api_key(key_id: UUID, access: TenantDependency) -> ApiKey:
    """The key opens nothing from now on; other processes follow within 5 seconds. Again is no error."""
    access.require(Action.API_KEY_REVOKE, ResourceKind.API_KEY)
    return await service.revoke(access.engine, access.principal, access.tenant, key_id)


@router.post("/operator/api-keys", status_code=201)
async def create_operator_key(new: NewOperatorKey, who: CallerDependency) -> CreatedApiKey:
    """A key that runs the engine and reads no content. Its text is shown this once."""
    who.require(Action.OPERATOR_API_KEY, ResourceKind.ENGINE)
    return await service.create(
        who.engine, who.outside_tenants, None, new.name, Role.OPERATOR, None, new.lifetime_days
    )


@router.get("/operator/api-keys")
async def list_operator_keys(
    who: CallerDependency, cursor: Cursor = None, limit: PageSize = 100
) -> Page[ApiKey]:
    who.require(Action.OPERATOR_API_KEY, ResourceKind.ENGINE)
    return await service.several(who.engine, None, after(cursor), limit)


@router.post("/operator/api-keys/{key_id}/revoke")
async def revoke_operator_key(key_id: UUID, who: CallerDependency) -> ApiKey:
    who.require(Action.OPERATOR_API_KEY, ResourceKind.ENGINE)
    return await service.revoke(who.engine, who.outside_tenants, None, key_id)
