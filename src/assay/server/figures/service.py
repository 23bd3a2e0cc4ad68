"""Computing figures, at most once in two seconds for each project, however many are watching."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from assay.errors import NotFound
from assay.server.figures import store
from assay.server.figures.models import (
    Agreement,
    AnnotatorFigures,
    Figures,
    GoldAccuracy,
    ProjectFigures,
    Throughput,
)
from assay.server.workspace import Connection, Workspace

KEPT_SECONDS = 2.0
_MOST_KEPT = 1000
_MOST_ANNOTATORS = 1000
_NEWEST = 5000
_STATES = ("open", "annotated", "review", "done", "gold")


@dataclass(slots=True)
class _Kept:
    """The newest figures of a project; who holds the lock computes them."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    until: float = 0.0
    figures: Figures | None = None


_kept: dict[tuple[UUID, UUID], _Kept] = {}


async def of_project(workspace: Workspace, project: UUID) -> Figures:
    """Everything, for those who may see everybody's figures. Raises NotFound."""
    place = (workspace.cell.id, project)
    kept = _kept.get(place)
    if kept is None:
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        kept = _kept[place] = _Kept()
    async with kept.lock:
        if kept.figures is None or kept.until < time.monotonic():
            async with workspace.cell.database.connection() as connection:
                kept.figures = await _compute(connection, project)
            kept.until = time.monotonic() + KEPT_SECONDS
        return kept.figures


async def own(workspace: Workspace, project: UUID) -> Figures:
    """The caller's own rows. Without gold: a score that moves would tell which task was gold."""
    async with workspace.cell.database.connection() as connection:
        await _require_project(connection, project)
        rows = await store.annotators(connection, project, only=workspace.actor, limit=2)
    return Figures(
        computed_at=datetime.now(UTC), project=None, annotators=[_annotator(row, gold=False) for row in rows]
    )


async def _compute(connection: Connection, project: UUID) -> Figures:
    wanted = await _require_project(connection, project)
    now = datetime.now(UTC)
    row = await store.project_row(connection, project, wanted=wanted, newest=_NEWEST)
    annotators = await store.annotators(connection, project, only=None, limit=_MOST_ANNOTATORS)
    return Figures(
        computed_at=now,
        project=_project(row, now),
        annotators=[_annotator(one, gold=True) for one in annotators],
    )


async def _require_project(connection: Connection, project: UUID) -> int:
    wanted = await store.overlap(connection, project)
    if wanted is None:
        raise NotFound("There is no such project.")
    return wanted


def _project(row: store.ProjectRow, now: datetime) -> ProjectFigures:
    annotations, reviews, active_ms = row.totals
    remaining = remaining_annotations(row.tasks, annotations, row.overlap)
    return ProjectFigures(
        tasks={state: row.tasks.get(state, 0) for state in _STATES},
        annotations=annotations,
        reviews=reviews,
        active_ms=active_ms,
        throughput=Throughput(last_hour=row.throughput[0], last_day=row.throughput[1]),
        median_ms_per_task=None if row.median_ms is None else round(row.median_ms),
        agreement=Agreement(mean=row.agreement[0], tasks=row.agreement[1]),
        gold=GoldAccuracy(mean=row.gold[0], answers=row.gold[1]),
        remaining_annotations=remaining,
        finished_at=finished_at(now, remaining, row.throughput),
    )


def _annotator(row: store.AnnotatorRow, *, gold: bool) -> AnnotatorFigures:
    shown = gold and row.stage == 1
    return AnnotatorFigures(
        annotator=row.annotator_id,
        stage="annotate" if row.stage == 1 else "review",
        submitted=row.submitted,
        skipped=row.skipped,
        active_ms=row.active_ms,
        last_at=row.last_at,
        gold=GoldAccuracy(mean=row.gold_mean, answers=row.gold_answers) if shown else None,
    )


def remaining_annotations(tasks: dict[str, int], annotations: int, overlap: int) -> int:
    """Annotations still wanted, from totals alone: every open task lacks one at least, `overlap` at most."""
    waiting = tasks.get("open", 0)
    settled = sum(tasks.get(state, 0) for state in ("annotated", "review", "done"))
    begun = max(annotations - settled * overlap, 0)
    return min(max(waiting * overlap - begun, waiting), waiting * overlap)


def finished_at(now: datetime, remaining: int, throughput: tuple[int, int]) -> datetime | None:
    """When the rest is done at the present rate; None while nobody works."""
    last_hour, last_day = throughput
    a_second = last_hour / 3600 if last_hour else last_day / 86_400
    if remaining == 0:
        return now
    if a_second == 0:
        return None
    return now + timedelta(seconds=remaining / a_second)
