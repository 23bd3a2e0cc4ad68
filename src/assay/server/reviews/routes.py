"""HTTP of reviews."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter

from assay.control.access import Action, ResourceKind
from assay.server.access import AUTHENTICATION, TenantDependency
from assay.server.bodies import BoundedRoute
from assay.server.responses import json_response
from assay.server.reviews import service
from assay.server.reviews.models import Decided, Decision

router = APIRouter(
    prefix="/api/v1/tenants/{tenant_id}/projects/{project_id}/reviews",
    tags=["work"],
    dependencies=AUTHENTICATION,
    route_class=BoundedRoute,
)


@router.post("", response_model=Decided)
async def decide_review(project_id: UUID, decision: Decision, access: TenantDependency) -> Any:
    """Accept the proposal, fix it, or send the task back with comments; lease the next reviews with it."""
    access.require(Action.REVIEW_DECIDE, ResourceKind.REVIEW, project=project_id, owner=access.principal.id)
    async with access.open("review") as workspace:
        return json_response(await service.decide(workspace, project_id, decision))
