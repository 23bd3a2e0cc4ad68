"""Reviews: accept, fix, send back."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest


@pytest.fixture
async def under_review(api: Any, make_project: Any) -> Any:
    """A project whose one task has been answered and waits for a reviewer."""
    project = await make_project(workflow={"review": {"sample": 1.0}})
    await project.add_items(1)
    await project.annotate_all(api.annotator(0), "good")
    await project.settle()
    return project


def decision(lease: dict[str, Any], verdict: str, **members: Any) -> dict[str, Any]:
    return {
        "review_id": str(uuid4()),
        "lease_id": lease["id"],
        "token": lease["token"],
        "verdict": verdict,
        **members,
    }


async def decide(api: Any, project: Any, body: dict[str, Any]) -> Any:
    return await api.reviewer.post(f"{project.path}/reviews", json=body)


async def test_a_reviewer_sees_the_proposal_and_what_is_behind_it(api: Any, under_review: Any) -> None:
    (lease,) = await under_review.lease(api.reviewer, review=True)
    assert lease["stage"] == "review" and lease["label"]["answer"] == {"mood": "good"}
    (seen,) = lease["annotations"]
    assert seen["answer"] == {"mood": "good"} and seen["active_ms"] == 1000


async def test_accept(api: Any, under_review: Any, expect: Any) -> None:
    (lease,) = await under_review.lease(api.reviewer, review=True)
    body = decision(lease, "accept", active_ms=700)
    assert expect(await decide(api, under_review, body))["receipt"] is not None
    assert expect(await decide(api, under_review, body))["receipt"] is None
    (task,) = await under_review.tasks()
    assert (task["state"], task["label_revision"]) == ("done", 1)
    (review,) = expect(await api.owner.get(f"{under_review.path}/tasks/{task['id']}/reviews"))
    assert (review["verdict"], review["active_ms"]) == ("accept", 700)


async def test_a_reviewer_who_lost_their_tokens_gets_new_ones_and_keeps_the_task(
    api: Any, under_review: Any, expect: Any
) -> None:
    (lease,) = await under_review.lease(api.reviewer, review=True)
    (held,) = expect(await api.reviewer.get(f"{under_review.path}/reviews/leases"))["leases"]
    assert held["id"] == lease["id"] and held["token"] != lease["token"]
    assert held["label"] == lease["label"] and held["annotations"] == lease["annotations"]
    assert expect(await api.reviewer.get(f"{under_review.path}/leases"))["leases"] == []
    heartbeat = f"{under_review.path}/leases/{held['id']}/heartbeat"
    assert (await api.reviewer.post(heartbeat, json={"token": lease["token"]})).status_code == 404
    expect(await api.reviewer.post(heartbeat, json={"token": held["token"]}))
    assert expect(await decide(api, under_review, decision(held, "accept")))["receipt"] is not None


async def test_fix_adds_a_revision_of_the_label(api: Any, under_review: Any, expect: Any) -> None:
    (lease,) = await under_review.lease(api.reviewer, review=True)
    broken = await decide(api, under_review, decision(lease, "fix", answer={"mood": "odd"}))
    assert broken.status_code == 422
    expect(await decide(api, under_review, decision(lease, "fix", answer={"mood": "bad"})))
    (task,) = await under_review.tasks("state = done and label.mood = bad")
    labels = expect(await api.owner.get(f"{under_review.path}/tasks/{task['id']}/labels"))
    assert [(one["revision"], one["source"], one["answer"]["mood"]) for one in labels] == [
        (2, "review", "bad"),
        (1, "consensus", "good"),
    ]
    assert labels[0]["decided_by"] is not None


async def test_sent_back_to_the_same_with_comment_and_answer(
    api: Any, under_review: Any, expect: Any
) -> None:
    (lease,) = await under_review.lease(api.reviewer, review=True)
    assert (await decide(api, under_review, decision(lease, "send_back"))).status_code == 422
    comment = {"body": "Look again", "anchor": {"field": "mood"}}
    expect(await decide(api, under_review, decision(lease, "send_back", comments=[comment])))
    assert await under_review.lease(api.annotator(1)) == []
    (again,) = await under_review.lease(api.annotator(0))
    assert again["round"] == 2 and again["previous"] == {"mood": "good"}
    (seen,) = again["comments"]
    assert seen["body"] == "Look again" and seen["anchor"]["field"] == "mood"
    await under_review.submit(api.annotator(0), again, "bad")
    await under_review.settle()
    (second,) = await under_review.lease(api.reviewer, review=True)
    assert second["label"]["answer"] == {"mood": "bad"} and second["round"] == 2


async def test_nobody_reviews_their_own_work(api: Any, make_project: Any) -> None:
    project = await make_project(workflow={"review": {"sample": 1.0}})
    await project.add_items(1)
    await project.annotate_all(api.reviewer)
    await project.settle()
    assert await project.lease(api.reviewer, review=True) == []
    assert len(await project.lease(api.manager, review=True)) == 1


async def test_there_is_nothing_to_accept_without_an_answer(api: Any, make_project: Any, expect: Any) -> None:
    project = await make_project(workflow={"skip_limit": 1})
    await project.add_items(1)
    (lease,) = await project.lease(api.annotator(0))
    skip = {"token": lease["token"]}
    expect(await api.annotator(0).post(f"{project.path}/leases/{lease['id']}/skip", json=skip), 204)
    (review,) = await project.lease(api.reviewer, review=True)
    refused = await decide(api, project, decision(review, "accept"))
    assert (refused.status_code, refused.json()["path"]) == (409, "/verdict")
    expect(await decide(api, project, decision(review, "fix", answer={"mood": "bad"})))
    assert [task["state"] for task in await project.tasks()] == ["done"]


async def test_low_agreement_goes_to_review(api: Any, make_project: Any) -> None:
    project = await make_project(workflow={"overlap": 2, "review": {"below_agreement": 0.9}})
    await project.add_items(1)
    await project.annotate_all(api.annotator(0), "good")
    await project.annotate_all(api.annotator(1), "bad")
    await project.settle()
    assert [task["state"] for task in await project.tasks()] == ["review"]


async def test_leases_of_one_stage_do_not_serve_the_other(api: Any, under_review: Any) -> None:
    (review,) = await under_review.lease(api.reviewer, review=True)
    wrong = {
        "annotation_id": str(uuid4()),
        "lease_id": review["id"],
        "token": review["token"],
        "answer": {"mood": "good"},
    }
    refused = await api.reviewer.post(f"{under_review.path}/annotations", json=wrong)
    assert (refused.status_code, refused.json()["path"]) == (409, "/lease_id")
    await under_review.add_items(1)
    (lease,) = await under_review.lease(api.reviewer)
    refused = await decide(api, under_review, decision(lease, "accept"))
    assert (refused.status_code, refused.json()["path"]) == (409, "/lease_id")


async def test_a_review_id_is_used_once(api: Any, make_project: Any, expect: Any) -> None:
    project = await make_project(workflow={"review": {"sample": 1.0}})
    await project.add_items(2)
    await project.annotate_all(api.annotator(0))
    await project.settle()
    first, second = await project.lease(api.reviewer, 2, review=True)
    body = decision(first, "accept")
    expect(await decide(api, project, body))
    refused = await decide(api, project, decision(second, "accept", review_id=body["review_id"]))
    assert (refused.status_code, refused.json()["path"]) == (409, "/review_id")
