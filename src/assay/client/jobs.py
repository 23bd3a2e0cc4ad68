"""Long work: imports, exports and dataset versions run as jobs that outlive the connection."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, suppress
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import orjson
from pydantic import PrivateAttr

from assay.client.calls import Call, answer_as, segment
from assay.client.events import event_data
from assay.client.operations import M, operation, stream
from assay.client.problems import error_of
from assay.client.progress import Progress, ProgressCallback
from assay.client.records import Record, Resource
from assay.errors import AssayError, Conflict, NotFound, Unavailable

JobState = Literal["queued", "running", "done", "failed", "cancelled"]

_FINISHED = frozenset({"done", "failed", "cancelled"})
_FIRST_POLL_SECONDS = 0.05
_LONGEST_POLL_SECONDS = 2.0


class RejectedRow(Record):
    """A row of an import that did not go in: `number` is its line, row or file, counted from 1."""

    number: int
    rule: str
    reason: str
    value: str | None


class Job(Resource[M]):
    """Long work at one moment: `refresh` and `wait` give later ones."""

    id: UUID
    project_id: UUID | None
    kind: str
    state: JobState
    done: int
    total: int | None
    rejected: int
    progress: float | None
    result: dict[str, Any] | None
    error: dict[str, Any] | None
    cancel_requested: bool
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    _unreadable: tuple[str, ...] = PrivateAttr(default=())

    @property
    def finished(self) -> bool:
        """Whether it has ended, well or not."""
        return self.state in _FINISHED

    @property
    def unreadable(self) -> tuple[str, ...]:
        """Of an import: names in a local folder that could not be read, and so were not sent."""
        return self._unreadable

    @operation
    async def refresh(self) -> Job[M]:
        """The job as it is now."""
        return await self._now()

    @operation
    async def wait(self, progress: ProgressCallback | None = None) -> Job[M]:
        """Wait until it has ended, and give its last state.

        Raises the error of a job that failed, Conflict for one that was cancelled.
        """
        last = self if self.finished else await self._end(progress)
        if last.state == "cancelled":
            raise Conflict("The job was cancelled.")
        if last.state == "failed":
            raise _failure(last.error)
        return last

    @operation
    async def cancel(self) -> Job[M]:
        """Ask it to stop. What it has done stays done. Raises Conflict when it has ended."""
        return self._later(await self._act("/cancel", Job, repeatable=False))

    @stream
    async def rejections(self) -> AsyncIterator[RejectedRow]:
        """The rows of an import that did not go in, in the order of the file."""
        async for row in self._list("/rejected", RejectedRow):
            yield row

    async def _now(self) -> Job[M]:
        return self._later(await self._get("", Job))

    async def _end(self, progress: ProgressCallback | None) -> Job[M]:
        last: Job[M] = self
        async with aclosing(self._states()) as states:
            async for last in states:
                if progress is not None:
                    progress(Progress(last.kind, last.done, last.total, last.rejected))
                if last.finished:
                    return last
        return last

    async def _states(self) -> AsyncGenerator[Job[M], None]:
        """As the engine tells them; when it does not, or stops, by asking again and again."""
        told = True
        while told:
            told = False
            with suppress(NotFound, Unavailable):  # a proxy may not let events through
                async with aclosing(self._told()) as states:
                    async for state in states:
                        told = True
                        yield state
                        if state.finished:
                            return
        pause = _FIRST_POLL_SECONDS
        while True:
            state = await self._now()
            yield state
            if state.finished:
                return
            await self._session.transport.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_POLL_SECONDS)

    async def _told(self) -> AsyncGenerator[Job[M], None]:
        read = answer_as(Job)
        headers = {"accept": "text/event-stream"}
        call = Call("GET", f"{self._path}/events", read, headers=headers, repeatable=True)
        async with self._session.open(call) as reply:
            if not reply.headers.get("content-type", "").startswith("text/event-stream"):
                return
            async with aclosing(event_data(reply.chunks())) as events:
                async for data in events:
                    yield self._later(read(data))

    def _later(self, state: Job[Any]) -> Job[M]:
        state._unreadable = self._unreadable
        later: Job[M] = state._at(self._session, self._path)
        return later


def job_path(project: str, job: object) -> str:
    return f"{project}/jobs/{segment(job)}"


def _failure(document: dict[str, Any] | None) -> AssayError:
    if document is None:
        return AssayError("The job failed.")
    status = document.get("status")
    return error_of(status if isinstance(status, int) else 500, orjson.dumps(document))
