"""SQL of reviews."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row

Connection = AsyncConnection[Any]


@dataclass(frozen=True, slots=True)
class TaskUnderReview:
    item_id: UUID
    round: int
    state: str
    overlap: int
    label_revision: int | None
    agreement: float | None
    confidence: float | None
    label_interface_version: int | None
    label_answer: bytes | None
    annotation_ids: list[UUID] | None
    workflow: dict[str, Any]
    payload: bytes


@dataclass(frozen=True, slots=True)
class StoredAnnotation:
    id: UUID
    annotator_id: UUID
    revision: int
    interface_version: int
    answer: bytes
    active_ms: int


@dataclass(frozen=True, slots=True)
class StoredReview:
    id: UUID
    task_id: UUID
    reviewer_id: UUID
    verdict: str
    round: int
    label_revision: int | None
    active_ms: int
    created_at: datetime


_UNDER_REVIEW = """
select t.item_id, t.round, t.state, t.overlap, t.label_revision, t.agreement, t.confidence,
       l.interface_version as label_interface_version, l.answer as label_answer, l.annotation_ids,
       p.workflow, i.payload
from task t join project p on p.id = t.project_id join item i on i.id = t.item_id
left join label l on l.task_id = t.id and l.revision = t.label_revision
where t.id = %(task)s and t.project_id = %(project)s
"""

READ_UNDER_REVIEW = _UNDER_REVIEW

# The caller decides about the task now: nobody else changes it until the transaction ends.
LOCK_UNDER_REVIEW = _UNDER_REVIEW + " for update of t"

# The answers of the round under review, in the order of their ids.
ROUND_ANNOTATIONS = """
select a.id, a.annotator_id, r.revision, r.interface_version, r.answer, r.active_ms
from annotation a join task t on t.id = a.task_id and t.round = a.round
join annotation_revision r on r.annotation_id = a.id and r.revision = a.revision
where a.task_id = %(task)s order by a.id
"""

# A repeated id fails on the primary key.
ADD = """
insert into review (id, task_id, project_id, lease_id, reviewer_id, verdict, round, label_revision, active_ms)
values (%(review)s, %(task)s, %(project)s, %(lease)s, %(reviewer)s, %(verdict)s, %(round)s,
        %(label_revision)s, %(active_ms)s)
"""

ADD_LABEL = """
insert into label (task_id, revision, item_id, project_id, interface_version, answer, indexed, source,
                   annotation_ids, decided_by)
values (%(task)s, %(revision)s, %(item)s, %(project)s, %(interface_version)s, %(answer)s, %(indexed)s,
        'review', %(annotation_ids)s, %(reviewer)s)
"""

# Accepting settles the task on the label it has; fixing, on the new one.
SETTLE = """
update task set state = 'done', label_revision = %(label_revision)s, updated_at = now() where id = %(task)s
"""

CLOSE_LEASE = """
with closed as (
    update lease set state = 'submitted', ended_at = now() where id = %(lease)s
), dropped as (
    delete from draft where task_id = %(task)s and annotator_id = %(reviewer)s and stage = 2
)
insert into annotator_progress (project_id, annotator_id, stage, submitted, active_ms)
values (%(project)s, %(reviewer)s, 2, 1, %(active_ms)s)
on conflict (project_id, annotator_id, stage) do update
set submitted = annotator_progress.submitted + 1,
    active_ms = annotator_progress.active_ms + excluded.active_ms, last_at = now()
"""

# A new round: the answers so far no longer count, one annotator does the task again, the others' slots
# are not asked for a second time. For some hours the task may be one annotator's own.
SEND_BACK = """
with again as (
    update task set state = 'open', round = round + 1, submitted = greatest(overlap - 1, 0), skipped = 0,
           updated_at = now()
    where id = %(task)s
    returning id, project_id, priority, batch_id, round
)
insert into queue (task_id, stage, project_id, rank, batch_id, open_slots, round, returned, held,
                   reserved_for, reserved_until)
select a.id, 1, a.project_id, -a.priority, a.batch_id, 1, a.round, true, b.state = 'paused',
       %(reserved_for)s::uuid, now() + make_interval(hours => %(reserved_hours)s)
from again a join batch b on b.id = a.batch_id
"""

OF_TASK = """
select id, task_id, reviewer_id, verdict, round, label_revision, active_ms, created_at
from review where project_id = %(project)s and task_id = %(task)s order by id
"""

BY_ID = """
select lease_id from review where id = %(review)s and reviewer_id = %(reviewer)s and project_id = %(project)s
"""


async def under_review(
    connection: Connection, project: UUID, task: UUID, *, lock: bool
) -> TaskUnderReview | None:
    async with connection.cursor(row_factory=class_row(TaskUnderReview)) as cursor:
        await cursor.execute(
            LOCK_UNDER_REVIEW if lock else READ_UNDER_REVIEW, {"project": project, "task": task}
        )
        return await cursor.fetchone()


async def round_annotations(connection: Connection, task: UUID) -> list[StoredAnnotation]:
    async with connection.cursor(row_factory=class_row(StoredAnnotation)) as cursor:
        await cursor.execute(ROUND_ANNOTATIONS, {"task": task})
        return await cursor.fetchall()


async def add(connection: Connection, review: dict[str, Any]) -> None:
    await connection.execute(ADD, review)


async def add_label(connection: Connection, label: dict[str, Any]) -> None:
    await connection.execute(ADD_LABEL, label)


async def settle(connection: Connection, task: UUID, label_revision: int) -> None:
    await connection.execute(SETTLE, {"task": task, "label_revision": label_revision})


async def close_lease(
    connection: Connection, *, project: UUID, reviewer: UUID, lease: UUID, task: UUID, active_ms: int
) -> None:
    await connection.execute(
        CLOSE_LEASE,
        {"project": project, "reviewer": reviewer, "lease": lease, "task": task, "active_ms": active_ms},
    )


async def send_back(
    connection: Connection, task: UUID, *, reserved_for: UUID | None, reserved_hours: int
) -> None:
    await connection.execute(
        SEND_BACK, {"task": task, "reserved_for": reserved_for, "reserved_hours": reserved_hours}
    )


async def of_task(connection: Connection, project: UUID, task: UUID) -> list[StoredReview]:
    async with connection.cursor(row_factory=class_row(StoredReview)) as cursor:
        await cursor.execute(OF_TASK, {"project": project, "task": task})
        return await cursor.fetchall()


async def lease_of(connection: Connection, *, project: UUID, reviewer: UUID, review: UUID) -> UUID | None:
    parameters = {"project": project, "reviewer": reviewer, "review": review}
    row = await (await connection.execute(BY_ID, parameters)).fetchone()
    return None if row is None else row[0]
