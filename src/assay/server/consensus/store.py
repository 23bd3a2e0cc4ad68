"""SQL of consensus: from the annotations of a task to its label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.types.json import Jsonb

Connection = AsyncConnection[Any]


@dataclass(frozen=True, slots=True)
class AnnotatedTask:
    """A task whose annotations are all in, with the project's terms as they are now."""

    id: UUID
    project_id: UUID
    item_id: UUID
    round: int
    overlap: int
    label_revision: int | None
    interface_version: int
    workflow: dict[str, Any]
    payload: bytes


@dataclass(frozen=True, slots=True)
class RoundAnswer:
    """The current revision of one annotation of the task's current round."""

    task_id: UUID
    annotation_id: UUID
    revision: int
    interface_version: int
    answer: bytes


# Locks what it returns, so that several workers share the tasks and none is done twice.
ANNOTATED = """
select t.id, t.project_id, t.item_id, t.round, t.overlap, t.label_revision, p.interface_version, p.workflow,
       i.payload
from task t join project p on p.id = t.project_id join item i on i.id = t.item_id
join batch b on b.id = t.batch_id
where t.state = 'annotated' and (%(project)s::uuid is null or t.project_id = %(project)s)
order by t.project_id, t.id limit %(limit)s
for no key update of t skip locked for share of b skip locked
"""

# In the order of their ids, so that the same annotations always give the same label.
ANSWERS = """
select a.task_id, a.id, r.revision, r.interface_version, r.answer
from annotation a
join task t on t.id = a.task_id and t.round = a.round
join annotation_revision r on r.annotation_id = a.id and r.revision = a.revision
where a.task_id = any(%(tasks)s)
order by a.task_id, a.id
"""

# What consensus made of a batch of tasks: a label revision for each (revisions are only ever added), the task
# pointed at it, and those that want a review put before the reviewers.
SETTLE = """
with given as (
    select * from unnest(
        %(tasks)s::uuid[], %(revisions)s::int[], %(interface_versions)s::int[], %(answers)s::bytea[],
        %(indexed)s::jsonb[], %(agreements)s::float4[], %(confidences)s::float4[], %(annotation_ids)s::text[],
        %(in_review)s::bool[]
    ) as given (task, revision, interface_version, answer, indexed, agreement, confidence, annotation_ids,
                in_review)
), settled as (
    update task t
    set state = case when g.in_review then 'review' else 'done' end, label_revision = g.revision,
        agreement = g.agreement, confidence = g.confidence, updated_at = now()
    from given g where t.id = g.task
    returning t.id, t.item_id, t.project_id, t.batch_id, t.priority, t.round, g.in_review
), labeled as (
    insert into label (task_id, revision, item_id, project_id, interface_version, answer, indexed, source,
                       agreement, confidence, annotation_ids)
    select g.task, g.revision, s.item_id, s.project_id, g.interface_version, g.answer, g.indexed, 'consensus',
           g.agreement, g.confidence, g.annotation_ids::uuid[]
    from given g join settled s on s.id = g.task
)
insert into queue (task_id, stage, project_id, rank, batch_id, open_slots, round, returned, held)
select s.id, 2, s.project_id, -s.priority, s.batch_id, 1, s.round, true, b.state = 'paused'
from settled s join batch b on b.id = s.batch_id where s.in_review
on conflict (task_id, stage) do nothing
"""

# Asks again for the annotations that do not count, because they answer an old interface. A new round begins,
# so that those who gave them may answer again; what counts goes along into it, with its lease.
REOPEN = """
with reopened as (
    update task set state = 'open', round = round + 1, submitted = greatest(overlap - %(missing)s, 0),
           updated_at = now()
    where id = %(task)s
    returning id, project_id, priority, batch_id, round
), kept as (
    update annotation a set round = r.round from reopened r
    where a.id = any(%(counted)s) and a.task_id = r.id
    returning a.lease_id, a.round
), kept_leases as (
    update lease l set round = k.round from kept k where l.id = k.lease_id
)
insert into queue (task_id, stage, project_id, rank, batch_id, open_slots, round, returned, held)
select r.id, 1, r.project_id, -r.priority, r.batch_id, %(missing)s, r.round, true, b.state = 'paused'
from reopened r join batch b on b.id = r.batch_id
"""


@dataclass(frozen=True, slots=True)
class SettledTask:
    """What consensus made of one task; the answer is sealed."""

    task: UUID
    revision: int
    interface_version: int
    answer: bytes
    indexed: dict[str, Any]
    agreement: float | None
    confidence: float
    annotation_ids: list[UUID]
    in_review: bool


async def annotated(connection: Connection, *, project: UUID | None, limit: int) -> list[AnnotatedTask]:
    rows = await (await connection.execute(ANNOTATED, {"project": project, "limit": limit})).fetchall()
    return [AnnotatedTask(*row) for row in rows]


async def answers(connection: Connection, tasks: list[UUID]) -> list[RoundAnswer]:
    rows = await (await connection.execute(ANSWERS, {"tasks": tasks})).fetchall()
    return [RoundAnswer(*row) for row in rows]


async def settle(connection: Connection, tasks: Sequence[SettledTask]) -> None:
    await connection.execute(
        SETTLE,
        {
            "tasks": [one.task for one in tasks],
            "revisions": [one.revision for one in tasks],
            "interface_versions": [one.interface_version for one in tasks],
            "answers": [one.answer for one in tasks],
            "indexed": [Jsonb(one.indexed) for one in tasks],
            "agreements": [one.agreement for one in tasks],
            "confidences": [one.confidence for one in tasks],
            "annotation_ids": ["{" + ",".join(map(str, one.annotation_ids)) + "}" for one in tasks],
            "in_review": [one.in_review for one in tasks],
        },
    )


async def reopen(connection: Connection, task: UUID, *, counted: Sequence[UUID], missing: int) -> None:
    """Ask for `missing` annotations of a task again; those that count are named."""
    await connection.execute(REOPEN, {"task": task, "counted": list(counted), "missing": missing})
