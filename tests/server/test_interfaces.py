"""Interface versions: compatible, migrating and breaking edits, and what old answers become."""

from __future__ import annotations

import copy
from typing import Any

import pytest


@pytest.fixture
async def declaration(api: Any, project: Any, expect: Any) -> dict[str, Any]:
    found: dict[str, Any] = expect(await api.owner.get(f"{project.path}/interface/versions/1"))["interface"]
    return copy.deepcopy(found)


async def test_a_compatible_edit_makes_a_version(
    api: Any, project: Any, declaration: dict[str, Any], expect: Any
) -> None:
    declaration["fields"][0]["options"].append({"value": "mixed"})
    change = {"interface": declaration}
    path = f"{project.path}/interface"
    assert expect(await api.manager.post(f"{path}/verdict", json=change))["kind"] == "compatible"
    made = expect(await api.manager.post(f"{path}/versions", json=change), 201)
    assert (made["version"], made["edit"]) == (2, "compatible")
    versions = expect(await api.viewer.get(f"{path}/versions"))
    assert [one["version"] for one in versions] == [2, 1]
    (lease,) = await project.lease(api.annotator(0))
    assert lease["interface_version"] == 2
    await project.submit(api.annotator(0), lease, "mixed")


async def test_an_answer_counts_under_the_version_of_its_lease(
    api: Any, project: Any, declaration: dict[str, Any], expect: Any
) -> None:
    (lease,) = await project.lease(api.annotator(0))
    options = declaration["fields"][0]["options"]
    options[0] = {"value": "great"}
    renames = {"values": {"mood": {"good": "great"}}}
    change = {"interface": declaration, "renames": renames}
    made = expect(await api.owner.post(f"{project.path}/interface/versions", json=change), 201)
    assert made["edit"] == "migrating"
    await project.submit(api.annotator(0), lease, "good")
    await project.settle()
    (label,) = expect(await api.owner.get(f"{project.path}/tasks/{lease['task_id']}/labels"))
    assert label["answer"] == {"mood": "great"} and label["interface_version"] == 2


async def test_a_breaking_edit_must_be_meant(
    api: Any, project: Any, declaration: dict[str, Any], expect: Any
) -> None:
    declaration["fields"][0]["options"] = [{"value": "up"}, {"value": "down"}]
    change = {"interface": declaration}
    path = f"{project.path}/interface/versions"
    refused = await api.owner.post(path, json=change)
    assert refused.status_code == 409 and refused.json()["reasons"]
    made = expect(await api.owner.post(path, json={**change, "allow_breaking": True}), 201)
    assert made["edit"] == "breaking"


async def test_answers_of_a_broken_version_are_asked_for_again(
    api: Any, make_project: Any, expect: Any
) -> None:
    project = await make_project(workflow={"overlap": 2})
    await project.add_items(1)
    await project.annotate_all(api.annotator(0))
    interface = expect(await api.owner.get(f"{project.path}/interface/versions/1"))["interface"]
    interface["fields"][0]["options"] = [{"value": "up"}, {"value": "down"}]
    change = {"interface": interface, "allow_breaking": True}
    expect(await api.owner.post(f"{project.path}/interface/versions", json=change), 201)
    await project.annotate_all(api.annotator(1), "up")
    await project.settle()
    (task,) = await project.tasks()
    assert (task["state"], task["submitted"]) == ("open", 1)
    await project.annotate_all(api.annotator(2), "up")
    await project.settle()
    (task,) = await project.tasks()
    assert task["state"] == "done"


async def test_a_malformed_interface_names_the_place(
    api: Any, project: Any, declaration: dict[str, Any]
) -> None:
    declaration["fields"][0]["type"] = "mystery"
    for path in ("versions", "verdict"):
        refused = await api.owner.post(f"{project.path}/interface/{path}", json={"interface": declaration})
        assert refused.status_code == 422
        assert refused.json()["problems"][0]["path"].startswith("/fields/0")


async def test_who_edits_interfaces(api: Any, project: Any, declaration: dict[str, Any], expect: Any) -> None:
    change = {"interface": declaration}
    for client in (api.reviewer, api.annotator(0), api.viewer):
        assert (await client.post(f"{project.path}/interface/versions", json=change)).status_code == 403
    assert expect(await api.annotator(0).get(f"{project.path}/interface/versions/1"))["hotkeys"]
    assert (await api.owner.get(f"{project.path}/interface/versions/99")).status_code == 404


async def test_an_interface_is_checked_before_any_project_has_it(
    api: Any, project: Any, declaration: dict[str, Any], expect: Any
) -> None:
    path = f"{project.path.rsplit('/projects', 1)[0]}/interface/check"
    good = expect(await api.manager.post(path, json={"interface": declaration}))
    assert good["problems"] == [] and len(good["version_hash"]) == 64
    (first, *_) = declaration["fields"][0]["options"]
    picks = {"field": declaration["fields"][0]["name"], "value": first["value"]}
    assert picks in good["hotkeys"].values()
    declaration["fields"][0]["options"].append({"value": first["value"]})
    declaration["fields"].append({"name": "Not a name", "type": "text"})
    wrong = expect(await api.manager.post(path, json={"interface": declaration}))
    assert wrong["version_hash"] is None and wrong["hotkeys"] == {}
    last = len(declaration["fields"]) - 1
    assert f"/fields/{last}/name" in [problem["path"] for problem in wrong["problems"]]
    assert (await api.annotator(0).post(path, json={"interface": declaration})).status_code == 403
