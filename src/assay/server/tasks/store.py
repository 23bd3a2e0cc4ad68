"""SQL of tasks and their labels. Lists never read payloads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row

from assay.server.filters import Filter, FilterName, ValueKind

Connection = AsyncConnection[Any]

FILTER_NAMES = {
    "state": FilterName(
        "t.state", ValueKind.WORD, frozenset({"open", "annotated", "review", "done", "gold"})
    ),
    "batch": FilterName("t.batch_id", ValueKind.ID),
    "item": FilterName("t.item_id", ValueKind.ID),
    "priority": FilterName("t.priority", ValueKind.NUMBER),
    "round": FilterName("t.round", ValueKind.NUMBER),
    "submitted": FilterName("t.submitted", ValueKind.NUMBER),
    "skipped": FilterName("t.skipped", ValueKind.NUMBER),
    "agreement": FilterName("t.agreement", ValueKind.NUMBER),
    "confidence": FilterName("t.confidence", ValueKind.NUMBER),
    "created": FilterName("t.created_at", ValueKind.TIME),
    "updated": FilterName("t.updated_at", ValueKind.TIME),
    "metadata": FilterName("i.metadata", ValueKind.MEMBER),
    "label": FilterName("l.indexed", ValueKind.MEMBER),
}


@dataclass(frozen=True, slots=True)
class StoredTask:
    id: UUID
    item_id: UUID
    batch_id: UUID
    state: str
    priority: int
    overlap: int
    submitted: int
    skipped: int
    round: int
    label_revision: int | None
    agreement: float | None
    confidence: float | None
    metadata: dict[str, Any]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class StoredLabel:
    task_id: UUID
    item_id: UUID
    revision: int
    interface_version: int
    answer: bytes
    source: str
    agreement: float | None
    confidence: float | None
    annotation_ids: list[UUID]
    decided_by: UUID | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class StoredGold:
    task_id: UUID
    interface_version: int
    answer: bytes
    explanation: bytes | None
    created_at: datetime


_COLUMNS = """
t.id, t.item_id, t.batch_id, t.state, t.priority, t.overlap, t.submitted, t.skipped, t.round,
t.label_revision, t.agreement, t.confidence, i.metadata, t.created_at, t.updated_at
"""

ONE = f"""
select {_COLUMNS} from task t join item i on i.id = t.item_id
where t.id = %(task)s and t.project_id = %(project)s
"""

# Newest revision first. The project is part of the condition: another project's task id finds nothing.
LABELS = """
select task_id, item_id, revision, interface_version, answer, source, agreement, confidence,
       annotation_ids, decided_by, created_at
from label where task_id = %(task)s and project_id = %(project)s order by revision desc
"""

# The order of locks is that of `assay.server.leases.store`: the batch, the task, its rows in the queue.
LOCK_BATCH = """
select id from batch where id = (select batch_id from task where id = %(task)s) for share
"""

# Locks the task, so that a change and a submit come one after the other.
LOCK = """
select state, overlap, submitted, priority, round, batch_id from task
where id = %(task)s and project_id = %(project)s for no key update
"""

# Waits for claims that are on their way: their leases are seen by the statements that follow.
LOCK_QUEUE = "select stage from queue where task_id = %(task)s order by stage for update"

# How many annotations of the round that is on there really are: a task that was sent back begins with some
# counted that it does not ask for again.
ANSWERED = """
select count(*) from annotation a join task t on t.id = a.task_id and t.round = a.round where t.id = %(task)s
"""

CHANGE = """
update task set priority = %(priority)s, overlap = %(overlap)s, state = %(state)s, updated_at = now()
where id = %(task)s
"""

# Open slots of a task that are not leased out or used: what the queue must offer, no more and no less. A
# task that waits for a reviewer moves with its priority. The caller holds the locks that `lock` takes.
REQUEUE = """
with free as (
    select t.id, t.project_id, t.priority, t.batch_id, t.round,
           t.overlap - t.submitted - (
               select count(*) from lease l where l.task_id = t.id and l.stage = 1 and l.round = t.round
               and l.state = 'active') as slots, b.state = 'paused' as held
    from task t join batch b on b.id = t.batch_id where t.id = %(task)s and t.state = 'open'
), withdrawn as (
    delete from queue where task_id = %(task)s and stage = 1
       and not exists (select 1 from free where slots > 0)
), moved as (
    update queue q set rank = -t.priority from task t
    where t.id = %(task)s and q.task_id = t.id and q.stage = 2
)
insert into queue (task_id, stage, project_id, rank, batch_id, open_slots, round, returned, held)
select id, 1, project_id, -priority, batch_id, slots, round, true, held from free where slots > 0
on conflict (task_id, stage) do update
set open_slots = excluded.open_slots, rank = excluded.rank, returned = true
"""

UNQUEUE = "delete from queue where task_id = %(task)s and stage = 1"

SET_GOLD = """
with marked as (
    update task set state = 'gold', updated_at = now() where id = %(task)s
)
insert into gold (task_id, project_id, interface_version, answer, explanation, created_by)
values (%(task)s, %(project)s, %(interface_version)s, %(answer)s, %(explanation)s, %(created_by)s)
on conflict (task_id) do update
set interface_version = excluded.interface_version, answer = excluded.answer,
    explanation = excluded.explanation, created_by = excluded.created_by, created_at = now()
"""

GOLD = """
select task_id, interface_version, answer, explanation, created_at
from gold where task_id = %(task)s and project_id = %(project)s
"""

# What validating an answer to a task needs.
ITEM_OF = """
select i.id, i.payload, p.interface_version
from task t join item i on i.id = t.item_id join project p on p.id = t.project_id
where t.id = %(task)s and t.project_id = %(project)s
"""


def list_statement(chosen: Filter) -> str:
    """The list in order of creation. Labels are looked at only when the filter asks for them."""
    needs_label = any("l.indexed" in condition for condition in chosen.conditions)
    label = "join label l on l.task_id = t.id and l.revision = t.label_revision" if needs_label else ""
    return f"""
select {_COLUMNS} from task t join item i on i.id = t.item_id {label}
where t.project_id = %(project)s and t.id > %(after)s{chosen.sql}
order by t.id limit %(limit)s
"""


async def several(
    connection: Connection, project: UUID, chosen: Filter, after: UUID, limit: int
) -> list[StoredTask]:
    async with connection.cursor(row_factory=class_row(StoredTask)) as cursor:
        await cursor.execute(
            list_statement(chosen),
            {"project": project, "after": after, "limit": limit, **chosen.parameters},
        )
        return await cursor.fetchall()


async def one(connection: Connection, project: UUID, task: UUID) -> StoredTask | None:
    async with connection.cursor(row_factory=class_row(StoredTask)) as cursor:
        await cursor.execute(ONE, {"project": project, "task": task})
        return await cursor.fetchone()


async def labels(connection: Connection, project: UUID, task: UUID) -> list[StoredLabel]:
    async with connection.cursor(row_factory=class_row(StoredLabel)) as cursor:
        await cursor.execute(LABELS, {"project": project, "task": task})
        return await cursor.fetchall()


@dataclass(frozen=True, slots=True)
class LockedTask:
    state: str
    overlap: int
    submitted: int
    priority: int
    round: int
    batch_id: UUID


async def lock(connection: Connection, project: UUID, task: UUID) -> LockedTask | None:
    await connection.execute(LOCK_BATCH, {"task": task})
    async with connection.cursor(row_factory=class_row(LockedTask)) as cursor:
        await cursor.execute(LOCK, {"project": project, "task": task})
        locked = await cursor.fetchone()
    if locked is not None:
        await connection.execute(LOCK_QUEUE, {"task": task})
    return locked


async def answered(connection: Connection, task: UUID) -> int:
    """How many annotations there are of the task's current round."""
    row = await (await connection.execute(ANSWERED, {"task": task})).fetchone()
    return 0 if row is None else int(row[0])


async def change(connection: Connection, task: UUID, *, priority: int, overlap: int, state: str) -> None:
    parameters = {"task": task, "priority": priority, "overlap": overlap, "state": state}
    await connection.execute(CHANGE, parameters)


async def requeue(connection: Connection, task: UUID) -> None:
    await connection.execute(REQUEUE, {"task": task})


async def unqueue(connection: Connection, task: UUID) -> None:
    await connection.execute(UNQUEUE, {"task": task})


async def set_gold(connection: Connection, gold: dict[str, Any]) -> None:
    await connection.execute(SET_GOLD, gold)


async def gold(connection: Connection, project: UUID, task: UUID) -> StoredGold | None:
    async with connection.cursor(row_factory=class_row(StoredGold)) as cursor:
        await cursor.execute(GOLD, {"project": project, "task": task})
        return await cursor.fetchone()


async def item_of(connection: Connection, project: UUID, task: UUID) -> tuple[UUID, bytes, int] | None:
    row = await (await connection.execute(ITEM_OF, {"project": project, "task": task})).fetchone()
    return None if row is None else (row[0], row[1], row[2])
