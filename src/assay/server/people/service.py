"""What people do with their own accounts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from assay.control.access import Principal, Role
from assay.control.sessions.models import Session, SignedInPerson
from assay.errors import AssayError, Forbidden
from assay.server.access import Caller
from assay.server.engine import Engine
from assay.server.people.models import Me, OwnMembership, OwnSession, PasswordChange

_FRESH = timedelta(minutes=10)
_MOST_MEMBERSHIPS = 500


async def me(who: Caller) -> Me:
    if who.person is None:
        assert who.key is not None
        return await _key(who.engine, who.key)
    person = await who.engine.control.people.get(who.person.person)
    memberships = await who.engine.control.memberships.list_of_person(person.id, limit=_MOST_MEMBERSHIPS)
    return Me(
        kind="person",
        id=person.id,
        email=person.email,
        display_name=person.display_name,
        operator=person.operator,
        memberships=[
            OwnMembership(
                tenant_id=one.tenant,
                tenant_name=one.tenant_name,
                role=one.role,
                projects=None if one.projects is None else sorted(one.projects),
                pseudonym=await _pseudonym(
                    who.engine, await who.engine.control.principal_for(person.id, one.tenant)
                ),
            )
            for one in memberships.items
        ],
    )


async def _key(engine: Engine, key: Principal) -> Me:
    stored = await engine.control.api_keys.get(key.tenant, key.id)
    memberships = []
    if key.tenant is not None:
        tenant = await engine.control.tenants.get(key.tenant)
        memberships = [
            OwnMembership(
                tenant_id=tenant.id,
                tenant_name=tenant.name,
                role=Role(stored.role),
                projects=None if stored.projects is None else sorted(stored.projects),
                pseudonym=await _pseudonym(engine, key),
            )
        ]
    return Me(
        kind="api_key",
        id=key.id,
        email=None,
        display_name=stored.name,
        operator=key.operator,
        memberships=memberships,
    )


async def _pseudonym(engine: Engine, principal: Principal) -> UUID | None:
    try:
        async with engine.open(principal, "name oneself") as workspace:
            return workspace.actor
    except AssayError:  # a cell that is gone or locked keeps nobody from their own account
        return None


async def rename(who: Caller, person: SignedInPerson, display_name: str) -> Me:
    await who.engine.control.people.update(who.outside_tenants, person.person, display_name=display_name)
    return await me(who)


async def change_password(who: Caller, person: SignedInPerson, change: PasswordChange, address: str) -> None:
    """Set a password, after a fresh sign-in or with the old one. All other sessions end."""
    control = who.engine.control
    if change.current_password is not None:
        await control.sign_in.check_password(
            person.email, change.current_password.get_secret_value(), address
        )
    elif not await _is_fresh(who.engine, person):
        raise Forbidden(
            "Give your current password, or sign in again first.",
            path="/current_password",
            advice="Within ten minutes of signing in the current password is not needed.",
        )
    await control.sign_in.set_password(
        who.outside_tenants, person.person, change.new_password.get_secret_value(), keep=person.session
    )


async def sessions(engine: Engine, person: SignedInPerson) -> list[OwnSession]:
    return [_session(one, person.session) for one in await engine.control.sessions.list(person.person)]


async def _is_fresh(engine: Engine, person: SignedInPerson) -> bool:
    return any(
        one.id == person.session and datetime.now(UTC) - one.created_at < _FRESH
        for one in await engine.control.sessions.list(person.person)
    )


def _session(stored: Session, current: UUID) -> OwnSession:
    return OwnSession(
        id=stored.id,
        current=stored.id == current,
        created_at=stored.created_at,
        last_seen_at=stored.last_seen_at,
        expires_at=stored.expires_at,
    )
