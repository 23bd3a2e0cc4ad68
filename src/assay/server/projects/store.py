"""SQL of projects."""

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
class StoredProject:
    id: UUID
    name: bytes
    state: str
    workflow: dict[str, Any]
    interface_version: int
    instruction_version: int
    metadata: dict[str, Any]
    created_at: datetime
    updated_at: datetime


_COLUMNS = """
id, name, state, workflow, interface_version, instruction_version, metadata, created_at, updated_at
"""

ADD = f"""
insert into project (id, name, workflow, interface_version, metadata)
values (%(id)s, %(name)s, %(workflow)s, 1, %(metadata)s) returning {_COLUMNS}
"""

ONE = f"select {_COLUMNS} from project where id = %(id)s"

# In order of creation; `only` is null for those who may see every project.
LIST = f"""
select {_COLUMNS} from project
where id > %(after)s and (%(only)s::uuid[] is null or id = any(%(only)s))
order by id limit %(limit)s
"""

# What is null stays as it is.
CHANGE = f"""
update project
set name = coalesce(%(name)s, name), state = coalesce(%(state)s, state),
    workflow = coalesce(%(workflow)s, workflow), metadata = coalesce(%(metadata)s, metadata),
    updated_at = now()
where id = %(id)s returning {_COLUMNS}
"""


async def add(
    connection: Connection, project: UUID, *, name: bytes, workflow: dict[str, Any], metadata: dict[str, Any]
) -> StoredProject:
    async with connection.cursor(row_factory=class_row(StoredProject)) as cursor:
        await cursor.execute(
            ADD, {"id": project, "name": name, "workflow": Jsonb(workflow), "metadata": Jsonb(metadata)}
        )
        row = await cursor.fetchone()
        assert row is not None
        return row


async def one(connection: Connection, project: UUID) -> StoredProject | None:
    async with connection.cursor(row_factory=class_row(StoredProject)) as cursor:
        await cursor.execute(ONE, {"id": project})
        return await cursor.fetchone()


async def several(
    connection: Connection, *, after: UUID, only: list[UUID] | None, limit: int
) -> list[StoredProject]:
    async with connection.cursor(row_factory=class_row(StoredProject)) as cursor:
        await cursor.execute(LIST, {"after": after, "only": only, "limit": limit})
        return await cursor.fetchall()


async def change(
    connection: Connection,
    project: UUID,
    *,
    name: bytes | None,
    state: str | None,
    workflow: dict[str, Any] | None,
    metadata: dict[str, Any] | None,
) -> StoredProject | None:
    async with connection.cursor(row_factory=class_row(StoredProject)) as cursor:
        await cursor.execute(
            CHANGE,
            {
                "id": project,
                "name": name,
                "state": state,
                "workflow": None if workflow is None else Jsonb(workflow),
                "metadata": None if metadata is None else Jsonb(metadata),
            },
        )
        return await cursor.fetchone()
