"""Running a job so that it survives anything: each chunk of work is committed with how far it is.

A kind of job is a `Work`. Its `perform` is called again after a crash, with the checkpoint of the last chunk
that was committed. Each run has a number; when a run that was thought dead wakes up beside a later one, its
next chunk finds the number gone and is rolled back. So every chunk happens exactly once.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

import structlog

from assay.cells.cell import Cell
from assay.cells.jobs import JobHandler
from assay.errors import AssayError, StorageFull, TooManyRequests, Unavailable
from assay.server.health.metrics import JOBS
from assay.server.jobs import service, store
from assay.server.jobs.models import FINISHED, JobKind
from assay.server.jobs.signals import tell_ended
from assay.server.jobs.store import StoredJob
from assay.server.workspace import Connection, Workspace
from assay.trust.log_action import LogAction

if TYPE_CHECKING:
    from assay.server.engine import Engine

# Runs of one job before a passing failure counts as one that stays.
_MOST_STARTS = 8
_UNFORESEEN_STARTS = 3
_MOST_CRASHES = 50
_PASSING = (Unavailable, StorageFull, TooManyRequests)
_logger = structlog.get_logger("assay.jobs")

Result = dict[str, Any]
"""What came of a job: ids and numbers."""


class JobCancelled(Exception):
    """Somebody asked for the job to stop."""


class RunSuperseded(Exception):
    """A later run of the same job has taken over, or the job was ended."""


@dataclass(slots=True)
class JobRun:
    """One run of a job. `checkpoint` is what the last committed chunk left, by this run or an earlier one."""

    engine: Engine
    cell: Cell
    job: StoredJob
    checkpoint: dict[str, Any] | None = field(init=False)
    _cancelled: bool = field(init=False)

    def __post_init__(self) -> None:
        self.checkpoint = self.job.checkpoint
        self._cancelled = self.job.cancel_requested

    @property
    def project(self) -> UUID:
        assert self.job.project_id is not None, "this kind of job belongs to a project"
        return self.job.project_id

    async def workspace(self) -> Workspace:
        """The cell on behalf of who asked for the job. Ask anew for each chunk: a key is not to be held on to
        for as long as a job may take."""
        purpose = f"job {self.job.kind}"
        return await self.engine.workspace_for_job(self.cell, self.job.created_by, purpose)

    async def advance(
        self,
        connection: Connection,
        checkpoint: dict[str, Any],
        *,
        done: int = 0,
        rejected: int = 0,
        total: int | None = None,
    ) -> None:
        """Note, in the transaction of a chunk, that it is done. Raises RunSuperseded: roll the chunk back."""
        cancelled = await store.advance(
            connection,
            job=self.job.id,
            starts=self.job.starts,
            checkpoint=checkpoint,
            done=done,
            rejected=rejected,
            total=total,
        )
        if cancelled is None:
            raise RunSuperseded
        self.checkpoint = checkpoint
        self._cancelled = cancelled

    def stop_if_cancelled(self) -> None:
        """To be called between chunks. Raises JobCancelled."""
        if self._cancelled:
            raise JobCancelled

    def stop_if_hopeless(self) -> None:
        """Raises AssayError for a job that may be what keeps bringing the engine down."""
        if self.job.starts > _MOST_CRASHES:
            raise AssayError("The engine went down too often while this job ran.")

    async def look_for_cancel(self) -> None:
        """`stop_if_cancelled` for work that commits nothing for a while: asks the database."""
        async with self.cell.lookups.connection() as connection:
            self._cancelled = await store.cancel_requested(connection, self.job.id)
        self.stop_if_cancelled()


class Work(ABC):
    """What one kind of job does. One object serves all jobs of its kind, so it keeps no state."""

    kind: ClassVar[JobKind]

    @abstractmethod
    async def perform(self, run: JobRun) -> Result:
        """Do it all, from `run.checkpoint` on."""

    @abstractmethod
    async def settle(self, workspace: Workspace, connection: Connection, job: StoredJob) -> None:
        """What else happens in the transaction that ends the job; `job` has its last state."""

    @abstractmethod
    async def clean_up(self, workspace: Workspace, job: StoredJob) -> None:
        """Remove what only the running job needed. Called after the end, again if that was cut short."""


def handler_of(engine: Engine, work: Work) -> JobHandler:
    """What the queue calls for the jobs of a kind."""

    async def handle(cell: Cell, arguments: Mapping[str, Any]) -> None:
        await _handle(engine, cell, work, UUID(arguments["job"]))

    return handle


async def _handle(engine: Engine, cell: Cell, work: Work, job_id: UUID) -> None:
    async with cell.lookups.connection() as connection:
        job = await store.by_id(connection, job_id)
    if job is None:
        return
    if job.state not in FINISHED:
        started = await _start(engine, cell, job)
        if started is not None and not await _run(started, work):
            return
    ended = JobRun(engine, cell, job)
    await work.clean_up(await ended.workspace(), job)


async def _start(engine: Engine, cell: Cell, job: StoredJob) -> JobRun | None:
    """The next run of the job; None when it has ended meanwhile."""
    workspace = await JobRun(engine, cell, job).workspace()
    async with workspace.cell.database.transaction() as connection:
        started = await store.start(connection, job.id)
        if started is None:
            return None
        await workspace.record(
            connection,
            LogAction.JOB_STARTED,
            "job",
            job.id,
            project=job.project_id,
            job_kind=job.kind,
            state="running",
            run=started.starts,
        )
    return JobRun(engine, cell, started)


async def _run(run: JobRun, work: Work) -> bool:
    """Perform and end the job; False when it goes on elsewhere. Raises what another run may get over."""
    try:
        outcome = await _outcome(run, work)
        await _finish(run, work, outcome)
    except RunSuperseded:
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Outcome:
    state: str
    result: Result | None = None
    error: AssayError | None = None


async def _outcome(run: JobRun, work: Work) -> _Outcome:
    try:
        run.stop_if_hopeless()
        run.stop_if_cancelled()
        return _Outcome("done", result=await work.perform(run))
    except JobCancelled:
        return _Outcome("cancelled")
    except AssayError as error:
        if isinstance(error, _PASSING) and run.job.starts < _MOST_STARTS:
            raise
        return _Outcome("failed", error=error)
    except RunSuperseded:
        raise
    except Exception as error:
        # Its text may quote content, so nobody gets it.
        _logger.warning("job failed", job=str(run.job.id), job_kind=run.job.kind, exc_info=error)
        if run.job.starts < _UNFORESEEN_STARTS:
            raise
        return _Outcome("failed", error=AssayError("An unexpected error ended this job."))


async def _finish(run: JobRun, work: Work, outcome: _Outcome) -> None:
    """End the job: state, log row and what the kind adds, in one transaction. Raises RunSuperseded."""
    workspace = await run.workspace()
    job = run.job
    error = None if outcome.error is None else await service.sealed_error(workspace, job, outcome.error)
    async with workspace.cell.database.transaction() as connection:
        ended = await store.finish(
            connection,
            job=job.id,
            starts=job.starts,
            state=outcome.state,
            result=outcome.result,
            error=error,
        )
        if ended is None:
            raise RunSuperseded
        await work.settle(workspace, connection, ended)
        await workspace.record(
            connection,
            LogAction.JOB_FINISHED,
            "job",
            job.id,
            project=job.project_id,
            job_kind=job.kind,
            state=outcome.state,
            rows=ended.done,
            rejected=ended.rejected,
        )
    JOBS.labels(job.kind, outcome.state).inc()
    tell_ended(job.id)
    workspace.wake()
