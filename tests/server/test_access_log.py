"""The log over HTTP: what happened, and who saw an item."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from assay.control.access import Role
from assay.server.access_log import service


async def rows(client: Any, expect: Any, **parameters: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while True:
        page = expect(await client.get("/log", params=parameters))
        found += page["items"]
        if page["next_cursor"] is None:
            return found
        parameters["cursor"] = page["next_cursor"]


async def test_a_submit_is_in_the_log_with_its_commitment(api: Any, project: Any, expect: Any) -> None:
    annotator = api.annotator(0)
    (lease,) = await project.lease(annotator)
    submitted = await project.submit(annotator, lease)
    (row,) = await rows(api.owner, expect, object_id=submitted["annotation_id"])
    assert row["action"] == "annotation.submitted" and row["role"] == "annotator"
    assert row["number"] == submitted["receipt"]["log_row"]
    assert row["commitment"] == submitted["receipt"]["commitment"]
    assert row["project_id"] == str(project.id) and row["details"]["task"] == lease["task_id"]
    assert row["policy"] == api.engine.gate.policy_hash


async def test_rows_are_filtered_and_paged_newest_first(api: Any, project: Any, expect: Any) -> None:
    await project.annotate_all(api.annotator(0))
    wanted = {"project_id": str(project.id), "action": "annotation.submitted", "limit": 1}
    found = await rows(api.manager, expect, **wanted)
    assert len(found) == 3
    numbers = [row["number"] for row in found]
    assert numbers == sorted(numbers, reverse=True)
    everything = await rows(api.owner, expect, project_id=str(project.id), limit=500)
    assert {"project.created", "item.imported", "lease.claimed"} <= {row["action"] for row in everything}


async def test_a_filter_that_matches_nothing_looks_at_bounded_pieces(
    api: Any, project: Any, expect: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "_WINDOW", 5)
    page = expect(await api.owner.get("/log", params={"action": "key.destroyed"}))
    assert page["items"] == [] and page["next_cursor"] is not None
    created = await rows(api.owner, expect, project_id=str(project.id), action="project.created")
    assert [row["object_id"] for row in created] == [str(project.id)]


async def test_who_saw_an_item(api: Any, project: Any, expect: Any) -> None:
    annotator = api.annotator(1)
    (lease,) = await project.lease(annotator)
    item = lease["item_id"]
    expect(await api.viewer.get(f"{project.path}/items/{item}"))
    path = f"{project.path}/items/{item}/access"
    found = expect(await api.owner.get(path))["items"]
    assert [(one["action"], one["role"]) for one in found] == [
        ("content.read", "viewer"),
        ("lease.claimed", "annotator"),
    ]
    assert (found[1]["lease_id"], found[1]["stage"], found[1]["task_id"]) == (
        lease["id"],
        "annotate",
        lease["task_id"],
    )
    first = expect(await api.owner.get(path, params={"limit": 1}))
    rest = expect(await api.owner.get(path, params={"limit": 1, "cursor": first["next_cursor"]}))
    assert [*first["items"], *rest["items"]] == found and rest["next_cursor"] is None
    assert (await api.owner.get(f"{project.path}/items/{uuid4()}/access")).status_code == 404


async def test_who_reads_the_log(api: Any, rival: Any, project: Any, make_project: Any, expect: Any) -> None:
    for client in (api.reviewer, api.annotator(0), api.viewer):
        assert (await client.get("/log")).status_code == 403
    assert (await rival.owner.get(f"{api.base}/log")).status_code == 404
    other = await make_project()
    manager = await api.client_as(Role.MANAGER, [project.id])
    assert (await manager.get("/log")).status_code == 403
    assert await rows(manager, expect, project_id=str(project.id))
    assert (await manager.get("/log", params={"project_id": str(other.id)})).status_code == 404


async def test_bad_parameters_are_named(api: Any) -> None:
    for parameters, path in (
        ({"action": "no.such"}, "/query/action"),
        ({"object_id": "x"}, "/query/object_id"),
        ({"cursor": "x"}, "/query/cursor"),
        ({"limit": "0"}, "/query/limit"),
    ):
        response = await api.owner.get("/log", params=parameters)
        assert response.status_code in (400, 422) and response.json()["path"] == path
