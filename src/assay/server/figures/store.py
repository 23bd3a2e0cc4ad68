"""SQL of figures. Every statement reads an index, a small table, or a bounded number of the newest rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row

Connection = AsyncConnection[Any]

# Reads the index task_state only.
TASKS_BY_STATE = "select state, count(*) from task where project_id = %(project)s group by state"

# One row for each annotator and stage; the gold scores come from the index gold_result_annotator.
ANNOTATORS = """
select p.annotator_id, p.stage, p.submitted, p.skipped, p.active_ms, p.last_at,
       g.mean as gold_mean, coalesce(g.answers, 0) as gold_answers
from annotator_progress p
left join (select annotator_id, avg(score)::float8 as mean, count(*) as answers from gold_result
           where project_id = %(project)s and (%(only)s::uuid is null or annotator_id = %(only)s)
           group by annotator_id) g
     on g.annotator_id = p.annotator_id and p.stage = 1
where p.project_id = %(project)s and (%(only)s::uuid is null or p.annotator_id = %(only)s)
  and p.submitted + p.skipped > 0
order by p.submitted desc, p.annotator_id limit %(limit)s
"""

# Totals over everybody, the ones beyond the list above too.
TOTALS = """
select coalesce(sum(submitted) filter (where stage = 1), 0)::bigint,
       coalesce(sum(submitted) filter (where stage = 2), 0)::bigint,
       coalesce(sum(active_ms), 0)::bigint
from annotator_progress where project_id = %(project)s
"""

GOLD = "select avg(score)::float8, count(*) from gold_result where project_id = %(project)s"

# Annotations are stored in the order of time, so the block range index finds the last day's at once.
THROUGHPUT = """
select count(*) filter (where created_at > now() - interval '1 hour'), count(*)
from annotation where project_id = %(project)s and created_at > now() - interval '1 day'
"""

MEDIAN = """
select percentile_cont(0.5) within group (order by r.active_ms) from (
    select id, revision from annotation
    where project_id = %(project)s and created_at > now() - interval '1 day'
    order by created_at desc limit %(limit)s) a
join annotation_revision r on r.annotation_id = a.id and r.revision = a.revision
"""

# The newest settled tasks: the index task_state gives them in the order of their ids.
AGREEMENT = """
select avg(agreement)::float8, count(agreement) from (
    (select agreement from task where project_id = %(project)s and state = 'done'
     order by id desc limit %(limit)s)
    union all
    (select agreement from task where project_id = %(project)s and state = 'review'
     order by id desc limit %(limit)s)) settled
"""

OVERLAP = "select (workflow ->> 'overlap')::int from project where id = %(project)s"


@dataclass(frozen=True, slots=True)
class AnnotatorRow:
    annotator_id: UUID
    stage: int
    submitted: int
    skipped: int
    active_ms: int
    last_at: datetime
    gold_mean: float | None
    gold_answers: int


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """The numbers of one project, each by its own statement."""

    overlap: int
    tasks: dict[str, int]
    totals: tuple[int, int, int]
    gold: tuple[float | None, int]
    throughput: tuple[int, int]
    median_ms: float | None
    agreement: tuple[float | None, int]


async def overlap(connection: Connection, project: UUID) -> int | None:
    """The annotations that the project wants of each task; None when there is no such project."""
    row = await (await connection.execute(OVERLAP, {"project": project})).fetchone()
    return None if row is None else int(row[0])


async def annotators(
    connection: Connection, project: UUID, *, only: UUID | None, limit: int
) -> list[AnnotatorRow]:
    async with connection.cursor(row_factory=class_row(AnnotatorRow)) as cursor:
        await cursor.execute(ANNOTATORS, {"project": project, "only": only, "limit": limit})
        return await cursor.fetchall()


async def project_row(connection: Connection, project: UUID, *, wanted: int, newest: int) -> ProjectRow:
    parameters = {"project": project, "limit": newest}

    async def first(statement: str) -> tuple[Any, ...]:
        row = await (await connection.execute(statement, parameters)).fetchone()
        assert row is not None, "an aggregate has a row"
        return tuple(row)

    states = await (await connection.execute(TASKS_BY_STATE, parameters)).fetchall()
    annotations, reviews, active_ms = await first(TOTALS)
    gold_mean, gold_answers = await first(GOLD)
    last_hour, last_day = await first(THROUGHPUT)
    (median_ms,) = await first(MEDIAN)
    agreement, tasks = await first(AGREEMENT)
    return ProjectRow(
        overlap=wanted,
        tasks=dict(states),
        totals=(annotations, reviews, active_ms),
        gold=(gold_mean, gold_answers),
        throughput=(last_hour, last_day),
        median_ms=median_ms,
        agreement=(agreement, tasks),
    )
