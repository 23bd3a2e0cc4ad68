"""What waits for one person: what claiming would give them, and what they did today."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from assay.control.access import Role


async def work(client: Any, project: Any, expect: Any, **query: Any) -> dict[str, Any]:
    found = expect(await client.get("http://assay.test/api/v1/me/work", params=query))
    (mine,) = [one for one in found["projects"] if project.path.endswith(one["project_id"])]
    return {name: mine[name] for name in ("to_annotate", "to_review", "sent_back", "submitted")}


async def test_what_claiming_would_give(api: Any, make_project: Any, expect: Any) -> None:
    project = await make_project(workflow={"overlap": 2})
    await project.add_items(3)
    first, second = api.annotator(0), api.annotator(1)
    assert (await work(first, project, expect))["to_annotate"] == 3
    (lease,) = await project.lease(first)
    assert (await work(first, project, expect))["to_annotate"] == 2
    await project.submit(first, lease, "good")
    assert await work(first, project, expect) == {
        "to_annotate": 2,
        "to_review": 0,
        "sent_back": 0,
        "submitted": 1,
    }
    assert (await work(second, project, expect))["to_annotate"] == 3
    assert (await work(api.viewer, project, expect))["to_annotate"] == 0


async def test_counts_stop_at_a_hundred(api: Any, make_project: Any, expect: Any) -> None:
    project = await make_project()
    await project.add_items(120)
    assert (await work(api.annotator(0), project, expect))["to_annotate"] == 100


async def test_what_was_submitted_before_is_not_counted(api: Any, make_project: Any, expect: Any) -> None:
    project = await make_project()
    await project.add_items(1)
    await project.annotate_all(api.annotator(0))
    later = (datetime.now(UTC) + timedelta(minutes=1)).isoformat()
    assert (await work(api.annotator(0), project, expect, since=later))["submitted"] == 0
    assert (await work(api.annotator(0), project, expect))["submitted"] == 1


async def test_reviews_and_what_they_send_back(api: Any, make_project: Any, expect: Any) -> None:
    project = await make_project(workflow={"review": {"sample": 1.0}})
    await project.add_items(1)
    annotator = api.annotator(0)
    await project.annotate_all(annotator)
    await project.settle()
    assert (await work(api.reviewer, project, expect))["to_review"] == 1
    assert (await work(annotator, project, expect))["to_review"] == 0
    (lease,) = await project.lease(api.reviewer, review=True)
    decision = {
        "review_id": str(uuid4()),
        "lease_id": lease["id"],
        "token": lease["token"],
        "verdict": "send_back",
        "active_ms": 500,
        "comments": [{"body": "Look again", "anchor": {"field": "mood"}}],
    }
    expect(await api.reviewer.post(f"{project.path}/reviews", json=decision))
    found = await work(annotator, project, expect)
    assert (found["to_annotate"], found["sent_back"]) == (1, 1)
    assert (await work(api.annotator(1), project, expect))["to_annotate"] == 0


async def test_members_of_some_projects_see_those_only(api: Any, make_project: Any, expect: Any) -> None:
    project, other = await make_project(), await make_project()
    await project.add_items(1)
    await other.add_items(1)
    inside = UUID(project.path.rsplit("/", 1)[-1])
    client = await api.client_as(Role.ANNOTATOR, [inside])
    found = expect(await client.get("http://assay.test/api/v1/me/work"))
    assert [one["project_id"] for one in found["projects"]] == [str(inside)]
