"""HTTP of leases and drafts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter

from assay.control.access import Action, ResourceKind
from assay.server.access import AUTHENTICATION, TenantDependency
from assay.server.bodies import BoundedRoute
from assay.server.leases import service
from assay.server.leases.models import (
    DraftChange,
    DraftSaved,
    Extended,
    LeaseProof,
    LeaseRequest,
    Leases,
    Skip,
    Stage,
)
from assay.server.responses import json_response

router = APIRouter(
    prefix="/api/v1/tenants/{tenant_id}/projects/{project_id}",
    tags=["work"],
    dependencies=AUTHENTICATION,
    route_class=BoundedRoute,
)


@router.post("/leases", response_model=Leases)
async def lease_tasks(project_id: UUID, wanted: LeaseRequest, access: TenantDependency) -> Any:
    """The next tasks for you. They are yours until the lease runs out; keep it alive with heartbeats."""
    _require_own(access, Action.WORK_LEASE, project_id)
    async with access.open("annotate") as workspace:
        return json_response(await service.lease(workspace, project_id, Stage.ANNOTATE, wanted.count))


@router.get("/leases", response_model=Leases)
async def list_held_leases(project_id: UUID, access: TenantDependency) -> Any:
    """The tasks you hold, with new tokens: for a client that has lost its own. The old tokens end."""
    _require_own(access, Action.WORK_LEASE, project_id)
    async with access.open("annotate") as workspace:
        return json_response(await service.held(workspace, project_id, Stage.ANNOTATE))


@router.post("/reviews/leases", response_model=Leases)
async def lease_reviews(project_id: UUID, wanted: LeaseRequest, access: TenantDependency) -> Any:
    """The next tasks to review, with the proposed label and the answers behind it. Never your own work."""
    _require_own(access, Action.REVIEW_LEASE, project_id)
    async with access.open("review") as workspace:
        return json_response(await service.lease(workspace, project_id, Stage.REVIEW, wanted.count))


@router.get("/reviews/leases", response_model=Leases)
async def list_held_reviews(project_id: UUID, access: TenantDependency) -> Any:
    """The reviews you hold, with new tokens: for a client that has lost its own. The old tokens end."""
    _require_own(access, Action.REVIEW_LEASE, project_id)
    async with access.open("review") as workspace:
        return json_response(await service.held(workspace, project_id, Stage.REVIEW))


@router.post("/leases/{lease_id}/heartbeat")
async def extend_lease(
    project_id: UUID, lease_id: UUID, proof: LeaseProof, access: TenantDependency
) -> Extended:
    """The lease lasts its full time from now."""
    _require_own(access, Action.WORK_LEASE, project_id)
    async with access.open("annotate") as workspace:
        return Extended.model_validate(await service.extend(workspace, project_id, lease_id, proof))


@router.post("/leases/{lease_id}/skip", status_code=204)
async def skip_task(project_id: UUID, lease_id: UUID, skip: Skip, access: TenantDependency) -> None:
    """Give the task back with a reason; you are not offered it again."""
    _require_own(access, Action.WORK_SKIP, project_id)
    async with access.open("annotate") as workspace:
        await service.skip(workspace, project_id, lease_id, skip)


@router.post("/leases/{lease_id}/release", status_code=204)
async def release_lease(
    project_id: UUID, lease_id: UUID, proof: LeaseProof, access: TenantDependency
) -> None:
    """Give the task back as if you had not had it."""
    _require_own(access, Action.WORK_SKIP, project_id)
    async with access.open("annotate") as workspace:
        await service.release(workspace, project_id, lease_id, proof)


@router.put("/leases/{lease_id}/draft")
async def save_draft(
    project_id: UUID, lease_id: UUID, change: DraftChange, access: TenantDependency
) -> DraftSaved:
    """Keep unfinished work. Written only over the revision that you have seen."""
    _require_own(access, Action.WORK_DRAFT, project_id)
    async with access.open("annotate") as workspace:
        return await service.save_draft(workspace, project_id, lease_id, change)


def _require_own(access: TenantDependency, action: Action, project: UUID) -> None:
    access.require(action, ResourceKind.LEASE, project=project, owner=access.principal.id)
