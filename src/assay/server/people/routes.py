"""HTTP of one's own account."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import AwareDatetime

from assay.control.access import Action, Resource, ResourceKind
from assay.control.sessions.models import SignedInPerson
from assay.errors import Forbidden
from assay.server.access import AUTHENTICATION, Caller, CallerDependency
from assay.server.bodies import BoundedRoute
from assay.server.people import service
from assay.server.people.models import AccountChange, Me, OwnSession, PasswordChange
from assay.server.sessions.cookies import client_address
from assay.server.work import service as work
from assay.server.work.models import Work

router = APIRouter(
    prefix="/api/v1/me", tags=["account"], dependencies=AUTHENTICATION, route_class=BoundedRoute
)


@router.get("")
async def read_me(who: CallerDependency) -> Me:
    """Who you are, and what you are where. Works with an API key too."""
    _require_read(who)
    return await service.me(who)


@router.get("/work")
async def read_work(
    who: CallerDependency,
    since: Annotated[
        AwareDatetime | None,
        Query(description="Count what you submitted since then, two days at most; null: the last 24 hours"),
    ] = None,
) -> Work:
    """What waits for you in every project that you can work on. Works with an API key too."""
    _require_read(who)
    tenants = [membership.tenant_id for membership in (await service.me(who)).memberships]
    return await work.of_caller(who, tenants, since or datetime.now(UTC) - timedelta(days=1))


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


def _require_read(who: Caller) -> None:
    """A person reads their own account; a key reads what its tenant or the engine lets it."""
    if who.key is None:
        _require(who, Action.SELF_READ)
    elif who.key.tenant is not None:
        tenant = Resource(kind=ResourceKind.TENANT, tenant=who.key.tenant)
        who.engine.gate.require(who.key, Action.TENANT_READ, tenant)
    else:
        who.require(Action.OPERATOR_API_KEY, ResourceKind.ENGINE)


def _require(who: Caller, action: Action) -> SignedInPerson:
    """The signed-in person, when they may do this to their own account. An API key has none."""
    if who.person is None:
        raise Forbidden("An API key has no account.", advice="Sign in as a person.")
    who.require(action, ResourceKind.PERSON, owner=who.person.person)
    return who.person
