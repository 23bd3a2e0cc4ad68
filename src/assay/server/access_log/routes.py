"""HTTP of the log."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from assay.control.access import Action, ResourceKind
from assay.server.access import AUTHENTICATION, TenantDependency
from assay.server.access_log import service
from assay.server.access_log.models import ItemAccess, LogRow
from assay.server.access_log.store import LAST
from assay.server.bodies import BoundedRoute
from assay.server.models import Page
from assay.server.pages import Cursor, PageSize, after
from assay.trust.log_action import LogAction

router = APIRouter(
    prefix="/api/v1/tenants/{tenant_id}", tags=["log"], dependencies=AUTHENTICATION, route_class=BoundedRoute
)


@router.get("/log")
async def list_log(
    access: TenantDependency,
    project: Annotated[UUID | None, Query(alias="project_id")] = None,
    object_id: Annotated[UUID | None, Query(description="Only rows about this object")] = None,
    action: Annotated[LogAction | None, Query(description="Only rows of this action")] = None,
    cursor: Cursor = None,
    limit: PageSize = 100,
) -> Page[LogRow]:
    """What happened, newest first. A page may hold fewer rows than there are and still have a next one."""
    access.require(Action.LOG_READ, ResourceKind.LOG, project=project)
    async with access.open("read log") as workspace:
        return await service.several(
            workspace,
            project=project,
            object_id=object_id,
            action=action,
            before=_before(cursor),
            limit=limit,
        )


@router.get("/projects/{project_id}/items/{item_id}/access")
async def list_item_access(
    project_id: UUID, item_id: UUID, access: TenantDependency, cursor: Cursor = None, limit: PageSize = 100
) -> Page[ItemAccess]:
    """Who was shown this item, when, and under which lease; newest first.

    Exports hold many items at once: they are in the log under their own ids.
    """
    access.require(Action.LOG_READ, ResourceKind.LOG, project=project_id)
    async with access.open("read item access") as workspace:
        return await service.item_accesses(workspace, project_id, item_id, _before(cursor), limit)


def _before(cursor: str | None) -> int:
    """The row number to go on before."""
    return LAST if cursor is None else min(after(cursor).int, LAST)
