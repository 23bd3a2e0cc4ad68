"""SQL of drafts, and of all else that an annotator may start from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from assay.cells.database import Pending

Connection = AsyncConnection[Any]


# Compare-and-set: the draft is written only over the revision that the client has seen.
SAVE_DRAFT = """
insert into draft (task_id, annotator_id, stage, revision, answer)
select %(task)s, %(annotator)s, %(stage)s, 1, %(answer)s where %(seen)s = 0
on conflict (task_id, annotator_id, stage) do nothing
returning revision
"""

UPDATE_DRAFT = """
update draft set revision = revision + 1, answer = %(answer)s, updated_at = now()
where task_id = %(task)s and annotator_id = %(annotator)s and stage = %(stage)s and revision = %(seen)s
returning revision
"""

# All that an annotator may start from, in one look: their draft, their answer of an earlier round, and
# the best pre-label (not shown to reviewers, nor where the project hides pre-labels).
STARTING_POINT = """
select d.revision, d.answer, a.id, r.revision, r.interface_version, r.answer,
       m.id, m.model, m.score, m.interface_version, m.answer
from (select 1) one
left join draft d on d.task_id = %(task)s and d.annotator_id = %(annotator)s and d.stage = %(stage)s
left join lateral (
    select id, revision from annotation
    where %(round)s > 1 and task_id = %(task)s and annotator_id = %(annotator)s and round < %(round)s
    order by round desc limit 1) a on true
left join annotation_revision r on r.annotation_id = a.id and r.revision = a.revision
left join lateral (
    select id, model, score, interface_version, answer from prelabel
    where %(stage)s = 1 and task_id = %(task)s
      and (select (p.workflow ->> 'show_prelabels')::boolean from task t join project p on p.id = t.project_id
           where t.id = %(task)s)
    order by score desc nulls last, id limit 1) m on true
"""


async def save_draft(
    connection: Connection, *, task: UUID, annotator: UUID, stage: int, seen: int, answer: bytes
) -> int | None:
    """The new revision, or None when the stored draft is not the revision `seen` (0: there is none)."""
    parameters = {"task": task, "annotator": annotator, "stage": stage, "seen": seen, "answer": answer}
    statement = SAVE_DRAFT if seen == 0 else UPDATE_DRAFT
    row = await (await connection.execute(statement, parameters)).fetchone()
    return None if row is None else int(row[0])


@dataclass(frozen=True, slots=True)
class Draft:
    revision: int
    answer: bytes


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    annotation_id: UUID
    revision: int
    interface_version: int
    answer: bytes


@dataclass(frozen=True, slots=True)
class StoredPrelabel:
    id: UUID
    model: str
    score: float | None
    interface_version: int
    answer: bytes


@dataclass(frozen=True, slots=True)
class StartingPoint:
    draft: Draft | None
    previous: StoredAnswer | None
    prelabel: StoredPrelabel | None


async def starting_point(
    connection: Connection, *, task: UUID, annotator: UUID, stage: int, round_number: int
) -> Pending[StartingPoint]:
    parameters = {"task": task, "annotator": annotator, "stage": stage, "round": round_number}
    return Pending(
        await connection.execute(STARTING_POINT, parameters), lambda rows: _starting_point(rows[0])
    )


def _starting_point(row: tuple[Any, ...]) -> StartingPoint:
    return StartingPoint(
        draft=None if row[0] is None else Draft(*row[0:2]),
        previous=None if row[2] is None else StoredAnswer(*row[2:6]),
        prelabel=None if row[6] is None else StoredPrelabel(*row[6:11]),
    )
