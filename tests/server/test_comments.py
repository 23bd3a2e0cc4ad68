"""Comments on tasks: for those who work on them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4


async def test_comments_are_kept_in_order_and_resolved(api: Any, project: Any, expect: Any) -> None:
    (task, *_) = await project.tasks()
    path = f"{project.path}/tasks/{task['id']}/comments"
    first = expect(await api.owner.post(path, json={"body": "Why?", "anchor": {"field": "mood"}}), 201)
    second = expect(await api.manager.post(path, json={"body": "Because."}), 201)
    assert first["author"] != second["author"] and second["anchor"] is None
    resolved = expect(await api.owner.post(f"{project.path}/comments/{first['id']}/resolve"))
    again = expect(await api.owner.post(f"{project.path}/comments/{first['id']}/resolve"))
    assert resolved["resolved_at"] == again["resolved_at"] is not None
    assert expect(await api.owner.get(path)) == [resolved, second]


async def test_annotators_talk_about_their_own_tasks(api: Any, project: Any, expect: Any) -> None:
    annotator = api.annotator(0)
    (lease,) = await project.lease(annotator)
    path = f"{project.path}/tasks/{lease['task_id']}/comments"
    expect(await annotator.post(path, json={"body": "Is this one right?"}), 201)
    assert len(expect(await annotator.get(path))) == 1
    hidden = await api.annotator(1).get(path)
    missing = await api.annotator(1).get(f"{project.path}/tasks/{uuid4()}/comments")
    assert (hidden.status_code, hidden.content) == (404, missing.content)
    assert (await api.annotator(1).post(path, json={"body": "x"})).status_code == 404


async def test_bad_comments(api: Any, project: Any) -> None:
    (task, *_) = await project.tasks()
    path = f"{project.path}/tasks/{task['id']}/comments"
    for body, place in (({"body": ""}, "/body"), ({"body": "x", "anchor": {"x": 1}}, "/anchor/x")):
        refused = await api.owner.post(path, json=body)
        assert (refused.status_code, refused.json()["path"]) == (422, place)
    nowhere = await api.owner.post(f"{project.path}/tasks/{uuid4()}/comments", json={"body": "x"})
    assert nowhere.status_code == 404
    assert (await api.owner.post(f"{project.path}/comments/{uuid4()}/resolve")).status_code == 404
