"""Tenants: made by operators, with a cell and a first owner; never looked into."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from assay.control.access import Role
from assay.errors import Unavailable
from assay.server.tenants import service
from assay.server.tenants.models import NewTenant

ROOT = "http://assay.test/api/v1"


@pytest.fixture
async def operator(api: Any) -> httpx.AsyncClient:
    control = api.engine.control
    made = await control.api_keys.create(control.host, None, "operator", Role.OPERATOR)
    client: httpx.AsyncClient = await api.client(made.text.get_secret_value())
    return client


@pytest.fixture
async def visitor(api: Any) -> AsyncIterator[httpx.AsyncClient]:
    """Nobody yet, in a browser."""
    async with AsyncExitStack() as stack:
        transport = httpx.ASGITransport(app=api.app)
        headers = {"origin": "http://assay.test"}
        yield await stack.enter_async_context(
            httpx.AsyncClient(transport=transport, base_url="http://assay.test", headers=headers)
        )


async def test_a_tenant_is_ready_with_its_first_owner(
    operator: Any, visitor: Any, expect: Any, api: Any
) -> None:
    email = f"{uuid4()}@example.org"
    new = {"name": "Tailspin", "owner_email": email}
    made = expect(await operator.post(f"{ROOT}/tenants", json=new), 201)
    link = made["owner"]["sign_in_link"]["url"]
    assert (await visitor.get(link)).status_code == 200
    expect(await visitor.post("/api/v1/sessions/link", json={"token": link.rsplit("/", 1)[1]}), 201)
    me = expect(await visitor.get("/api/v1/me"))
    (membership,) = me["memberships"]
    assert (membership["tenant_id"], membership["role"]) == (made["id"], "owner")
    assert UUID(membership["pseudonym"]) != UUID(me["id"])
    assert expect(await visitor.get(f"/api/v1/tenants/{made['id']}/projects"))["items"] == []
    read = expect(await operator.get(f"{ROOT}/tenants/{made['id']}"))
    assert read["sizes"]["database"] > 0 and read["sizes"]["blobs"] == 0
    assert expect(await visitor.get(f"/api/v1/tenants/{made['id']}"))["sizes"] is None

    # An operator puts nobody beside the first owner, and never gets in.
    second = await operator.post(f"{ROOT}/tenants/{made['id']}/owner", json={"email": "x@example.org"})
    assert second.status_code == 403
    assert (await operator.get(f"{ROOT}/tenants/{made['id']}/projects")).status_code == 404
    assert (await operator.get(f"{ROOT}/tenants/{made['id']}/members")).status_code == 404

    # Suspended, nobody gets in; resumed, nothing is lost.
    path = f"{ROOT}/tenants/{made['id']}"
    assert expect(await operator.patch(path, json={"state": "suspended"}))["state"] == "suspended"
    assert (await visitor.get(f"/api/v1/tenants/{made['id']}/projects")).status_code == 404
    expect(await operator.patch(path, json={"state": "active", "name": "Tailspin Toys"}))
    assert (await visitor.get(f"/api/v1/tenants/{made['id']}/projects")).status_code == 200
    assert expect(await operator.get(path))["name"] == "Tailspin Toys"
    await service._take_back(api.engine, api.engine.control.host, UUID(made["id"]))


async def test_what_fails_half_way_leaves_no_tenant(
    api: Any, expect: Any, operator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(tenant: UUID) -> None:
        raise Unavailable("No room for a cell.")

    monkeypatch.setattr(api.engine.cells, "create", fails)
    name = f"Half {uuid4()}"
    assert (await operator.post(f"{ROOT}/tenants", json={"name": name})).status_code == 503
    listed = expect(await operator.get(f"{ROOT}/tenants", params={"limit": 500}))["items"]
    assert name not in [one["name"] for one in listed]


async def test_an_owner_that_cannot_be_takes_the_cell_back(api: Any, operator: Any, expect: Any) -> None:
    new = {"name": "Nobody's", "owner_email": "not an address"}
    running = set(api.engine.cells.running())
    assert (await operator.post(f"{ROOT}/tenants", json=new)).status_code == 422
    assert set(api.engine.cells.running()) == running


async def test_an_interrupted_creation_is_finished(api: Any, operator: Any, expect: Any) -> None:
    control = api.engine.control
    half = await control.tenants.create(control.host, "Interrupted")
    for _ in range(2):
        expect(await operator.post(f"{ROOT}/tenants/{half.id}/cell"), 204)
    await service._take_back(api.engine, control.host, half.id)
    missing = await operator.post(f"{ROOT}/tenants/{uuid4()}/cell")
    assert missing.status_code == 404


async def test_tenants_are_paged(operator: Any, expect: Any, api: Any, rival: Any) -> None:
    seen: list[str] = []
    cursor = None
    while True:
        parameters = {"limit": 1} | ({"cursor": cursor} if cursor else {})
        page = expect(await operator.get(f"{ROOT}/tenants", params=parameters))
        seen += [one["id"] for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert {str(api.tenant), str(rival.tenant)} <= set(seen)
    assert seen == sorted(seen) and len(seen) == len(set(seen))


async def test_only_operators_run_the_engine(api: Any, rival: Any) -> None:
    assert (await api.owner.get(f"{ROOT}/tenants")).status_code == 403
    assert (await api.owner.post(f"{ROOT}/tenants", json={"name": "Mine"})).status_code == 403
    state = await api.owner.patch(api.base, json={"state": "suspended"})
    assert state.status_code == 403
    foreign = await rival.owner.patch(api.base, json={"name": "Stolen"})
    missing = await rival.owner.patch(f"{ROOT}/tenants/{uuid4()}", json={"name": "Stolen"})
    assert (foreign.status_code, foreign.content) == (404, missing.content)


async def test_an_owner_renames_the_tenant(api: Any, expect: Any) -> None:
    assert expect(await api.owner.patch(api.base, json={"name": "Northwind Traders"}))["name"]
    assert expect(await api.viewer.get(api.base))["name"] == "Northwind Traders"
    assert (await api.manager.patch(api.base, json={"name": "Coup"})).status_code == 403
    expect(await api.owner.patch(api.base, json={"name": "Northwind"}))


async def test_the_host_makes_tenants_too(api: Any) -> None:
    made = await service.create(api.engine, api.engine.control.host, NewTenant(name="By hand"))
    assert made.owner is None
    await service._take_back(api.engine, api.engine.control.host, made.id)


async def test_a_name_that_is_none(operator: Any) -> None:
    for name in ("", "x" * 201):
        assert (await operator.post(f"{ROOT}/tenants", json={"name": name})).status_code == 422
    assert (await operator.post(f"{ROOT}/tenants", json={"name": "a\x00b"})).status_code == 422
