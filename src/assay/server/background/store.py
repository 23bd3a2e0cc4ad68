"""SQL that tells when an open cell has something to do by itself."""

from __future__ import annotations

from typing import Any

from psycopg import AsyncConnection

Connection = AsyncConnection[Any]

# Seconds until the first lease runs out, a webhook delivery is due, or a task waits for consensus (0);
# null when nothing is to be done. Each part reads one end of one small index.
SECONDS_UNTIL_DUE = """
select extract(epoch from least(
    (select min(expires_at) from lease where state = 'active'),
    (select min(next_attempt_at) from webhook_delivery where state = 'waiting'),
    (select now() from task where state = 'annotated' limit 1)
) - now())::float8
"""


async def seconds_until_due(connection: Connection) -> float | None:
    row = await (await connection.execute(SECONDS_UNTIL_DUE)).fetchone()
    return None if row is None or row[0] is None else max(0.0, float(row[0]))
