"""Tasks: listed by filter, changed, made gold."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ("state = open", {"a", "b", "c"}),
        ("priority >= 3", {"c"}),
        ("priority < 3 and metadata.site = north", {"a"}),
        ('metadata.site = "south 4"', {"b"}),
        ("metadata.count = 7", {"c"}),
        ("metadata.site != north", {"b", "c"}),
        ("state = done", set()),
        ("created > 2020-01-01", {"a", "b", "c"}),
        ("submitted = 0 and round = 1", {"a", "b", "c"}),
    ],
)
async def test_filters(api: Any, filtered: Any, chosen: str, expected: set[str]) -> None:
    project, names = filtered
    assert {names[task["item_id"]] for task in await project.tasks(chosen)} == expected


@pytest.fixture
async def filtered(make_project: Any) -> Any:
    project = await make_project()
    ids = await project.add(
        [
            {"data": {"text": "a"}, "metadata": {"site": "north"}},
            {"data": {"text": "b"}, "metadata": {"site": "south 4"}},
            {"data": {"text": "c"}, "metadata": {"count": 7}, "priority": 3},
        ]
    )
    return project, dict(zip(ids, "abc", strict=True))


async def test_labels_are_filtered_by_indexed_fields(api: Any, project: Any) -> None:
    first, second, _ = await project.lease(api.annotator(0), 3)
    await project.submit(api.annotator(0), first, "good")
    await project.submit(api.annotator(0), second, "bad")
    await project.settle()
    assert [task["id"] for task in await project.tasks("label.mood = bad")] == [second["task_id"]]


async def test_tasks_are_paged(api: Any, project: Any, expect: Any) -> None:
    path = f"{project.path}/tasks"
    first = expect(await api.reviewer.get(path, params={"limit": 2}))
    rest = expect(await api.reviewer.get(path, params={"limit": 2, "cursor": first["next_cursor"]}))
    ids = [one["id"] for one in (*first["items"], *rest["items"])]
    assert len(ids) == 3 and ids == sorted(ids) and rest["next_cursor"] is None


async def test_more_annotations_reopen_a_finished_task(api: Any, project: Any, expect: Any) -> None:
    await project.annotate_all(api.annotator(0))
    await project.settle()
    (task, *_) = await project.tasks()
    path = f"{project.path}/tasks/{task['id']}"
    changed = expect(await api.manager.patch(path, json={"overlap": 2, "priority": 7}))
    assert (changed["state"], changed["overlap"], changed["priority"]) == ("open", 2, 7)
    assert [lease["task_id"] for lease in await project.lease(api.annotator(1), 3)] == [task["id"]]
    lower = await api.manager.patch(path, json={"overlap": 1})
    assert lower.status_code == 200 or lower.json()["path"] == "/overlap"


async def test_a_task_becomes_gold_before_anybody_answered_it(api: Any, project: Any, expect: Any) -> None:
    (task, other, _) = await project.tasks()
    path = f"{project.path}/tasks/{task['id']}/gold"
    assert (await api.owner.get(path)).status_code == 404
    broken = await api.owner.put(path, json={"answer": {"mood": "odd"}})
    assert broken.status_code == 422
    gold = {"answer": {"mood": "bad"}, "explanation": "see page 3"}
    made = expect(await api.owner.put(path, json=gold))
    assert (made["answer"], made["explanation"]) == (gold["answer"], gold["explanation"])
    assert expect(await api.owner.get(path)) == made
    taken = {lease["task_id"] for lease in await project.lease(api.annotator(0), 5)}
    assert task["id"] not in taken and other["id"] in taken
    assert (await api.annotator(0).get(path)).status_code == 403
    assert (
        await api.owner.patch(f"{project.path}/tasks/{task['id']}", json={"priority": 1})
    ).status_code == 409


async def test_an_answered_task_does_not_become_gold(api: Any, project: Any) -> None:
    (lease,) = await project.lease(api.annotator(0))
    await project.submit(api.annotator(0), lease)
    path = f"{project.path}/tasks/{lease['task_id']}/gold"
    assert (await api.owner.put(path, json={"answer": {"mood": "bad"}})).status_code == 409


async def test_tasks_of_another_project_are_missing(api: Any, project: Any, make_project: Any) -> None:
    other = await make_project()
    await other.add_items(1)
    (task,) = await other.tasks()
    for part in ("", "/labels", "/gold"):
        foreign = await api.owner.get(f"{project.path}/tasks/{task['id']}{part}")
        missing = await api.owner.get(f"{project.path}/tasks/{uuid4()}{part}")
        assert (foreign.status_code, foreign.content) == (404, missing.content)
    for part in ("/annotations", "/reviews", "/comments"):
        foreign = await api.owner.get(f"{project.path}/tasks/{task['id']}{part}")
        missing = await api.owner.get(f"{project.path}/tasks/{uuid4()}{part}")
        assert (foreign.status_code, foreign.content) == (missing.status_code, missing.content)
