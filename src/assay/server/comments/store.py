"""SQL of comments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row

Connection = AsyncConnection[Any]


@dataclass(frozen=True, slots=True)
class StoredComment:
    id: UUID
    task_id: UUID
    author_id: UUID
    round: int
    anchor: bytes | None
    body: bytes
    resolved_at: datetime | None
    created_at: datetime


_COLUMNS = "id, task_id, author_id, round, anchor, body, resolved_at, created_at"

# Oldest first. The project is part of the condition, so that a task id of another project finds nothing.
OF_TASK = f"""
select {_COLUMNS} from comment where project_id = %(project)s and task_id = %(task)s order by id
"""

# Takes the round from the task itself; no row when the task is not of this project.
ADD = f"""
insert into comment (id, project_id, task_id, author_id, round, anchor, body)
select %(id)s, t.project_id, t.id, %(author)s, t.round, %(anchor)s, %(body)s
from task t where t.id = %(task)s and t.project_id = %(project)s
returning {_COLUMNS}
"""

# Resolving twice keeps the first time.
RESOLVE = f"""
update comment set resolved_at = coalesce(resolved_at, now())
where id = %(id)s and project_id = %(project)s returning {_COLUMNS}
"""

# Whether this annotator holds, or has had, a lease on the task: their own work, so they may talk about it.
WORKED_ON = """
select exists (select 1 from lease where task_id = %(task)s and annotator_id = %(annotator)s
               and project_id = %(project)s and state in ('active', 'submitted', 'skipped'))
"""


async def of_task(connection: Connection, project: UUID, task: UUID) -> list[StoredComment]:
    async with connection.cursor(row_factory=class_row(StoredComment)) as cursor:
        await cursor.execute(OF_TASK, {"project": project, "task": task})
        return await cursor.fetchall()


async def add(
    connection: Connection,
    *,
    comment: UUID,
    project: UUID,
    task: UUID,
    author: UUID,
    anchor: bytes | None,
    body: bytes,
) -> StoredComment | None:
    async with connection.cursor(row_factory=class_row(StoredComment)) as cursor:
        await cursor.execute(
            ADD,
            {
                "id": comment,
                "project": project,
                "task": task,
                "author": author,
                "anchor": anchor,
                "body": body,
            },
        )
        return await cursor.fetchone()


async def resolve(connection: Connection, project: UUID, comment: UUID) -> StoredComment | None:
    async with connection.cursor(row_factory=class_row(StoredComment)) as cursor:
        await cursor.execute(RESOLVE, {"project": project, "id": comment})
        return await cursor.fetchone()


async def worked_on(connection: Connection, *, project: UUID, task: UUID, annotator: UUID) -> bool:
    parameters = {"project": project, "task": task, "annotator": annotator}
    row = await (await connection.execute(WORKED_ON, parameters)).fetchone()
    return bool(row and row[0])
