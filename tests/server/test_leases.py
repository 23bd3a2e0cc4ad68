"""Leases: who gets what, for how long, and what becomes of tasks that are given back."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from assay.control.access import Role
from assay.server.leases.service import sweep


async def expire(api: Any, lease: dict[str, Any]) -> None:
    """Let a lease's time be over, and end it."""
    async with api.engine.open(api.engine.acting_in(api.tenant), "test") as workspace:
        async with workspace.cell.database.transaction() as connection:
            await connection.execute(
                "update lease set expires_at = now() - interval '1 second' where id = %s",
                (UUID(lease["id"]),),
            )
        await sweep(workspace)
        # The background loop may be at it at the same time: wait for its commit too.
        overdue = "select 1 from lease where state = 'active' and expires_at < now() limit 1"
        while True:
            async with workspace.cell.database.connection() as connection:
                if await (await connection.execute(overdue)).fetchone() is None:
                    return


def proof(lease: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {"token": lease["token"], **members}


async def test_the_whole_loop_is_one_round_trip_per_task(api: Any, project: Any) -> None:
    annotator = api.annotator(0)
    (lease,) = await project.lease(annotator)
    answered = await project.submit(annotator, lease, lease_next=1)
    (following,) = answered["leases"]
    assert following["task_id"] != lease["task_id"] and following["data"]["text"].startswith("passage")
    await project.submit(annotator, following)
    assert await project.annotate_all(annotator) == 1
    await project.settle()
    assert {task["state"] for task in await project.tasks()} == {"done"}


async def test_priority_goes_first_then_age(api: Any, make_project: Any, expect: Any) -> None:
    project = await make_project()
    await project.add([{"data": {"text": "low"}}, {"data": {"text": "high"}, "priority": 5}])
    taken = await project.lease(api.annotator(0), 2)
    assert [lease["data"]["text"] for lease in taken] == ["high", "low"]


async def test_one_slot_is_never_given_to_two(api: Any, make_project: Any) -> None:
    project = await make_project(workflow={"leases_ahead": 50})
    await project.add_items(30)
    clients = [api.annotator(number) for number in range(5)]
    taken = await asyncio.gather(*(project.lease(clients[number % 5], 3) for number in range(15)))
    tasks = [lease["task_id"] for leases in taken for lease in leases]
    assert len(tasks) == len(set(tasks)) == 30


async def test_overlap_gives_a_task_to_as_many_different_people(api: Any, make_project: Any) -> None:
    project = await make_project(workflow={"overlap": 2, "leases_ahead": 5})
    await project.add_items(1)
    (first,) = await project.lease(api.annotator(0), 5)
    assert await project.lease(api.annotator(0), 1) == []
    (second,) = await project.lease(api.annotator(1), 5)
    assert first["task_id"] == second["task_id"]
    assert await project.lease(api.annotator(2)) == []


async def test_holding_more_than_allowed_is_refused(api: Any, make_project: Any) -> None:
    project = await make_project(workflow={"leases_ahead": 2})
    await project.add_items(5)
    assert len(await project.lease(api.annotator(0), 50)) == 2
    refused = await api.annotator(0).post(f"{project.path}/leases", json={"count": 1})
    assert refused.status_code == 429 and refused.json()["advice"]


async def test_a_released_task_comes_back_to_the_same_annotator(api: Any, project: Any, expect: Any) -> None:
    annotator = api.annotator(0)
    (lease,) = await project.lease(annotator)
    path = f"{project.path}/leases/{lease['id']}"
    expect(await annotator.post(f"{path}/release", json=proof(lease)), 204)
    again = await project.lease(annotator, 3)
    assert lease["task_id"] in [one["task_id"] for one in again]
    assert (await annotator.post(f"{path}/release", json=proof(lease))).status_code == 409


async def test_a_skipped_task_goes_to_others_only(api: Any, make_project: Any, expect: Any) -> None:
    project = await make_project()
    await project.add_items(1)
    annotator = api.annotator(0)
    (lease,) = await project.lease(annotator)
    skip = proof(lease, reason="unclear", note="which mood?")
    expect(await annotator.post(f"{project.path}/leases/{lease['id']}/skip", json=skip), 204)
    assert await project.lease(annotator) == []
    (other,) = await project.lease(api.annotator(1))
    assert other["task_id"] == lease["task_id"]


async def test_a_task_that_too_many_skip_goes_to_a_reviewer(api: Any, make_project: Any, expect: Any) -> None:
    project = await make_project(workflow={"skip_limit": 2})
    await project.add_items(1)
    for number in range(2):
        (lease,) = await project.lease(api.annotator(number))
        path = f"{project.path}/leases/{lease['id']}/skip"
        expect(await api.annotator(number).post(path, json=proof(lease)), 204)
    assert await project.lease(api.annotator(2)) == []
    (task,) = await project.tasks()
    assert (task["state"], task["skipped"]) == ("review", 2)
    (review,) = await project.lease(api.reviewer, review=True)
    assert review["label"] == {"revision": None, "answer": None, "agreement": None, "confidence": None}


async def test_a_lease_that_ran_out_goes_to_somebody_else(api: Any, make_project: Any) -> None:
    project = await make_project()
    await project.add_items(1)
    (lost,) = await project.lease(api.annotator(0))
    await expire(api, lost)
    (lease,) = await project.lease(api.annotator(1))
    assert lease["task_id"] == lost["task_id"]
    submission = {
        "annotation_id": str(uuid4()),
        "lease_id": lost["id"],
        "token": lost["token"],
        "answer": {"mood": "good"},
    }
    late = await api.annotator(0).post(f"{project.path}/annotations", json=submission)
    assert (late.status_code, late.json()["code"]) == (409, "lease_lost")


async def test_a_lease_that_merely_ran_out_still_takes_its_answer(api: Any, make_project: Any) -> None:
    project = await make_project()
    await project.add_items(1)
    (lease,) = await project.lease(api.annotator(0))
    await expire(api, lease)
    await project.submit(api.annotator(0), lease)
    assert [task["submitted"] for task in await project.tasks()] == [1]


async def test_heartbeats_extend_and_need_the_token(api: Any, project: Any, expect: Any) -> None:
    annotator = api.annotator(0)
    (lease,) = await project.lease(annotator)
    path = f"{project.path}/leases/{lease['id']}/heartbeat"
    assert expect(await annotator.post(path, json=proof(lease)))["expires_at"] >= lease["expires_at"]
    wrong = await annotator.post(path, json={"token": "x" * 32})
    other = await api.annotator(1).post(path, json=proof(lease))
    missing = await annotator.post(path.replace(lease["id"], str(uuid4())), json=proof(lease))
    assert wrong.status_code == 404 and wrong.content == other.content == missing.content


async def test_who_lost_their_tokens_gets_new_ones(api: Any, project: Any, expect: Any) -> None:
    annotator = api.annotator(0)
    (lease,) = await project.lease(annotator)
    (held,) = expect(await annotator.get(f"{project.path}/leases"))["leases"]
    assert held["id"] == lease["id"] and held["token"] != lease["token"]
    path = f"{project.path}/leases/{lease['id']}/heartbeat"
    assert (await annotator.post(path, json=proof(lease))).status_code == 404
    await project.submit(annotator, held)


async def test_drafts_are_kept_by_compare_and_set(api: Any, project: Any, expect: Any) -> None:
    annotator = api.annotator(0)
    (lease,) = await project.lease(annotator)
    path = f"{project.path}/leases/{lease['id']}/draft"
    unfinished = proof(lease, answer={"mood": None})
    assert expect(await annotator.put(path, json=unfinished))["revision"] == 1
    stale = await annotator.put(path, json=unfinished)
    assert (stale.status_code, stale.json()["code"]) == (409, "revision_conflict")
    newer = proof(lease, answer={"mood": "bad"}, seen_revision=1)
    assert expect(await annotator.put(path, json=newer))["revision"] == 2
    (held,) = expect(await annotator.get(f"{project.path}/leases"))["leases"]
    assert held["draft"] == {"revision": 2, "answer": {"mood": "bad"}}


async def test_prelabels_are_a_start_where_the_project_shows_them(api: Any, make_project: Any) -> None:
    prelabels = [
        {"answer": {"mood": "bad"}, "score": 0.2, "model": "weak"},
        {"answer": {"mood": "good"}, "score": 0.9, "model": "strong"},
    ]
    for shown in (True, False):
        project = await make_project(workflow={"show_prelabels": shown})
        await project.add([{"data": {"text": "x"}, "prelabels": prelabels}])
        (lease,) = await project.lease(api.annotator(0))
        expected = {"model": "strong", "score": pytest.approx(0.9), "answer": {"mood": "good"}}
        assert lease.get("prelabel") == (expected if shown else None)


async def test_gold_looks_like_any_other_task(api: Any, make_project: Any) -> None:
    project = await make_project(workflow={"gold_rate": 1.0})
    gold = {"answer": {"mood": "good"}, "explanation": "obvious"}
    await project.add([{"data": {"text": "known"}, "gold": gold}])
    await project.add([{"data": {"text": "unknown"}}])
    (known,) = await project.lease(api.annotator(0))
    (unknown,) = await project.lease(api.annotator(0))
    assert (known["data"]["text"], unknown["data"]["text"]) == ("known", "unknown")
    assert known.keys() == unknown.keys() and "obvious" not in str(known)
    await project.submit(api.annotator(0), known)
    assert [lease["data"]["text"] for lease in await project.lease(api.annotator(1))] == ["known"]


async def test_nothing_is_leased_from_a_paused_project(api: Any, project: Any, expect: Any) -> None:
    expect(await api.owner.patch(project.path, json={"state": "paused"}))
    assert await project.lease(api.annotator(0)) == []
    expect(await api.owner.patch(project.path, json={"state": "active"}))
    assert len(await project.lease(api.annotator(0))) == 1


async def test_who_leases(api: Any, rival: Any, project: Any, make_project: Any) -> None:
    other = await make_project()
    narrow = await api.client_as(Role.ANNOTATOR, [other.id])
    body = {"count": 1}
    assert (await api.viewer.post(f"{project.path}/leases", json=body)).status_code == 403
    hidden = await narrow.post(f"{project.path}/leases", json=body)
    missing = await narrow.post(f"/projects/{uuid4()}/leases", json=body)
    foreign = await rival.annotator(0).post(f"{project.path}/leases", json=body)
    assert hidden.status_code == missing.status_code == foreign.status_code == 404
    assert hidden.content == missing.content
    assert (await api.annotator(0).post(f"{project.path}/reviews/leases", json=body)).status_code == 403


@pytest.mark.parametrize("count", [0, 51, "x", None])
async def test_a_count_that_is_none(api: Any, project: Any, count: Any) -> None:
    refused = await api.annotator(0).post(f"{project.path}/leases", json={"count": count})
    assert refused.status_code == 422 and refused.json()["path"] == "/count"


async def test_a_preference_is_shown_in_an_order_that_the_server_drew_and_remembers(
    api: Any, make_project: Any, expect: Any
) -> None:
    interface = {
        "version": 1,
        "inputs": [{"name": name, "type": "text", "source": f"$.{name}"} for name in ("a", "b")],
        "fields": [{"name": "better", "type": "preference", "over": ["a", "b"]}],
    }
    project = await make_project(interface=interface, workflow={"leases_ahead": 20})
    rows = [{"data": {"a": "one", "b": f"two {number}"}} for number in range(20)]
    expect(await api.owner.post(f"{project.path}/items", json={"items": rows}), 201)
    leases = await project.lease(api.annotator(0), count=20)
    orders = {lease["task_id"]: lease["shown_order"]["better"] for lease in leases}
    assert {tuple(order) for order in orders.values()} == {("a", "b"), ("b", "a")}
    for lease in leases[:3]:
        await project.submit(api.annotator(0), lease, answer={"better": {"preferred": "a"}})
        (stored,) = expect(await api.owner.get(f"{project.path}/tasks/{lease['task_id']}/annotations"))
        assert stored["shown_order"] == {"better": orders[lease["task_id"]]}
