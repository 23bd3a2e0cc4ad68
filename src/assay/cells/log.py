"""The rows of a cell's transparency log, written in the transaction of the act that they tell of."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from assay.cells.database import Connection, Pending
from assay.trust.log_entry import LogEntry

_INSERT = "insert into log_row (action, object_id, project_id, entry) values (%s, %s, %s, %s) returning id"
_INSERT_MANY = (
    "insert into log_row (action, object_id, project_id, entry)"
    " select * from unnest(%s::text[], %s::uuid[], %s::uuid[], %s::bytea[])"
)

_LogRow = tuple[str, UUID | None, UUID | None, bytes]


class CellLog:
    """Appends entries; nothing else can be done with a log row."""

    async def append(self, connection: Connection, entry: LogEntry) -> int:
        """Append one entry in the caller's transaction: act and row are committed together or not at all.

        Answers the number of the row.
        """
        return await (await self.send(connection, entry)).get()

    async def send(self, connection: Connection, entry: LogEntry) -> Pending[int]:
        """As `append`, without waiting for the number."""
        cursor = await connection.execute(_INSERT, _row(entry))
        return Pending(cursor, lambda rows: int(rows[0][0]))

    async def append_many(self, connection: Connection, entries: Iterable[LogEntry]) -> None:
        """Append entries, in their order, in the caller's transaction, by one statement."""
        rows = [_row(entry) for entry in entries]
        if rows:
            actions, objects, projects, encoded = (list(column) for column in zip(*rows, strict=True))
            await connection.execute(_INSERT_MANY, (actions, objects, projects, encoded))

    async def size(self, connection: Connection) -> int:
        """How far the log has grown: the highest row number, 0 for an empty log."""
        cursor = await connection.execute("select coalesce(max(id), 0) from log_row")
        row = await cursor.fetchone()
        assert row is not None, "an aggregate has a row"
        return int(row[0])


def _row(entry: LogEntry) -> _LogRow:
    return entry.action, _uuid(entry.object_id), _uuid(entry.project), entry.encode()


def _uuid(text: str | None) -> UUID | None:
    """The id as a column value; a principal or a part of the engine that is named otherwise has none."""
    try:
        return UUID(text) if text is not None else None
    except ValueError:
        return None
