"""The only place with SQL on `api_key`. The digest is read by `find_live` and by nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row

from assay.control.api_keys.models import ApiKey

_COLUMNS = (
    "id, tenant_id as tenant, name, role, projects, created_by, created_at, expires_at, last_used_at, "
    "revoked_at"
)


class LiveKey(NamedTuple):
    secret_digest: bytes
    tenant: UUID | None
    role: str
    projects: list[UUID] | None
    seconds_left: float | None


async def insert(
    connection: AsyncConnection[Any], key: ApiKey, secret_digest: bytes, lifetime: timedelta | None
) -> ApiKey:
    """A new key, with the database's times. ForeignKeyViolation without the tenant."""
    async with connection.cursor(row_factory=class_row(ApiKey)) as cursor:
        await cursor.execute(
            "insert into api_key "
            "(id, tenant_id, name, secret_digest, role, projects, created_by, expires_at) "
            f"values (%s, %s, %s, %s, %s, %s, %s, now() + %s::interval) returning {_COLUMNS}",
            (
                key.id,
                key.tenant,
                key.name,
                secret_digest,
                key.role.value,
                None if key.projects is None else sorted(key.projects),
                key.created_by,
                lifetime,
            ),
        )
        row: ApiKey | None = await cursor.fetchone()
        assert row is not None  # `returning` of an insert gives the row
        return row


async def find_live(connection: AsyncConnection[Any], key: UUID) -> LiveKey | None:
    """The key unless it is revoked, expired, or its tenant is not active; one lookup by primary key."""
    cursor = await connection.execute(
        "select secret_digest, tenant_id, role, projects, "
        "extract(epoch from expires_at - now())::float8 from api_key "
        "where id = %s and revoked_at is null and (expires_at is null or expires_at > now()) "
        "and (tenant_id is null or exists "
        "(select 1 from tenant where tenant.id = api_key.tenant_id and tenant.state = 'active'))",
        (key,),
    )
    row = await cursor.fetchone()
    return None if row is None else LiveKey(*row)


async def touch(connection: AsyncConnection[Any], key: UUID, coarseness: timedelta) -> None:
    """Notes that a key is in use, at most once in `coarseness`, so that reads hardly ever write."""
    await connection.execute(
        "update api_key set last_used_at = date_trunc('hour', now()) "
        "where id = %s and (last_used_at is null or last_used_at <= now() - %s::interval)",
        (key, coarseness),
    )


async def find(connection: AsyncConnection[Any], tenant: UUID | None, key: UUID) -> ApiKey | None:
    """A key of this tenant, or of the operators (None), in any state; another tenant's is not found."""
    async with connection.cursor(row_factory=class_row(ApiKey)) as cursor:
        await cursor.execute(
            f"select {_COLUMNS} from api_key where id = %s and tenant_id is not distinct from %s",
            (key, tenant),
        )
        return await cursor.fetchone()


async def page(
    connection: AsyncConnection[Any], tenant: UUID | None, after: UUID | None, limit: int
) -> list[ApiKey]:
    """Keys of one tenant, or of the operators, revoked ones too, in order of id: the order of creation."""
    async with connection.cursor(row_factory=class_row(ApiKey)) as cursor:
        await cursor.execute(
            f"select {_COLUMNS} from api_key where tenant_id is not distinct from %(tenant)s "
            "and (%(after)s::uuid is null or id > %(after)s) order by id limit %(limit)s",
            {"tenant": tenant, "after": after, "limit": limit},
        )
        return await cursor.fetchall()


async def revoke(connection: AsyncConnection[Any], tenant: UUID | None, key: UUID) -> bool:
    """Whether this call revoked it: a key is revoked once and stays so."""
    cursor = await connection.execute(
        "update api_key set revoked_at = now() "
        "where id = %s and tenant_id is not distinct from %s and revoked_at is null",
        (key, tenant),
    )
    return cursor.rowcount == 1
