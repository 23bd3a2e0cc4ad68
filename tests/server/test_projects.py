"""Projects: made, read, changed, hidden from others."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from assay.control.access import Role


async def test_a_project_is_read_as_it_was_made(api: Any, make_project: Any, expect: Any) -> None:
    project = await make_project(
        name="Größe 📷",
        instructions="# Do it",
        workflow={"overlap": 3, "gold_rate": 0.1},
        metadata={"team": "blue"},
    )
    read = expect(await api.viewer.get(project.path))
    assert (read["name"], read["state"], read["metadata"]) == ("Größe 📷", "active", {"team": "blue"})
    assert (read["interface_version"], read["instruction_version"]) == (1, 1)
    assert read["workflow"]["overlap"] == 3 and read["workflow"]["leases_ahead"] == 5


async def test_only_what_is_given_changes(api: Any, project: Any, expect: Any) -> None:
    before = expect(await api.owner.get(project.path))
    after = expect(await api.manager.patch(project.path, json={"name": "Renamed"}))
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"name", "updated_at"}


async def test_an_archived_project_takes_no_items(api: Any, project: Any, expect: Any) -> None:
    expect(await api.owner.patch(project.path, json={"state": "archived"}))
    items = {"items": [{"data": {"text": "late"}}]}
    assert (await api.owner.post(f"{project.path}/items", json=items)).status_code == 409


async def test_projects_are_listed_oldest_first_and_only_those_one_may_see(
    api: Any, make_project: Any, expect: Any
) -> None:
    made = [await make_project() for _ in range(3)]
    narrow = await api.client_as(Role.ANNOTATOR, [made[0].id, made[2].id])
    first = expect(await narrow.get("/projects", params={"limit": 1}))
    rest = expect(await narrow.get("/projects", params={"limit": 1, "cursor": first["next_cursor"]}))
    assert [one["id"] for one in (*first["items"], *rest["items"])] == [str(made[0].id), str(made[2].id)]
    assert rest["next_cursor"] is None


async def test_who_makes_and_changes_projects(api: Any, rival: Any, project: Any) -> None:
    for client in (api.reviewer, api.annotator(0), api.viewer):
        assert (await client.patch(project.path, json={"name": "x"})).status_code == 403
    foreign = await rival.owner.get(f"{rival.base}{project.path}")
    missing = await rival.owner.get(f"{rival.base}/projects/{uuid4()}")
    assert (foreign.status_code, foreign.content) == (404, missing.content)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"name": ""}, "/name"),
        ({"workflow": {"overlap": 0}}, "/workflow/overlap"),
        ({"workflow": {"surprise": 1}}, "/workflow/surprise"),
        ({"metadata": {"a": {"b": 1}}}, "/metadata/a/str"),
        ({"interface": {"version": 1}}, None),
    ],
)
async def test_a_bad_project_is_refused_in_place(api: Any, change: dict[str, Any], path: str | None) -> None:
    interface = {
        "version": 1,
        "inputs": [{"name": "text", "type": "text", "source": "$.text"}],
        "fields": [{"name": "mood", "type": "text"}],
    }
    refused = await api.owner.post("/projects", json={"name": "x", "interface": interface, **change})
    assert refused.status_code == 422
    if path is not None:
        assert refused.json()["path"] == path
    assert refused.json()["problems"]
