"""Signing in and out, one's own account, and the pages that people see."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from assay.control.access import Role

PASSWORD = "correct horse battery staple"
HERE = {"origin": "http://assay.test"}
Browser = Callable[[], Awaitable[httpx.AsyncClient]]


@pytest.fixture
async def browser(api: Any) -> AsyncIterator[Browser]:
    """Makes browsers: each keeps its cookies and says where its requests come from."""
    async with AsyncExitStack() as stack:

        async def make() -> httpx.AsyncClient:
            transport = httpx.ASGITransport(app=api.app, raise_app_exceptions=False)
            return await stack.enter_async_context(
                httpx.AsyncClient(transport=transport, base_url="http://assay.test", headers=HERE)
            )

        yield make


class Somebody:
    """A member of the tenant, as their invitation left them."""

    def __init__(self, person: UUID, email: str, token: str) -> None:
        self.person, self.email, self.token = person, email, token


async def invite(api: Any, role: Role = Role.ANNOTATOR, name: str = "") -> Somebody:
    control = api.engine.control
    email = f"{uuid4()}@example.org"
    member = await control.memberships.invite(control.host, api.tenant, email, role, display_name=name)
    link = await control.sign_in.create_link(control.host, member.person)
    return Somebody(member.person, email, link.token.get_secret_value())


@pytest.fixture
async def signed_in(api: Any, browser: Browser) -> tuple[Somebody, httpx.AsyncClient]:
    somebody = await invite(api, name="Grace Hopper")
    client = await browser()
    assert (await follow(client, somebody)).status_code == 201
    return somebody, client


async def follow(client: httpx.AsyncClient, somebody: Somebody, **options: Any) -> httpx.Response:
    """Use the one-time link of an invitation."""
    return await client.post("/api/v1/sessions/link", json={"token": somebody.token}, **options)


async def test_looking_at_a_link_does_not_use_it_up(api: Any, browser: Browser) -> None:
    somebody = await invite(api)
    client = await browser()
    for _ in range(3):
        page = await client.get(f"/sign-in/{somebody.token}")
        assert page.status_code == 200 and "set-cookie" not in page.headers
    assert (await follow(client, somebody)).status_code == 201
    assert (await follow(client, somebody)).status_code == 401


async def test_the_cookie_is_out_of_reach(api: Any, browser: Browser) -> None:
    somebody = await invite(api)
    client = await browser()
    cookie = (await follow(client, somebody)).headers["set-cookie"]
    assert cookie.startswith("assay_session=")
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


async def test_over_https_the_cookie_insists_on_it(api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    somebody = await invite(api)
    secure = api.engine.settings.model_copy(update={"public_url": "https://assay.test"})
    monkeypatch.setattr(api.engine, "settings", secure)
    transport = httpx.ASGITransport(app=api.app)
    headers = {"origin": "https://assay.test"}
    async with httpx.AsyncClient(
        transport=transport, base_url="https://assay.test", headers=headers
    ) as client:
        cookie = (await follow(client, somebody)).headers["set-cookie"]
        assert cookie.startswith("__Host-assay_session=") and "Secure" in cookie.split("; ")
        assert (await client.get("/api/v1/me")).status_code == 200


async def test_a_password_is_set_after_a_fresh_sign_in_and_used(
    signed_in: tuple[Somebody, httpx.AsyncClient], browser: Browser, expect: Any
) -> None:
    somebody, client = signed_in
    elsewhere = await browser()
    expect(await client.put("/api/v1/me/password", json={"new_password": "too short"}), 422)
    expect(await client.put("/api/v1/me/password", json={"new_password": PASSWORD}), 204)
    wrong = await elsewhere.post("/api/v1/sessions", json={"email": somebody.email, "password": "wrong" * 4})
    nobody = await elsewhere.post(
        "/api/v1/sessions", json={"email": f"{uuid4()}@example.org", "password": PASSWORD}
    )
    assert (wrong.status_code, wrong.content) == (401, nobody.content)
    right = {"email": somebody.email.upper(), "password": PASSWORD}
    assert expect(await elsewhere.post("/api/v1/sessions", json=right), 201)["person_id"] == str(
        somebody.person
    )
    sessions = expect(await client.get("/api/v1/me/sessions"))
    assert [one["current"] for one in sessions] == [True, False]
    expect(await client.delete(f"/api/v1/me/sessions/{sessions[1]['id']}"), 204)
    assert (await elsewhere.get("/api/v1/me")).status_code == 401
    assert (await client.get("/api/v1/me")).status_code == 200


async def test_an_old_session_needs_the_current_password(
    api: Any, signed_in: tuple[Somebody, httpx.AsyncClient], monkeypatch: pytest.MonkeyPatch, expect: Any
) -> None:
    from datetime import timedelta

    from assay.server.people import service

    _, client = signed_in
    monkeypatch.setattr(service, "_FRESH", timedelta(0))
    refused = await client.put("/api/v1/me/password", json={"new_password": PASSWORD})
    assert refused.status_code == 403 and refused.json()["path"] == "/current_password"
    wrong = {"current_password": "not this one at all", "new_password": PASSWORD}
    assert (await client.put("/api/v1/me/password", json=wrong)).status_code == 401


async def test_signing_out_ends_the_session(
    signed_in: tuple[Somebody, httpx.AsyncClient], expect: Any
) -> None:
    _, client = signed_in
    token = client.cookies["assay_session"]
    expect(await client.delete("/api/v1/sessions/current"), 204)
    client.cookies.set("assay_session", token, domain="assay.test")
    assert (await client.get("/api/v1/me")).status_code == 401


async def test_signing_out_elsewhere(
    signed_in: tuple[Somebody, httpx.AsyncClient], api: Any, browser: Browser, expect: Any
) -> None:
    somebody, client = signed_in
    other = await browser()
    control = api.engine.control
    link = await control.sign_in.create_link(control.host, somebody.person)
    token = {"token": link.token.get_secret_value()}
    expect(await other.post("/api/v1/sessions/link", json=token), 201)
    expect(await client.delete("/api/v1/me/sessions"), 204)
    assert (await other.get("/api/v1/me")).status_code == 401
    assert (await client.get("/api/v1/me")).status_code == 200


@pytest.mark.parametrize("origin", [None, "https://evil.example", "null"])
async def test_a_request_from_another_site_is_refused(
    signed_in: tuple[Somebody, httpx.AsyncClient], api: Any, browser: Browser, origin: str | None
) -> None:
    """With the cookie and without our origin nothing is changed; reading is harmless."""
    _, client = signed_in
    del client.headers["origin"]
    headers = {} if origin is None else {"origin": origin}
    changed = await client.patch("/api/v1/me", json={"display_name": "Mallory"}, headers=headers)
    assert changed.status_code == 403
    assert (await client.delete("/api/v1/sessions/current", headers=headers)).status_code == 403
    new_key = {"name": "key", "role": "annotator"}
    key = await client.post(f"/api/v1/tenants/{api.tenant}/api-keys", json=new_key, headers=headers)
    assert key.status_code == 403
    assert (await client.get("/api/v1/me", headers=headers)).json()["display_name"] == "Grace Hopper"
    fresh = await browser()
    del fresh.headers["origin"]
    somebody = await invite(api)
    if origin is not None:
        assert (await follow(fresh, somebody, headers=headers)).status_code == 403
        form = {"email": somebody.email, "password": PASSWORD}
        assert (await fresh.post("/api/v1/sessions", json=form, headers=headers)).status_code == 403


async def test_who_am_i(signed_in: tuple[Somebody, httpx.AsyncClient], api: Any, expect: Any) -> None:
    somebody, client = signed_in
    renamed = expect(await client.patch("/api/v1/me", json={"display_name": "Ada"}))
    assert (renamed["kind"], renamed["id"], renamed["display_name"]) == (
        "person",
        str(somebody.person),
        "Ada",
    )
    assert renamed["memberships"][0]["tenant_id"] == str(api.tenant)
    key = expect(await api.reviewer.get("http://assay.test/api/v1/me"))
    assert (key["kind"], key["display_name"], key["email"]) == ("api_key", "reviewer", None)
    assert key["memberships"][0]["role"] == "reviewer"
    sessions = await api.reviewer.get("http://assay.test/api/v1/me/sessions")
    assert sessions.status_code == 403


async def test_another_persons_session_is_missing(
    signed_in: tuple[Somebody, httpx.AsyncClient], api: Any, browser: Browser, expect: Any
) -> None:
    _, client = signed_in
    other = await browser()
    await follow(other, await invite(api))
    (session,) = expect(await other.get("/api/v1/me/sessions"))
    foreign = await client.delete(f"/api/v1/me/sessions/{session['id']}")
    missing = await client.delete(f"/api/v1/me/sessions/{uuid4()}")
    assert (foreign.status_code, foreign.content) == (404, missing.content)


async def test_ten_wrong_passwords_and_no_more(api: Any, browser: Browser) -> None:
    client = await browser()
    wrong = {"email": f"{uuid4()}@example.org", "password": "wrong"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("assay.control.sessions.attempts.ATTEMPTS_FROM_ADDRESS", 2)
        statuses = [(await client.post("/api/v1/sessions", json=wrong)).status_code for _ in range(3)]
    assert statuses == [401, 401, 429]
