"""HTTP of figures."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from assay.control.access import Action, ResourceKind
from assay.server.access import AUTHENTICATION, TenantDependency
from assay.server.bodies import BoundedRoute
from assay.server.figures import service
from assay.server.figures.models import Figures

router = APIRouter(
    prefix="/api/v1/tenants/{tenant_id}/projects/{project_id}/figures",
    tags=["figures"],
    dependencies=AUTHENTICATION,
    route_class=BoundedRoute,
)


@router.get("")
async def read_figures(project_id: UUID, access: TenantDependency) -> Figures:
    """Progress, pace and quality so far. Annotators see their own figures only."""
    if access.allows(Action.FIGURES_READ, ResourceKind.FIGURES, project=project_id):
        async with access.open("read figures") as workspace:
            return await service.of_project(workspace, project_id)
    own = access.principal.id
    access.require(Action.FIGURES_READ, ResourceKind.FIGURES, project=project_id, owner=own)
    async with access.open("read own figures") as workspace:
        return await service.own(workspace, project_id)
