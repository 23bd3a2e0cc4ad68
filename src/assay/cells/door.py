"""The one door to customer data: `async with cells.open(tenant, principal, purpose) as cell:`.

A cell is started by the first who opens it and shared by all; nobody else's cell can be reached from it.
One that nobody has used for a while, and that has nothing to do, is stopped. Everything here can be thrown
away at any moment: what matters is in the cells.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine, Sequence
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Any, TypeVar
from uuid import UUID

import structlog

from assay.cells.background import end
from assay.cells.blob_storage import object_store
from assay.cells.cell import Cell
from assay.cells.configuration import CellsConfiguration
from assay.cells.hosts import CellHosts, DatabaseHost
from assay.cells.jobs import JobRegistry
from assay.cells.location import CellDirectory, CellLocation
from assay.cells.migration import Step
from assay.cells.runtime import CellRuntime, Duty, Surroundings, cell_steps, cell_storage
from assay.errors import AssayError, Conflict, Unavailable
from assay.trust.key_backend import KeyBackend
from assay.trust.key_slots import KeySlots

_LONGEST_SWEEP_PAUSE_SECONDS = 30.0
T = TypeVar("T")
_log = structlog.get_logger(__name__)


class Cells:
    """All cells that this process serves.

    `directory` knows where each tenant's cell is; `jobs` and `duties` are what runs in every one of them;
    `steps` are the migrations (the installed ones by default). Belongs to one event loop.
    """

    def __init__(
        self,
        configuration: CellsConfiguration,
        directory: CellDirectory,
        key_backend: KeyBackend,
        key_slots: KeySlots,
        *,
        jobs: JobRegistry | None = None,
        duties: Sequence[Duty] = (),
        steps: Sequence[Step] | None = None,
    ) -> None:
        if configuration.blob_url is not None:
            object_store(configuration.blob_url)  # a wrong address is told now, not to the first tenant
        self._directory = directory
        self._host: DatabaseHost = CellHosts(configuration)
        self._surroundings = Surroundings(
            configuration,
            self._host,
            key_backend,
            key_slots,
            jobs or JobRegistry(),
            tuple(duties),
            cell_steps() if steps is None else steps,
        )
        self._idle_seconds = configuration.idle_seconds
        self._runtimes: dict[UUID, CellRuntime] = {}
        self._opening: dict[UUID, asyncio.Task[CellRuntime]] = {}
        self._stopping: dict[UUID, asyncio.Task[None]] = {}
        self._alarms: dict[UUID, float] = {}
        self._sweeper: asyncio.Task[None] | None = None
        self._closed = False

    def open(self, tenant: UUID, principal: str, purpose: str) -> AbstractAsyncContextManager[Cell]:
        """The tenant's cell, on behalf of `principal` (as the log may name them) and for `purpose`.

        Raises NotFound for a tenant that has no cell, Unavailable when it does not start.
        """
        return _Visit(self, tenant, principal, purpose)

    async def create(self, tenant: UUID) -> CellLocation:
        """Make a cell: database, tables and keys. The caller must keep the location that is answered.

        The cell is left running for those who come next. When this raises, nothing is left behind.
        """
        self._require_open()
        location = await self._host.create(tenant)
        runtime = CellRuntime(location, self._surroundings)
        try:
            await runtime.start(new=True)
        except BaseException:
            await self._erase(location)
            raise
        self._admit(tenant, runtime)
        return location

    async def drop(self, tenant: UUID) -> None:
        """Destroy a cell: first its keys, which ends the data wherever copies of it are, then all else.

        Raises Conflict while somebody has the cell open.
        """
        location = await self._directory.locate(tenant)
        runtime = self._runtimes.get(tenant)
        if runtime is not None and runtime.uses > 0:
            raise Conflict("The cell is in use.", advice="Try again when its requests and jobs are done.")
        if runtime is not None:
            await asyncio.shield(self._begin_stop(tenant, runtime))
        self._alarms.pop(tenant, None)
        await self._erase(location)

    async def close(self) -> None:
        """Stop every cell and refuse to open any more."""
        self._closed = True
        if self._sweeper is not None:
            await end(self._sweeper)
        await asyncio.gather(*self._opening.values(), return_exceptions=True)
        for tenant, runtime in list(self._runtimes.items()):
            self._begin_stop(tenant, runtime)
        await asyncio.gather(*self._stopping.values(), return_exceptions=True)

    def running(self) -> list[UUID]:
        """The tenants whose cells run now."""
        return list(self._runtimes)

    async def sweep(self) -> None:
        """Stop cells that are idle and have nothing to do, and open those that have work due.

        Runs by itself every now and then.
        """
        now = time.monotonic()
        for tenant, due in list(self._alarms.items()):
            if due <= now:
                self._alarms.pop(tenant)
                await self._wake(tenant)
        for tenant, runtime in list(self._runtimes.items()):
            try:
                await runtime.write_journal()
                if self._is_idle(runtime):
                    await self._stop_unless_due(tenant, runtime)
            except AssayError as error:
                _log.warning("sweep of a cell failed", cell=str(runtime.location.id), error=error.code)

    async def runtime(self, tenant: UUID) -> CellRuntime:
        """The running cell, started if need be. Whoever comes while it starts or stops waits for that."""
        while True:
            self._require_open()
            running = self._runtimes.get(tenant)
            if running is not None:
                return running
            stopping = self._stopping.get(tenant)
            if stopping is not None:
                await asyncio.wait([stopping])
                continue
            opening = self._opening.get(tenant)
            if opening is None:
                opening = self._track(self._opening, tenant, self._start(tenant))
            # Shielded: one visitor who gives up must not take the cell away from the others.
            return await asyncio.shield(opening)

    def _is_idle(self, runtime: CellRuntime) -> bool:
        return runtime.uses == 0 and time.monotonic() - runtime.last_used >= self._idle_seconds

    async def _stop_unless_due(self, tenant: UUID, runtime: CellRuntime) -> None:
        due = await runtime.seconds_until_due()
        if due is not None and due < self._idle_seconds:
            return
        # Somebody may have come in while the question was asked.
        if self._is_idle(runtime) and self._runtimes.get(tenant) is runtime:
            if due is not None:
                self._alarms[tenant] = time.monotonic() + due
            self._begin_stop(tenant, runtime)

    async def _wake(self, tenant: UUID) -> None:
        try:
            await self.runtime(tenant)
        except AssayError as error:
            _log.warning("a cell with work to do does not open", error=error.code)

    async def _start(self, tenant: UUID) -> CellRuntime:
        location = await self._directory.locate(tenant)
        runtime = CellRuntime(location, self._surroundings)
        await runtime.start()
        self._admit(tenant, runtime)
        return runtime

    def _admit(self, tenant: UUID, runtime: CellRuntime) -> None:
        runtime.last_used = time.monotonic()
        self._runtimes[tenant] = runtime
        if self._sweeper is None:
            self._sweeper = asyncio.create_task(self._sweep_forever(), name="cells sweep")

    def _begin_stop(self, tenant: UUID, runtime: CellRuntime) -> asyncio.Task[None]:
        """From here on nobody is let in; who comes waits for the end and starts the cell anew."""
        del self._runtimes[tenant]
        return self._track(self._stopping, tenant, runtime.stop())

    @staticmethod
    def _track(
        tasks: dict[UUID, asyncio.Task[T]], tenant: UUID, work: Coroutine[Any, Any, T]
    ) -> asyncio.Task[T]:
        task = asyncio.create_task(work)
        tasks[tenant] = task

        def forget(done: asyncio.Task[T]) -> None:
            tasks.pop(tenant, None)
            if not done.cancelled():
                # Looked at, so that an error nobody waits for is no noise: the next visitor meets it again.
                done.exception()

        task.add_done_callback(forget)
        return task

    async def _erase(self, location: CellLocation) -> None:
        await asyncio.to_thread(self._surroundings.key_slots.destroy_cell, location.id)
        await cell_storage(self._surroundings.configuration, location).clear()
        await self._host.drop(location)

    async def _sweep_forever(self) -> None:
        pause = min(self._idle_seconds / 4, _LONGEST_SWEEP_PAUSE_SECONDS)
        while True:
            await asyncio.sleep(pause)
            await self.sweep()

    def _require_open(self) -> None:
        if self._closed:
            raise Unavailable("The engine is shutting down.")


class _Visit(AbstractAsyncContextManager[Cell]):
    """One `async with cells.open(...)`. A class, because a generator would cost three times as much."""

    __slots__ = ("_cells", "_principal", "_purpose", "_runtime", "_tenant")

    def __init__(self, cells: Cells, tenant: UUID, principal: str, purpose: str) -> None:
        self._cells = cells
        self._tenant = tenant
        self._principal = principal
        self._purpose = purpose
        self._runtime: CellRuntime | None = None

    async def __aenter__(self) -> Cell:
        runtime = self._cells._runtimes.get(self._tenant)
        if runtime is None:
            runtime = await self._cells.runtime(self._tenant)
        runtime.uses += 1
        self._runtime = runtime
        return runtime.cell(self._principal, self._purpose)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        runtime = self._runtime
        assert runtime is not None, "a visit ends after it began"
        runtime.uses -= 1
        runtime.last_used = time.monotonic()
