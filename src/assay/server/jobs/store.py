"""SQL of jobs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from assay.server.filters import Filter, FilterName, ValueKind

Connection = AsyncConnection[Any]

FILTER_NAMES = {
    "state": FilterName(
        "state", ValueKind.WORD, frozenset({"queued", "running", "done", "failed", "cancelled"})
    ),
    "kind": FilterName("kind", ValueKind.WORD),
    "created": FilterName("created_at", ValueKind.TIME),
}


@dataclass(frozen=True, slots=True)
class StoredJob:
    id: UUID
    project_id: UUID | None
    kind: str
    state: str
    parameters: dict[str, Any]
    options: bytes | None
    checkpoint: dict[str, Any] | None
    starts: int
    done: int
    total: int | None
    rejected: int
    result: dict[str, Any] | None
    error: bytes | None
    cancel_requested: bool
    created_by: UUID
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class StoredRejection:
    number: int
    part: int
    rule: str
    reason: bytes
    value: bytes | None


_COLUMNS = """
id, project_id, kind, state, parameters, options, checkpoint, starts, done, total, rejected, result, error,
cancel_requested, created_by, created_at, started_at, finished_at
"""

ADD = f"""
insert into job (id, project_id, kind, parameters, options, total, created_by)
values (%(id)s, %(project)s, %(kind)s, %(parameters)s, %(options)s, %(total)s, %(created_by)s)
returning {_COLUMNS}
"""

BY_ID = f"select {_COLUMNS} from job where id = %(job)s"

# The project is part of the condition: another project's job finds nothing.
OF_PROJECT = f"select {_COLUMNS} from job where id = %(job)s and project_id = %(project)s"

# A job that nobody has begun ends here and now; one that runs is asked to stop at its next chunk.
CANCEL = f"""
update job
set cancel_requested = true, state = case when state = 'queued' then 'cancelled' else state end,
    finished_at = case when state = 'queued' then now() else finished_at end
where id = %(job)s and project_id = %(project)s and state in ('queued', 'running')
returning {_COLUMNS}
"""

# Begins a run and gives it the next number, which ends every earlier run: whatever an earlier one still
# tries to write finds that the number is no longer its own. Nothing for a job that has ended.
START = f"""
update job set state = 'running', starts = starts + 1, started_at = coalesce(started_at, now())
where id = %(job)s and state in ('queued', 'running') returning {_COLUMNS}
"""

# Moves a run on, in the transaction of what it did, so that a crash repeats nothing and loses nothing.
# No row: another run has taken over, or the job has ended.
ADVANCE = """
update job set checkpoint = %(checkpoint)s, done = done + %(done)s, rejected = rejected + %(rejected)s,
       total = coalesce(%(total)s, total)
where id = %(job)s and starts = %(starts)s and state = 'running' returning cancel_requested
"""

CANCEL_REQUESTED = "select cancel_requested from job where id = %(job)s"

# Ends a run that nobody has taken over. No row: somebody has.
FINISH = f"""
update job set state = %(state)s, result = %(result)s, error = %(error)s, finished_at = now()
where id = %(job)s and starts = %(starts)s and state = 'running' returning {_COLUMNS}
"""

COPY_REJECTED = """
copy rejected_row (job_id, number, part, rule, reason, value) from stdin (format binary)
"""

REJECTED = """
select number, part, rule, reason, value from rejected_row
where job_id = %(job)s and (number, part) > (%(number)s, %(part)s) order by number, part limit %(limit)s
"""


def list_statement(chosen: Filter) -> str:
    """Newest first: a job's id is in order of time."""
    return f"""
select {_COLUMNS} from job
where (%(project)s::uuid is null or project_id = %(project)s)
  and (%(before)s::uuid is null or id < %(before)s){chosen.sql}
order by id desc limit %(limit)s
"""


async def add(
    connection: Connection,
    *,
    job: UUID,
    project: UUID | None,
    kind: str,
    parameters: dict[str, Any],
    options: bytes | None,
    total: int | None,
    created_by: UUID,
) -> StoredJob:
    values = {
        "id": job,
        "project": project,
        "kind": kind,
        "parameters": Jsonb(parameters),
        "options": options,
        "total": total,
        "created_by": created_by,
    }
    added = await _one(connection, ADD, values)
    assert added is not None
    return added


async def by_id(connection: Connection, job: UUID) -> StoredJob | None:
    return await _one(connection, BY_ID, {"job": job})


async def of_project(connection: Connection, project: UUID, job: UUID) -> StoredJob | None:
    return await _one(connection, OF_PROJECT, {"project": project, "job": job})


async def several(
    connection: Connection, *, project: UUID | None, chosen: Filter, before: UUID | None, limit: int
) -> list[StoredJob]:
    async with connection.cursor(row_factory=class_row(StoredJob)) as cursor:
        await cursor.execute(
            list_statement(chosen),
            {"project": project, "before": before, "limit": limit, **chosen.parameters},
        )
        return await cursor.fetchall()


async def cancel(connection: Connection, project: UUID, job: UUID) -> StoredJob | None:
    return await _one(connection, CANCEL, {"project": project, "job": job})


async def start(connection: Connection, job: UUID) -> StoredJob | None:
    return await _one(connection, START, {"job": job})


async def advance(
    connection: Connection,
    *,
    job: UUID,
    starts: int,
    checkpoint: dict[str, Any],
    done: int,
    rejected: int,
    total: int | None,
) -> bool | None:
    """Whether the job is to be cancelled; None when the run has been taken over."""
    values = {
        "job": job,
        "starts": starts,
        "checkpoint": Jsonb(checkpoint),
        "done": done,
        "rejected": rejected,
        "total": total,
    }
    row = await (await connection.execute(ADVANCE, values)).fetchone()
    return None if row is None else bool(row[0])


async def cancel_requested(connection: Connection, job: UUID) -> bool:
    row = await (await connection.execute(CANCEL_REQUESTED, {"job": job})).fetchone()
    return row is not None and bool(row[0])


async def finish(
    connection: Connection,
    *,
    job: UUID,
    starts: int,
    state: str,
    result: dict[str, Any] | None,
    error: bytes | None,
) -> StoredJob | None:
    values = {
        "job": job,
        "starts": starts,
        "state": state,
        "result": None if result is None else Jsonb(result),
        "error": error,
    }
    return await _one(connection, FINISH, values)


async def copy_rejected(connection: Connection, data: bytes) -> None:
    """Add rows that are encoded already (assay.cells.binary_copy)."""
    async with connection.cursor().copy(COPY_REJECTED) as writer:
        await writer.write(data)


async def rejected(
    connection: Connection, *, job: UUID, after: tuple[int, int], limit: int
) -> Sequence[StoredRejection]:
    async with connection.cursor(row_factory=class_row(StoredRejection)) as cursor:
        number, part = after
        await cursor.execute(REJECTED, {"job": job, "number": number, "part": part, "limit": limit})
        return await cursor.fetchall()


async def _one(connection: Connection, statement: str, values: dict[str, Any]) -> StoredJob | None:
    async with connection.cursor(row_factory=class_row(StoredJob)) as cursor:
        await cursor.execute(statement, values)
        return await cursor.fetchone()
