"""Figures: what is counted, what is estimated, and who sees whose."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from assay.server.figures import service
from assay.server.figures.service import finished_at, remaining_annotations


@pytest.fixture(autouse=True)
def _always_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "KEPT_SECONDS", -1.0)


async def figures(project: Any, client: Any, expect: Any) -> dict[str, Any]:
    found: dict[str, Any] = expect(await client.get(f"{project.path}/figures"))
    return found


async def test_progress_of_a_project(api: Any, make_project: Any, expect: Any) -> None:
    project = await make_project(workflow={"overlap": 2})
    await project.add_items(4)
    first, second = api.annotator(0), api.annotator(1)
    await project.annotate_all(first, "good")
    for mood in ("good", "bad"):
        (lease,) = await project.lease(second)
        await project.submit(second, lease, mood, active_ms=3000)
    await project.settle()
    found = await figures(project, api.owner, expect)
    whole = found["project"]
    assert whole["tasks"] == {"open": 2, "annotated": 0, "review": 0, "done": 2, "gold": 0}
    assert (whole["annotations"], whole["reviews"], whole["active_ms"]) == (6, 0, 10_000)
    assert whole["throughput"] == {"last_hour": 6, "last_day": 6}
    assert whole["median_ms_per_task"] == 1000
    assert whole["agreement"]["tasks"] == 2 and 0 <= whole["agreement"]["mean"] < 1
    assert whole["gold"] == {"mean": None, "answers": 0}
    assert whole["remaining_annotations"] == 2
    assert datetime.fromisoformat(whole["finished_at"]) > datetime.now(UTC)
    assert [(one["submitted"], one["active_ms"]) for one in found["annotators"]] == [(4, 4000), (2, 6000)]


async def test_annotators_see_their_own_and_no_gold(api: Any, make_project: Any, expect: Any) -> None:
    project = await make_project(workflow={"gold_rate": 1.0})
    await project.add([{"data": {"text": "gold"}, "gold": {"answer": {"mood": "good"}}}])
    annotator = api.annotator(2)
    assert await project.annotate_all(annotator, "bad") == 1
    await project.add_items(1)
    await project.annotate_all(api.annotator(3))
    own = await figures(project, annotator, expect)
    assert own["project"] is None
    (mine,) = own["annotators"]
    assert (mine["submitted"], mine["gold"]) == (1, None)
    every = await figures(project, api.manager, expect)
    assert every["project"]["gold"]["answers"] >= 1
    scores = {one["annotator"]: one["gold"] for one in every["annotators"]}
    assert scores[mine["annotator"]] == {"mean": 0.0, "answers": 1}


async def test_reviews_are_counted_apart(api: Any, make_project: Any, expect: Any) -> None:
    project = await make_project(workflow={"review": {"sample": 1.0}})
    await project.add_items(1)
    await project.annotate_all(api.annotator(0))
    await project.settle()
    (lease,) = await project.lease(api.reviewer, review=True)
    decision = {
        "review_id": str(uuid4()),
        "lease_id": lease["id"],
        "token": lease["token"],
        "verdict": "accept",
        "active_ms": 500,
    }
    expect(await api.reviewer.post(f"{project.path}/reviews", json=decision))
    found = await figures(project, api.owner, expect)
    assert (found["project"]["annotations"], found["project"]["reviews"]) == (1, 1)
    stages = {one["stage"]: one["gold"] for one in found["annotators"]}
    assert stages["review"] is None and stages["annotate"] == {"mean": None, "answers": 0}


async def test_an_empty_project(api: Any, make_project: Any, expect: Any) -> None:
    found = await figures(await make_project(), api.viewer, expect)
    assert sum(found["project"]["tasks"].values()) == 0 and found["annotators"] == []
    assert found["project"]["median_ms_per_task"] is None
    assert found["project"]["finished_at"] is not None


async def test_figures_are_computed_once_in_two_seconds(
    api: Any, project: Any, expect: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "KEPT_SECONDS", 1000.0)
    first = await figures(project, api.owner, expect)
    await project.annotate_all(api.annotator(0))
    assert await figures(project, api.manager, expect) == first


async def test_a_missing_and_a_foreign_project_look_alike(api: Any, rival: Any, project: Any) -> None:
    missing = await api.owner.get(f"/projects/{uuid4()}/figures")
    foreign = await rival.owner.get(f"{project.path}/figures")
    assert (missing.status_code, missing.content) == (404, foreign.content)


@pytest.mark.parametrize(
    ("tasks", "annotations", "overlap", "expected"),
    [
        ({}, 0, 3, 0),
        ({"open": 10}, 0, 1, 10),
        ({"open": 10}, 0, 3, 30),
        ({"open": 10, "done": 5}, 15 + 7, 3, 23),
        ({"open": 2}, 100, 3, 2),
        ({"open": 2, "done": 9}, 0, 3, 6),
    ],
)
def test_what_remains(tasks: dict[str, int], annotations: int, overlap: int, expected: int) -> None:
    assert remaining_annotations(tasks, annotations, overlap) == expected


def test_when_it_will_be_done() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert finished_at(now, 0, (0, 0)) == now
    assert finished_at(now, 5, (0, 0)) is None
    assert finished_at(now, 60, (60, 1000)) == now + timedelta(hours=1)
    assert finished_at(now, 60, (0, 120)) == now + timedelta(hours=12)
