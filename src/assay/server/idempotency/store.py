"""SQL of idempotency keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row

Connection = AsyncConnection[Any]

PENDING = 0
"""The status of a key whose request has not been answered; never committed."""


@dataclass(frozen=True, slots=True)
class StoredResponse:
    request_digest: bytes
    status: int
    response: bytes


# Claims the key. While another transaction holds it uncommitted, this waits for the outcome, at most as long
# as WAIT allows: afterwards the key is either the caller's or answered. A key past its time is taken over.
CLAIM = """
insert into idempotency_key (key_digest, request_digest, status, response)
values (%(key)s, %(request)s, 0, '')
on conflict (key_digest) do update
set request_digest = excluded.request_digest, status = 0, response = '', created_at = now()
where idempotency_key.created_at < now() - make_interval(secs => %(seconds)s)
returning true
"""

# For this transaction only: how long a statement waits for a row that another transaction holds.
WAIT = "select set_config('lock_timeout', %(milliseconds)s, true)"

FIND = "select request_digest, status, response from idempotency_key where key_digest = %(key)s"

ANSWER = """
update idempotency_key set status = %(status)s, response = %(response)s where key_digest = %(key)s
"""

SWEEP = """
delete from idempotency_key where key_digest in (
    select key_digest from idempotency_key where created_at < now() - make_interval(secs => %(seconds)s)
    order by created_at limit %(limit)s for update skip locked)
"""


async def claim(
    connection: Connection, *, key: bytes, request: bytes, retention_seconds: int, wait_milliseconds: int
) -> bool:
    """Whether the key is the caller's to answer. Raises LockNotAvailable after waiting in vain."""
    await connection.execute(WAIT, {"milliseconds": str(wait_milliseconds)})
    parameters = {"key": key, "request": request, "seconds": retention_seconds}
    row = await (await connection.execute(CLAIM, parameters)).fetchone()
    await connection.execute(WAIT, {"milliseconds": "0"})
    return row is not None


async def find(connection: Connection, key: bytes) -> StoredResponse | None:
    async with connection.cursor(row_factory=class_row(StoredResponse)) as cursor:
        await cursor.execute(FIND, {"key": key})
        return await cursor.fetchone()


async def answer(connection: Connection, *, key: bytes, status: int, response: bytes) -> None:
    await connection.execute(ANSWER, {"key": key, "status": status, "response": response})


async def sweep(connection: Connection, *, retention_seconds: int, limit: int) -> int:
    parameters = {"seconds": retention_seconds, "limit": limit}
    return (await connection.execute(SWEEP, parameters)).rowcount


def row_of(key: bytes) -> UUID:
    """The row id that binds the sealed response to its key."""
    return UUID(bytes=key[:16])
