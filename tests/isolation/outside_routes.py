"""The routes outside of every tenant: of the engine, of one's own account, and for everybody."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from uuid import uuid4

from assay.control.access import Role
from assay.identifiers import new_id

from .calls import Call, json_content
from .world import World

ORIGIN = "http://assay.test"


class Audience(Enum):
    """Who gets an answer. Everybody else is refused: 401 without credentials, 403 with them."""

    EVERYBODY = "everybody"
    ANYBODY_KNOWN = "whoever has credentials"
    PEOPLE = "people who are signed in"
    OPERATORS = "operators"


@dataclass(frozen=True, slots=True)
class OutsideEntry:
    """`build(world)` makes a request that succeeds with `status`; ids in it are kinds as in the world.

    `once` requests would end the session or use something up: they are made with a session of their own.
    """

    audience: Audience
    build: Callable[[World], Awaitable[Call]]
    status: int = 200
    once: bool = False


def plain(
    method: str, path: str, body: object = None, content: bytes = b"", kind: str = "application/json"
) -> Callable[[World], Awaitable[Call]]:
    async def build(_: World) -> Call:
        return Call(
            method, ORIGIN + path, {}, content=json_content(body) if body else content, content_type=kind
        )

    return build


async def _new_tenant(world: World) -> Call:
    return Call("POST", f"{ORIGIN}/api/v1/tenants", {}, content=json_content({"name": f"T {uuid4()}"}))


async def _appoint(world: World) -> Call:
    """A tenant that nobody owns yet. It has no cell either, which appointing does not need."""
    control = world.tenant.engine.control
    tenant = str((await control.tenants.create(control.host, "Ownerless")).id)
    body = json_content({"email": f"{uuid4()}@example.com"})
    return Call("POST", f"{ORIGIN}/api/v1/tenants/{tenant}/owner", {"tenant_id": tenant}, content=body)


async def _provision(world: World) -> Call:
    tenant = str(world.tenant.tenant)
    return Call("POST", f"{ORIGIN}/api/v1/tenants/{tenant}/cell", {"tenant_id": tenant})


async def _revoke_operator_key(world: World) -> Call:
    control = world.tenant.engine.control
    key = str((await control.api_keys.create(control.host, None, "spare", Role.OPERATOR)).key.id)
    return Call("POST", f"{ORIGIN}/api/v1/operator/api-keys/{key}/revoke", {"key_id": key})


async def _revoke_session(world: World) -> Call:
    """A session that is nobody's who asks: it is found by its person alone."""
    session = str(new_id())
    return Call("DELETE", f"{ORIGIN}/api/v1/me/sessions/{session}", {"session_id": session})


async def _sign_in_link(world: World) -> Call:
    token = await world.sign_in_token()
    return Call("POST", f"{ORIGIN}/api/v1/sessions/link", {}, content=json_content({"token": token}))


async def _password_sign_in(world: World) -> Call:
    email, password = await world.password_account()
    body = json_content({"email": email, "password": password})
    return Call("POST", f"{ORIGIN}/api/v1/sessions", {}, content=body)


_MEDIA = "/api/v1/media/{token}"
_ME = "/api/v1/me"
_PASSWORD = f"correct horse {uuid4()}"
_A = Audience

OUTSIDE_ROUTES: dict[str, OutsideEntry] = {
    "GET /healthz": OutsideEntry(_A.EVERYBODY, plain("GET", "/healthz")),
    "GET /readyz": OutsideEntry(_A.EVERYBODY, plain("GET", "/readyz")),
    "GET /metrics": OutsideEntry(_A.EVERYBODY, plain("GET", "/metrics")),
    "GET /api/v1/openapi.json": OutsideEntry(_A.EVERYBODY, plain("GET", "/api/v1/openapi.json")),
    # The web app: the same page at every address, and nothing of anybody's in it
    "GET /": OutsideEntry(_A.EVERYBODY, plain("GET", "/")),
    "GET /account": OutsideEntry(_A.EVERYBODY, plain("GET", "/account")),
    "GET /tenants/{path:path}": OutsideEntry(_A.EVERYBODY, plain("GET", f"/tenants/{new_id()}")),
    "GET /operator/{path:path}": OutsideEntry(_A.EVERYBODY, plain("GET", "/operator/tenants")),
    "GET /sandbox": OutsideEntry(_A.EVERYBODY, plain("GET", "/sandbox")),
    "GET /mark.svg": OutsideEntry(_A.EVERYBODY, plain("GET", "/mark.svg")),
    # Signing in and out
    "POST /api/v1/sessions": OutsideEntry(_A.EVERYBODY, _password_sign_in, 201, once=True),
    "POST /api/v1/sessions/link": OutsideEntry(_A.EVERYBODY, _sign_in_link, 201, once=True),
    "DELETE /api/v1/sessions/current": OutsideEntry(
        _A.PEOPLE, plain("DELETE", "/api/v1/sessions/current"), 204, once=True
    ),
    "GET /sign-in": OutsideEntry(_A.EVERYBODY, plain("GET", "/sign-in")),
    "GET /sign-in/{token}": OutsideEntry(_A.EVERYBODY, plain("GET", "/sign-in/abc")),
    # One's own account
    f"GET {_ME}": OutsideEntry(_A.ANYBODY_KNOWN, plain("GET", _ME)),
    f"GET {_ME}/work": OutsideEntry(_A.ANYBODY_KNOWN, plain("GET", f"{_ME}/work")),
    f"PATCH {_ME}": OutsideEntry(_A.PEOPLE, plain("PATCH", _ME, {"display_name": "Anna"})),
    f"PUT {_ME}/password": OutsideEntry(
        _A.PEOPLE, plain("PUT", f"{_ME}/password", {"new_password": _PASSWORD}), 204, once=True
    ),
    f"GET {_ME}/sessions": OutsideEntry(_A.PEOPLE, plain("GET", f"{_ME}/sessions")),
    f"DELETE {_ME}/sessions": OutsideEntry(_A.PEOPLE, plain("DELETE", f"{_ME}/sessions"), 204, once=True),
    f"DELETE {_ME}/sessions/{{session_id}}": OutsideEntry(_A.PEOPLE, _revoke_session, 204, once=True),
    # The engine
    "POST /api/v1/tenants": OutsideEntry(_A.OPERATORS, _new_tenant, 201),
    "GET /api/v1/tenants": OutsideEntry(_A.OPERATORS, plain("GET", "/api/v1/tenants")),
    "POST /api/v1/tenants/{tenant_id}/cell": OutsideEntry(_A.OPERATORS, _provision, 204),
    "POST /api/v1/tenants/{tenant_id}/owner": OutsideEntry(_A.OPERATORS, _appoint, 201),
    "POST /api/v1/operator/api-keys": OutsideEntry(
        _A.OPERATORS, plain("POST", "/api/v1/operator/api-keys", {"name": "k"}), 201
    ),
    "GET /api/v1/operator/api-keys": OutsideEntry(_A.OPERATORS, plain("GET", "/api/v1/operator/api-keys")),
    "POST /api/v1/operator/api-keys/{key_id}/revoke": OutsideEntry(_A.OPERATORS, _revoke_operator_key),
}

ELSEWHERE = {
    "GET /assets/{name}": "test_the_web_app_is_the_same_for_everybody",
    f"GET {_MEDIA}": "test_an_address_of_media_is_good_for_its_viewer_alone",
    f"GET {_MEDIA}/tiles": "test_an_address_of_media_is_good_for_its_viewer_alone",
    f"GET {_MEDIA}/tiles/{{level}}/{{x}}/{{y}}": "test_an_address_of_media_is_good_for_its_viewer_alone",
    f"GET {_MEDIA}/preview": "test_an_address_of_media_is_good_for_its_viewer_alone",
}
"""Routes that need a test of their own, and the name of that test in `test_tenant_escape`."""
