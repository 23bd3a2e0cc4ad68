"""SQL of waiting work. Every statement looks at a bounded number of rows in each project."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row

Connection = AsyncConnection[Any]

# The projects that a member may see and that are worked on: the newest, in the order of their creation.
ACTIVE_PROJECTS = """
select id from (
    select id from project
    where state = 'active' and (%(only)s::uuid[] is null or id = any(%(only)s))
    order by id desc limit %(limit)s
) as newest
order by id
"""

# What a claim would give the annotator, counted up to a limit. As claims do, it looks at what was given
# back, onwards from where the annotator's last claim stood, and at the head of the queue; at each of the
# three no further than `window` rows of an index, so that what others hold costs no more than that.
# A queue whose window is taken up by others shows too little here; claiming looks on.
WAITING = """
with wanted as (
    select w.project_id, s.stage, p.cursor_rank, p.cursor_batch, p.cursor_task
    from unnest(%(projects)s::uuid[]) as w (project_id)
    cross join (values (1::smallint), (2::smallint)) as s (stage)
    left join annotator_progress p
         on p.project_id = w.project_id and p.annotator_id = %(annotator)s and p.stage = s.stage
)
select w.project_id, w.stage, count(*) as tasks, count(*) filter (where free.mine) as sent_back
from wanted w cross join lateral (
    select q.task_id, coalesce(q.reserved_for = %(annotator)s and q.reserved_until >= now(), false) as mine
    from (
        (select * from queue q where q.project_id = w.project_id and q.stage = w.stage
            and q.returned and not q.held
         order by q.rank, q.batch_id, q.task_id limit %(window)s)
        union
        (select * from queue q where q.project_id = w.project_id and q.stage = w.stage and not q.held
            and (q.rank, q.batch_id, q.task_id) >= (w.cursor_rank, w.cursor_batch, w.cursor_task)
         order by q.rank, q.batch_id, q.task_id limit %(window)s)
        union
        (select * from queue q where q.project_id = w.project_id and q.stage = w.stage and not q.held
         order by q.rank, q.batch_id, q.task_id limit %(window)s)
    ) q
    where (q.reserved_for is null or q.reserved_for = %(annotator)s or q.reserved_until < now())
      and (select 1 from lease l
           where l.task_id = q.task_id and l.annotator_id = %(annotator)s and l.stage = q.stage
             and l.round = q.round and l.state in ('active', 'submitted', 'skipped')) is null
      and (q.stage = 1 or (select 1 from annotation a
           where a.task_id = q.task_id and a.annotator_id = %(annotator)s and a.round = q.round
           limit 1) is null)
    order by mine desc limit %(most)s
) free
group by w.project_id, w.stage
"""

# Annotations are stored in the order of time, so the block range index finds those of the last days at once;
# or the index annotation_annotator finds the annotator's.
SUBMITTED = """
select w.project_id, count(*) as tasks
from unnest(%(projects)s::uuid[]) as w (project_id) cross join lateral (
    select 1 from annotation a
    where a.project_id = w.project_id and a.annotator_id = %(annotator)s and a.created_at >= %(since)s
    limit %(most)s
) submitted
group by w.project_id
"""


@dataclass(frozen=True, slots=True)
class WaitingRow:
    project_id: UUID
    stage: int
    tasks: int
    sent_back: int


async def active_projects(connection: Connection, only: Sequence[UUID] | None, *, limit: int) -> list[UUID]:
    parameters = {"only": None if only is None else list(only), "limit": limit}
    rows = await (await connection.execute(ACTIVE_PROJECTS, parameters)).fetchall()
    return [row[0] for row in rows]


async def waiting(
    connection: Connection, projects: Sequence[UUID], annotator: UUID, *, most: int, window: int
) -> list[WaitingRow]:
    """What waits in each project and stage; nothing where nothing does."""
    parameters = {"projects": list(projects), "annotator": annotator, "most": most, "window": window}
    async with connection.cursor(row_factory=class_row(WaitingRow)) as cursor:
        await cursor.execute(WAITING, parameters)
        return await cursor.fetchall()


async def submitted(
    connection: Connection, projects: Sequence[UUID], annotator: UUID, since: datetime, *, most: int
) -> dict[UUID, int]:
    parameters = {"projects": list(projects), "annotator": annotator, "since": since, "most": most}
    rows = await (await connection.execute(SUBMITTED, parameters)).fetchall()
    return dict(rows)
