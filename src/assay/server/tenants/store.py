"""SQL that measures a cell from inside."""

from __future__ import annotations

from typing import Any

from psycopg import AsyncConnection

Connection = AsyncConnection[Any]

# Sizes only: no row of content is read.
SIZES = """
select pg_database_size(current_database()), (select coalesce(sum(byte_count), 0)::bigint from blob)
"""


async def sizes(connection: Connection) -> tuple[int, int]:
    row = await (await connection.execute(SIZES)).fetchone()
    assert row is not None, "an aggregate has a row"
    return row[0], row[1]
