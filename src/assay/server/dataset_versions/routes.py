"""HTTP of dataset versions."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query

from assay.control.access import Action, ResourceKind
from assay.server.access import AUTHENTICATION, TenantDependency
from assay.server.bodies import BoundedRoute
from assay.server.dataset_versions import service
from assay.server.dataset_versions.models import Change, DatasetVersion, Diff, NewDatasetVersion
from assay.server.idempotency.service import IdempotentJob
from assay.server.jobs.models import Job
from assay.server.models import Page
from assay.server.pages import Cursor, PageSize, after

router = APIRouter(
    prefix="/api/v1/tenants/{tenant_id}/projects/{project_id}/dataset-versions",
    tags=["dataset versions"],
    dependencies=AUTHENTICATION,
    route_class=BoundedRoute,
)


@router.post("", status_code=202, response_model=Job)
async def create_dataset_version(
    project_id: UUID, new: NewDatasetVersion, access: TenantDependency, idempotent: IdempotentJob
) -> Any:
    """Freeze the finished labels as they are now. The job's id is the version's id too."""
    access.require(Action.DATASET_VERSION_CREATE, ResourceKind.DATASET_VERSION, project=project_id)
    async with access.open("create dataset version") as workspace:
        return await idempotent.once(workspace, lambda within: service.start(within, project_id, new))


@router.get("")
async def list_dataset_versions(
    project_id: UUID, access: TenantDependency, cursor: Cursor = None, limit: PageSize = 100
) -> Page[DatasetVersion]:
    """Newest first."""
    access.require(Action.DATASET_VERSION_READ, ResourceKind.DATASET_VERSION, project=project_id)
    async with access.open("list dataset versions") as workspace:
        before = None if cursor is None else after(cursor)
        return await service.several(workspace, project_id, before, limit)


@router.get("/{version_id}")
async def read_dataset_version(
    project_id: UUID, version_id: UUID, access: TenantDependency
) -> DatasetVersion:
    access.require(Action.DATASET_VERSION_READ, ResourceKind.DATASET_VERSION, project=project_id)
    async with access.open("read dataset version") as workspace:
        return await service.read(workspace, project_id, version_id)


@router.get("/{version_id}/diff/{other_id}")
async def diff_dataset_versions(
    project_id: UUID,
    version_id: UUID,
    other_id: UUID,
    access: TenantDependency,
    change: Annotated[Change | None, Query(description="Only items with this kind of change")] = None,
    cursor: Cursor = None,
    limit: PageSize = 100,
) -> Diff:
    """What is different in the second version: counts, and the items, a page at a time."""
    access.require(Action.DATASET_VERSION_READ, ResourceKind.DATASET_VERSION, project=project_id)
    async with access.open("compare dataset versions") as workspace:
        return await service.diff(
            workspace,
            project_id,
            version_id,
            other_id,
            only=change,
            start=after(cursor),
            limit=limit,
        )
