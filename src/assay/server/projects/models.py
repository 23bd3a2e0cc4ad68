"""Projects as the API shows them, and the workflow that a project's tasks go through."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from assay.server.models import Input, Output


def _storable(metadata: dict[str, str | int | float | bool]) -> dict[str, str | int | float | bool]:
    texts = [*metadata, *(value for value in metadata.values() if isinstance(value, str))]
    if any("\x00" in text for text in texts):
        raise ValueError("Neither a name nor a value has a NUL character")
    return metadata


Metadata = Annotated[dict[str, str | int | float | bool], AfterValidator(_storable)]


class ReviewPolicy(Input):
    """Which tasks a reviewer looks at after consensus."""

    sample: Annotated[float, Field(ge=0, le=1)] = 0.0
    """Share of tasks drawn at random."""

    below_agreement: Annotated[float, Field(ge=0, le=1)] | None = None
    """Every task whose annotators agree less than this (0 to 1)."""


class Workflow(Input):
    """How tasks of a project are worked on. Holds settings only, never content."""

    overlap: Annotated[int, Field(ge=1, le=100)] = 1
    """Annotations wanted for each task, from as many different annotators."""

    lease_seconds: Annotated[int, Field(ge=10, le=86_400)] = 1800
    """How long a lease lasts without a heartbeat, in seconds."""

    leases_ahead: Annotated[int, Field(ge=1, le=50)] = 5
    """Tasks that one annotator may hold at a time, the one on screen included."""

    gold_rate: Annotated[float, Field(ge=0, le=1)] = 0.0
    """Share of leases that are gold tasks, as long as the annotator has not met them all."""

    review: ReviewPolicy = ReviewPolicy()

    skip_limit: Annotated[int, Field(ge=1, le=100)] = 3
    """A task that so many annotators have skipped goes to a reviewer."""

    show_prelabels: bool = True
    """Whether annotators start from a model's pre-label."""

    send_back_to: Literal["same", "anyone"] = "same"
    """Who gets a task that a reviewer sends back."""


class NewProject(Input):
    name: Annotated[str, Field(min_length=1, max_length=200)]
    interface: dict[str, Any] = Field(description="The task interface: inputs and fields")
    instructions: Annotated[str, Field(max_length=1_000_000)] | None = Field(
        default=None, description="What annotators read, as Markdown"
    )
    workflow: Workflow = Workflow()
    metadata: Metadata = Field(
        default_factory=dict, description="Yours, kept in plain text; do not put content here"
    )


class ProjectChange(Input):
    """Only the members that are given change."""

    name: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    state: Literal["active", "paused", "archived"] | None = None
    workflow: Workflow | None = None
    metadata: Metadata | None = None


class Project(Output):
    id: UUID
    name: str
    state: Literal["active", "paused", "archived"]
    workflow: Workflow
    interface_version: int
    instruction_version: int
    metadata: dict[str, Any]
    created_at: datetime
    updated_at: datetime
