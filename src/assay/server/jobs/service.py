"""What happens when jobs are started, looked at or cancelled. What they do is each feature's own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson

from assay.errors import AssayError, Conflict, NotFound
from assay.identifiers import new_id
from assay.server.filters import parse_filter
from assay.server.jobs import store
from assay.server.jobs.models import FINISHED, Job, JobKind, RejectedRow
from assay.server.jobs.store import StoredJob
from assay.server.models import Page
from assay.server.pages import cursor_of, page
from assay.server.problems import document
from assay.server.workspace import Connection, Workspace, open_json, seal_json
from assay.trust.log_action import LogAction

_NO_JOB = "There is no such job."
_PART_BITS = 16


async def enqueue(
    workspace: Workspace,
    connection: Connection,
    kind: JobKind,
    project: UUID,
    parameters: dict[str, Any],
    *,
    options: dict[str, Any] | None = None,
    total: int | None = None,
    job: UUID | None = None,
) -> Job:
    """Start a job in the caller's transaction. `parameters` are ids and numbers, kept in plain text; what
    may name content goes into `options`, which are sealed."""
    job = job or new_id()
    sealed = None
    if options is not None:
        sealed = (await workspace.sealer(project, "job", "options")).seal(orjson.dumps(options), job)
    stored = await store.add(
        connection,
        job=job,
        project=project,
        kind=kind.value,
        parameters=parameters,
        options=sealed,
        total=total,
        created_by=workspace.actor,
    )
    await workspace.record(
        connection, LogAction.JOB_STARTED, "job", job, project=project, job_kind=kind.value, state="queued"
    )
    await workspace.cell.jobs.defer(connection, kind.value, job=job)
    return await view(workspace, stored)


async def options_of(workspace: Workspace, job: StoredJob) -> dict[str, Any]:
    """The sealed options of a job, `{}` for none."""
    if job.options is None or job.project_id is None:
        return {}
    sealer = await workspace.sealer(job.project_id, "job", "options")
    options: dict[str, Any] = orjson.loads(sealer.open(job.options, job.id))
    return options


async def read(workspace: Workspace, project: UUID, job: UUID) -> Job:
    return await view(workspace, await stored_job(workspace, project, job))


async def stored_job(workspace: Workspace, project: UUID, job: UUID) -> StoredJob:
    async with workspace.cell.database.connection() as connection:
        stored = await store.of_project(connection, project, job)
    if stored is None:
        raise NotFound(_NO_JOB)
    return stored


async def several(
    workspace: Workspace, project: UUID | None, chosen: str | None, before: UUID | None, limit: int
) -> Page[Job]:
    """Newest first; of one project, or of the whole tenant."""
    parsed = parse_filter(chosen, store.FILTER_NAMES)
    if project is not None:
        await workspace.project_key(project)  # Raises NotFound when there is no such project.
    async with workspace.cell.database.connection() as connection:
        stored = await store.several(
            connection, project=project, chosen=parsed, before=before, limit=limit + 1
        )
    views = {one.id: await view(workspace, one) for one in stored}
    return page(stored, limit, lambda one: one.id, lambda one: views[one.id])


async def cancel(workspace: Workspace, project: UUID, job: UUID) -> Job:
    """Ask a job to stop. What it has done stays done. Raises Conflict for one that has ended."""
    async with workspace.cell.database.transaction() as connection:
        stored = await store.cancel(connection, project, job)
        if stored is None:
            found = await store.of_project(connection, project, job)
            if found is None:
                raise NotFound(_NO_JOB)
            raise Conflict(f"The job has ended: it is {found.state}.")
        await workspace.record(
            connection, LogAction.JOB_FINISHED, "job", job, project=project, state="cancel requested"
        )
    return await view(workspace, stored)


async def rejected(
    workspace: Workspace, project: UUID, job: UUID, after: UUID, limit: int
) -> Page[RejectedRow]:
    """Rows that were rejected, in the order of the file. They are content: the read is logged."""
    async with workspace.cell.database.transaction() as connection:
        if await store.of_project(connection, project, job) is None:
            raise NotFound(_NO_JOB)
        stored = await store.rejected(
            connection,
            job=job,
            after=(after.int >> _PART_BITS, after.int & ((1 << _PART_BITS) - 1)),
            limit=limit + 1,
        )
        await workspace.record(
            connection, LogAction.CONTENT_READ, "job", job, project=project, part="rejected rows"
        )
    reasons = await workspace.sealer(project, "rejected_row", "reason")
    values = await workspace.sealer(project, "rejected_row", "value")
    shown = stored[:limit]
    more = len(stored) > limit
    return Page[RejectedRow](
        items=[
            RejectedRow(
                number=one.number,
                rule=one.rule,
                reason=reasons.open(one.reason, job, _place(one)).decode(),
                value=None if one.value is None else values.open(one.value, job, _place(one)).decode(),
            )
            for one in shown
        ],
        next_cursor=cursor_of(UUID(int=_place(shown[-1]))) if more else None,
    )


def place_of(number: int, part: int) -> int:
    """The version under which a rejected row is sealed to its job: no two rows of a job share one."""
    return (number << _PART_BITS) | part


def _place(row: store.StoredRejection) -> int:
    return place_of(row.number, row.part)


async def sealed_error(workspace: Workspace, job: StoredJob, error: AssayError) -> bytes:
    """The problem document of a failed job. It may name columns of the customer's file, so it is sealed."""
    assert job.project_id is not None, "every kind of job belongs to a project"
    sealer = await workspace.sealer(job.project_id, "job", "error")
    return seal_json(sealer, document(error), job.id)


async def _error_of(workspace: Workspace, stored: StoredJob) -> dict[str, Any] | None:
    if stored.error is None or stored.project_id is None:
        return None
    sealer = await workspace.sealer(stored.project_id, "job", "error")
    error: dict[str, Any] = open_json(sealer, stored.error, stored.id)
    return error


async def view(workspace: Workspace, stored: StoredJob) -> Job:
    return Job(
        id=stored.id,
        project_id=stored.project_id,
        kind=stored.kind,
        state=stored.state,
        done=stored.done,
        total=stored.total,
        rejected=stored.rejected,
        progress=_progress(stored),
        result=stored.result,
        error=await _error_of(workspace, stored),
        cancel_requested=stored.cancel_requested,
        created_by=stored.created_by,
        created_at=stored.created_at,
        started_at=stored.started_at,
        finished_at=stored.finished_at,
    )


def _progress(stored: StoredJob) -> float | None:
    if stored.state == "done":
        return 1.0
    if stored.total:
        return min(1.0, stored.done / stored.total)
    share: float | None = (stored.checkpoint or {}).get("share")
    return share


def has_ended(job: Job) -> bool:
    return job.state in FINISHED
