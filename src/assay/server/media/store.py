"""SQL of media."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row

Connection = AsyncConnection[Any]

COPY_BLOBS = """
copy blob (id, project_id, name, media_type, byte_count, content_digest) from stdin (format binary)
"""

ONE = """
select id, name, media_type, byte_count from blob where id = %(blob)s and project_id = %(project)s
"""

# A blob for the holder of a lease: no row once the lease has ended, or when it is somebody else's.
FOR_LEASE = """
select b.id, b.name, b.media_type, b.byte_count
from blob b join lease l on l.project_id = b.project_id
where b.id = %(blob)s and b.project_id = %(project)s and l.id = %(lease)s
  and l.annotator_id = %(annotator)s and l.state = 'active' and l.expires_at > now()
"""


@dataclass(frozen=True, slots=True)
class StoredMedia:
    id: UUID
    name: bytes | None
    media_type: str
    byte_count: int


async def copy_blobs(connection: Connection, data: bytes) -> None:
    """Add rows that are encoded already (assay.cells.binary_copy)."""
    async with connection.cursor().copy(COPY_BLOBS) as writer:
        await writer.write(data)


async def one(connection: Connection, project: UUID, blob: UUID) -> StoredMedia | None:
    return await _one(connection, ONE, {"project": project, "blob": blob})


async def for_lease(
    connection: Connection, *, project: UUID, blob: UUID, lease: UUID, annotator: UUID
) -> StoredMedia | None:
    values = {"project": project, "blob": blob, "lease": lease, "annotator": annotator}
    return await _one(connection, FOR_LEASE, values)


async def _one(connection: Connection, statement: str, values: dict[str, Any]) -> StoredMedia | None:
    async with connection.cursor(row_factory=class_row(StoredMedia)) as cursor:
        await cursor.execute(statement, values)
        return await cursor.fetchone()
