"""Figures as the API shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from assay.server.models import Output


class Throughput(Output):
    """Annotations acknowledged in the time before `computed_at`."""

    last_hour: int
    last_day: int


class Agreement(Output):
    mean: float | None = Field(description="0 to 1; null before two people have answered the same task")
    tasks: int = Field(description="How many tasks the mean is over: the newest settled ones, at most 5000")


class GoldAccuracy(Output):
    mean: float | None = Field(description="0 to 1; null before anybody has met a gold task")
    answers: int


class AnnotatorFigures(Output):
    annotator: UUID = Field(description="Pseudonym in this tenant")
    stage: Literal["annotate", "review"]
    submitted: int
    skipped: int
    active_ms: int
    last_at: datetime
    gold: GoldAccuracy | None = Field(description="Null for reviews, and in one's own view")


class ProjectFigures(Output):
    """The project as a whole."""

    tasks: dict[str, int] = Field(description="Tasks by state")
    annotations: int
    reviews: int
    active_ms: int = Field(description="Time that annotators and reviewers worked, in milliseconds")
    throughput: Throughput
    median_ms_per_task: int | None = Field(description="Over the newest annotations of the last day")
    agreement: Agreement
    gold: GoldAccuracy
    remaining_annotations: int
    finished_at: datetime | None = Field(
        description="Estimate, at the rate of the last hour, or else of the last day; null without one"
    )


class Figures(Output):
    computed_at: datetime
    project: ProjectFigures | None = Field(description="Null for those who see their own figures only")
    annotators: list[AnnotatorFigures] = Field(description="Most active first, at most 1000; your own first")
