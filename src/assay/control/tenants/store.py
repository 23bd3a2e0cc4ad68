"""The only place with SQL on `tenant` and `cell`."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row

from assay.control.tenants.models import Tenant, TenantState

_COLUMNS = "id, name, state, created_at"


async def insert(connection: AsyncConnection[Any], tenant: UUID, name: str) -> Tenant:
    """A new active tenant; ids are unique, names need not be."""
    async with connection.cursor(row_factory=class_row(Tenant)) as cursor:
        await cursor.execute(
            f"insert into tenant (id, name) values (%s, %s) returning {_COLUMNS}",
            (tenant, name),
        )
        return _present(await cursor.fetchone())


async def find(connection: AsyncConnection[Any], tenant: UUID) -> Tenant | None:
    """By primary key; deleted tenants are found too, their names stay reserved for the log's readers."""
    async with connection.cursor(row_factory=class_row(Tenant)) as cursor:
        await cursor.execute(f"select {_COLUMNS} from tenant where id = %s", (tenant,))
        return await cursor.fetchone()


async def page(connection: AsyncConnection[Any], after: UUID | None, limit: int) -> list[Tenant]:
    """Tenants that are not deleted, in order of id, which is the order of creation; reads the key's index."""
    async with connection.cursor(row_factory=class_row(Tenant)) as cursor:
        await cursor.execute(
            f"select {_COLUMNS} from tenant "
            "where state <> 'deleted' and (%(after)s::uuid is null or id > %(after)s) "
            "order by id limit %(limit)s",
            {"after": after, "limit": limit},
        )
        return await cursor.fetchall()


async def rename(connection: AsyncConnection[Any], tenant: UUID, name: str) -> Tenant | None:
    """Changes the name of a tenant that is not deleted; None when there is none."""
    async with connection.cursor(row_factory=class_row(Tenant)) as cursor:
        await cursor.execute(
            f"update tenant set name = %s where id = %s and state <> 'deleted' returning {_COLUMNS}",
            (name, tenant),
        )
        return await cursor.fetchone()


async def change_state(connection: AsyncConnection[Any], tenant: UUID, state: TenantState) -> Tenant | None:
    """Moves a tenant to `state`; a deleted one never comes back. None when there is none."""
    async with connection.cursor(row_factory=class_row(Tenant)) as cursor:
        await cursor.execute(
            f"update tenant set state = %s where id = %s and state <> 'deleted' returning {_COLUMNS}",
            (state.value, tenant),
        )
        return await cursor.fetchone()


def _present(row: Tenant | None) -> Tenant:
    assert row is not None  # `returning` of an insert gives the row
    return row


# Cells -------------------------------------------------------------------------------------------

CellRow = tuple[UUID, UUID, str, str, str | None, bytes | None]
"""id, tenant, mode, database, role, sealed password"""

_CELL_COLUMNS = "cell.id, cell.tenant_id, cell.mode, cell.database, cell.role, cell.password"


async def insert_cell(connection: AsyncConnection[Any], cell: CellRow) -> None:
    """The one cell of a tenant. UniqueViolation when it has one, ForeignKeyViolation without the tenant."""
    await connection.execute(
        "insert into cell (id, tenant_id, mode, database, role, password) values (%s, %s, %s, %s, %s, %s)",
        cell,
    )


async def replace_cell(connection: AsyncConnection[Any], cell: CellRow) -> bool:
    """Points the tenant's cell with this id elsewhere; whether there was one."""
    identity, tenant, *place = cell
    cursor = await connection.execute(
        "update cell set mode = %s, database = %s, role = %s, password = %s where id = %s and tenant_id = %s",
        (*place, identity, tenant),
    )
    return cursor.rowcount == 1


async def delete_cell(connection: AsyncConnection[Any], tenant: UUID) -> UUID | None:
    """Forgets where the tenant's cell was; its id, or None when there was none."""
    cursor = await connection.execute("delete from cell where tenant_id = %s returning id", (tenant,))
    row = await cursor.fetchone()
    return None if row is None else row[0]


async def find_cell(connection: AsyncConnection[Any], tenant: UUID) -> CellRow | None:
    """The cell of a tenant that is active; reads two unique indexes."""
    cursor = await connection.execute(
        f"select {_CELL_COLUMNS} from cell "
        "join tenant on tenant.id = cell.tenant_id and tenant.state = 'active' where cell.tenant_id = %s",
        (tenant,),
    )
    return await cursor.fetchone()


async def cells(connection: AsyncConnection[Any]) -> list[CellRow]:
    """Every cell that there is, suspended tenants' too, in order of id."""
    cursor = await connection.execute(f"select {_CELL_COLUMNS} from cell order by cell.id")
    return await cursor.fetchall()
