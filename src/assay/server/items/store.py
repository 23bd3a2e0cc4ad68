"""SQL of items, and of the tasks that come into being with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row

Connection = AsyncConnection[Any]

# COPY is part of the caller's transaction: either every row of a chunk is there afterwards, or none.
COPY_ITEMS = """
copy item (id, project_id, batch_id, key, key_digest, payload, metadata) from stdin (format binary)
"""

COPY_TASKS = """
copy task (id, project_id, batch_id, item_id, state, priority, overlap) from stdin (format binary)
"""

COPY_QUEUE = """
copy queue (task_id, stage, project_id, rank, batch_id, open_slots, round, held) from stdin (format binary)
"""

COPY_PRELABELS = """
copy prelabel (id, task_id, model, score, interface_version, answer) from stdin (format binary)
"""

COPY_GOLD = """
copy gold (task_id, project_id, interface_version, answer, explanation, created_by)
from stdin (format binary)
"""

# Which of these keys the project has already.
KNOWN_KEYS = """
select key_digest from item where project_id = %(project)s and key_digest = any(%(digests)b)
"""

# What a chunk of new items needs to know, with the batch locked against being paused meanwhile.
INTAKE_TERMS = """
select p.state, p.workflow, p.interface_version, b.id as batch_id, b.priority, b.state = 'paused' as held
from project p join batch b on b.project_id = p.id
where p.id = %(project)s and b.id = %(batch)s for share of b
"""

# Fresh statistics after a bulk load, from a sample: without them the planner takes every value of metadata to
# be on a hundredth of the items, and walks lists where an index would serve.
REFRESH_STATISTICS = "analyze item, task, queue"

_ITEM = """
select i.id, t.id as task_id, i.batch_id, i.key, i.payload, i.metadata, i.created_at
from item i join task t on t.item_id = i.id and t.project_id = i.project_id
"""

ONE = _ITEM + " where i.id = %(item)s and i.project_id = %(project)s"

# The project is part of the condition: another project's item ids find nothing.
SEVERAL = _ITEM + " where i.id = any(%(items)s) and i.project_id = %(project)s"

BY_KEY = _ITEM + " where i.project_id = %(project)s and i.key_digest = %(digest)s"


@dataclass(frozen=True, slots=True)
class IntakeTerms:
    state: str
    workflow: dict[str, Any]
    interface_version: int
    batch_id: UUID
    priority: int
    held: bool


@dataclass(frozen=True, slots=True)
class StoredItem:
    id: UUID
    task_id: UUID
    batch_id: UUID
    key: bytes | None
    payload: bytes
    metadata: dict[str, Any]
    created_at: datetime


async def copy(connection: Connection, statement: str, data: bytes) -> None:
    """Add rows that are encoded already (assay.cells.binary_copy)."""
    async with connection.cursor().copy(statement) as writer:
        await writer.write(data)


async def known_keys(connection: Connection, project: UUID, digests: list[bytes]) -> set[bytes]:
    rows = await (await connection.execute(KNOWN_KEYS, {"project": project, "digests": digests})).fetchall()
    return {row[0] for row in rows}


async def intake_terms(connection: Connection, project: UUID, batch: UUID) -> IntakeTerms | None:
    async with connection.cursor(row_factory=class_row(IntakeTerms)) as cursor:
        await cursor.execute(INTAKE_TERMS, {"project": project, "batch": batch})
        return await cursor.fetchone()


async def one(connection: Connection, project: UUID, item: UUID) -> StoredItem | None:
    async with connection.cursor(row_factory=class_row(StoredItem)) as cursor:
        await cursor.execute(ONE, {"project": project, "item": item})
        return await cursor.fetchone()


async def several(connection: Connection, project: UUID, items: Sequence[UUID]) -> list[StoredItem]:
    async with connection.cursor(row_factory=class_row(StoredItem)) as cursor:
        await cursor.execute(SEVERAL, {"project": project, "items": list(items)})
        return await cursor.fetchall()


async def by_key(connection: Connection, project: UUID, digest: bytes) -> StoredItem | None:
    async with connection.cursor(row_factory=class_row(StoredItem)) as cursor:
        await cursor.execute(BY_KEY, {"project": project, "digest": digest})
        return await cursor.fetchone()


async def refresh_statistics(connection: Connection) -> None:
    await connection.execute(REFRESH_STATISTICS)
