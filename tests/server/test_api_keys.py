"""API keys: shown once, listed by prefix, revoked at once, never stronger than their maker."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from assay.control.access import Role

ROOT = "http://assay.test/api/v1"


async def test_a_key_is_shown_once_and_works(api: Any, expect: Any) -> None:
    made = expect(await api.owner.post("/api-keys", json={"name": "robot", "role": "viewer"}), 201)
    assert made["key"].startswith(made["prefix"] + "_")
    robot = await api.client(made["key"])
    expect(await robot.get("/projects"))
    assert (await robot.post("/projects", json={"name": "x", "interface": {}})).status_code == 403
    listed = expect(await api.owner.get("/api-keys", params={"limit": 500}))["items"]
    (mine,) = [one for one in listed if one["id"] == made["id"]]
    assert "key" not in mine and mine["last_used_at"] is not None


async def test_a_revoked_key_opens_nothing(api: Any, expect: Any) -> None:
    made = expect(await api.owner.post("/api-keys", json={"name": "old", "role": "viewer"}), 201)
    robot = await api.client(made["key"])
    expect(await robot.get("/projects"))
    for _ in range(2):
        assert expect(await api.owner.post(f"/api-keys/{made['id']}/revoke"))["revoked_at"] is not None
    refused = await robot.get("/projects")
    assert refused.status_code == 401 and refused.headers["www-authenticate"] == "Bearer"


async def test_a_key_for_one_project_reaches_that_one(
    api: Any, project: Any, make_project: Any, expect: Any
) -> None:
    other = await make_project()
    new = {"name": "narrow", "role": "manager", "projects": [str(project.id)]}
    robot = await api.client(expect(await api.owner.post("/api-keys", json=new), 201)["key"])
    assert [one["id"] for one in expect(await robot.get("/projects"))["items"]] == [str(project.id)]
    foreign, missing = await robot.get(other.path), await robot.get(f"/projects/{uuid4()}")
    assert (foreign.status_code, foreign.content) == (404, missing.content)


async def test_who_makes_keys(api: Any, rival: Any, expect: Any) -> None:
    new = {"name": "mine", "role": "annotator"}
    for client in (api.manager, api.reviewer, api.annotator(0), api.viewer):
        assert (await client.post("/api-keys", json=new)).status_code == 403
    made = expect(await api.owner.post("/api-keys", json=new), 201)
    foreign = await rival.owner.post(f"/api-keys/{made['id']}/revoke")
    missing = await rival.owner.post(f"/api-keys/{uuid4()}/revoke")
    assert (foreign.status_code, foreign.content) == (404, missing.content)
    for role in ("operator", "god"):
        assert (await api.owner.post("/api-keys", json={"name": "x", "role": role})).status_code == 422


async def test_operators_have_keys_of_their_own(api: Any, expect: Any) -> None:
    control = api.engine.control
    first = await control.api_keys.create(control.host, None, "first", Role.OPERATOR)
    operator = await api.client(first.text.get_secret_value())
    new = {"name": "second", "lifetime_days": 1}
    made = expect(await operator.post(f"{ROOT}/operator/api-keys", json=new), 201)
    assert made["role"] == "operator" and made["expires_at"] is not None
    second = await api.client(made["key"])
    me = expect(await second.get(f"{ROOT}/me"))
    assert me["operator"] is True and me["memberships"] == []
    listed = expect(await operator.get(f"{ROOT}/operator/api-keys", params={"limit": 500}))["items"]
    assert made["id"] in [one["id"] for one in listed]
    expect(await operator.post(f"{ROOT}/operator/api-keys/{made['id']}/revoke"))
    assert (await second.get(f"{ROOT}/me")).status_code == 401
    assert (await api.owner.get(f"{ROOT}/operator/api-keys")).status_code == 403
    assert (await operator.get("/projects")).status_code == 404


async def test_texts_that_are_no_keys(api: Any) -> None:
    for text in ("", "assay_", api.keys["owner"][:-1] + "x", "assay_" + "a" * 80, "ä"):
        client = await api.client(None)
        response = await client.get("/projects", headers={"authorization": f"Bearer {text}".encode()})
        assert response.status_code == 401
    basic = await (await api.client(None)).get("/projects", headers={"authorization": "Basic eDp5"})
    assert basic.status_code == 401
