"""SQL that reads the log. Nothing here writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

Connection = AsyncConnection[Any]

LAST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class StoredRow:
    number: int
    entry: bytes


@dataclass(frozen=True, slots=True)
class Window:
    """Rows that were found, and how far back was looked: 0 when that is the beginning of the log."""

    rows: list[StoredRow]
    reached: int


# Newest first. Only `window` rows are looked at, so that a filter that matches nothing costs no more than
# one that matches everything; the answer says how far the look went.
ROWS = """
with looked_at as materialized (
    select id, action, object_id, project_id, entry from log_row where id < %(before)s
    order by id desc limit %(window)s
), matching as (
    select id, entry from looked_at
    where (%(action)s::text is null or action = %(action)s)
      and (%(project)s::uuid is null or project_id = %(project)s)
    order by id desc limit %(limit)s
)
select (select min(id) from looked_at) as reached, (select count(*) from looked_at) as looked,
       m.id, m.entry
from (select 1) one left join matching m on true order by m.id desc
"""

# One object's rows, by the index on them.
ROWS_OF_OBJECT = """
select id, entry from log_row
where object_id = %(object)s and id < %(before)s
  and (%(action)s::text is null or action = %(action)s)
  and (%(project)s::uuid is null or project_id = %(project)s)
order by id desc limit %(limit)s
"""

# Who was shown the item itself, its task, or its media; each by the index on the object.
ITEM_ACCESS = """
select l.id, l.entry from log_row l
where l.object_id in (select %(item)s::uuid union all
                      select id from task where item_id = %(item)s and project_id = %(project)s)
  and l.action = any(%(actions)s) and l.project_id = %(project)s and l.id < %(before)s
order by l.id desc limit %(limit)s
"""

ITEM_EXISTS = "select exists (select 1 from item where id = %(item)s and project_id = %(project)s)"


async def rows(
    connection: Connection,
    *,
    before: int,
    action: str | None,
    project: UUID | None,
    limit: int,
    window: int,
) -> Window:
    parameters = {
        "before": before,
        "action": action,
        "project": project,
        "limit": limit,
        "window": window,
    }
    found = await (await connection.execute(ROWS, parameters)).fetchall()
    reached, looked = found[0][0], found[0][1]
    matching = [StoredRow(row[2], row[3]) for row in found if row[2] is not None]
    return Window(matching, 0 if looked < window else reached)


async def rows_of_object(
    connection: Connection,
    object_id: UUID,
    *,
    before: int,
    action: str | None,
    project: UUID | None,
    limit: int,
) -> list[StoredRow]:
    parameters = {
        "object": object_id,
        "before": before,
        "action": action,
        "project": project,
        "limit": limit,
    }
    found = await (await connection.execute(ROWS_OF_OBJECT, parameters)).fetchall()
    return [StoredRow(*row) for row in found]


async def item_access(
    connection: Connection, project: UUID, item: UUID, *, actions: list[str], before: int, limit: int
) -> list[StoredRow]:
    parameters = {"project": project, "item": item, "actions": actions, "before": before, "limit": limit}
    found = await (await connection.execute(ITEM_ACCESS, parameters)).fetchall()
    return [StoredRow(*row) for row in found]


async def item_exists(connection: Connection, project: UUID, item: UUID) -> bool:
    row = await (await connection.execute(ITEM_EXISTS, {"project": project, "item": item})).fetchone()
    return bool(row and row[0])
