"""How far a project is, how fast, and how good."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from assay.client.records import Record


class Throughput(Record):
    """Annotations in the last hour and day."""

    last_hour: int
    last_day: int


class Agreement(Record):
    """`mean` in [0, 1] over the newest settled tasks; None before two people have answered the same one."""

    mean: float | None
    tasks: int


class GoldAccuracy(Record):
    """`mean` in [0, 1]; None before anybody has met a gold task."""

    mean: float | None
    answers: int


class AnnotatorFigures(Record):
    """What one person, known by pseudonym, has done. Times are in milliseconds."""

    annotator: UUID
    stage: Literal["annotate", "review"]
    submitted: int
    skipped: int
    active_ms: int
    last_at: datetime
    gold: GoldAccuracy | None


class ProjectFigures(Record):
    """The project as a whole. `tasks` counts them by state; times are in milliseconds."""

    tasks: dict[str, int]
    annotations: int
    reviews: int
    active_ms: int
    throughput: Throughput
    median_ms_per_task: int | None
    agreement: Agreement
    gold: GoldAccuracy
    remaining_annotations: int
    finished_at: datetime | None

    @property
    def settled(self) -> int:
        """Tasks that have their label."""
        return self.tasks.get("done", 0)

    @property
    def total(self) -> int:
        """All tasks but the gold ones, which are never settled."""
        return sum(count for state, count in self.tasks.items() if state != "gold")


class Figures(Record):
    """`project` is None for who sees their own figures only."""

    computed_at: datetime
    project: ProjectFigures | None
    annotators: list[AnnotatorFigures]
