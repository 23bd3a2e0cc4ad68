"""SQL of instructions. Versions are only ever added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row

Connection = AsyncConnection[Any]


@dataclass(frozen=True, slots=True)
class StoredInstructions:
    version: int
    body: bytes
    created_by: UUID
    created_at: datetime


# Counts the project's version up under its row lock, so that two edits at once get two numbers.
NEXT_VERSION = """
update project set instruction_version = instruction_version + 1, updated_at = now()
where id = %(project)s returning instruction_version
"""

ADD = """
insert into instruction_version (project_id, version, body, created_by)
values (%(project)s, %(version)s, %(body)s, %(created_by)s)
"""

# The version that was asked for, or the current one.
ONE = """
select i.version, i.body, i.created_by, i.created_at
from instruction_version i join project p on p.id = i.project_id
where i.project_id = %(project)s and i.version = coalesce(%(version)s, p.instruction_version)
"""


async def next_version(connection: Connection, project: UUID) -> int | None:
    row = await (await connection.execute(NEXT_VERSION, {"project": project})).fetchone()
    return None if row is None else int(row[0])


async def add(connection: Connection, project: UUID, version: int, body: bytes, created_by: UUID) -> None:
    parameters = {"project": project, "version": version, "body": body, "created_by": created_by}
    await connection.execute(ADD, parameters)


async def one(connection: Connection, project: UUID, version: int | None) -> StoredInstructions | None:
    async with connection.cursor(row_factory=class_row(StoredInstructions)) as cursor:
        await cursor.execute(ONE, {"project": project, "version": version})
        return await cursor.fetchone()
