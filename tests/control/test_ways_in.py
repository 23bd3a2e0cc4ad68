"""Keys, sessions, links, passwords."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import argon2
import pytest

from assay.cells.database import Database
from assay.control.access import Principal, PrincipalKind, Role
from assay.control.people.models import Person
from assay.control.plane import ControlPlane
from assay.control.sessions.attempts import ATTEMPTS_FROM_ADDRESS
from assay.control.sessions.models import NewSession
from assay.errors import InvalidInput, NotFound, TooManyRequests, Unauthenticated
from assay.identifiers import new_id

Email = Callable[[str], str]
PASSWORD = "correct horse battery"
ADDRESS = "192.0.2.1"


async def execute(database: Database, statement: str, *values: object) -> None:
    async with database.transaction() as connection:
        await connection.execute(statement.encode(), values)


async def with_password(plane: ControlPlane, address: str) -> Person:
    person = await plane.people.create(plane.host, address)
    await plane.sign_in.set_password(plane.host, person.id, PASSWORD)
    return person


async def sign_in(plane: ControlPlane, person: UUID) -> NewSession:
    link = await plane.sign_in.create_link(plane.host, person)
    return await plane.sign_in.with_link(link.token.get_secret_value())


# Keys --------------------------------------------------------------------------------------------


async def test_a_key_acts_with_its_role_in_its_tenant(
    plane: ControlPlane, other_process: ControlPlane, host: Principal
) -> None:
    tenant = await plane.tenants.create(host, "Acme")
    project = new_id()
    new = await plane.api_keys.create(host, tenant.id, "loader", Role.MANAGER, [project])
    text = new.text.get_secret_value()
    expected = Principal(new.key.id, PrincipalKind.API_KEY, tenant.id, Role.MANAGER, frozenset({project}))
    assert await plane.authenticate_api_key(text) == expected
    assert await other_process.authenticate_api_key(text) == expected
    listed = await plane.api_keys.list(tenant.id)
    assert [row.prefix for row in listed.items] == [text[: len(new.key.prefix)]]
    assert text not in new.model_dump_json()
    assert listed.items[0].last_used_at is not None


async def test_revoking_a_key_takes_effect_at_once(
    plane: ControlPlane, other_process: ControlPlane, host: Principal
) -> None:
    tenant = await plane.tenants.create(host, "Acme")
    new = await plane.api_keys.create(host, tenant.id, "loader", Role.OWNER)
    text = new.text.get_secret_value()
    await plane.authenticate_api_key(text)
    revoked = await plane.api_keys.revoke(host, tenant.id, new.key.id)
    assert await plane.api_keys.revoke(host, tenant.id, new.key.id) == revoked
    for control in (plane, other_process):
        with pytest.raises(Unauthenticated):
            await control.authenticate_api_key(text)


async def test_a_key_is_of_its_tenant_alone(plane: ControlPlane, host: Principal) -> None:
    tenant, rival = [await plane.tenants.create(host, name) for name in ("Acme", "Rival")]
    new = await plane.api_keys.create(host, tenant.id, "loader", Role.OWNER)
    for attempt in (
        plane.api_keys.get(rival.id, new.key.id),
        plane.api_keys.revoke(host, rival.id, new.key.id),
    ):
        with pytest.raises(NotFound):
            await attempt
    assert (await plane.api_keys.get(tenant.id, new.key.id)).revoked_at is None


@pytest.mark.parametrize("way", ["expire", "suspend", "forge"])
async def test_keys_that_open_nothing(
    plane: ControlPlane, other_process: ControlPlane, host: Principal, control_database: Database, way: str
) -> None:
    tenant = await plane.tenants.create(host, "Acme")
    new = await plane.api_keys.create(host, tenant.id, "loader", Role.OWNER, lifetime=timedelta(days=1))
    text = new.text.get_secret_value()
    await other_process.authenticate_api_key(text)
    if way == "expire":
        past = "update api_key set expires_at = now() - interval '1 second' where id = %s"
        await execute(control_database, past, new.key.id)
    elif way == "suspend":
        await plane.tenants.suspend(host, tenant.id)
    else:
        replaced = "update api_key set secret_digest = sha256(secret_digest) where id = %s"
        await execute(control_database, replaced, new.key.id)
    with pytest.raises(Unauthenticated):
        await other_process.authenticate_api_key(text)


async def test_operators_have_keys_without_a_tenant(plane: ControlPlane, host: Principal) -> None:
    new = await plane.api_keys.create(host, None, "command line", Role.OPERATOR)
    principal = await plane.authenticate_api_key(new.text.get_secret_value())
    assert (principal.tenant, principal.role, principal.operator) == (None, Role.OPERATOR, True)


@pytest.mark.parametrize(
    ("in_tenant", "role", "projects", "lifetime"),
    [
        (True, Role.OPERATOR, None, None),
        (False, Role.OWNER, None, None),
        (True, Role.OWNER, [UUID(int=1)], None),
        (True, Role.VIEWER, None, timedelta()),
    ],
)
async def test_keys_that_cannot_be(
    plane: ControlPlane,
    host: Principal,
    in_tenant: bool,
    role: Role,
    projects: list[UUID] | None,
    lifetime: timedelta | None,
) -> None:
    with pytest.raises(InvalidInput):
        await plane.api_keys.create(host, new_id() if in_tenant else None, "x", role, projects, lifetime)


# Links -------------------------------------------------------------------------------------------


async def test_a_link_signs_in_exactly_once_also_in_a_race(
    plane: ControlPlane, host: Principal, email: Email
) -> None:
    person = await plane.people.create(host, email("linked"))
    token = (await plane.sign_in.create_link(host, person.id)).token.get_secret_value()
    results = await asyncio.gather(
        *(plane.sign_in.with_link(token) for _ in range(8)), return_exceptions=True
    )
    sessions = [result for result in results if isinstance(result, NewSession)]
    assert len(sessions) == 1
    assert all(isinstance(result, NewSession | Unauthenticated) for result in results)
    signed_in = await plane.authenticate_session(sessions[0].token.get_secret_value())
    assert (signed_in.person, signed_in.email) == (person.id, person.email)
    assert (await plane.people.get(person.id)).signed_in_at is not None


@pytest.mark.parametrize("way", ["expire", "disable"])
async def test_links_that_open_nothing(
    plane: ControlPlane, host: Principal, email: Email, control_database: Database, way: str
) -> None:
    person = await plane.people.create(host, email("linked"))
    link = await plane.sign_in.create_link(host, person.id)
    if way == "expire":
        await execute(control_database, "update sign_in_link set expires_at = now() where id = %s", link.id)
    else:
        await plane.people.disable(host, person.id)
    with pytest.raises(Unauthenticated):
        await plane.sign_in.with_link(link.token.get_secret_value())


async def test_a_link_does_not_last_for_ever(plane: ControlPlane, host: Principal, email: Email) -> None:
    person = await plane.people.create(host, email("linked"))
    for lifetime in (timedelta(), timedelta(days=8)):
        with pytest.raises(InvalidInput):
            await plane.sign_in.create_link(host, person.id, lifetime)


# Sessions ----------------------------------------------------------------------------------------


async def test_a_sign_in_replaces_the_session_it_came_with(
    plane: ControlPlane, host: Principal, email: Email
) -> None:
    person = await plane.people.create(host, email("ada"))
    planted = (await sign_in(plane, person.id)).token.get_secret_value()
    link = await plane.sign_in.create_link(host, person.id)
    fresh = await plane.sign_in.with_link(link.token.get_secret_value(), replaces=planted)
    await plane.authenticate_session(fresh.token.get_secret_value())
    with pytest.raises(Unauthenticated):
        await plane.authenticate_session(planted)


async def test_revoking_sessions(plane: ControlPlane, other_process: ControlPlane, email: Email) -> None:
    person = await plane.people.create(plane.host, email("ada"))
    first, second, third = [await sign_in(plane, person.id) for _ in range(3)]
    assert [row.id for row in await plane.sessions.list(person.id)] == [
        new.session.id for new in (first, second, third)
    ]
    await plane.authenticate_session(first.token.get_secret_value())
    await plane.sessions.revoke(plane.host, person.id, first.session.id)
    assert await plane.sessions.revoke_all(plane.host, person.id, besides=third.session.id) == 1
    await other_process.authenticate_session(third.token.get_secret_value())
    for ended in (first, second):
        for control in (plane, other_process):
            with pytest.raises(Unauthenticated):
                await control.authenticate_session(ended.token.get_secret_value())


@pytest.mark.parametrize(
    "change",
    ["last_seen_at = now() - interval '12 hours 1 second'", "expires_at = now()"],
    ids=["idle", "absolute"],
)
async def test_sessions_end(
    plane: ControlPlane, other_process: ControlPlane, email: Email, control_database: Database, change: str
) -> None:
    person = await plane.people.create(plane.host, email("ada"))
    new = await sign_in(plane, person.id)
    token = new.token.get_secret_value()
    await other_process.authenticate_session(token)
    await execute(control_database, f"update session set {change} where id = %s", new.session.id)
    with pytest.raises(Unauthenticated):
        await other_process.authenticate_session(token)
    assert await plane.sessions.list(person.id) == []
    assert await plane.sign_in.sweep() >= 1


async def test_use_keeps_a_session_alive(
    other_process: ControlPlane, email: Email, control_database: Database
) -> None:
    person = await other_process.people.create(other_process.host, email("ada"))
    new = await sign_in(other_process, person.id)
    earlier = "update session set last_seen_at = now() - interval '11 hours' where id = %s"
    await execute(control_database, earlier, new.session.id)
    await other_process.authenticate_session(new.token.get_secret_value())
    (session,) = await other_process.sessions.list(person.id)
    assert session.last_seen_at >= new.session.last_seen_at


# Passwords ---------------------------------------------------------------------------------------


async def test_a_password_signs_in(plane: ControlPlane, email: Email, control_database: Database) -> None:
    address = email("ada")
    person = await with_password(plane, address)
    session = await plane.sign_in.with_password(address.upper(), PASSWORD, ADDRESS)
    assert session.session.person == person.id
    await plane.sign_in.check_password(address, PASSWORD, ADDRESS)
    await plane.sign_in.set_password(plane.host, person.id, "another long password")
    with pytest.raises(Unauthenticated):
        await plane.authenticate_session(session.token.get_secret_value())
    with pytest.raises(Unauthenticated):
        await plane.sign_in.with_password(address, PASSWORD, ADDRESS)


async def test_refusals_do_not_tell_accounts_apart(
    plane: ControlPlane, email: Email, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, disabled, linked = email("known"), email("disabled"), email("linked")
    await with_password(plane, known)
    await plane.people.disable(plane.host, (await with_password(plane, disabled)).id)
    await plane.people.create(plane.host, linked)
    verified: list[str] = []
    real = argon2.PasswordHasher.verify

    def counting(hasher: argon2.PasswordHasher, stored: str, password: bytes) -> object:
        verified.append(stored.rsplit("$", 2)[0])
        return real(hasher, stored, password)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", counting)
    refusals = []
    for address in (known, disabled, linked, email("nobody")):
        with pytest.raises(Unauthenticated) as caught:
            await plane.sign_in.with_password(address, "wrong password", ADDRESS)
        refusals.append((caught.value.detail, caught.value.extra))
    assert refusals == [refusals[0]] * 4
    # One verification each, at the same cost: there is nothing to time.
    assert verified == [verified[0]] * 4


async def test_guessing_is_limited_for_one_address_and_not_for_others(
    plane: ControlPlane, email: Email
) -> None:
    address = email("guessed")
    await with_password(plane, address)
    guesses = [
        plane.sign_in.with_password(address, "wrong password", ADDRESS)
        for _ in range(ATTEMPTS_FROM_ADDRESS + 5)
    ]
    results = await asyncio.gather(*guesses, return_exceptions=True)
    assert sum(isinstance(result, Unauthenticated) for result in results) == ATTEMPTS_FROM_ADDRESS
    refused = [result for result in results if isinstance(result, TooManyRequests)]
    assert len(refused) == 5
    assert 0 < refused[0].extra["retry_after"] <= 15 * 60
    with pytest.raises(TooManyRequests):
        await plane.sign_in.with_password(address.upper(), PASSWORD, ADDRESS)
    await plane.sign_in.with_password(address, PASSWORD, "192.0.2.2")


async def test_a_hash_of_other_cost_is_replaced_at_sign_in(
    plane: ControlPlane, email: Email, control_database: Database
) -> None:
    address = email("rehash")
    person = await with_password(plane, address)
    dearer = argon2.PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash(PASSWORD)
    await execute(control_database, "update person set password_hash = %s where id = %s", dearer, person.id)
    await plane.sign_in.with_password(address, PASSWORD, ADDRESS)
    async with control_database.connection() as connection:
        cursor = await connection.execute("select password_hash from person where id = %s", (person.id,))
        row = await cursor.fetchone()
    assert row is not None
    assert "m=8,t=1,p=1" in row[0]
    await plane.sign_in.with_password(address, PASSWORD, ADDRESS)


@pytest.mark.parametrize("password", ["", "too short", "x" * 1025, "\ud800" * 12])
async def test_passwords_that_cannot_be(plane: ControlPlane, email: Email, password: str) -> None:
    person = await plane.people.create(plane.host, email("ada"))
    with pytest.raises(InvalidInput):
        await plane.sign_in.set_password(plane.host, person.id, password)
    with pytest.raises(Unauthenticated):
        await plane.sign_in.with_password(person.email or "", password, ADDRESS)


async def test_no_token_is_stored_in_clear(
    plane: ControlPlane, email: Email, control_database: Database
) -> None:
    person = await with_password(plane, email("ada"))
    session = await sign_in(plane, person.id)
    link = await plane.sign_in.create_link(plane.host, person.id)
    key = await plane.api_keys.create(plane.host, None, "key", Role.OPERATOR)
    secrets = [new.get_secret_value() for new in (session.token, link.token, key.text)]
    async with control_database.connection() as connection:
        for table in ("session", "sign_in_link", "api_key", "log_row", "person"):
            cursor = await connection.execute(
                f"select coalesce(string_agg({table}::text, ''), '') from {table}"
            )
            row = await cursor.fetchone()
            assert row is not None
            for secret in [*secrets, PASSWORD]:
                assert secret not in row[0]
                assert secret.encode().hex() not in row[0]
