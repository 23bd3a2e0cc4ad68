"""One loop for each open cell, going through the duties of the features."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING
from uuid import UUID

import structlog

from assay.cells.cell import Cell
from assay.cells.runtime import Duty
from assay.errors import AssayError
from assay.server.background import store
from assay.server.health import metrics

if TYPE_CHECKING:
    from assay.server.engine import Engine
    from assay.server.workspace import Workspace

Step = Callable[["Workspace"], Awaitable[int]]
"""Does a bounded piece of work and answers how much there was: 0 means that there is nothing to do now."""

_PAUSE_SECONDS = 2.0
_GATHER_SECONDS = 0.1
_logger = structlog.get_logger("assay.background")


class Background:
    """The loops of all open cells of this process. Several processes may run the same loops: the steps lock
    what they take up."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._engine: Engine | None = None
        self._steps: Sequence[Step] = ()
        self._wakers: dict[UUID, asyncio.Event] = {}

    def attach(self, engine: Engine, steps: Sequence[Step]) -> None:
        """Say what is to be done; before the first cell is opened."""
        self._engine = engine
        self._steps = steps

    @property
    def duty(self) -> Duty:
        """What the door starts in every open cell."""
        return Duty(self._name, self._run, self._seconds_until_due)

    def waker(self, cell_id: UUID) -> Callable[[], None]:
        """Tells the cell's loop that there is something to do, so that it does not wait for its pause."""
        event = self._wakers.setdefault(cell_id, asyncio.Event())
        return event.set

    async def _run(self, cell: Cell) -> None:
        event = self._wakers.setdefault(cell.id, asyncio.Event())
        while True:
            event.clear()
            if not await self._round(cell.tenant):
                with suppress(TimeoutError):
                    await asyncio.wait_for(event.wait(), _PAUSE_SECONDS)
                # What is submitted at nearly the same time is settled together.
                await asyncio.sleep(_GATHER_SECONDS)

    async def _round(self, tenant: UUID) -> bool:
        """Every step once; whether any of them had something to do."""
        assert self._engine is not None, "attached before the first cell is opened"
        done = 0
        for step in self._steps:
            try:
                async with self._engine.open(self._engine.acting_in(tenant), "background") as workspace:
                    worked = await step(workspace)
                if worked:
                    metrics.DUTIES.labels(_name(step)).inc(worked)
                done += worked
            except AssayError as error:
                metrics.DUTY_FAILURES.labels(_name(step)).inc()
                _logger.warning("duty postponed", step=_name(step), code=error.code)
            except Exception as error:
                metrics.DUTY_FAILURES.labels(_name(step)).inc()
                # Its text may quote content.
                _logger.error("duty failed", step=_name(step), kind=type(error).__name__)  # noqa: TRY400
        return done > 0

    async def _seconds_until_due(self, cell: Cell) -> float | None:
        async with cell.database.connection() as connection:
            return await store.seconds_until_due(connection)


def _name(step: Step) -> str:
    """A step's name among all: where it is from, and what it is called."""
    feature = step.__module__.removeprefix("assay.server.").partition(".")[0]
    return f"{feature}.{getattr(step, '__name__', 'step')}"
