"""HTTP of jobs."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import StreamingResponse

from assay.control.access import Action, ResourceKind
from assay.server.access import AUTHENTICATION, TenantDependency
from assay.server.bodies import BoundedRoute
from assay.server.jobs import service
from assay.server.jobs.events import MEDIA_TYPE, job_events
from assay.server.jobs.models import Job, RejectedRow
from assay.server.models import Page
from assay.server.pages import Cursor, PageSize, after

router = APIRouter(
    prefix="/api/v1/tenants/{tenant_id}",
    tags=["jobs"],
    dependencies=AUTHENTICATION,
    route_class=BoundedRoute,
)

JobFilter = Annotated[
    str | None,
    Query(alias="filter", max_length=2000, description="e.g. `kind = import and state = running`"),
]


@router.get("/jobs")
async def list_tenant_jobs(
    access: TenantDependency, chosen: JobFilter = None, cursor: Cursor = None, limit: PageSize = 100
) -> Page[Job]:
    """Jobs of all projects, newest first."""
    access.require(Action.JOB_READ, ResourceKind.JOB)
    async with access.open("list jobs") as workspace:
        return await service.several(workspace, None, chosen, _before(cursor), limit)


@router.get("/projects/{project_id}/jobs")
async def list_jobs(
    project_id: UUID,
    access: TenantDependency,
    chosen: JobFilter = None,
    cursor: Cursor = None,
    limit: PageSize = 100,
) -> Page[Job]:
    """Jobs of a project, newest first."""
    access.require(Action.JOB_READ, ResourceKind.JOB, project=project_id)
    async with access.open("list jobs") as workspace:
        return await service.several(workspace, project_id, chosen, _before(cursor), limit)


@router.get("/projects/{project_id}/jobs/{job_id}")
async def read_job(project_id: UUID, job_id: UUID, access: TenantDependency) -> Job:
    access.require(Action.JOB_READ, ResourceKind.JOB, project=project_id)
    async with access.open("read job") as workspace:
        return await service.read(workspace, project_id, job_id)


@router.post("/projects/{project_id}/jobs/{job_id}/cancel")
async def cancel_job(project_id: UUID, job_id: UUID, access: TenantDependency) -> Job:
    """Ask a job to stop. It does so after the chunk it is at; what it has done stays done."""
    access.require(Action.JOB_CANCEL, ResourceKind.JOB, project=project_id)
    async with access.open("cancel job") as workspace:
        return await service.cancel(workspace, project_id, job_id)


@router.get("/projects/{project_id}/jobs/{job_id}/rejected")
async def list_rejected_rows(
    project_id: UUID, job_id: UUID, access: TenantDependency, cursor: Cursor = None, limit: PageSize = 100
) -> Page[RejectedRow]:
    """Rows that an import rejected, in the order of the file: where, why, and how they began."""
    access.require(Action.IMPORT_READ, ResourceKind.IMPORT, project=project_id)
    async with access.open("read rejected rows") as workspace:
        return await service.rejected(workspace, project_id, job_id, after(cursor), limit)


@router.get(
    "/projects/{project_id}/jobs/{job_id}/events",
    response_class=StreamingResponse,
    responses={200: {"content": {MEDIA_TYPE: {}}, "description": "Events `progress`, at last `finished`"}},
)
async def watch_job(
    project_id: UUID,
    job_id: UUID,
    access: TenantDependency,
    last_event_id: Annotated[str | None, Header(max_length=200)] = None,
) -> Response:
    """Progress as server-sent events; each carries the whole job. The stream ends when the job does."""
    access.require(Action.JOB_READ, ResourceKind.JOB, project=project_id)
    async with access.open("watch job") as workspace:
        await service.read(workspace, project_id, job_id)
    return StreamingResponse(
        job_events(access, project_id, job_id, last_event_id),
        media_type=MEDIA_TYPE,
        headers={"cache-control": "no-store", "x-accel-buffering": "no"},
    )


def _before(cursor: str | None) -> UUID | None:
    return None if cursor is None else after(cursor)
