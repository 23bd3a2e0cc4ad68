"""HTTP of imports."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request

from assay.control.access import Action, ResourceKind
from assay.server.access import AUTHENTICATION, TenantDependency
from assay.server.bodies import BoundedRoute
from assay.server.idempotency.service import IdempotentUpload
from assay.server.imports import service
from assay.server.imports.models import ImportParameters
from assay.server.jobs.models import Job
from assay.server.media.incoming import IncomingFile
from assay.server.media.routes import FILE_BODY

router = APIRouter(
    prefix="/api/v1/tenants/{tenant_id}/projects/{project_id}/imports",
    tags=["imports"],
    dependencies=AUTHENTICATION,
    route_class=BoundedRoute,
)


@router.post("", status_code=202, response_model=Job, openapi_extra=FILE_BODY)
async def import_file(
    project_id: UUID,
    request: Request,
    wanted: ImportParameters,
    access: TenantDependency,
    idempotent: IdempotentUpload,
) -> Any:
    """Import a file of items; the body is the file, of any size. JSON Lines or CSV, both also gzipped,
    Parquet, or a zip of files. Rows that break a rule land in the job's rejected list; the rest go in."""
    access.require(Action.ITEM_IMPORT, ResourceKind.IMPORT, project=project_id)
    limit = access.engine.settings.max_upload_bytes
    async with access.open("import file") as workspace:
        await workspace.project_key(project_id)
        incoming = await IncomingFile.begin(request.stream(), limit)
        return await service.receive(workspace, project_id, wanted, incoming, idempotent)
