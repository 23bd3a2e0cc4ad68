"""The only place with SQL on `membership`."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row

from assay.control.access import Role
from assay.control.memberships.models import Member, Membership, TenantMembership

_COLUMNS = (
    "membership.tenant_id as tenant, membership.person_id as person, membership.role, membership.projects, "
    "membership.created_at"
)
_MEMBER_FROM = (
    f"select {_COLUMNS}, person.email, person.display_name "
    "from membership join person on person.id = membership.person_id"
)


async def insert(
    connection: AsyncConnection[Any],
    tenant: UUID,
    person: UUID,
    role: Role,
    projects: Collection[UUID] | None,
) -> Membership | None:
    """A new membership; None when there is one. ForeignKeyViolation for an operator or a missing party."""
    async with connection.cursor(row_factory=class_row(Membership)) as cursor:
        await cursor.execute(
            "insert into membership (tenant_id, person_id, role, projects) values (%s, %s, %s, %s) "
            f"on conflict do nothing returning {_COLUMNS}",
            (tenant, person, role.value, None if projects is None else sorted(projects)),
        )
        return await cursor.fetchone()


async def find(connection: AsyncConnection[Any], tenant: UUID, person: UUID) -> Member | None:
    """By primary key."""
    async with connection.cursor(row_factory=class_row(Member)) as cursor:
        await cursor.execute(
            f"{_MEMBER_FROM} where membership.tenant_id = %s and membership.person_id = %s", (tenant, person)
        )
        return await cursor.fetchone()


async def find_active(connection: AsyncConnection[Any], tenant: UUID, person: UUID) -> Membership | None:
    """The membership when both the tenant and the person are active, else None: what a request acts under."""
    async with connection.cursor(row_factory=class_row(Membership)) as cursor:
        await cursor.execute(
            f"select {_COLUMNS} from membership "
            "join person on person.id = membership.person_id and person.state = 'active' "
            "join tenant on tenant.id = membership.tenant_id and tenant.state = 'active' "
            "where membership.tenant_id = %s and membership.person_id = %s",
            (tenant, person),
        )
        return await cursor.fetchone()


async def page(
    connection: AsyncConnection[Any], tenant: UUID, after: UUID | None, limit: int
) -> list[Member]:
    """Members of one tenant in order of the person's id; reads the key's index."""
    async with connection.cursor(row_factory=class_row(Member)) as cursor:
        await cursor.execute(
            f"{_MEMBER_FROM} where membership.tenant_id = %(tenant)s "
            "and (%(after)s::uuid is null or membership.person_id > %(after)s) "
            "order by membership.person_id limit %(limit)s",
            {"tenant": tenant, "after": after, "limit": limit},
        )
        return await cursor.fetchall()


async def page_of_person(
    connection: AsyncConnection[Any], person: UUID, after: UUID | None, limit: int
) -> list[TenantMembership]:
    """A person's memberships in active tenants in order of the tenant's id; reads the index on the person."""
    async with connection.cursor(row_factory=class_row(TenantMembership)) as cursor:
        await cursor.execute(
            f"select {_COLUMNS}, tenant.name as tenant_name from membership "
            "join tenant on tenant.id = membership.tenant_id and tenant.state = 'active' "
            "where membership.person_id = %(person)s "
            "and (%(after)s::uuid is null or membership.tenant_id > %(after)s) "
            "order by membership.tenant_id limit %(limit)s",
            {"person": person, "after": after, "limit": limit},
        )
        return await cursor.fetchall()


async def update(
    connection: AsyncConnection[Any],
    tenant: UUID,
    person: UUID,
    role: Role,
    projects: Collection[UUID] | None,
) -> Membership | None:
    """Replaces role and projects; None when there is no such membership."""
    async with connection.cursor(row_factory=class_row(Membership)) as cursor:
        await cursor.execute(
            "update membership set role = %s, projects = %s "
            f"where tenant_id = %s and person_id = %s returning {_COLUMNS}",
            (role.value, None if projects is None else sorted(projects), tenant, person),
        )
        return await cursor.fetchone()


async def delete(connection: AsyncConnection[Any], tenant: UUID, person: UUID) -> bool:
    """Whether there was such a membership; there is none afterwards."""
    cursor = await connection.execute(
        "delete from membership where tenant_id = %s and person_id = %s", (tenant, person)
    )
    return cursor.rowcount == 1


async def delete_all_of(connection: AsyncConnection[Any], person: UUID) -> None:
    """Leaves the person a member of nothing."""
    await connection.execute("delete from membership where person_id = %s", (person,))


async def lock_tenant(connection: AsyncConnection[Any], tenant: UUID) -> bool:
    """Whether the tenant is there and not deleted; locked until the commit: its owners change one by one."""
    cursor = await connection.execute(
        "select 1 from tenant where id = %s and state <> 'deleted' for no key update", (tenant,)
    )
    return await cursor.fetchone() is not None


async def lock_tenants_of(connection: AsyncConnection[Any], person: UUID) -> None:
    """Locks every tenant the person is a member of, in order of id, so that two lockers cannot deadlock."""
    await connection.execute(
        "select id from tenant where id in (select tenant_id from membership where person_id = %s) "
        "order by id for no key update",
        (person,),
    )


async def has_owner(connection: AsyncConnection[Any], tenant: UUID) -> bool:
    """Whether anybody owns the tenant; a disabled person counts, or disabling one would make room."""
    cursor = await connection.execute(
        "select exists (select 1 from membership where tenant_id = %s and role = 'owner')", (tenant,)
    )
    row = await cursor.fetchone()
    return row is not None and bool(row[0])


async def has_other_owner(connection: AsyncConnection[Any], tenant: UUID, besides: UUID) -> bool:
    """Whether an active person other than `besides` owns the tenant; exact while the tenant is locked."""
    cursor = await connection.execute(
        "select exists (select 1 from membership join person on person.id = membership.person_id "
        "where tenant_id = %s and role = 'owner' and person.state = 'active' and person_id <> %s)",
        (tenant, besides),
    )
    row = await cursor.fetchone()
    return row is not None and bool(row[0])


async def sole_ownerships(connection: AsyncConnection[Any], person: UUID) -> bool:
    """Whether some tenant that is not deleted has no active owner but this person."""
    cursor = await connection.execute(
        "select exists (select 1 from membership own join tenant on tenant.id = own.tenant_id "
        "where own.person_id = %(person)s and own.role = 'owner' and tenant.state <> 'deleted' "
        "and not exists (select 1 from membership other join person on person.id = other.person_id "
        "where other.tenant_id = own.tenant_id and other.role = 'owner' "
        "and other.person_id <> %(person)s and person.state = 'active'))",
        {"person": person},
    )
    row = await cursor.fetchone()
    return row is not None and bool(row[0])


async def is_shared(connection: AsyncConnection[Any], person: UUID, tenant: UUID) -> bool:
    """Whether the person is a member of any tenant other than this one."""
    cursor = await connection.execute(
        "select exists (select 1 from membership where person_id = %s and tenant_id <> %s)",
        (person, tenant),
    )
    row = await cursor.fetchone()
    return row is not None and bool(row[0])
