"""Background work of a cell: a procrastinate queue in the cell's own database, and a worker in this process.

A job is enqueued in the transaction that makes it necessary, carries ids and never content, and may run
more than once: after a crash it starts again, so handlers keep their progress in the database. Handlers are
registered by name, once for all cells, in a `JobRegistry`.
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import procrastinate
import psycopg
import structlog
from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job
from procrastinate.worker import Worker

from assay.cells.background import end
from assay.cells.database import Connection, Database, translate, with_search_path
from assay.errors import AssayError, Conflict

if TYPE_CHECKING:
    from assay.cells.cell import Cell

JobArgument = UUID | int | str | bool | None
JobHandler = Callable[["Cell", Mapping[str, Any]], Awaitable[None]]

_STALLED_SECONDS = 30.0
_SWEEP_SECONDS = 15.0
_GRACE_SECONDS = 5.0
_LONGEST_BACKOFF_SECONDS = 300.0
_LONGEST_PAUSE_SECONDS = 30.0
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class JobKind:
    """One kind of job: its name, what does it, and how often it is tried before it counts as failed."""

    name: str
    handler: JobHandler
    attempts: int = 5


class JobRegistry:
    """The kinds of jobs, by name."""

    def __init__(self) -> None:
        self._kinds: dict[str, JobKind] = {}

    def register(self, name: str, handler: JobHandler, attempts: int = 5) -> None:
        """Add a kind. `handler(cell, arguments)` gets UUIDs as text. Raises Conflict for a known name."""
        if name in self._kinds:
            raise Conflict(f"A job named {name} is registered already.")
        self._kinds[name] = JobKind(name, handler, attempts)

    def job(self, name: str, attempts: int = 5) -> Callable[[JobHandler], JobHandler]:
        """`register` as a decorator."""

        def remember(handler: JobHandler) -> JobHandler:
            self.register(name, handler, attempts)
            return handler

        return remember

    def __contains__(self, name: str) -> bool:
        return name in self._kinds

    def kinds(self) -> list[JobKind]:
        return list(self._kinds.values())


class JobFailed(Exception):
    """Stands for an unforeseen error in the worker's log: what and where, not the words, which may quote."""


class CellJobs:
    """The queue of one cell and its worker.

    `use` yields the cell for one job named by its argument, and counts as a use of the cell meanwhile.
    """

    def __init__(
        self,
        connection_info: str,
        database: Database,
        registry: JobRegistry,
        use: Callable[[str], AbstractAsyncContextManager[Cell]],
        concurrency: int = 2,
        poll_seconds: float = 5.0,
    ) -> None:
        self._database = database
        self._registry = registry
        self._use = use
        self._concurrency = concurrency
        self._poll_seconds = poll_seconds
        connector = procrastinate.PsycopgConnector(
            conninfo=with_search_path(connection_info),
            min_size=0,
            max_size=2 + concurrency,
            max_idle=60.0,
            timeout=5.0,
        )
        self._app = procrastinate.App(connector=connector)
        self._tasks = {kind.name: self._task(kind) for kind in registry.kinds()}
        self._running: asyncio.Task[None] | None = None
        self._worker: Worker | None = None
        self._stopping = False

    async def defer(
        self,
        connection: Connection,
        task_name: str,
        *,
        after_seconds: float | None = None,
        lock: str | None = None,
        **arguments: JobArgument,
    ) -> int:
        """Enqueue a job in the caller's transaction and answer its number. Jobs with one `lock` run in turn.

        Raises KeyError for a name that is not registered.
        """
        due = None if after_seconds is None else datetime.now(UTC) + timedelta(seconds=after_seconds)
        encoded: dict[str, Any] = {
            name: str(value) if isinstance(value, UUID) else value for name, value in arguments.items()
        }
        deferrer = self._tasks[task_name].configure(
            connection=connection, schedule_at=due, lock=lock, task_kwargs=encoded
        )
        try:
            return int(await deferrer.defer_async())
        except ConnectorException as error:
            cause = error.__cause__
            raise (translate(cause) if isinstance(cause, psycopg.Error) else error) from error

    async def seconds_until_due(self) -> float | None:
        """How long until a job can run: 0 when one can, or does, now; None when there is none."""
        async with self._database.connection() as connection:
            cursor = await connection.execute(
                "select extract(epoch from min(case when status = 'doing' then now()"
                " else coalesce(scheduled_at, now()) end) - now())::float8"
                " from procrastinate_jobs where status in ('todo', 'doing')"
            )
            row = await cursor.fetchone()
        assert row is not None, "an aggregate has a row"
        return None if row[0] is None else max(0.0, row[0])

    async def requeue_abandoned(self, all_running: bool = False) -> int:
        """Give jobs of workers that are gone back to the queue; answer how many.

        A worker is gone when its heartbeat is older than 30 s. `all_running` says that no worker is
        there at all, so whatever was running is nobody's.
        """
        stalled = datetime.now(UTC) + (
            timedelta(days=1) if all_running else -timedelta(seconds=_STALLED_SECONDS)
        )
        async with self._database.transaction() as connection:
            cursor = await connection.execute(
                "select procrastinate_retry_job_v2(job.id, now(), null, null, null)"
                " from procrastinate_jobs job"
                " left join procrastinate_workers worker on worker.id = job.worker_id"
                " where job.status = 'doing' and (worker.id is null or worker.last_heartbeat < %s)",
                (stalled,),
            )
            return len(await cursor.fetchall())

    def start(self) -> None:
        """Start the worker, which lives until `stop` and comes back after losing its database."""
        if self._running is None and self._concurrency > 0:
            self._running = asyncio.create_task(self._work(), name="cell jobs")

    async def stop(self) -> None:
        """Let running jobs finish for a few seconds, interrupt the others (they are queued again)."""
        if self._running is None:
            return
        self._stopping = True
        if self._worker is not None:
            self._worker.stop()  # type: ignore[no-untyped-call]
            await asyncio.wait([self._running], timeout=_GRACE_SECONDS + 1)
        await end(self._running)
        self._running = None

    async def _work(self) -> None:
        pause = 0.5
        while not self._stopping:
            try:
                async with self._app.open_async():
                    await self._run_worker()
            except Exception as error:
                _log.warning("cell worker interrupted", exc_info=error)
            if not self._stopping:
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)

    async def _run_worker(self) -> None:
        """Work until `stop`, or until the database is lost."""
        self._worker = Worker(
            self._app,
            concurrency=self._concurrency,
            fetch_job_polling_interval=self._poll_seconds,
            shutdown_graceful_timeout=_GRACE_SECONDS,
            install_signal_handlers=False,
            delete_jobs="successful",
        )
        sweep = asyncio.create_task(self._sweep(), name="abandoned jobs")
        try:
            await self._worker.run()  # type: ignore[no-untyped-call]
        finally:
            self._worker = None
            await end(sweep)

    async def _sweep(self) -> None:
        while True:
            try:
                await self.requeue_abandoned()
            except (AssayError, psycopg.Error) as error:
                _log.warning("abandoned jobs not looked for", exc_info=error)
            await asyncio.sleep(_SWEEP_SECONDS)

    def _task(self, kind: JobKind) -> procrastinate.tasks.Task[Any, Any, Any]:
        async def run(**arguments: Any) -> None:
            try:
                async with self._use(f"job {kind.name}") as cell:
                    await kind.handler(cell, arguments)
            except (AssayError, asyncio.CancelledError):
                raise
            except Exception as error:
                raise JobFailed(_where(error)) from None

        return self._app.task(name=kind.name, retry=_Retry(kind.attempts))(run)


class _Retry(BaseRetryStrategy):
    """Try again: at once what a shutdown interrupted, later and later what failed."""

    def __init__(self, attempts: int) -> None:
        self._attempts = attempts

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, asyncio.CancelledError):
            return RetryDecision(retry_at=datetime.now(UTC))
        if job.attempts + 1 >= self._attempts:
            return None
        delay = min(2.0**job.attempts, _LONGEST_BACKOFF_SECONDS)
        return RetryDecision(retry_at=datetime.now(UTC) + timedelta(seconds=delay))


def _where(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    places = " < ".join(f"{frame.name} ({frame.filename}:{frame.lineno})" for frame in reversed(frames))
    return f"{type(error).__name__} in {places}"
