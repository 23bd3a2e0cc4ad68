"""Annotations: acknowledged once, validated, revised by compare-and-set, blind to others."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest


def submission(lease: dict[str, Any], mood: Any = "good", **members: Any) -> dict[str, Any]:
    return {
        "annotation_id": str(uuid4()),
        "lease_id": lease["id"],
        "token": lease["token"],
        "answer": {"mood": mood},
        **members,
    }


async def test_a_repeated_submit_is_the_same_annotation(api: Any, project: Any, expect: Any) -> None:
    annotator = api.annotator(0)
    (lease,) = await project.lease(annotator)
    body = submission(lease)
    path = f"{project.path}/annotations"
    first = expect(await annotator.post(path, json=body))
    again = expect(await annotator.post(path, json=body))
    assert first["receipt"] is not None and again["receipt"] is None
    assert first["annotation_id"] == again["annotation_id"]
    (task,) = [task for task in await project.tasks() if task["id"] == lease["task_id"]]
    assert task["submitted"] == 1
    second = await annotator.post(path, json=submission(lease))
    assert (second.status_code, second.json()["code"]) == (409, "lease_lost")


async def test_an_annotation_id_is_used_once(api: Any, project: Any, expect: Any) -> None:
    annotator = api.annotator(0)
    first, second = await project.lease(annotator, 2)
    body = submission(first)
    expect(await annotator.post(f"{project.path}/annotations", json=body))
    other = submission(second, annotation_id=body["annotation_id"])
    refused = await annotator.post(f"{project.path}/annotations", json=other)
    assert refused.status_code == 409 and refused.json()["path"] == "/annotation_id"


@pytest.mark.parametrize("mood", ["indifferent", None, 7, ["good"], {"a": 1}])
async def test_an_answer_that_breaks_the_interface_is_refused_in_place(
    api: Any, project: Any, mood: Any
) -> None:
    (lease,) = await project.lease(api.annotator(0))
    refused = await api.annotator(0).post(f"{project.path}/annotations", json=submission(lease, mood))
    assert refused.status_code == 422
    assert [problem["path"] for problem in refused.json()["problems"]] == ["/mood"]
    await project.submit(api.annotator(0), lease)


async def test_a_revision_is_added_over_the_one_that_was_seen(api: Any, project: Any, expect: Any) -> None:
    annotator = api.annotator(0)
    (lease,) = await project.lease(annotator)
    made = await project.submit(annotator, lease, "good")
    path = f"{project.path}/annotations/{made['annotation_id']}"
    change = {"seen_revision": 1, "answer": {"mood": "bad"}}
    revised = expect(await annotator.put(path, json=change))
    assert revised["revision"] == 2
    stale = await annotator.put(path, json=change)
    assert (stale.status_code, stale.json()["revision"]) == (409, 2)
    await project.settle()
    (label, *_) = expect(await api.owner.get(f"{project.path}/tasks/{lease['task_id']}/labels"))
    assert label["answer"] == {"mood": "bad"}
    other = await api.annotator(1).put(path, json={**change, "seen_revision": 2})
    missing = await api.annotator(1).put(
        f"{project.path}/annotations/{uuid4()}", json={**change, "seen_revision": 2}
    )
    assert (other.status_code, other.content) == (404, missing.content)


async def test_annotators_see_their_own_answers_only(api: Any, make_project: Any, expect: Any) -> None:
    project = await make_project(workflow={"overlap": 2})
    await project.add_items(2)
    await project.annotate_all(api.annotator(0), "good")
    await project.annotate_all(api.annotator(1), "bad")
    own = expect(await api.annotator(1).get(f"{project.path}/annotations"))["items"]
    assert [one["answer"]["mood"] for one in own] == ["bad", "bad"]
    assert len({one["annotator"] for one in own}) == 1
    task = own[0]["task_id"]
    every = expect(await api.owner.get(f"{project.path}/tasks/{task}/annotations"))
    assert {one["answer"]["mood"] for one in every} == {"good", "bad"}
    assert (await api.annotator(0).get(f"{project.path}/tasks/{task}/annotations")).status_code == 403


async def test_consensus_takes_the_majority(api: Any, make_project: Any, expect: Any) -> None:
    project = await make_project(workflow={"overlap": 3})
    await project.add_items(1)
    for number, mood in enumerate(("good", "bad", "bad")):
        await project.annotate_all(api.annotator(number), mood)
    await project.settle()
    (task,) = await project.tasks()
    assert task["state"] == "done" and 0 <= task["agreement"] < 1
    (label,) = expect(await api.owner.get(f"{project.path}/tasks/{task['id']}/labels"))
    assert label["answer"] == {"mood": "bad"} and label["source"] == "consensus"
    assert len(label["annotation_ids"]) == 3 and label["decided_by"] is None


async def test_bad_submissions_are_named(api: Any, project: Any) -> None:
    (lease,) = await project.lease(api.annotator(0))
    for change, path in (
        ({"annotation_id": "x"}, "/annotation_id"),
        ({"active_ms": -1}, "/active_ms"),
        ({"answer": []}, "/answer"),
        ({"surprise": 1}, "/surprise"),
        ({"token": "short"}, "/token"),
    ):
        refused = await api.annotator(0).post(
            f"{project.path}/annotations", json={**submission(lease), **change}
        )
        assert (refused.status_code, refused.json()["path"]) == (422, path)
