"""HTTP of one's own account."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request

from assay.control.access import Action, Resource, ResourceKind
from assay.control.sessions.models import SignedInPerson
from assay.errors import Forbidden
from assay.server.access import AUTHENTICATION, Caller, CallerDependency
from assay.server.bodies import BoundedRoute
from assay.server.people import service
from assay.server.people.models import AccountChange, Me, OwnSession, PasswordChange
from assay.server.sessions.cookies import client_address

router = APIRouter(
    prefix="/api/v1/me", tags=["account"], dependencies=AUTHENTICATION, route_class=BoundedRoute
)


@router.get("")
async def read_me(who: CallerDependency) -> Me:
    """Who you are, and what you are where. Works with an API key too."""
    if who.key is None:
        _require(who, Action.SELF_READ)
    elif who.key.tenant is not None:
        tenant = Resource(kind=ResourceKind.TENANT, tenant=who.key.tenant)
        who.engine.gate.require(who.key, Action.TENANT_READ, tenant)
    else:
        who.require(Action.OPERATOR_API_KEY, ResourceKind.ENGINE)
    return await service.me(who)


@router.patch("")
async def change_me(change: AccountChange, who: CallerDependency) -> Me:
    person = _require(who, Action.SELF_UPDATE)
    return await service.rename(who, person, change.display_name)


@router.put("/password", status_code=204)
async def change_password(change: PasswordChange, who: CallerDependency, request: Request) -> None:
    """Set a password. Every other session of yours ends."""
    person = _require(who, Action.SELF_UPDATE)
    await service.change_password(who, person, change, client_address(request))


@router.get("/sessions")
async def list_own_sessions(who: CallerDependency) -> list[OwnSession]:
    """Where you are signed in, oldest first."""
    person = _require(who, Action.SELF_READ)
    return await service.sessions(who.engine, person)


@router.delete("/sessions/{session_id}", status_code=204)
async def revoke_own_session(session_id: UUID, who: CallerDependency) -> None:
    person = _require(who, Action.SESSION_REVOKE)
    await who.engine.control.sessions.revoke(who.outside_tenants, person.person, session_id)


@router.delete("/sessions", status_code=204)
async def revoke_other_sessions(who: CallerDependency) -> None:
    """Sign out everywhere but here."""
    person = _require(who, Action.SESSION_REVOKE)
    await who.engine.control.sessions.revoke_all(who.outside_tenants, person.person, person.session)


def _require(who: Caller, action: Action) -> SignedInPerson:
    """The signed-in person, when they may do this to their own account. An API key has none."""
    if who.person is None:
        raise Forbidden("An API key has no account.", advice="Sign in as a person.")
    who.require(action, ResourceKind.PERSON, owner=who.person.person)
    return who.person
