"""Instructions: versions that stay readable."""

from __future__ import annotations

from typing import Any


async def test_every_version_stays_readable(api: Any, make_project: Any, expect: Any) -> None:
    project = await make_project(instructions="# One")
    path = f"{project.path}/instructions"
    assert expect(await api.manager.post(path, json={"body": "# Two"}), 201)["version"] == 2
    assert expect(await api.annotator(0).get(path))["body"] == "# Two"
    assert expect(await api.annotator(0).get(path, params={"version": 1}))["body"] == "# One"
    await project.add_items(1)
    (lease,) = await project.lease(api.annotator(0))
    assert lease["instruction_version"] == 2


async def test_there_may_be_none(api: Any, project: Any) -> None:
    path = f"{project.path}/instructions"
    assert (await api.owner.get(path)).status_code == 404
    assert (await api.owner.get(path, params={"version": 5})).status_code == 404
    assert (await api.owner.get(path, params={"version": 0})).status_code == 422


async def test_who_writes_them(api: Any, project: Any) -> None:
    for client in (api.reviewer, api.annotator(0), api.viewer):
        response = await client.post(f"{project.path}/instructions", json={"body": "x"})
        assert response.status_code == 403
