"""HTTP of the pages. Forms are checked by their origin; a page has no script and loads nothing from afar."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated
from urllib.parse import parse_qs
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import SecretStr
from starlette.responses import RedirectResponse

from assay.control.access import Action, ResourceKind
from assay.errors import AssayError, Malformed, NotFound, Unauthenticated
from assay.server.access import (
    Caller,
    EngineDependency,
    TenantAccess,
    caller,
    require_own_origin,
    session_token,
)
from assay.server.api_keys import service as api_keys
from assay.server.api_keys.models import NewApiKey
from assay.server.bodies import BoundedRoute
from assay.server.people import service as people
from assay.server.people.models import PasswordChange
from assay.server.sessions.cookies import clear_session, client_address, set_session
from assay.server.site import service, views
from assay.server.site.html import Markup

router = APIRouter(include_in_schema=False, route_class=BoundedRoute)

_ASSETS = {"site.css": "text/css; charset=utf-8", "mark.svg": "image/svg+xml"}
_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}


@router.get("/")
async def show_home(request: Request, engine: EngineDependency) -> Response:
    """Who you are, your tenants and projects, and what to do next."""
    who = await _signed_in(request, engine)
    if who is None or who.person is None:
        return _redirect("/sign-in")
    who.require(Action.SELF_READ, ResourceKind.PERSON, owner=who.person.person)
    tenants = await service.tenants_of(engine, who.person)
    return _page(views.home(service.person_of(who.person), engine.settings.base_url, tenants))


@router.get("/sign-in")
async def show_sign_in() -> Response:
    return _page(views.sign_in())


@router.post("/sign-in")
async def sign_in(request: Request, engine: EngineDependency) -> Response:
    require_own_origin(request, engine)
    form = await _form(request)
    email = form.get("email", "")
    try:
        session = await engine.control.sign_in.with_password(
            email,
            form.get("password", ""),
            client_address(request),
            replaces=session_token(request, engine),
        )
    except AssayError as error:
        return _page(views.sign_in(error.detail, email), error.status)
    response = _redirect("/")
    set_session(response, engine, session)
    return response


@router.get("/sign-in/{token}")
async def show_link(token: str) -> Response:
    """Looks at nothing and uses nothing up: programs that follow links in messages come here too."""
    return _page(views.confirm_link(token))


@router.post("/sign-in/{token}")
async def sign_in_with_link(token: str, request: Request, engine: EngineDependency) -> Response:
    require_own_origin(request, engine)
    try:
        session = await engine.control.sign_in.with_link(token, replaces=session_token(request, engine))
    except AssayError as error:
        return _page(views.message_page("This link does not work", error.detail), error.status)
    response = _redirect("/")
    set_session(response, engine, session)
    return response


@router.post("/sign-out")
async def sign_out(who: Annotated[Caller, Depends(caller)]) -> Response:
    response = _redirect("/sign-in")
    if who.person is not None:
        who.require(Action.SESSION_REVOKE, ResourceKind.PERSON, owner=who.person.person)
        await who.engine.control.sessions.revoke(who.outside_tenants, who.person.person, who.person.session)
    clear_session(response, who.engine)
    return response


@router.post("/password")
async def change_password(request: Request, who: Annotated[Caller, Depends(caller)]) -> Response:
    """Set a password; every other session of the person ends."""
    if who.person is None:
        raise Unauthenticated("Sign in first.")
    who.require(Action.SELF_UPDATE, ResourceKind.PERSON, owner=who.person.person)
    form = await _form(request)
    current = SecretStr(form["current"]) if form.get("current") else None
    change = PasswordChange(current_password=current, new_password=SecretStr(form.get("new", "")))
    try:
        await people.change_password(who, who.person, change, client_address(request))
    except AssayError as error:
        return _page(views.message_page("The password was not changed", error.detail), error.status)
    return _page(views.message_page("Your password is set", "Use it from now on to sign in."))


@router.post("/tenants/{tenant_id}/api-keys")
async def create_key(tenant_id: UUID, who: Annotated[Caller, Depends(caller)]) -> Response:
    """A key with the person's own role in this tenant, shown this once."""
    if who.person is None:
        raise Unauthenticated("Sign in first.")
    principal = await who.acting_in(tenant_id)
    assert principal.role is not None, "a member has a role"
    projects = None if principal.projects is None else sorted(principal.projects)
    name = f"{who.person.display_name or who.person.email}"[:200]
    new = NewApiKey(name=name, role=principal.role, projects=projects)
    api_keys.require_create(TenantAccess(who.engine, principal, tenant_id), new)
    made = await api_keys.create(who.engine, principal, tenant_id, name, new.role, projects, None)
    tenant = await who.engine.control.tenants.get(tenant_id)
    address = who.engine.settings.base_url
    return _page(views.new_key(service.person_of(who.person), tenant.name, made.key, address))


@router.get("/assets/{name}")
async def show_asset(name: str) -> Response:
    if name not in _ASSETS:
        raise NotFound("There is nothing here under this address.")
    headers = {"cache-control": "public, max-age=3600", "x-content-type-options": "nosniff"}
    return Response(_asset(name), media_type=_ASSETS[name], headers=headers)


async def _signed_in(request: Request, engine: EngineDependency) -> Caller | None:
    try:
        return await caller(request, engine)
    except Unauthenticated:
        return None


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form as browsers send it; of a repeated field the last."""
    try:
        fields = parse_qs((await request.body()).decode("ascii"), max_num_fields=20, errors="strict")
    except ValueError:
        raise Malformed("This is not a form.") from None
    return {name: values[-1] for name, values in fields.items()}


def _page(content: Markup, status: int = 200) -> Response:
    return Response(content, status, _HEADERS, "text/html; charset=utf-8")


def _redirect(address: str) -> RedirectResponse:
    return RedirectResponse(address, 303, _HEADERS)


@cache
def _asset(name: str) -> bytes:
    return (Path(__file__).parent / name).read_bytes()
