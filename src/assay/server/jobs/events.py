"""A job's progress as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html).

Every event is the whole job, so a client that reconnects misses nothing: it is told how the job stands now,
unless its `Last-Event-ID` says that it knows. A stream ends with the job, or after a few minutes: the client
then connects again, and its permission is looked at again.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from uuid import UUID

import orjson

from assay.errors import NotFound
from assay.server.access import TenantAccess
from assay.server.jobs import service
from assay.server.jobs.models import Job
from assay.server.jobs.signals import wait, watching

MEDIA_TYPE = "text/event-stream"
_POLL_SECONDS = 0.5
_KEEP_ALIVE_SECONDS = 15.0
_LONGEST_SECONDS = 300.0
_RECONNECT = b"retry: 2000\n\n"
_KEEP_ALIVE = b": keep-alive\n\n"


async def job_events(
    access: TenantAccess, project: UUID, job_id: UUID, known: str | None
) -> AsyncIterator[bytes]:
    """The events of a job, from the state after `known` on. One read of one row every half second, so that
    it does not matter in which process the job runs."""
    yield _RECONNECT
    began = told = time.monotonic()
    with watching(job_id) as ended:
        while True:
            try:
                job = await _look(access, project, job_id)
            except NotFound:
                return
            now = time.monotonic()
            version = _version(job)
            if version != known:
                known, told = version, now
                yield _event(job, version)
            elif now - told >= _KEEP_ALIVE_SECONDS:
                told = now
                yield _KEEP_ALIVE
            if service.has_ended(job) or now - began >= _LONGEST_SECONDS:
                return
            await wait(ended, _POLL_SECONDS)


async def _look(access: TenantAccess, project: UUID, job: UUID) -> Job:
    async with access.open("watch job") as workspace:
        return await service.read(workspace, project, job)


def _version(job: Job) -> str:
    """Changes with everything that an event tells."""
    return f"{job.state}-{int(job.cancel_requested)}-{job.done}-{job.rejected}-{job.total or 0}"


def _event(job: Job, version: str) -> bytes:
    name = "finished" if service.has_ended(job) else "progress"
    data = orjson.dumps(job.model_dump(mode="json"))
    return b"event: %b\nid: %b\ndata: %b\n\n" % (name.encode(), version.encode(), data)
