"""What happens to tenants. Permission is asked for by the caller, with `assay.control.access.require`."""

from __future__ import annotations

from uuid import UUID

from assay.cells.database import Database
from assay.control import log
from assay.control.access import Principal, not_found
from assay.control.page import DEFAULT_PAGE_SIZE, Page, check_limit, page_of
from assay.control.recent import Forget
from assay.control.tenants import store
from assay.control.tenants.models import Tenant, TenantState
from assay.control.text import clean_name
from assay.identifiers import new_id
from assay.trust.log_action import LogAction


class TenantService:
    """The registry. `forget` empties the caches once a tenant is no longer served."""

    def __init__(self, database: Database, forget: Forget) -> None:
        self._database = database
        self._forget = forget

    async def create(self, actor: Principal, name: str, tenant: UUID | None = None) -> Tenant:
        """A new tenant, without a cell and without members. Raises InvalidInput at /name."""
        cleaned = clean_name(name, "/name")
        async with self._database.transaction() as connection:
            created = await store.insert(connection, tenant or new_id(), cleaned)
            await log.write(connection, actor, LogAction.TENANT_CREATED, "tenant", created.id)
        return created

    async def get(self, tenant: UUID) -> Tenant:
        """Raises NotFound; a deleted tenant is still found, with its state."""
        async with self._database.connection() as connection:
            found = await store.find(connection, tenant)
        return _present(found)

    async def list(self, after: UUID | None = None, limit: int = DEFAULT_PAGE_SIZE) -> Page[Tenant]:
        """Tenants that are not deleted, oldest first."""
        check_limit(limit)
        async with self._database.connection() as connection:
            rows = await store.page(connection, after, limit + 1)
        return page_of(rows, limit, lambda row: row.id)

    async def rename(self, actor: Principal, tenant: UUID, name: str) -> Tenant:
        """Raises InvalidInput at /name, NotFound."""
        cleaned = clean_name(name, "/name")
        async with self._database.transaction() as connection:
            renamed = _present(await store.rename(connection, tenant, cleaned))
            await log.write(connection, actor, LogAction.TENANT_CHANGED, "tenant", tenant, change="renamed")
        return renamed

    async def suspend(self, actor: Principal, tenant: UUID) -> Tenant:
        """Its people and keys are refused from now on; nothing is lost."""
        return await self._change_state(actor, tenant, TenantState.SUSPENDED)

    async def resume(self, actor: Principal, tenant: UUID) -> Tenant:
        return await self._change_state(actor, tenant, TenantState.ACTIVE)

    async def delete(self, actor: Principal, tenant: UUID) -> Tenant:
        """For good. The caller destroys the cell; the row stays so that the log's ids can be explained."""
        return await self._change_state(actor, tenant, TenantState.DELETED)

    async def _change_state(self, actor: Principal, tenant: UUID, state: TenantState) -> Tenant:
        async with self._database.transaction() as connection:
            changed = _present(await store.change_state(connection, tenant, state))
            await log.write(connection, actor, LogAction.TENANT_CHANGED, "tenant", tenant, change=state.value)
        self._forget()
        return changed


def _present(tenant: Tenant | None) -> Tenant:
    if tenant is None:
        raise not_found()
    return tenant
