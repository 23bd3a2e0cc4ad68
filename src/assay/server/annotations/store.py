"""SQL of annotations and their revisions. Every statement runs in the caller's transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row

from assay.cells.database import Pending
from assay.server.leases.store import HeldLease

Connection = AsyncConnection[Any]


@dataclass(frozen=True, slots=True)
class TaskCount:
    """How far a task is after a submit."""

    state: str
    submitted: int
    overlap: int


# One annotation with its first revision, the lease closed, the task counted, the draft gone, the
# annotator's totals moved: all or nothing. The caller holds the lease's row lock. An answer to a round that
# is over is kept as well, and counts for nothing.
SUBMIT = """
with closed as (
    update lease set state = 'submitted', ended_at = now() where id = %(lease)s
), written as (
    insert into annotation (id, task_id, project_id, annotator_id, lease_id, round)
    values (%(annotation)s, %(task)s, %(project)s, %(annotator)s, %(lease)s, %(round)s)
), revised as (
    insert into annotation_revision (annotation_id, revision, interface_version, answer, active_ms, author_id)
    values (%(annotation)s, 1, %(interface_version)s, %(answer)s, %(active_ms)s, %(annotator)s)
), dropped as (
    delete from draft where task_id = %(task)s and annotator_id = %(annotator)s and stage = 1
), totals as (
    insert into annotator_progress (project_id, annotator_id, stage, submitted, active_ms)
    values (%(project)s, %(annotator)s, 1, 1, %(active_ms)s)
    on conflict (project_id, annotator_id, stage) do update
    set submitted = annotator_progress.submitted + 1,
        active_ms = annotator_progress.active_ms + excluded.active_ms, last_at = now()
)
update task set submitted = submitted + (round = %(round)s)::int, updated_at = now(),
       state = case when state = 'open' and round = %(round)s and submitted + 1 >= overlap then 'annotated'
                    else state end
where id = %(task)s
returning state, submitted, overlap
"""

ADD_GOLD_RESULT = """
insert into gold_result (annotation_id, task_id, project_id, annotator_id, score)
values (%(annotation)s, %(task)s, %(project)s, %(annotator)s, %(score)s)
"""

# What a repeated submit is answered with: the annotation as it was acknowledged the first time.
SUBMITTED = """
select a.lease_id, t.state, t.submitted, t.overlap
from annotation a join task t on t.id = a.task_id
where a.id = %(annotation)s and a.annotator_id = %(annotator)s and a.project_id = %(project)s
"""

# The annotation's task, locked: consensus and reviewers wait, and so does a second revision.
LOCK_TASK = """
select t.id from task t
where t.id = (select task_id from annotation where id = %(annotation)s and project_id = %(project)s)
for no key update
"""

# The annotation with its task; `reviewed` says whether a reviewer has settled its round.
LOCK = """
select a.task_id, a.annotator_id, a.round, a.revision, t.round as task_round, t.state as task_state,
       exists (select 1 from review v where v.task_id = a.task_id and v.round = a.round
               and v.verdict <> 'send_back') as reviewed,
       r.interface_version, i.id as item_id, i.payload
from annotation a join task t on t.id = a.task_id join item i on i.id = t.item_id
join annotation_revision r on r.annotation_id = a.id and r.revision = a.revision
where a.id = %(annotation)s and a.project_id = %(project)s
for update of a
"""

# Adds the revision after the one that was seen, points the annotation at it, and sends a task that
# consensus had settled through consensus again. The caller holds the locks of the annotation and its task.
REVISE = """
with pointed as (
    update annotation set revision = %(revision)s where id = %(annotation)s returning task_id
), again as (
    update task set state = 'annotated', updated_at = now()
    where id = (select task_id from pointed) and state = 'done'
), worked as (
    update annotator_progress set active_ms = active_ms + %(active_ms)s, last_at = now()
    where project_id = (select project_id from annotation where id = %(annotation)s)
      and annotator_id = %(author)s and stage = 1
)
insert into annotation_revision (annotation_id, revision, interface_version, answer, active_ms, author_id)
values (%(annotation)s, %(revision)s, %(interface_version)s, %(answer)s, %(active_ms)s, %(author)s)
"""

_CURRENT = """
select a.id, a.task_id, a.annotator_id, a.lease_id, a.round, a.revision, r.interface_version,
       r.answer, r.active_ms, r.created_at
from annotation a join annotation_revision r on r.annotation_id = a.id and r.revision = a.revision
"""

OF_TASK = _CURRENT + " where a.project_id = %(project)s and a.task_id = %(task)s order by a.id"

# One annotator's answers, in the order of their ids, which the clients make in order of time.
OF_ANNOTATOR = (
    _CURRENT
    + """ where a.project_id = %(project)s and a.annotator_id = %(annotator)s and a.id > %(after)s
order by a.id limit %(limit)s"""
)


async def submit(
    connection: Connection,
    lease: HeldLease,
    *,
    project: UUID,
    annotator: UUID,
    annotation: UUID,
    answer: bytes,
    active_ms: int,
) -> Pending[TaskCount]:
    parameters = {
        "lease": lease.lease_id,
        "annotation": annotation,
        "task": lease.task_id,
        "project": project,
        "annotator": annotator,
        "round": lease.round,
        "interface_version": lease.interface_version,
        "answer": answer,
        "active_ms": active_ms,
    }
    return Pending(await connection.execute(SUBMIT, parameters), lambda rows: TaskCount(*rows[0]))


async def add_gold_result(
    connection: Connection, *, annotation: UUID, task: UUID, project: UUID, annotator: UUID, score: float
) -> None:
    await connection.execute(
        ADD_GOLD_RESULT,
        {
            "annotation": annotation,
            "task": task,
            "project": project,
            "annotator": annotator,
            "score": score,
        },
    )


async def submitted(
    connection: Connection, *, project: UUID, annotator: UUID, annotation: UUID
) -> tuple[UUID, TaskCount] | None:
    """The lease and the task count of an annotation that was acknowledged before."""
    parameters = {"project": project, "annotator": annotator, "annotation": annotation}
    row = await (await connection.execute(SUBMITTED, parameters)).fetchone()
    return None if row is None else (row[0], TaskCount(*row[1:]))


@dataclass(frozen=True, slots=True)
class LockedAnnotation:
    task_id: UUID
    annotator_id: UUID
    round: int
    revision: int
    task_round: int
    task_state: str
    reviewed: bool
    interface_version: int
    item_id: UUID
    payload: bytes


@dataclass(frozen=True, slots=True)
class StoredAnnotation:
    id: UUID
    task_id: UUID
    annotator_id: UUID
    lease_id: UUID
    round: int
    revision: int
    interface_version: int
    answer: bytes
    active_ms: int
    created_at: datetime


async def lock(connection: Connection, project: UUID, annotation: UUID) -> LockedAnnotation | None:
    await connection.execute(LOCK_TASK, {"project": project, "annotation": annotation})
    async with connection.cursor(row_factory=class_row(LockedAnnotation)) as cursor:
        await cursor.execute(LOCK, {"project": project, "annotation": annotation})
        return await cursor.fetchone()


async def revise(
    connection: Connection,
    *,
    annotation: UUID,
    revision: int,
    interface_version: int,
    answer: bytes,
    active_ms: int,
    author: UUID,
) -> None:
    await connection.execute(
        REVISE,
        {
            "annotation": annotation,
            "revision": revision,
            "interface_version": interface_version,
            "answer": answer,
            "active_ms": active_ms,
            "author": author,
        },
    )


async def of_task(connection: Connection, project: UUID, task: UUID) -> list[StoredAnnotation]:
    async with connection.cursor(row_factory=class_row(StoredAnnotation)) as cursor:
        await cursor.execute(OF_TASK, {"project": project, "task": task})
        return await cursor.fetchall()


async def of_annotator(
    connection: Connection, *, project: UUID, annotator: UUID, after: UUID, limit: int
) -> list[StoredAnnotation]:
    async with connection.cursor(row_factory=class_row(StoredAnnotation)) as cursor:
        await cursor.execute(
            OF_ANNOTATOR, {"project": project, "annotator": annotator, "after": after, "limit": limit}
        )
        return await cursor.fetchall()
