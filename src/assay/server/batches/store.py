"""SQL of batches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row

Connection = AsyncConnection[Any]


@dataclass(frozen=True, slots=True)
class StoredBatch:
    id: UUID
    name: bytes
    priority: int
    state: str
    created_at: datetime


_COLUMNS = "id, name, priority, state, created_at"

# No row when the project does not exist.
ADD = f"""
insert into batch (id, project_id, name, priority)
select %(id)s, p.id, %(name)s, %(priority)s from project p where p.id = %(project)s
returning {_COLUMNS}
"""

LIST = f"""
select {_COLUMNS} from batch where project_id = %(project)s and id > %(after)s order by id limit %(limit)s
"""

ONE = f"select {_COLUMNS} from batch where id = %(batch)s and project_id = %(project)s"

# Locked first of all, so that two changes come one after the other, and nothing is put into the queue
# meanwhile under the state or the priority that is about to end.
LOCK = ONE + " for no key update"

# Two requests that make the default batch come one after the other.
LOCK_PROJECT = "select id from project where id = %(project)s for no key update"

DEFAULT = "select id from batch where project_id = %(project)s and is_default"

# At most one batch of a project is its default one: a unique index says so.
MAKE_DEFAULT = "update batch set is_default = true where id = %(batch)s"

# Null leaves a member as it is.
CHANGE = f"""
update batch set name = coalesce(%(name)s, name), priority = coalesce(%(priority)s, priority),
       state = coalesce(%(state)s, state)
where id = %(batch)s and project_id = %(project)s returning {_COLUMNS}
"""

# Moves the batch's waiting tasks with its priority; tasks with a priority of their own keep it.
MOVE = """
with moved as (
    update task set priority = %(priority)s, updated_at = now()
    where batch_id = %(batch)s and priority = %(before)s returning id
)
update queue set rank = -%(priority)s
where batch_id = %(batch)s and rank = -%(before)s
"""

# A paused batch's tasks stay in the queue, but no claim sees them.
HOLD = "update queue set held = %(held)s where batch_id = %(batch)s"


async def lock_project(connection: Connection, project: UUID) -> None:
    await connection.execute(LOCK_PROJECT, {"project": project})


async def add(
    connection: Connection, *, batch: UUID, project: UUID, name: bytes, priority: int
) -> StoredBatch | None:
    async with connection.cursor(row_factory=class_row(StoredBatch)) as cursor:
        await cursor.execute(ADD, {"id": batch, "project": project, "name": name, "priority": priority})
        return await cursor.fetchone()


async def several(connection: Connection, project: UUID, after: UUID, limit: int) -> list[StoredBatch]:
    async with connection.cursor(row_factory=class_row(StoredBatch)) as cursor:
        await cursor.execute(LIST, {"project": project, "after": after, "limit": limit})
        return await cursor.fetchall()


async def one(connection: Connection, project: UUID, batch: UUID) -> StoredBatch | None:
    async with connection.cursor(row_factory=class_row(StoredBatch)) as cursor:
        await cursor.execute(ONE, {"project": project, "batch": batch})
        return await cursor.fetchone()


async def lock(connection: Connection, project: UUID, batch: UUID) -> StoredBatch | None:
    async with connection.cursor(row_factory=class_row(StoredBatch)) as cursor:
        await cursor.execute(LOCK, {"project": project, "batch": batch})
        return await cursor.fetchone()


async def make_default(connection: Connection, batch: UUID) -> None:
    await connection.execute(MAKE_DEFAULT, {"batch": batch})


async def default(connection: Connection, project: UUID) -> UUID | None:
    row = await (await connection.execute(DEFAULT, {"project": project})).fetchone()
    return None if row is None else row[0]


async def change(
    connection: Connection,
    *,
    project: UUID,
    batch: UUID,
    name: bytes | None,
    priority: int | None,
    state: str | None,
) -> StoredBatch | None:
    async with connection.cursor(row_factory=class_row(StoredBatch)) as cursor:
        await cursor.execute(
            CHANGE,
            {"project": project, "batch": batch, "name": name, "priority": priority, "state": state},
        )
        return await cursor.fetchone()


async def move(connection: Connection, batch: UUID, *, before: int, priority: int) -> None:
    await connection.execute(MOVE, {"batch": batch, "before": before, "priority": priority})


async def hold(connection: Connection, batch: UUID, *, held: bool) -> None:
    await connection.execute(HOLD, {"batch": batch, "held": held})
