"""Items: added, found by the customer's own key, read with a row in the log."""

from __future__ import annotations

from typing import Any
from uuid import uuid4


async def test_items_go_in_and_bad_ones_are_named(api: Any, project: Any, expect: Any) -> None:
    items = [
        {"data": {"text": "fine"}, "key": "a"},
        {"data": {"other": 1}},
        {"data": {"text": "again"}, "key": "a"},
        {"data": {"text": "x"}, "gold": {"answer": {"mood": "odd"}}},
        {"data": {"text": "x"}, "prelabels": [{"answer": {"mood": 3}}]},
    ]
    added = expect(await api.owner.post(f"{project.path}/items", json={"items": items}), 201)
    assert [one is None for one in added["items"]] == [False, True, True, True, True]
    assert {one["index"]: one["path"] for one in added["rejected"]}.keys() == {1, 2, 3, 4}
    paths = {one["index"]: one["path"] for one in added["rejected"]}
    assert paths[2] == "/key" and paths[3].startswith("/gold/answer")
    assert paths[4].startswith("/prelabels/0/answer")
    assert len(await project.tasks()) == 4


async def test_an_item_is_found_by_id_and_by_ones_own_key(api: Any, make_project: Any, expect: Any) -> None:
    project = await make_project()
    item = {"data": {"text": "hello"}, "key": "order/7 ü", "metadata": {"site": "north"}}
    (identifier,) = await project.add([item])
    read = expect(await api.viewer.get(f"{project.path}/items/{identifier}"))
    assert (read["data"], read["key"], read["metadata"]) == (item["data"], item["key"], item["metadata"])
    by_key = expect(await api.owner.get(f"{project.path}/items/by-key", params={"key": "order/7 ü"}))
    assert by_key == read
    absent = await api.owner.get(f"{project.path}/items/by-key", params={"key": "order/8"})
    assert absent.status_code == 404
    log = expect(await api.owner.get("/log", params={"object_id": identifier}))["items"]
    assert [row["action"] for row in log] == ["content.read", "content.read"]


async def test_a_page_of_items_is_read_at_once_and_each_is_in_the_log(
    api: Any, make_project: Any, expect: Any
) -> None:
    project = await make_project()
    first, second = await project.add([{"data": {"text": "one"}}, {"data": {"text": "two"}}])
    body = {"ids": [second, first, second]}
    read = expect(await api.viewer.post(f"{project.path}/items/read", json=body))["items"]
    assert [one["data"]["text"] for one in read] == ["two", "one"]
    for identifier in (first, second):
        log = expect(await api.owner.get("/log", params={"object_id": identifier}))["items"]
        assert [row["action"] for row in log] == ["content.read"]
    missing = await api.viewer.post(f"{project.path}/items/read", json={"ids": [first, str(uuid4())]})
    assert missing.status_code == 404


async def test_what_is_stored_is_sealed(api: Any, make_project: Any) -> None:
    project = await make_project(name="canary-name")
    await project.add([{"data": {"text": "canary-payload"}, "key": "canary-key"}])
    async with (
        api.engine.open(api.engine.acting_in(api.tenant), "test") as workspace,
        workspace.cell.database.connection() as connection,
    ):
        cursor = await connection.execute(
            "select i.payload || i.key || p.name from item i join project p on p.id = i.project_id"
            " where p.id = %s",
            (project.id,),
        )
        (stored,) = await cursor.fetchone()
    assert b"canary" not in stored


async def test_items_of_another_project_are_missing(api: Any, project: Any, make_project: Any) -> None:
    other = await make_project()
    (identifier,) = await other.add([{"data": {"text": "x"}}])
    foreign = await api.owner.get(f"{project.path}/items/{identifier}")
    missing = await api.owner.get(f"{project.path}/items/{uuid4()}")
    assert (foreign.status_code, foreign.content) == (404, missing.content)
    (batch,) = {task["batch_id"] for task in await other.tasks()}
    into = {"items": [{"data": {"text": "x"}}], "batch_id": batch}
    assert (await api.owner.post(f"{project.path}/items", json=into)).status_code == 404


async def test_who_adds_and_reads_items(api: Any, project: Any) -> None:
    body = {"items": [{"data": {"text": "x"}}]}
    for client in (api.reviewer, api.annotator(0), api.viewer):
        assert (await client.post(f"{project.path}/items", json=body)).status_code == 403
    (task, *_) = await project.tasks()
    assert (await api.annotator(0).get(f"{project.path}/items/{task['item_id']}")).status_code == 403


async def test_a_thousand_at_most(api: Any, project: Any) -> None:
    for items in ([], [{"data": {"text": "x"}}] * 1001):
        refused = await api.owner.post(f"{project.path}/items", json={"items": items})
        assert (refused.status_code, refused.json()["path"]) == (422, "/items")
