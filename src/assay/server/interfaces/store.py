"""SQL of interface versions. They are only ever added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row

Connection = AsyncConnection[Any]


@dataclass(frozen=True, slots=True)
class StoredInterface:
    version: int
    version_hash: str
    declaration: bytes
    edit: str
    renames: bytes | None
    created_by: UUID
    created_at: datetime


_COLUMNS = "version, version_hash, declaration, edit, renames, created_by, created_at"

# Never changes once written, so what was read once may be kept.
ONE = f"""
select {_COLUMNS} from interface_version where project_id = %(project)s and version = %(version)s
"""

# Newest first.
ALL = f"""
select {_COLUMNS} from interface_version where project_id = %(project)s order by version desc
"""

# The edits that lead from one version to another, in order.
EDITS_BETWEEN = f"""
select {_COLUMNS} from interface_version
where project_id = %(project)s and version > %(after)s and version <= %(until)s order by version
"""

# A second writer of the same version fails on the primary key: versions have no gaps and no twins.
ADD = """
insert into interface_version (project_id, version, version_hash, declaration, edit, renames, created_by)
values (%(project)s, %(version)s, %(version_hash)s, %(declaration)s, %(edit)s, %(renames)s, %(created_by)s)
"""

# Locks the project row, so that two edits at once become one after the other.
LOCK_CURRENT = """
select interface_version from project where id = %(project)s for update
"""

SET_CURRENT = """
update project set interface_version = %(version)s, updated_at = now() where id = %(project)s
"""


async def one(connection: Connection, project: UUID, version: int) -> StoredInterface | None:
    async with connection.cursor(row_factory=class_row(StoredInterface)) as cursor:
        await cursor.execute(ONE, {"project": project, "version": version})
        return await cursor.fetchone()


async def everything(connection: Connection, project: UUID) -> list[StoredInterface]:
    async with connection.cursor(row_factory=class_row(StoredInterface)) as cursor:
        await cursor.execute(ALL, {"project": project})
        return await cursor.fetchall()


async def edits_between(
    connection: Connection, project: UUID, after: int, until: int
) -> list[StoredInterface]:
    async with connection.cursor(row_factory=class_row(StoredInterface)) as cursor:
        await cursor.execute(EDITS_BETWEEN, {"project": project, "after": after, "until": until})
        return await cursor.fetchall()


async def add(
    connection: Connection,
    *,
    project: UUID,
    version: int,
    version_hash: str,
    declaration: bytes,
    edit: str,
    renames: bytes | None,
    created_by: UUID,
) -> None:
    await connection.execute(
        ADD,
        {
            "project": project,
            "version": version,
            "version_hash": version_hash,
            "declaration": declaration,
            "edit": edit,
            "renames": renames,
            "created_by": created_by,
        },
    )


async def lock_current(connection: Connection, project: UUID) -> int | None:
    row = await (await connection.execute(LOCK_CURRENT, {"project": project})).fetchone()
    return None if row is None else int(row[0])


async def set_current(connection: Connection, project: UUID, version: int) -> None:
    await connection.execute(SET_CURRENT, {"project": project, "version": version})
