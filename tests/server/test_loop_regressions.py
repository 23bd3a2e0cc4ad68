"""What once went wrong in the labeling loop, or could have."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from assay.server.consensus.service import settle_annotated
from assay.server.leases import service as leases

RENAMED: dict[str, Any] = {
    "version": 1,
    "inputs": [{"name": "text", "type": "text", "source": "$.text"}],
    "fields": [{"name": "tone", "type": "choice", "options": [{"value": "warm"}, {"value": "cold"}]}],
}


async def query(api: Any, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """What the cell's database answers."""
    async with (
        api.engine.open(api.engine.acting_in(api.tenant), "test") as workspace,
        workspace.cell.database.transaction() as connection,
    ):
        cursor = await connection.execute(statement, parameters)
        return [] if cursor.description is None else await cursor.fetchall()


async def expire(api: Any, lease: str) -> None:
    """Let a lease run out, and have it swept."""
    await query(api, "update lease set expires_at = now() - interval '1 second' where id = %s", UUID(lease))
    async with api.engine.open(api.engine.acting_in(api.tenant), "test") as workspace:
        await leases.sweep(workspace)
    # The background loop may have been faster, and not be done yet.
    while await query(api, "select 1 from lease where id = %s and state = 'active'", UUID(lease)):
        pass


async def open_slots(api: Any, project: Any, stage: int = 1) -> int:
    rows = await query(
        api,
        "select coalesce(sum(open_slots), 0) from queue where project_id = %s and stage = %s",
        project.id,
        stage,
    )
    return int(rows[0][0])


def review(lease: dict[str, Any], verdict: str, **members: Any) -> dict[str, Any]:
    return {
        "review_id": str(uuid4()),
        "lease_id": lease["id"],
        "token": lease["token"],
        "verdict": verdict,
        **members,
    }


async def send_back(api: Any, project: Any, expect: Any) -> None:
    (lease,) = await project.lease(api.reviewer, review=True)
    decision = review(lease, "send_back", comments=[{"body": "Once more"}])
    expect(await api.reviewer.post(f"{project.path}/reviews", json=decision))


async def test_many_tasks_are_leased_at_once(api: Any, make_project: Any) -> None:
    project = await make_project(workflow={"leases_ahead": 50})
    await project.add_items(30)
    assert len(await project.lease(api.annotator(0), count=20)) == 20
    logged = await query(
        api, "select count(*) from log_row where project_id = %s and action = 'lease.claimed'", project.id
    )
    assert logged == [(20,)]


async def test_a_review_id_of_another_review_is_a_conflict(api: Any, make_project: Any, expect: Any) -> None:
    project = await make_project(workflow={"review": {"sample": 1.0}})
    await project.add_items(2)
    await project.annotate_all(api.annotator(0))
    await project.settle()
    first, second = await project.lease(api.reviewer, count=2, review=True)
    decision = review(first, "accept")
    expect(await api.reviewer.post(f"{project.path}/reviews", json=decision))
    again = {**decision, "lease_id": second["id"], "token": second["token"]}
    assert expect(await api.reviewer.post(f"{project.path}/reviews", json=again), 409)["path"] == "/review_id"
    repeated = expect(await api.reviewer.post(f"{project.path}/reviews", json=decision))
    assert repeated["receipt"] is None


async def test_held_leases_keep_the_interface_they_were_given_under(
    api: Any, project: Any, expect: Any
) -> None:
    annotator = api.annotator(0)
    (lease,) = await project.lease(annotator)
    change = {"interface": RENAMED, "allow_breaking": True}
    expect(await api.owner.post(f"{project.path}/interface/versions", json=change), 201)
    (held,) = expect(await annotator.get(f"{project.path}/leases"))["leases"]
    assert (held["id"], held["interface_version"]) == (lease["id"], 1)
    await project.submit(annotator, held)


async def test_an_answer_to_a_round_that_is_over_counts_for_nothing(
    api: Any, make_project: Any, expect: Any
) -> None:
    """The late one holds a lease of round 1, while skips and a reviewer bring the task into round 2."""
    project = await make_project(workflow={"overlap": 2, "skip_limit": 1})
    await project.add_items(1)
    late, skipper, other = api.annotator(0), api.annotator(1), api.annotator(2)
    (lease,) = await project.lease(late)
    (skipped,) = await project.lease(skipper)
    path = f"{project.path}/leases/{skipped['id']}/skip"
    expect(await skipper.post(path, json={"token": skipped["token"], "reason": "unclear"}), 204)
    await send_back(api, project, expect)
    await project.submit(late, lease)
    (task,) = await project.tasks()
    assert (task["state"], task["round"], task["submitted"]) == ("open", 2, 1)
    await project.settle()
    (lease,) = await project.lease(other)
    await project.submit(other, lease)
    await project.settle()
    assert [task["state"] for task in await project.tasks()] == ["done"]


async def test_a_skip_of_a_round_that_is_over_counts_for_nothing(
    api: Any, make_project: Any, expect: Any
) -> None:
    project = await make_project(workflow={"overlap": 2, "skip_limit": 1})
    await project.add_items(1)
    (late,), (early,) = await project.lease(api.annotator(0)), await project.lease(api.annotator(1))
    for client, lease in ((api.annotator(1), early), (api.annotator(0), late)):
        path = f"{project.path}/leases/{lease['id']}/skip"
        expect(await client.post(path, json={"token": lease["token"]}), 204)
        if lease is early:
            await send_back(api, project, expect)
    (task,) = await project.tasks()
    assert (task["state"], task["skipped"]) == ("open", 0)


async def test_lowering_the_overlap_ends_what_is_enough_now(api: Any, make_project: Any, expect: Any) -> None:
    project = await make_project(workflow={"overlap": 3})
    await project.add_items(1)
    (lease,) = await project.lease(api.annotator(0))
    await project.submit(api.annotator(0), lease)
    (task,) = await project.tasks()
    path = f"{project.path}/tasks/{task['id']}"
    expect(await api.owner.patch(path, json={"overlap": 1}))
    assert await open_slots(api, project) == 0
    await project.settle()
    assert [task["state"] for task in await project.tasks()] == ["done"]
    assert await project.lease(api.annotator(1)) == []
    expect(await api.owner.patch(path, json={"overlap": 2}))
    assert len(await project.lease(api.annotator(1))) == 1


async def test_a_task_that_was_sent_back_keeps_its_one_slot(api: Any, make_project: Any, expect: Any) -> None:
    project = await make_project(workflow={"overlap": 2, "review": {"sample": 1.0}})
    await project.add_items(1)
    for number in (0, 1):
        await project.annotate_all(api.annotator(number))
    await project.settle()
    await send_back(api, project, expect)
    (task,) = await project.tasks()
    refused = await api.owner.patch(f"{project.path}/tasks/{task['id']}", json={"overlap": 1})
    expect(refused, 409)
    assert await open_slots(api, project) == 1
    expect(await api.owner.patch(f"{project.path}/tasks/{task['id']}", json={"priority": 3}))
    assert await open_slots(api, project) == 1


async def test_the_overlap_changes_while_slots_are_being_claimed(
    api: Any, make_project: Any, expect: Any
) -> None:
    """However claims and changes meet, a task never has more leases than its overlap."""
    project = await make_project(workflow={"overlap": 4})
    await project.add_items(1)
    (task,) = await project.tasks()
    path = f"{project.path}/tasks/{task['id']}"
    for overlap in (4, 3, 4, 3):
        changes = [api.owner.patch(path, json={"overlap": overlap, "priority": overlap}) for _ in range(3)]
        claims = [project.lease(api.annotator(number)) for number in range(5)]
        await asyncio.gather(*changes, *claims)
        taken = await query(
            api, "select count(*) from lease where project_id = %s and state = 'active'", project.id
        )
        assert taken[0][0] + await open_slots(api, project) <= 4
        assert taken[0][0] <= 4
        held = await query(
            api, "select id from lease where project_id = %s and state = 'active' limit 2", project.id
        )
        for (lease,) in held:
            await expire(api, str(lease))


async def test_priority_moves_a_task_that_waits_for_a_reviewer(
    api: Any, make_project: Any, expect: Any
) -> None:
    project = await make_project(workflow={"review": {"sample": 1.0}})
    await project.add_items(3)
    await project.annotate_all(api.annotator(0))
    await project.settle()
    last = (await project.tasks())[-1]["id"]
    expect(await api.owner.patch(f"{project.path}/tasks/{last}", json={"priority": 5}))
    (lease,) = await project.lease(api.reviewer, review=True)
    assert lease["task_id"] == last


async def test_a_reviewed_annotation_cannot_be_revised(api: Any, make_project: Any, expect: Any) -> None:
    project = await make_project(workflow={"review": {"sample": 1.0}})
    await project.add_items(1)
    annotator = api.annotator(0)
    (lease,) = await project.lease(annotator)
    annotation = (await project.submit(annotator, lease))["annotation_id"]
    path = f"{project.path}/annotations/{annotation}"
    change = {"seen_revision": 1, "answer": {"mood": "bad"}}
    expect(await annotator.put(path, json=change))
    await project.settle()
    (lease,) = await project.lease(api.reviewer, review=True)
    decision = review(lease, "fix", answer={"mood": "good"})
    expect(await api.reviewer.post(f"{project.path}/reviews", json=decision))
    expect(await annotator.put(path, json={**change, "seen_revision": 2}), 409)
    (task,) = await project.tasks()
    labels = expect(await api.owner.get(f"{project.path}/tasks/{task['id']}/labels"))
    assert (task["state"], labels[0]["source"]) == ("done", "review")


async def test_a_breaking_edit_asks_the_same_annotators_again(
    api: Any, make_project: Any, expect: Any
) -> None:
    """Of two answers one is given under the new interface: it counts, the other is asked for again."""
    project = await make_project(workflow={"overlap": 2})
    await project.add_items(1)
    first, second = api.annotator(0), api.annotator(1)
    (lease,) = await project.lease(first)
    await project.submit(first, lease)
    change = {"interface": RENAMED, "allow_breaking": True}
    expect(await api.owner.post(f"{project.path}/interface/versions", json=change), 201)
    (lease,) = await project.lease(second)
    kept = await project.submit(second, lease, answer={"tone": "warm"})
    for _ in range(100):
        await project.settle()
        (task,) = await project.tasks()
        if task["state"] == "open":
            break
    assert (task["state"], task["round"], task["submitted"]) == ("open", 2, 1)
    assert await project.lease(second) == []
    (lease,) = await project.lease(first)
    await project.submit(first, lease, answer={"tone": "warm"})
    await project.settle()
    labels = expect(await api.owner.get(f"{project.path}/tasks/{task['id']}/labels"))
    assert labels[0]["answer"] == {"tone": "warm"}
    assert kept["annotation_id"] in labels[0]["annotation_ids"] and len(labels[0]["annotation_ids"]) == 2


async def test_one_task_that_cannot_be_merged_holds_nobody_up(api: Any, make_project: Any) -> None:
    project = await make_project()
    await project.add_items(2)
    annotator = api.annotator(0)
    broken, whole = await project.lease(annotator, count=2)
    answer = await project.submit(annotator, broken)
    await query(
        api,
        "update annotation_revision set answer = '\\x00'::bytea where annotation_id = %s",
        UUID(answer["annotation_id"]),
    )
    await query(api, "update task set state = 'annotated' where id = %s", UUID(broken["task_id"]))
    await project.submit(annotator, whole)
    async with api.engine.open(api.engine.acting_in(api.tenant), "test") as workspace:
        for _ in range(100):
            await settle_annotated(workspace, project.id)
            states = {task["id"]: task["state"] for task in await project.tasks()}
            if states[whole["task_id"]] == "done":
                break
    assert states == {broken["task_id"]: "annotated", whole["task_id"]: "done"}
    await query(api, "update task set state = 'open' where id = %s", UUID(broken["task_id"]))


async def test_gold_does_not_show_in_the_number_of_leases(api: Any, make_project: Any) -> None:
    project = await make_project(workflow={"gold_rate": 0.5, "leases_ahead": 20})
    await project.add_items(40)
    await project.add_items(40, gold={"answer": {"mood": "good"}})
    leased = await project.lease(api.annotator(0), count=20)
    assert len(leased) == 20
    assert len({lease["task_id"] for lease in leased}) == 20
    gold = {task["id"] for task in await project.tasks("state = gold")}
    assert 0 < sum(lease["task_id"] in gold for lease in leased) < 20


async def test_gold_of_a_paused_batch_is_not_handed_out(api: Any, make_project: Any, expect: Any) -> None:
    project = await make_project(workflow={"gold_rate": 1.0})
    await project.add_items(3, gold={"answer": {"mood": "good"}})
    (batch,) = expect(await api.owner.get(f"{project.path}/batches"))["items"]
    path = f"{project.path}/batches/{batch['id']}"
    expect(await api.owner.patch(path, json={"state": "paused"}))
    assert await project.lease(api.annotator(0)) == []
    expect(await api.owner.patch(path, json={"state": "open"}))
    assert len(await project.lease(api.annotator(0))) == 1


async def test_a_lease_of_a_task_that_became_gold_gives_nothing_back(
    api: Any, make_project: Any, expect: Any
) -> None:
    project = await make_project()
    await project.add_items(1)
    (lease,) = await project.lease(api.annotator(0))
    path = f"{project.path}/tasks/{lease['task_id']}/gold"
    expect(await api.owner.put(path, json={"answer": {"mood": "good"}}))
    await expire(api, lease["id"])
    assert await open_slots(api, project) == 0
    assert await project.lease(api.annotator(1)) == []


async def test_leases_of_a_paused_batch_come_back_held(api: Any, make_project: Any, expect: Any) -> None:
    project = await make_project()
    await project.add_items(1)
    (lease,) = await project.lease(api.annotator(0))
    (batch,) = expect(await api.owner.get(f"{project.path}/batches"))["items"]
    path = f"{project.path}/batches/{batch['id']}"
    expect(await api.owner.patch(path, json={"state": "paused"}))
    await expire(api, lease["id"])
    assert await project.lease(api.annotator(1)) == []
    await project.submit(api.annotator(0), lease)
    expect(await api.owner.patch(path, json={"state": "open"}))
    assert await project.lease(api.annotator(1)) == []


async def test_new_work_is_found_before_the_place_where_annotators_stand(
    api: Any, make_project: Any, expect: Any
) -> None:
    project = await make_project(workflow={"overlap": 2})
    await project.add_items(3)
    annotator = api.annotator(0)
    done = await project.lease(annotator, count=2)
    (urgent,) = await project.add_items(1, priority=5)
    late = expect(await api.owner.post(f"{project.path}/batches", json={"name": "Late"}), 201)
    items = [{"data": {"text": "late"}}]
    expect(await api.owner.post(f"{project.path}/items", json={"items": items, "batch_id": late["id"]}), 201)
    order = []
    for lease in done:
        order += (await project.submit(annotator, lease, lease_next=1))["leases"]
    assert order[0]["item_id"] == urgent
    assert order[1]["item_id"] not in {urgent, *(lease["item_id"] for lease in done)}


async def test_the_first_two_requests_make_one_default_batch(
    api: Any, make_project: Any, expect: Any
) -> None:
    project = await make_project()
    await asyncio.gather(*(project.add_items(1) for _ in range(4)))
    assert len(expect(await api.owner.get(f"{project.path}/batches"))["items"]) == 1


async def test_reads_of_content_are_in_the_log(api: Any, make_project: Any, expect: Any) -> None:
    project = await make_project()
    await project.add_items(1)
    await project.annotate_all(api.annotator(0))
    (task,) = await project.tasks()
    path = f"{project.path}/tasks/{task['id']}"
    for address in (f"{path}/annotations", f"{path}/comments", f"{path}/labels"):
        expect(await api.owner.get(address))
    expect(await api.annotator(0).get(f"{project.path}/annotations"))
    after = await query(
        api,
        "select count(*) from log_row where project_id = %s and action = 'content.read'",
        project.id,
    )
    assert after == [(4,)]


@pytest.mark.parametrize("number", ["1" * 30, "-" + "9" * 20, "1e999"])
async def test_numbers_that_nothing_can_hold_are_refused(
    api: Any, project: Any, expect: Any, number: Any
) -> None:
    body = f'{{"items": [{{"data": {{"text": "a"}}, "metadata": {{"n": {number}}}}}]}}'
    response = await api.owner.post(
        f"{project.path}/items", content=body, headers={"content-type": "application/json"}
    )
    assert expect(response, 422)["path"] == "/items/0/metadata/n"


@pytest.mark.parametrize("value", ["9" * 40, "1e999", "1_000", "nan", "inf", "007"])
async def test_values_of_a_filter_are_read_as_json_reads_them(api: Any, project: Any, value: str) -> None:
    assert await project.tasks(f"metadata.n = {value}") == []


@pytest.mark.parametrize("path", ["prelabels/0/model", "metadata/a"])
async def test_nul_in_a_plain_column_is_refused(api: Any, make_project: Any, path: str) -> None:
    project = await make_project()
    item: dict[str, Any] = {"data": {"text": "a"}}
    if path.startswith("metadata"):
        item["metadata"] = {"a": "\x00"}
    else:
        item["prelabels"] = [{"answer": {"mood": "good"}, "model": "\x00"}]
    response = await api.owner.post(f"{project.path}/items", json={"items": [item]})
    assert response.status_code in (201, 422), response.text
    if response.status_code == 201:
        assert response.json()["rejected"][0]["path"] == f"/{path}"


async def test_nul_in_metadata_of_a_project_is_refused(api: Any, project: Any, expect: Any) -> None:
    for metadata in ({"a": "\x00"}, {"\x00": 1}):
        expect(await api.owner.patch(project.path, json={"metadata": metadata}), 422)
