"""HTTP of annotations."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter

from assay.control.access import Action, ResourceKind
from assay.server.access import AUTHENTICATION, TenantDependency
from assay.server.annotations import service
from assay.server.annotations.models import Annotation, Revised, RevisionChange, Submission, Submitted
from assay.server.bodies import BoundedRoute
from assay.server.models import Page
from assay.server.pages import Cursor, PageSize, after
from assay.server.responses import json_response

router = APIRouter(
    prefix="/api/v1/tenants/{tenant_id}/projects/{project_id}/annotations",
    tags=["work"],
    dependencies=AUTHENTICATION,
    route_class=BoundedRoute,
)


@router.post("", response_model=Submitted)
async def submit_annotation(project_id: UUID, submission: Submission, access: TenantDependency) -> Any:
    """Answer a leased task and lease the next ones: one round trip per task.

    Acknowledged means durable and logged. Send it again whenever you are not sure that it arrived.
    """
    access.require(Action.WORK_SUBMIT, ResourceKind.LEASE, project=project_id, owner=access.principal.id)
    async with access.open("annotate") as workspace:
        return json_response(await service.submit(workspace, project_id, submission))


@router.get("")
async def list_own_annotations(
    project_id: UUID, access: TenantDependency, cursor: Cursor = None, limit: PageSize = 100
) -> Page[Annotation]:
    """Your own annotations."""
    access.require(
        Action.ANNOTATION_READ, ResourceKind.ANNOTATION, project=project_id, owner=access.principal.id
    )
    async with access.open("read own annotations") as workspace:
        return await service.own(workspace, project_id, after(cursor), limit)


@router.put("/{annotation_id}")
async def revise_annotation(
    project_id: UUID, annotation_id: UUID, change: RevisionChange, access: TenantDependency
) -> Revised:
    """Add a revision to your own annotation. Written only over the revision that you have seen."""
    access.require(Action.WORK_SUBMIT, ResourceKind.ANNOTATION, project=project_id, owner=access.principal.id)
    async with access.open("annotate") as workspace:
        return await service.revise(workspace, project_id, annotation_id, change)
