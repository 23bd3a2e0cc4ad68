"""HTTP of comments."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from assay.control.access import Action, ResourceKind
from assay.server.access import AUTHENTICATION, TenantDependency
from assay.server.bodies import BoundedRoute
from assay.server.comments import service
from assay.server.comments.models import Comment, NewComment

router = APIRouter(
    prefix="/api/v1/tenants/{tenant_id}/projects/{project_id}",
    tags=["comments"],
    dependencies=AUTHENTICATION,
    route_class=BoundedRoute,
)


@router.get("/tasks/{task_id}/comments")
async def list_comments(project_id: UUID, task_id: UUID, access: TenantDependency) -> list[Comment]:
    """Comments on a task, oldest first. Annotators reach those of tasks they have worked on."""
    access.require(Action.COMMENT_READ, ResourceKind.COMMENT, project=project_id, owner=access.principal.id)
    async with access.open("read comments") as workspace:
        return await service.read(workspace, project_id, task_id)


@router.post("/tasks/{task_id}/comments", status_code=201)
async def add_comment(project_id: UUID, task_id: UUID, new: NewComment, access: TenantDependency) -> Comment:
    access.require(Action.COMMENT_CREATE, ResourceKind.COMMENT, project=project_id, owner=access.principal.id)
    async with access.open("comment") as workspace:
        return await service.add(workspace, project_id, task_id, new)


@router.post("/comments/{comment_id}/resolve")
async def resolve_comment(project_id: UUID, comment_id: UUID, access: TenantDependency) -> Comment:
    access.require(Action.COMMENT_RESOLVE, ResourceKind.COMMENT, project=project_id)
    async with access.open("resolve comment") as workspace:
        return await service.resolve(workspace, project_id, comment_id)
