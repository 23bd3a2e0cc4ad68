"""SQL of exports: pages of rows in order of item id, and the files that come of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row

from assay.server.filters import Filter

Connection = AsyncConnection[Any]


class StoredRow(NamedTuple):
    """An item with its label, sealed. `metadata` is JSON text, None for none; `task` seals the label.

    `item` and `task` are the 16 bytes of their ids: making UUID objects would cost more than opening the row.
    """

    item: bytes
    item_id: str
    task: bytes
    key: bytes | None
    payload: bytes
    metadata: bytes | None
    revision: int | None
    interface_version: int | None
    label: bytes | None
    source: str | None
    agreement: float | None
    confidence: float | None
    finished: bool


class StoredAnswer(NamedTuple):
    """One annotation at its current revision."""

    task: UUID
    annotation: UUID
    annotator: UUID
    round: int
    revision: int
    interface_version: int
    answer: bytes
    active_ms: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class StoredFile:
    name: str
    blob: UUID
    byte_count: int
    sha256: str
    row_count: int | None


_ROW = """
i.id as item, t.id as task, i.key, i.payload, i.metadata, l.revision, l.interface_version, l.answer as label,
l.source, l.agreement, l.confidence, t.state = 'done' as finished
"""

# A page ends with the row that takes it to `budget` bytes of content, so that large rows come in small pages;
# the size of a value is known without fetching it.
_PAGE = """
select uuid_send(item), item::text as item_id, uuid_send(task), key, payload,
       case when metadata <> '{{}}' then convert_to(metadata::text, 'UTF8') end,
       revision, interface_version, label, source, agreement, confidence, finished
from (
    select *, sum(octet_length(payload) + coalesce(octet_length(label), 0))
              over (order by item rows between unbounded preceding and 1 preceding) as before
    from ({rows}) row
) row
where coalesce(before, 0) < %(budget)s order by item
"""

# The item's own id is bounded as well: a merge join would otherwise begin at the first item of the cell.
_LIVE = """
select {row} from task t join item i on i.id = t.item_id
{join} label l on l.task_id = t.id and l.revision = t.label_revision
where t.project_id = %(project)s and t.item_id > %(after)s and i.id > %(after)s{conditions}
order by t.item_id limit %(limit)s
"""

# A page ends at its limit only where the scan runs in the order of the pages. A planner that expects few rows
# (before the first statistics, or few finished tasks) would rather sort all that remain, for every page anew.
_IN_ORDER = "set local enable_sort = off"

_CONDITIONS = {
    "labels": ("join", ""),
    "annotations": ("left join", " and exists (select 1 from annotation a where a.task_id = t.id)"),
    "items": ("left join", ""),
    "finished": ("join", " and t.state = 'done'"),
}

# The labels at the revisions that a dataset version names; a row whose content was deleted is missing.
VERSION_PAGE = _PAGE.format(
    rows=f"""
select {_ROW} from unnest(%(items)s::uuid[], %(revisions)s::integer[]) as v (item, revision)
join task t on t.project_id = %(project)s and t.item_id = v.item join item i on i.id = t.item_id
join label l on l.task_id = t.id and l.revision = v.revision
order by i.id
"""
)

# In the order of their ids, which clients make in order of time.
ANSWERS = """
select a.task_id, a.id, a.annotator_id, a.round, a.revision, r.interface_version, r.answer, r.active_ms,
       r.created_at
from annotation a join annotation_revision r on r.annotation_id = a.id and r.revision = a.revision
where a.task_id = any(%(tasks)s) order by a.task_id, a.id
"""

COUNT_ESTIMATE = """
select count(*) from task t
where t.project_id = %(project)s and (%(what)s <> 'labels' or t.state = 'done')
"""

# An export that is begun again after a crash writes the same part again.
ADD_FILE = """
insert into export_file (job_id, name, blob_id, byte_count, sha256, row_count)
values (%(job)s, %(name)s, %(blob)s, %(bytes)s, %(sha256)s, %(rows)s)
on conflict (job_id, name) do update
set blob_id = excluded.blob_id, byte_count = excluded.byte_count, sha256 = excluded.sha256,
    row_count = excluded.row_count
"""

FILES = """
select name, blob_id as blob, byte_count, sha256, row_count from export_file where job_id = %(job)s
order by name
"""

REMOVE_FILES = "delete from export_file where job_id = %(job)s returning blob_id"

INTERFACE_HASH = """
select version_hash from interface_version v
where v.project_id = %(project)s
  and v.version = coalesce(%(version)s::integer,
                           (select interface_version from project where id = %(project)s))
"""


def page_statement(what: str, chosen: Filter) -> str:
    """Rows after an item id. `labels` are finished ones, unless the filter says which states it wants;
    `finished` are so whatever it says."""
    join, conditions = _CONDITIONS[what]
    names_state = any("t.state" in condition for condition in chosen.conditions)
    if what == "labels" and not names_state:
        conditions += " and t.state = 'done'"
    rows = _LIVE.format(row=_ROW, join=join, conditions=conditions + chosen.sql)
    return _PAGE.format(rows=rows)


async def read_in_order(connection: Connection) -> None:
    """Have the pages that the rest of this transaction reads come straight from an index."""
    await connection.execute(_IN_ORDER)


async def rows_after(
    connection: Connection,
    statement: str,
    *,
    project: UUID,
    chosen: Filter,
    after: UUID,
    limit: int,
    budget: int,
) -> list[StoredRow]:
    """The next rows of a `page_statement`: at most `limit`, about `budget` bytes, at least one if any."""
    values = {"project": project, "after": after, "limit": limit, "budget": budget, **chosen.parameters}
    async with connection.transaction():
        await read_in_order(connection)
        rows = await (await connection.execute(statement, values)).fetchall()
    return list(map(StoredRow._make, rows))


async def rows_of_version(
    connection: Connection,
    *,
    project: UUID,
    items: Sequence[UUID],
    revisions: Sequence[int],
    budget: int,
) -> list[StoredRow]:
    """Labels at given revisions, in order of item id; perhaps only the first of them, at least one."""
    values = {"project": project, "items": list(items), "revisions": list(revisions), "budget": budget}
    rows = await (await connection.execute(VERSION_PAGE, values)).fetchall()
    return list(map(StoredRow._make, rows))


async def answers(connection: Connection, tasks: Sequence[UUID]) -> list[StoredAnswer]:
    rows = await (await connection.execute(ANSWERS, {"tasks": list(tasks)})).fetchall()
    return list(map(StoredAnswer._make, rows))


async def count_estimate(connection: Connection, project: UUID, what: str) -> int:
    """About how many rows there will be, when no filter says otherwise."""
    row = await (await connection.execute(COUNT_ESTIMATE, {"project": project, "what": what})).fetchone()
    assert row is not None, "an aggregate has a row"
    return int(row[0])


async def interface_hash(connection: Connection, project: UUID, version: int | None) -> str:
    """The semantic hash of an interface version, None for the current one."""
    values = {"project": project, "version": version}
    row = await (await connection.execute(INTERFACE_HASH, values)).fetchone()
    assert row is not None, "a project has an interface"
    return str(row[0])


async def add_file(connection: Connection, job: UUID, file: StoredFile) -> None:
    await connection.execute(
        ADD_FILE,
        {
            "job": job,
            "name": file.name,
            "blob": file.blob,
            "bytes": file.byte_count,
            "sha256": file.sha256,
            "rows": file.row_count,
        },
    )


async def files(connection: Connection, job: UUID) -> list[StoredFile]:
    async with connection.cursor(row_factory=class_row(StoredFile)) as cursor:
        await cursor.execute(FILES, {"job": job})
        return await cursor.fetchall()


async def remove_files(connection: Connection, job: UUID) -> list[UUID]:
    """Forget the files of an export that came to nothing; their blobs."""
    rows = await (await connection.execute(REMOVE_FILES, {"job": job})).fetchall()
    return [row[0] for row in rows]
