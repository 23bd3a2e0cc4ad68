"""Batches: moved in the queue, paused, resumed."""

from __future__ import annotations

from typing import Any
from uuid import uuid4


async def add_batch(api: Any, project: Any, expect: Any, name: str, text: str, priority: int = 0) -> str:
    new = {"name": name, "priority": priority}
    batch: str = expect(await api.owner.post(f"{project.path}/batches", json=new), 201)["id"]
    body = {"items": [{"data": {"text": text}}], "batch_id": batch}
    expect(await api.owner.post(f"{project.path}/items", json=body), 201)
    return batch


async def test_the_batch_with_the_higher_priority_goes_first(
    api: Any, make_project: Any, expect: Any
) -> None:
    project = await make_project()
    first = await add_batch(api, project, expect, "first", "a")
    await add_batch(api, project, expect, "second", "b", priority=1)
    expect(await api.owner.patch(f"{project.path}/batches/{first}", json={"priority": 9}))
    taken = await project.lease(api.annotator(0), 2)
    assert [lease["data"]["text"] for lease in taken] == ["a", "b"]


async def test_a_paused_batch_waits(api: Any, make_project: Any, expect: Any) -> None:
    project = await make_project()
    batch = await add_batch(api, project, expect, "later", "a")
    path = f"{project.path}/batches/{batch}"
    assert expect(await api.manager.patch(path, json={"state": "paused"}))["state"] == "paused"
    assert await project.lease(api.annotator(0)) == []
    expect(await api.manager.patch(path, json={"state": "open", "name": "now"}))
    assert len(await project.lease(api.annotator(0))) == 1


async def test_batches_are_paged(api: Any, make_project: Any, expect: Any) -> None:
    project = await make_project()
    made = [await add_batch(api, project, expect, f"batch {number}", "x") for number in range(3)]
    path = f"{project.path}/batches"
    first = expect(await api.reviewer.get(path, params={"limit": 2}))
    rest = expect(await api.reviewer.get(path, params={"limit": 2, "cursor": first["next_cursor"]}))
    assert [one["id"] for one in (*first["items"], *rest["items"])] == made
    assert first["items"][0]["name"] == "batch 0"


async def test_who_reaches_batches(api: Any, project: Any, make_project: Any, expect: Any) -> None:
    other = await make_project()
    batch = await add_batch(api, other, expect, "other", "x")
    for identifier in (batch, str(uuid4())):
        response = await api.owner.patch(f"{project.path}/batches/{identifier}", json={"priority": 1})
        assert response.status_code == 404
    assert (await api.annotator(0).get(f"{project.path}/batches")).status_code == 403
    refused = await api.owner.post(f"{project.path}/batches", json={"name": "x", "priority": 10**7})
    assert (refused.status_code, refused.json()["path"]) == (422, "/priority")


async def test_items_without_a_batch_do_not_go_into_one_that_was_made_before(
    api: Any, make_project: Any, expect: Any
) -> None:
    project = await make_project()
    urgent = expect(await api.owner.post(f"{project.path}/batches", json={"name": "urgent"}), 201)
    await project.add([{"data": {"text": "whenever"}}])
    (task,) = await project.tasks()
    assert task["batch_id"] != urgent["id"]
    await project.add([{"data": {"text": "whenever, too"}}])
    assert {each["batch_id"] for each in await project.tasks()} == {task["batch_id"]}
