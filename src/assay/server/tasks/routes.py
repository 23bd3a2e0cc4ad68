"""HTTP of tasks."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from assay.control.access import Action, ResourceKind
from assay.server.access import AUTHENTICATION, TenantDependency
from assay.server.annotations import service as annotation_service
from assay.server.annotations.models import Annotation
from assay.server.bodies import BoundedRoute
from assay.server.models import Page
from assay.server.pages import Cursor, PageSize, after
from assay.server.reviews import service as reviews
from assay.server.reviews.models import Review
from assay.server.tasks import service
from assay.server.tasks.models import Gold, GoldChange, Label, Task, TaskChange

router = APIRouter(
    prefix="/api/v1/tenants/{tenant_id}/projects/{project_id}/tasks",
    tags=["tasks"],
    dependencies=AUTHENTICATION,
    route_class=BoundedRoute,
)

TaskFilter = Annotated[
    str | None,
    Query(
        alias="filter",
        max_length=2000,
        description="e.g. `state = review and agreement < 0.5 and metadata.site = north`",
    ),
]


@router.get("")
async def list_tasks(
    project_id: UUID,
    access: TenantDependency,
    chosen: TaskFilter = None,
    cursor: Cursor = None,
    limit: PageSize = 100,
) -> Page[Task]:
    """Tasks in order of creation, without their content."""
    access.require(Action.TASK_READ, ResourceKind.TASK, project=project_id)
    async with access.open("list tasks") as workspace:
        return await service.several(workspace, project_id, chosen, after(cursor), limit)


@router.get("/{task_id}")
async def read_task(project_id: UUID, task_id: UUID, access: TenantDependency) -> Task:
    access.require(Action.TASK_READ, ResourceKind.TASK, project=project_id)
    async with access.open("read task") as workspace:
        return await service.read(workspace, project_id, task_id)


@router.patch("/{task_id}")
async def change_task(project_id: UUID, task_id: UUID, change: TaskChange, access: TenantDependency) -> Task:
    """Change its priority, or ask for more annotations."""
    access.require(Action.TASK_UPDATE, ResourceKind.TASK, project=project_id)
    async with access.open("change task") as workspace:
        return await service.change(workspace, project_id, task_id, change)


@router.get("/{task_id}/annotations")
async def list_task_annotations(
    project_id: UUID, task_id: UUID, access: TenantDependency
) -> list[Annotation]:
    """All annotations of a task, of every round, at their current revisions."""
    access.require(Action.ANNOTATION_READ, ResourceKind.ANNOTATION, project=project_id)
    async with access.open("read annotations") as workspace:
        await service.read(workspace, project_id, task_id)
        return await annotation_service.of_task(workspace, project_id, task_id)


@router.get("/{task_id}/labels")
async def list_task_labels(project_id: UUID, task_id: UUID, access: TenantDependency) -> list[Label]:
    """Every revision of the label, newest first."""
    access.require(Action.LABEL_READ, ResourceKind.LABEL, project=project_id)
    async with access.open("read labels") as workspace:
        return await service.labels(workspace, project_id, task_id)


@router.get("/{task_id}/reviews")
async def list_task_reviews(project_id: UUID, task_id: UUID, access: TenantDependency) -> list[Review]:
    access.require(Action.LABEL_READ, ResourceKind.REVIEW, project=project_id)
    async with access.open("read reviews") as workspace:
        await service.read(workspace, project_id, task_id)
        return await reviews.of_task(workspace, project_id, task_id)


@router.get("/{task_id}/gold")
async def read_gold(project_id: UUID, task_id: UUID, access: TenantDependency) -> Gold:
    """The known right answer of a gold task."""
    access.require(Action.GOLD_READ, ResourceKind.GOLD, project=project_id)
    async with access.open("read gold") as workspace:
        return await service.gold(workspace, project_id, task_id)


@router.put("/{task_id}/gold")
async def set_gold(project_id: UUID, task_id: UUID, change: GoldChange, access: TenantDependency) -> Gold:
    """Make a task gold. Annotators cannot tell it from others; their answers are compared with this one."""
    access.require(Action.GOLD_UPDATE, ResourceKind.GOLD, project=project_id)
    async with access.open("set gold") as workspace:
        return await service.set_gold(workspace, project_id, task_id, change)
