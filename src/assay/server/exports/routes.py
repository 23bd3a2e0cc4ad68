"""HTTP of exports."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import StreamingResponse

from assay.control.access import Action, ResourceKind
from assay.server.access import AUTHENTICATION, TenantAccess, TenantDependency
from assay.server.bodies import BoundedRoute
from assay.server.exports import service
from assay.server.exports.models import ExportFiles, NewExport
from assay.server.idempotency.service import IdempotentJob
from assay.server.jobs.models import Job
from assay.server.media.ranges import file_response
from assay.server.models import Page
from assay.server.pages import Cursor, PageSize, after
from assay.server.workspace import Workspace

router = APIRouter(
    prefix="/api/v1/tenants/{tenant_id}/projects/{project_id}/exports",
    tags=["exports"],
    dependencies=AUTHENTICATION,
    route_class=BoundedRoute,
)


@router.post("", status_code=202, response_model=Job)
async def create_export(
    project_id: UUID, wanted: NewExport, access: TenantDependency, idempotent: IdempotentJob
) -> Any:
    """Start an export. Its files can be fetched as they are finished; the manifest comes last."""
    access.require(Action.EXPORT_CREATE, ResourceKind.EXPORT, project=project_id)
    async with access.open("create export") as workspace:
        return await idempotent.once(workspace, lambda within: service.start(within, project_id, wanted))


@router.get("")
async def list_exports(
    project_id: UUID, access: TenantDependency, cursor: Cursor = None, limit: PageSize = 100
) -> Page[Job]:
    """The project's exports, newest first."""
    access.require(Action.EXPORT_READ, ResourceKind.EXPORT, project=project_id)
    async with access.open("list exports") as workspace:
        before = None if cursor is None else after(cursor)
        return await service.several(workspace, project_id, before, limit)


@router.get("/{job_id}")
async def read_export(project_id: UUID, job_id: UUID, access: TenantDependency) -> Job:
    access.require(Action.EXPORT_READ, ResourceKind.EXPORT, project=project_id)
    async with access.open("read export") as workspace:
        return await service.read(workspace, project_id, job_id)


@router.get("/{job_id}/files")
async def list_export_files(project_id: UUID, job_id: UUID, access: TenantDependency) -> ExportFiles:
    access.require(Action.EXPORT_READ, ResourceKind.EXPORT, project=project_id)
    async with access.open("list export files") as workspace:
        return ExportFiles(items=await service.files(workspace, project_id, job_id))


@router.get(
    "/{job_id}/files/{name}",
    response_class=StreamingResponse,
    responses={
        200: {"description": "The file"},
        206: {"description": "The part of the file that was asked for"},
    },
)
async def read_export_file(
    project_id: UUID,
    job_id: UUID,
    name: Annotated[str, Path(max_length=100)],
    request: Request,
    access: TenantDependency,
) -> Response:
    """A file of an export. Understands ranges, so that a download can go on where it broke off."""
    access.require(Action.EXPORT_READ, ResourceKind.EXPORT, project=project_id)
    async with access.open("read export") as workspace:
        await _require_subject(access, workspace, project_id, job_id)
        file = await service.look_up(workspace, project_id, job_id, name)
    headers = {
        "cache-control": "private, no-store",
        "content-disposition": f'attachment; filename="{name}"',
        "x-content-type-options": "nosniff",
    }
    return file_response(request, access, "read export", file, headers)


async def _require_subject(access: TenantAccess, workspace: Workspace, project: UUID, job: UUID) -> None:
    """What each annotator answered is for those who may see that; labels are for more."""
    if await service.subject(workspace, project, job) == "annotations":
        access.require(Action.ANNOTATION_READ, ResourceKind.ANNOTATION, project=project)
