"""What runs while a cell is open, shared by everybody who has it open: pool, keys, worker, duties."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import structlog

from assay.cells.background import end
from assay.cells.blob_storage import BlobStorage, DirectoryStorage, open_storage
from assay.cells.blobs import BlobStore
from assay.cells.cell import Cell
from assay.cells.configuration import CellsConfiguration
from assay.cells.database import Database
from assay.cells.hosts import DatabaseHost
from assay.cells.job_schema import migrate_jobs
from assay.cells.jobs import CellJobs, JobRegistry
from assay.cells.keys import LoggedKeys, UnwrapJournal
from assay.cells.location import CellLocation
from assay.cells.log import CellLog
from assay.cells.migration import Step, migrate, read_steps
from assay.errors import AssayError
from assay.trust.cell_keys import CellKeys
from assay.trust.key_backend import KeyBackend
from assay.trust.key_slots import KeySlots

ENGINE = "engine"
"""The principal of what the engine does by itself."""

LOOKUP_CONNECTIONS = 2
"""For what is looked up in the middle of a transaction: see `Cell.lookups`."""

_HEAL_PAUSE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 30.0
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that runs in the background of every open cell, such as delivering webhooks.

    `run(cell)` goes on until it is cancelled, when the cell is stopped; it is started again when it fails. It
    does not keep the cell open. `seconds_until_due(cell)`, if given, does: 0 keeps the cell open, a number
    of seconds has a stopped cell opened again by then, None says there is nothing to do.
    """

    name: str
    run: Callable[[Cell], Coroutine[Any, Any, None]]
    seconds_until_due: Callable[[Cell], Awaitable[float | None]] | None = None


@cache
def cell_steps() -> tuple[Step, ...]:
    """The migrations of a cell's own tables."""
    return tuple(read_steps(Path(__file__).parent / "migrations"))


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all cells of a process share."""

    configuration: CellsConfiguration
    host: DatabaseHost
    key_backend: KeyBackend
    key_slots: KeySlots
    registry: JobRegistry
    duties: Sequence[Duty]
    steps: Sequence[Step]


class CellRuntime:
    """One open cell. `uses` counts who has it open, `last_used` is a monotonic time in seconds."""

    def __init__(self, location: CellLocation, surroundings: Surroundings) -> None:
        self.location = location
        self.uses = 0
        self.last_used = time.monotonic()
        self._surroundings = surroundings
        self._background: list[asyncio.Task[None]] = []
        self._healing: asyncio.Task[None] | None = None
        self._database: Database | None = None
        self._lookups: Database | None = None
        self._jobs: CellJobs | None = None
        self._blobs: BlobStore
        self._keys: LoggedKeys
        self._log = CellLog()

    @property
    def jobs(self) -> CellJobs:
        assert self._jobs is not None, "the runtime was started"
        return self._jobs

    def cell(self, principal: str, purpose: str) -> Cell:
        """The cell for one principal and purpose; costs about a microsecond."""
        location = self.location
        assert self._database is not None and self._lookups is not None, "the runtime was started"
        return Cell(
            location.id,
            location.tenant,
            principal,
            purpose,
            self._database,
            self._lookups,
            self._blobs,
            self._keys,
            self._log,
            self.jobs,
        )

    async def start(self, new: bool = False) -> None:
        """Start the database, migrate it, and begin the background work. `new` also makes the cell's keys."""
        try:
            await self._start(new)
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """End the background work, close the connections, stop the database."""
        await end(*self._background, *([self._healing] if self._healing is not None else []))
        self._background.clear()
        if self._jobs is not None:
            await self._jobs.stop()
        if self._database is not None:
            with suppress(AssayError):
                await self._keys.write_journal()
            await self._database.close()
        if self._lookups is not None:
            await self._lookups.close()
        await self._surroundings.host.stop(self.location)

    async def seconds_until_due(self) -> float | None:
        """How long until a job or a duty needs the cell; 0 for now, None for never."""
        cell = self.cell(ENGINE, "look for work")
        answers = [await self.jobs.seconds_until_due()]
        for duty in self._surroundings.duties:
            if duty.seconds_until_due is not None:
                answers.append(await duty.seconds_until_due(cell))
        known = [answer for answer in answers if answer is not None]
        return min(known) if known else None

    async def write_journal(self) -> None:
        """Write what worker threads have left in the journal of unwraps."""
        await self._keys.write_journal()

    async def _start(self, new: bool) -> None:
        around = self._surroundings
        configuration = around.configuration
        started = await around.host.start(self.location)
        database = self._pool(started.connection_info, configuration.max_connections)
        self._assemble(database, started.connection_info)
        await migrate(database, around.steps)
        await migrate_jobs(database)
        if new:
            await asyncio.to_thread(self._keys.keys.create_cell)
            await self._keys.write_journal()
        if started.alone:
            await remove_unfinished_blobs(cell_storage(configuration, self.location))
        await self.jobs.requeue_abandoned(all_running=started.alone)
        self.jobs.start()
        self._background += [
            asyncio.create_task(self._attend(duty), name=f"duty {duty.name}") for duty in around.duties
        ]

    def _pool(self, connection_info: str, connections: int) -> Database:
        return Database(
            connection_info,
            max_connections=connections,
            wait_seconds=self._surroundings.configuration.connection_wait_seconds,
            on_lost=self._heal_soon,
        )

    def _assemble(self, database: Database, connection_info: str) -> None:
        around = self._surroundings
        location = self.location
        lookups = self._pool(connection_info, LOOKUP_CONNECTIONS)
        journal = UnwrapJournal(self._log)
        database.guard = lookups.guard = journal
        keys = CellKeys(location.id, around.key_backend, around.key_slots, on_unwrap=journal.add)
        self._keys = LoggedKeys(keys, journal, lookups, self._log)
        self._blobs = BlobStore(cell_storage(around.configuration, location), location.id)
        self._database = database
        self._lookups = lookups
        self._jobs = CellJobs(
            connection_info,
            database,
            around.registry,
            self._use_for,
            around.configuration.job_concurrency,
            around.configuration.job_poll_seconds,
        )

    @asynccontextmanager
    async def _use_for(self, purpose: str) -> AsyncIterator[Cell]:
        self.uses += 1
        try:
            yield self.cell(ENGINE, purpose)
        finally:
            self.uses -= 1
            self.last_used = time.monotonic()

    async def _attend(self, duty: Duty) -> None:
        pause = 1.0
        while True:
            try:
                await duty.run(self.cell(ENGINE, duty.name))
            except Exception as error:
                _log.warning("duty interrupted", duty=duty.name, exc_info=error)
            else:
                return
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)

    def _heal_soon(self) -> None:
        """A connection was lost: look after the database, once, in the background."""
        if self._healing is None or self._healing.done():
            self._healing = asyncio.create_task(self._heal(), name="heal cell")

    async def _heal(self) -> None:
        """Start the database again if it is gone, and throw the broken connections away."""
        host, location = self._surroundings.host, self.location
        pause = _HEAL_PAUSE_SECONDS
        while not host.is_running(location):
            try:
                await host.start(location)
            except AssayError as error:
                _log.warning("database does not come back", error=error.code, retry_seconds=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
        assert self._database is not None, "only a started runtime loses connections"
        await self._database.check()
        if self._lookups is not None:
            await self._lookups.check()


def cell_storage(configuration: CellsConfiguration, location: CellLocation) -> BlobStorage:
    """Where the blobs of a cell lie."""
    name = location.id.hex
    return open_storage(configuration.home / "cells" / name / "blobs", configuration.blob_url, name)


async def remove_unfinished_blobs(storage: BlobStorage) -> int:
    """Remove what killed writers left in a local directory; object stores do that themselves."""
    if not isinstance(storage, DirectoryStorage):
        return 0
    return await asyncio.to_thread(storage.remove_unfinished)
