"""SQL of consensus: from the annotations of a task to its label."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

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
where t.state = 'annotated' and (%(project)s::uuid is null or t.project_id = %(project)s)
order by t.project_id, t.id limit %(limit)s
for update of t skip locked
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

# A label revision is only ever added; the task points at the newest.
ADD_LABEL = """
insert into label (task_id, revision, item_id, project_id, interface_version, answer, indexed, source,
                   agreement, confidence, annotation_ids, decided_by)
values (%(task)s, %(revision)s, %(item)s, %(project)s, %(interface_version)s, %(answer)s, %(indexed)s,
        %(source)s, %(agreement)s, %(confidence)s, %(annotation_ids)s, %(decided_by)s)
"""

SETTLE = """
update task set state = %(state)s, label_revision = %(revision)s, agreement = %(agreement)s,
       confidence = %(confidence)s, updated_at = now()
where id = %(task)s
"""

# Puts a task before the reviewers.
QUEUE_REVIEW = """
insert into queue (task_id, stage, project_id, rank, batch_id, open_slots, round, returned, held)
select t.id, 2, t.project_id, -t.priority, t.batch_id, 1, t.round, true, b.state = 'paused'
from task t join batch b on b.id = t.batch_id where t.id = %(task)s
on conflict (task_id, stage) do nothing
"""

# Asks for more annotations of the round that is on, when answers under an old interface do not count.
REOPEN = """
with reopened as (
    update task set state = 'open', submitted = %(counted)s, updated_at = now() where id = %(task)s
    returning id, project_id, priority, batch_id, overlap, submitted, round
)
insert into queue (task_id, stage, project_id, rank, batch_id, open_slots, round, returned, held)
select r.id, 1, r.project_id, -r.priority, r.batch_id, r.overlap - r.submitted, r.round, true,
       b.state = 'paused'
from reopened r join batch b on b.id = r.batch_id where r.overlap > r.submitted
on conflict (task_id, stage) do nothing
"""

# Sends the finished tasks of a project through consensus again, where annotations stand behind them.
RECOMPUTE = """
update task t set state = 'annotated', updated_at = now()
where t.id in (
    select id from task where project_id = %(project)s and state = 'done' and id > %(after)s
      and label_revision is not null
      and (select source from label l where l.task_id = task.id and l.revision = task.label_revision) = 'consensus'
    order by id limit %(limit)s for update skip locked)
returning t.id
"""


async def annotated(connection: Connection, *, project: UUID | None, limit: int) -> list[AnnotatedTask]:
    rows = await (await connection.execute(ANNOTATED, {"project": project, "limit": limit})).fetchall()
    return [AnnotatedTask(*row) for row in rows]


async def answers(connection: Connection, tasks: list[UUID]) -> list[RoundAnswer]:
    rows = await (await connection.execute(ANSWERS, {"tasks": tasks})).fetchall()
    return [RoundAnswer(*row) for row in rows]


async def add_labels(connection: Connection, labels: list[dict[str, Any]]) -> None:
    async with connection.cursor() as cursor:
        await cursor.executemany(ADD_LABEL, labels)


async def settle(connection: Connection, tasks: list[dict[str, Any]]) -> None:
    async with connection.cursor() as cursor:
        await cursor.executemany(SETTLE, tasks)


async def queue_review(connection: Connection, tasks: list[UUID]) -> None:
    async with connection.cursor() as cursor:
        await cursor.executemany(QUEUE_REVIEW, [{"task": task} for task in tasks])


async def reopen(connection: Connection, task: UUID, counted: int) -> None:
    await connection.execute(REOPEN, {"task": task, "counted": counted})


async def recompute(connection: Connection, *, project: UUID, after: UUID, limit: int) -> list[UUID]:
    parameters = {"project": project, "after": after, "limit": limit}
    rows = await (await connection.execute(RECOMPUTE, parameters)).fetchall()
    return [row[0] for row in rows]
