"""SQL of dataset versions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

Connection = AsyncConnection[Any]


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """`root` is sealed; `selection` holds the filter, which names only what is kept in plain text anyway."""

    id: UUID
    project_id: UUID
    number: int
    name: bytes
    state: str
    interface_version: int
    selection: dict[str, Any]
    root: bytes | None
    row_count: int | None
    index_blob_id: UUID | None
    created_by: UUID
    created_at: datetime


_COLUMNS = """
id, project_id, number, name, state, interface_version, selection, root, row_count, index_blob_id, created_by,
created_at
"""

# Locked, so that two versions that are made at the same time get different numbers.
LOCK_PROJECT = "select interface_version from project where id = %(project)s for no key update"

ADD = f"""
insert into dataset_version (id, project_id, number, name, interface_version, selection, created_by)
values (%(id)s, %(project)s,
        (select coalesce(max(number), 0) + 1 from dataset_version where project_id = %(project)s),
        %(name)s, %(interface_version)s, %(selection)s, %(created_by)s)
returning {_COLUMNS}
"""

ONE = f"select {_COLUMNS} from dataset_version where id = %(version)s and project_id = %(project)s"

# Newest first.
LIST = f"""
select {_COLUMNS} from dataset_version
where project_id = %(project)s and (%(before)s::uuid is null or id < %(before)s)
order by id desc limit %(limit)s
"""

# What the rows came to. Only a version that is being made can be written.
FREEZE = """
update dataset_version set root = %(root)s, row_count = %(rows)s, index_blob_id = %(index)s
where id = %(version)s and state = 'building'
"""

END = "update dataset_version set state = %(state)s where id = %(version)s and state = 'building'"

# One view of all rows for the whole transaction, so that the version is of one moment.
ONE_MOMENT = "set transaction isolation level repeatable read"


async def lock_project(connection: Connection, project: UUID) -> int | None:
    """The project's current interface version; None when there is no such project."""
    row = await (await connection.execute(LOCK_PROJECT, {"project": project})).fetchone()
    return None if row is None else int(row[0])


async def add(
    connection: Connection,
    *,
    version: UUID,
    project: UUID,
    name: bytes,
    interface_version: int,
    selection: dict[str, Any],
    created_by: UUID,
) -> StoredVersion:
    values = {
        "id": version,
        "project": project,
        "name": name,
        "interface_version": interface_version,
        "selection": Jsonb(selection),
        "created_by": created_by,
    }
    async with connection.cursor(row_factory=class_row(StoredVersion)) as cursor:
        await cursor.execute(ADD, values)
        row = await cursor.fetchone()
        assert row is not None
        return row


async def one(connection: Connection, project: UUID, version: UUID) -> StoredVersion | None:
    async with connection.cursor(row_factory=class_row(StoredVersion)) as cursor:
        await cursor.execute(ONE, {"project": project, "version": version})
        return await cursor.fetchone()


async def several(
    connection: Connection, *, project: UUID, before: UUID | None, limit: int
) -> list[StoredVersion]:
    async with connection.cursor(row_factory=class_row(StoredVersion)) as cursor:
        await cursor.execute(LIST, {"project": project, "before": before, "limit": limit})
        return await cursor.fetchall()


async def freeze(connection: Connection, version: UUID, *, root: bytes, rows: int, index: UUID) -> None:
    await connection.execute(FREEZE, {"version": version, "root": root, "rows": rows, "index": index})


async def end(connection: Connection, version: UUID, state: str) -> None:
    await connection.execute(END, {"version": version, "state": state})


async def see_one_moment(connection: Connection) -> None:
    """To be called first in a transaction."""
    await connection.execute(ONE_MOMENT)
