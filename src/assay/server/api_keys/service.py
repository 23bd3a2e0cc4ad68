"""What happens to API keys: those of a tenant, and those of the operators, who are in none."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from assay.control.access import Action, Context, Principal, ResourceKind, Role
from assay.control.api_keys.models import ApiKey as StoredKey
from assay.server.access import TenantAccess
from assay.server.api_keys.models import ApiKey, CreatedApiKey, NewApiKey
from assay.server.engine import Engine
from assay.server.models import Page
from assay.server.pages import cursor_of


def require_create(access: TenantAccess, new: NewApiKey) -> None:
    """Whether the caller may make such a key; asked about for each project that the key would reach."""
    for project in new.projects or (None,):
        access.require(
            Action.API_KEY_CREATE,
            ResourceKind.API_KEY,
            project=project,
            context=Context(granted_role=new.role),
        )


async def create(
    engine: Engine,
    actor: Principal,
    tenant: UUID | None,
    name: str,
    role: Role,
    projects: Collection[UUID] | None,
    lifetime_days: int | None,
) -> CreatedApiKey:
    lifetime = None if lifetime_days is None else timedelta(days=lifetime_days)
    made = await engine.control.api_keys.create(actor, tenant, name, role, projects, lifetime)
    return CreatedApiKey(**view(made.key).model_dump(), key=made.text.get_secret_value())


async def several(engine: Engine, tenant: UUID | None, after: UUID, limit: int) -> Page[ApiKey]:
    """Oldest first, revoked ones too."""
    found = await engine.control.api_keys.list(tenant, after, limit)
    cursor = None if found.next_cursor is None else cursor_of(found.next_cursor)
    return Page[ApiKey](items=[view(one) for one in found.items], next_cursor=cursor)


async def revoke(engine: Engine, actor: Principal, tenant: UUID | None, key: UUID) -> ApiKey:
    return view(await engine.control.api_keys.revoke(actor, tenant, key))


def view(stored: StoredKey) -> ApiKey:
    return ApiKey(
        id=stored.id,
        prefix=stored.prefix,
        name=stored.name,
        role=stored.role,
        projects=None if stored.projects is None else sorted(stored.projects),
        created_at=stored.created_at,
        expires_at=stored.expires_at,
        last_used_at=stored.last_used_at,
        revoked_at=stored.revoked_at,
    )
