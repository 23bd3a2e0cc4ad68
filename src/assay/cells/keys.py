"""The keys of an open cell, each unwrap of which is in the log before anybody gets the key.

`CellKeys` reports an unwrap while it happens, in whatever thread. The reports are collected here, and as
long as one of them is not committed as a log row, no key is handed out: `project_key` and `cell_key` first
write what is there, in a transaction of their own. So nothing that a key made possible, neither a read nor an
acknowledged write, can precede the row that tells of the key's use. Code that asks `CellKeys` itself (a
worker thread) is caught by the other end: every transaction of the cell writes what was collected before it
is committed, see `assay.cells.database.CommitGuard`.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TypeVar
from uuid import UUID

from assay.cells.database import Connection, Database
from assay.cells.log import CellLog
from assay.trust.cell_keys import CACHE_SECONDS, CellKeys, UnwrapRecord
from assay.trust.log_action import LogAction
from assay.trust.log_entry import LogEntry
from assay.trust.sealing import CellKey, ProjectKey

K = TypeVar("K")
_Use = tuple[UUID | None, str, str]


class UnwrapJournal:
    """Unwraps that happened and are not in the log yet. Safe to add to from any thread."""

    def __init__(self, log: CellLog) -> None:
        self._log = log
        self._waiting: deque[tuple[datetime, UnwrapRecord]] = deque()
        self._writing = asyncio.Lock()

    def __len__(self) -> int:
        """How many unwraps no committed row tells of."""
        return len(self._waiting)

    def add(self, record: UnwrapRecord) -> None:
        """What `CellKeys` calls at each unwrap."""
        self._waiting.append((datetime.now(UTC), record))

    @asynccontextmanager
    async def completing(self, connection: Connection) -> AsyncIterator[None]:
        """Append the missing rows in the caller's transaction, which must be committed within the block.

        Others that commit meanwhile wait for the outcome: a row is neither missed nor written twice.
        """
        async with self._writing:
            writing = list(self._waiting)
            await self._log.append_many(connection, [_entry(at, record) for at, record in writing])
            yield
            for _ in writing:
                self._waiting.popleft()


class LoggedKeys:
    """The keys of one open cell, for coroutines. `keys` is the object underneath, for worker threads."""

    def __init__(self, keys: CellKeys, journal: UnwrapJournal, database: Database, log: CellLog) -> None:
        self.keys = keys
        self._journal = journal
        self._database = database
        self._log = log
        self._fresh: dict[_Use, float] = {}

    async def project_key(self, project: UUID, principal: str, purpose: str) -> ProjectKey:
        """A project's data key for this principal and purpose. Raises KeyUnavailable."""
        return await self._open(
            (project, principal, purpose),
            lambda log_size: self.keys.project_key(
                project, principal=principal, purpose=purpose, log_size=log_size
            ),
        )

    async def cell_key(self, principal: str, purpose: str) -> CellKey:
        """The data key of the cell's own content, otherwise as `project_key`."""
        return await self._open(
            (None, principal, purpose),
            lambda log_size: self.keys.cell_key(principal=principal, purpose=purpose, log_size=log_size),
        )

    async def create_project(self, project: UUID, principal: str) -> None:
        """Make the data key of a new project. Raises Conflict when there is one."""
        size = await self._log_size()
        await asyncio.to_thread(self.keys.create_project, project, principal=principal, log_size=size)
        await self.write_journal()

    async def write_journal(self) -> None:
        """Commit the log rows of all unwraps so far, in a transaction of their own."""
        while self._journal:
            # Any transaction of this database writes the rows before it is committed: an empty one will do.
            async with self._database.transaction():
                pass

    async def _open(self, use: _Use, unwrap: Callable[[int], K]) -> K:
        now = time.monotonic()
        if self._fresh.get(use, 0.0) > now:
            # In the cache of CellKeys, which then takes microseconds and no log size.
            key = unwrap(0)
        else:
            key = await asyncio.to_thread(unwrap, await self._log_size())
            self._remember(use, now)
        if self._journal:
            await self.write_journal()
        return key

    def _remember(self, use: _Use, now: float) -> None:
        self._fresh = {other: until for other, until in self._fresh.items() if until > now}
        self._fresh[use] = now + CACHE_SECONDS

    async def _log_size(self) -> int:
        async with self._database.connection() as connection:
            return await self._log.size(connection)


def _entry(at: datetime, record: UnwrapRecord) -> LogEntry:
    return LogEntry(
        at=at,
        action=LogAction.KEY_UNWRAPPED,
        principal=record.principal,
        role="engine",
        purpose=record.purpose,
        object_kind="key",
        object_id=str(record.project or record.cell),
        project=str(record.project) if record.project else None,
        details={"log_size": record.log_size},
    )
