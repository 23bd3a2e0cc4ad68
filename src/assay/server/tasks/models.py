"""Tasks as the API shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from assay.server.models import Input, Output

TaskState = Literal["open", "annotated", "review", "done", "gold"]


class Task(Output):
    """A task without its content; the item route and the label have that."""

    id: UUID
    item_id: UUID
    batch_id: UUID
    state: TaskState
    priority: int
    overlap: int
    submitted: int
    skipped: int
    round: int
    label_revision: int | None
    agreement: float | None
    confidence: float | None
    metadata: dict[str, Any]
    created_at: datetime
    updated_at: datetime


class Label(Output):
    """One revision of a task's label: nothing is overwritten."""

    task_id: UUID
    item_id: UUID
    revision: int
    interface_version: int
    answer: dict[str, Any]
    source: Literal["consensus", "review", "import"]
    agreement: float | None
    confidence: float | None
    annotation_ids: list[UUID]
    decided_by: UUID | None
    created_at: datetime


class TaskChange(Input):
    priority: Annotated[int, Field(ge=-1_000_000, le=1_000_000)] | None = None
    overlap: Annotated[int, Field(ge=1, le=100)] | None = Field(
        default=None, description="Raising it asks for more annotations; a finished task is reopened"
    )


class GoldChange(Input):
    """Makes a task gold: its known right answer."""

    answer: dict[str, Any]
    explanation: Annotated[str, Field(max_length=10_000)] | None = None


class Gold(Output):
    task_id: UUID
    interface_version: int
    answer: dict[str, Any]
    explanation: str | None
    created_at: datetime
