"""Members: invited with a link, changed, removed; never beyond what the inviter may give."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from assay.control.access import Role


def address() -> str:
    return f"{uuid4()}@example.org"


async def invite(api: Any, expect: Any, role: str = "annotator", **members: Any) -> dict[str, Any]:
    new = {"email": address(), "role": role, **members}
    made: dict[str, Any] = expect(await api.owner.post("/members", json=new), 201)
    return made


async def test_a_new_member_gets_a_link_and_a_pseudonym(api: Any, expect: Any) -> None:
    made = await invite(api, expect, display_name="Grace")
    assert made["sign_in_link"]["url"].startswith("http://assay.test/sign-in/")
    assert made["display_name"] == "Grace" and made["projects"] is None
    async with api.engine.open(api.owner_principal(), "test") as workspace:
        assert UUID(made["pseudonym"]) == workspace.cell_key.pseudonym(UUID(made["person_id"]))
    read = expect(await api.manager.get(f"/members/{made['person_id']}"))
    assert read == {name: value for name, value in made.items() if name != "sign_in_link"}


async def test_an_account_that_two_tenants_know_gets_no_link(api: Any, rival: Any, expect: Any) -> None:
    new = {"email": address(), "role": "annotator"}
    first = expect(await api.owner.post("/members", json=new), 201)
    second = expect(await rival.owner.post("/members", json=new), 201)
    assert first["sign_in_link"] is not None and second["sign_in_link"] is None
    assert first["person_id"] == second["person_id"] and first["pseudonym"] != second["pseudonym"]
    renewed = await api.owner.post(f"/members/{first['person_id']}/sign-in-link")
    assert renewed.status_code == 409


async def test_a_link_is_renewed_while_nobody_has_used_it(api: Any, expect: Any) -> None:
    made = await invite(api, expect)
    renewed = expect(await api.owner.post(f"/members/{made['person_id']}/sign-in-link"), 201)
    assert renewed["url"] != made["sign_in_link"]["url"]


async def test_role_and_projects_change_at_once(api: Any, project: Any, expect: Any) -> None:
    made = await invite(api, expect)
    path = f"/members/{made['person_id']}"
    change = {"role": "reviewer", "projects": [str(project.id)]}
    assert expect(await api.owner.put(path, json=change))["projects"] == [str(project.id)]
    principal = await api.engine.control.principal_for(UUID(made["person_id"]), api.tenant)
    assert (principal.role, principal.projects) == (Role.REVIEWER, frozenset({project.id}))
    expect(await api.owner.delete(path), 204)
    assert (await api.owner.get(path)).status_code == 404
    assert (await api.owner.delete(path)).status_code == 404


async def test_managers_give_no_role_as_high_as_their_own(api: Any, expect: Any) -> None:
    for role, status in (("annotator", 201), ("reviewer", 201), ("manager", 403), ("owner", 403)):
        new = {"email": address(), "role": role}
        assert (await api.manager.post("/members", json=new)).status_code == status
    manager = await invite(api, expect, "manager")
    path = f"/members/{manager['person_id']}"
    assert (await api.manager.put(path, json={"role": "viewer"})).status_code == 403
    assert (await api.manager.delete(path)).status_code == 403
    viewer = await invite(api, expect, "viewer")
    raised = await api.manager.put(f"/members/{viewer['person_id']}", json={"role": "manager"})
    assert raised.status_code == 403


async def test_a_manager_of_some_projects_staffs_those_only(
    api: Any, project: Any, make_project: Any
) -> None:
    other = await make_project()
    manager = await api.client_as(Role.MANAGER, [project.id])
    mine = {"email": address(), "role": "annotator", "projects": [str(project.id)]}
    assert (await manager.post("/members", json=mine)).status_code == 201
    both = {"email": address(), "role": "annotator", "projects": [str(project.id), str(other.id)]}
    assert (await manager.post("/members", json=both)).status_code == 404
    everything = {"email": address(), "role": "annotator"}
    assert (await manager.post("/members", json=everything)).status_code == 403


async def test_the_last_owner_stays(lone: Any, expect: Any) -> None:
    owner = await invite(lone, expect, "owner")
    path = f"/members/{owner['person_id']}"
    assert (await lone.owner.put(path, json={"role": "viewer"})).status_code == 409
    assert (await lone.owner.delete(path)).status_code == 409


async def test_a_member_twice_is_a_conflict_and_an_operator_no_member(api: Any, expect: Any) -> None:
    made = await invite(api, expect)
    again = await api.owner.post("/members", json={"email": made["email"], "role": "viewer"})
    assert again.status_code == 409
    operator = await api.owner.post("/members", json={"email": address(), "role": "operator"})
    assert operator.status_code == 422


async def test_members_are_paged_and_hidden_from_others(api: Any, rival: Any, expect: Any) -> None:
    made = [await invite(api, expect) for _ in range(3)]
    seen: list[str] = []
    cursor: str | None = None
    while True:
        parameters = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = expect(await api.owner.get("/members", params=parameters))
        seen += [one["person_id"] for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert {one["person_id"] for one in made} <= set(seen) and len(seen) == len(set(seen))
    assert (await api.annotator(0).get("/members")).status_code == 403
    foreign = await rival.owner.get(f"/members/{made[0]['person_id']}")
    missing = await rival.owner.get(f"/members/{uuid4()}")
    assert (foreign.status_code, foreign.content) == (404, missing.content)
