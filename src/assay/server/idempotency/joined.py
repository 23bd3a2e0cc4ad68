"""A cell's database seen from inside one open transaction."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from assay.cells.database import Connection, Database


class JoinedDatabase(Database):
    """Every transaction and every read of a service becomes a part of one transaction that is open already.

    What the service writes is then committed together with what the caller writes, or not at all. A
    transaction of the service is a savepoint: one that fails takes back its own writes only.
    """

    def __init__(self, connection: Connection) -> None:
        self._joined = connection
        self.guard = None

    @asynccontextmanager
    async def transaction(self, *, pipelined: bool = False) -> AsyncIterator[Connection]:
        async with self._joined.transaction():
            yield self._joined

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        yield self._joined
