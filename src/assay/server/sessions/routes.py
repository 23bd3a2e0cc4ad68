"""HTTP of sessions. The pages that people see are in `assay.server.site`."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from assay.control.access import Action, ResourceKind
from assay.control.sessions.models import NewSession
from assay.errors import Forbidden
from assay.server.access import (
    AUTHENTICATION,
    CallerDependency,
    EngineDependency,
    refuse_foreign_origin,
    session_token,
)
from assay.server.bodies import BoundedRoute
from assay.server.engine import Engine
from assay.server.sessions.cookies import clear_session, client_address, set_session
from assay.server.sessions.models import LinkSignIn, PasswordSignIn, SignedIn

router = APIRouter(prefix="/api/v1/sessions", tags=["account"], route_class=BoundedRoute)


@router.post("", status_code=201)
async def sign_in(
    given: PasswordSignIn, request: Request, response: Response, engine: EngineDependency
) -> SignedIn:
    """Sign in with a password; the session is in the cookie of the response."""
    refuse_foreign_origin(request, engine)
    session = await engine.control.sign_in.with_password(
        given.email,
        given.password.get_secret_value(),
        client_address(request),
        replaces=session_token(request, engine),
    )
    return _signed_in(response, engine, session)


@router.post("/link", status_code=201)
async def sign_in_with_link(
    given: LinkSignIn, request: Request, response: Response, engine: EngineDependency
) -> SignedIn:
    """Sign in with the token of a one-time link, which is used up by this."""
    refuse_foreign_origin(request, engine)
    session = await engine.control.sign_in.with_link(
        given.token.get_secret_value(), replaces=session_token(request, engine)
    )
    return _signed_in(response, engine, session)


@router.delete("/current", status_code=204, dependencies=AUTHENTICATION)
async def sign_out(who: CallerDependency, response: Response) -> None:
    """End this session."""
    if who.person is None:
        raise Forbidden("An API key has no session to end.", advice="Revoke the key instead.")
    who.require(Action.SESSION_REVOKE, ResourceKind.PERSON, owner=who.person.person)
    await who.engine.control.sessions.revoke(who.outside_tenants, who.person.person, who.person.session)
    clear_session(response, who.engine)


def _signed_in(response: Response, engine: Engine, session: NewSession) -> SignedIn:
    set_session(response, engine, session)
    stored = session.session
    return SignedIn(session_id=stored.id, person_id=stored.person, expires_at=stored.expires_at)
