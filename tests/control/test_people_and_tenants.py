from __future__ import annotations

import asyncio
from collections.abc import Callable
from uuid import UUID

import pytest

from assay.cells.database import Database
from assay.cells.location import CellLocation
from assay.control.access import Principal, Role
from assay.control.people.models import PersonState
from assay.control.plane import ControlPlane
from assay.control.tenants.models import Tenant, TenantState
from assay.errors import AssayError, Conflict, IntegrityError, InvalidInput, NotFound
from assay.identifiers import new_id
from assay.trust.log_entry import decode

Email = Callable[[str], str]


async def owned_tenant(plane: ControlPlane, email: Email) -> tuple[Tenant, UUID]:
    tenant = await plane.tenants.create(plane.host, "Acme")
    owner = await plane.memberships.invite(plane.host, tenant.id, email("owner"), Role.OWNER)
    return tenant, owner.person


async def log_of(database: Database, object_id: UUID) -> list[tuple[str, str]]:
    async with database.connection() as connection:
        cursor = await connection.execute(
            "select action, entry from log_row where object_id = %s order by id", (object_id,)
        )
        rows = await cursor.fetchall()
    return [(action, str(decode(entry).details.get("change", ""))) for action, entry in rows]


async def test_a_tenant_from_first_to_last(
    plane: ControlPlane, host: Principal, control_database: Database
) -> None:
    tenant = await plane.tenants.create(host, "  Acme  ")
    assert (tenant.name, tenant.state) == ("Acme", TenantState.ACTIVE)
    assert (await plane.tenants.rename(host, tenant.id, "Ajax")).name == "Ajax"
    assert (await plane.tenants.suspend(host, tenant.id)).state is TenantState.SUSPENDED
    assert (await plane.tenants.resume(host, tenant.id)).state is TenantState.ACTIVE
    await plane.tenants.delete(host, tenant.id)
    with pytest.raises(NotFound):
        await plane.tenants.resume(host, tenant.id)
    assert await log_of(control_database, tenant.id) == [
        ("tenant.created", ""),
        *(("tenant.changed", change) for change in ("renamed", "suspended", "active", "deleted")),
    ]


async def test_lists_page_by_keyset(plane: ControlPlane, host: Principal) -> None:
    made = [(await plane.tenants.create(host, f"T{number}")).id for number in range(5)]
    after: UUID | None = UUID(int=made[0].int - 1)
    seen: list[UUID] = []
    while after is not None:
        page = await plane.tenants.list(after, limit=2)
        seen += [row.id for row in page.items]
        after = page.next_cursor
    assert seen == made
    for limit in (0, 501):
        with pytest.raises(InvalidInput):
            await plane.tenants.list(limit=limit)


async def test_an_address_belongs_to_one_person(plane: ControlPlane, host: Principal, email: Email) -> None:
    address = email("Ada")
    results = await asyncio.gather(
        *(plane.people.create(host, spelling) for spelling in (address, address.upper(), f" {address}")),
        return_exceptions=True,
    )
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "Conflict", "Person"]
    ada = await plane.people.get_by_email(address.upper())
    other = await plane.people.create(host, email("other"))
    with pytest.raises(Conflict):
        await plane.people.update(host, other.id, email=address)
    renamed = await plane.people.update(host, ada.id, display_name="Ada L.")
    assert (renamed.display_name, renamed.email) == ("Ada L.", ada.email)


async def test_erasing_leaves_an_id_and_frees_the_address(
    plane: ControlPlane, host: Principal, email: Email, control_database: Database
) -> None:
    tenant, owner = await owned_tenant(plane, email)
    address = email("gone")
    member = await plane.memberships.invite(host, tenant.id, address, Role.VIEWER, display_name="Gone G.")
    await plane.people.erase(host, member.person)
    erased = await plane.people.get(member.person)
    assert (erased.state, erased.email, erased.display_name) == (PersonState.ERASED, None, "")
    with pytest.raises(NotFound):
        await plane.memberships.get(tenant.id, member.person)
    assert (await plane.people.create(host, address)).id != member.person
    with pytest.raises(Conflict):
        await plane.people.erase(host, owner)


async def test_the_log_holds_no_identity(
    plane: ControlPlane, host: Principal, email: Email, control_database: Database
) -> None:
    address = email("canary")
    tenant = await plane.tenants.create(host, "canaryname")
    member = await plane.memberships.invite(host, tenant.id, address, Role.OWNER, display_name="canaryperson")
    await plane.api_keys.create(host, tenant.id, "canarykey", Role.VIEWER)
    await plane.sign_in.create_link(host, member.person)
    async with control_database.connection() as connection:
        cursor = await connection.execute("select entry from log_row")
        entries = b"".join(entry for (entry,) in await cursor.fetchall())
    assert b"canary" not in entries


async def test_nothing_is_written_without_its_log_row(
    plane: ControlPlane, host: Principal, email: Email, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*arguments: object, **details: object) -> None:
        raise RuntimeError("no log")

    tenant, _ = await owned_tenant(plane, email)
    address = email("unlogged")
    with monkeypatch.context() as patched:
        patched.setattr("assay.control.log.write", broken)
        with pytest.raises(RuntimeError):
            await plane.people.create(host, address)
        with pytest.raises(RuntimeError):
            await plane.tenants.rename(host, tenant.id, "Unlogged")
    with pytest.raises(NotFound):
        await plane.people.get_by_email(address)
    assert (await plane.tenants.get(tenant.id)).name == "Acme"


async def test_principals_follow_memberships_at_once(
    plane: ControlPlane, host: Principal, email: Email
) -> None:
    tenant, _ = await owned_tenant(plane, email)
    project = new_id()
    member = await plane.memberships.invite(host, tenant.id, email("ann"), Role.ANNOTATOR, [project])
    principal = await plane.principal_for(member.person, tenant.id)
    assert (principal.role, principal.projects) == (Role.ANNOTATOR, frozenset({project}))
    await plane.memberships.update(host, tenant.id, member.person, Role.REVIEWER)
    changed = await plane.principal_for(member.person, tenant.id)
    assert (changed.role, changed.projects) == (Role.REVIEWER, None)
    await plane.memberships.remove(host, tenant.id, member.person)
    with pytest.raises(NotFound):
        await plane.principal_for(member.person, tenant.id)


@pytest.mark.parametrize("way", ["suspend the tenant", "disable the person"])
async def test_who_is_not_active_is_nobody(
    plane: ControlPlane, host: Principal, email: Email, way: str
) -> None:
    tenant, owner = await owned_tenant(plane, email)
    await plane.principal_for(owner, tenant.id)
    if way == "suspend the tenant":
        await plane.tenants.suspend(host, tenant.id)
    else:
        await plane.people.disable(host, owner)
    with pytest.raises(NotFound):
        await plane.principal_for(owner, tenant.id)


async def test_a_tenant_keeps_an_owner_even_when_two_leave_at_once(
    plane: ControlPlane, host: Principal, email: Email
) -> None:
    tenant, first = await owned_tenant(plane, email)
    second = (await plane.memberships.invite(host, tenant.id, email("second"), Role.OWNER)).person
    results = await asyncio.gather(
        plane.memberships.remove(host, tenant.id, first),
        plane.memberships.update(host, tenant.id, second, Role.VIEWER),
        return_exceptions=True,
    )
    assert sorted(isinstance(result, Conflict) for result in results) == [False, True]
    assert await plane.memberships.has_owner(tenant.id)


async def test_disabling_an_owner_makes_no_room_for_another(
    plane: ControlPlane, host: Principal, email: Email
) -> None:
    tenant, owner = await owned_tenant(plane, email)
    await plane.people.disable(host, owner)
    assert await plane.memberships.has_owner(tenant.id)


async def test_an_operator_is_a_member_of_nothing(plane: ControlPlane, host: Principal, email: Email) -> None:
    tenant, owner = await owned_tenant(plane, email)
    address = email("operator")
    operator, _ = await plane.create_operator(address)
    assert (await plane.operator_principal(operator.id)).role is Role.OPERATOR
    assert (await plane.create_operator(address))[0].id == operator.id
    with pytest.raises(Conflict):
        await plane.memberships.add(host, tenant.id, operator.id, Role.OWNER)
    with pytest.raises(Conflict):
        await plane.memberships.invite(host, tenant.id, address, Role.VIEWER)
    owner_address = (await plane.people.get(owner)).email
    assert owner_address is not None
    with pytest.raises(Conflict):
        await plane.create_operator(owner_address)
    with pytest.raises(NotFound):
        await plane.operator_principal(owner)


async def test_a_person_works_for_several_tenants(plane: ControlPlane, host: Principal, email: Email) -> None:
    first, _ = await owned_tenant(plane, email)
    second, _ = await owned_tenant(plane, email)
    address = email("shared")
    one = await plane.memberships.invite(host, first.id, address, Role.ANNOTATOR)
    assert not await plane.memberships.is_shared(first.id, one.person)
    two = await plane.memberships.invite(host, second.id, address.upper(), Role.REVIEWER)
    assert one.person == two.person
    assert await plane.memberships.is_shared(first.id, one.person)
    own = await plane.memberships.list_of_person(one.person)
    assert [(row.tenant, row.role) for row in own.items] == [
        (first.id, Role.ANNOTATOR),
        (second.id, Role.REVIEWER),
    ]
    listed = await plane.memberships.list(first.id)
    assert {row.role for row in listed.items} == {Role.OWNER, Role.ANNOTATOR}
    with pytest.raises(Conflict):
        await plane.memberships.add(host, first.id, one.person, Role.VIEWER)


@pytest.mark.parametrize(("role", "projects"), [(Role.OPERATOR, None), (Role.OWNER, [UUID(int=1)])])
async def test_memberships_that_cannot_be(
    plane: ControlPlane, host: Principal, email: Email, role: Role, projects: list[UUID] | None
) -> None:
    tenant, _ = await owned_tenant(plane, email)
    with pytest.raises(InvalidInput):
        await plane.memberships.invite(host, tenant.id, email("x"), role, projects)


async def test_what_is_missing_is_not_found(plane: ControlPlane, host: Principal) -> None:
    missing = new_id()
    for attempt in (
        plane.tenants.get(missing),
        plane.tenants.rename(host, missing, "x"),
        plane.people.get(missing),
        plane.people.disable(host, missing),
        plane.memberships.get(missing, missing),
        plane.memberships.add(host, missing, missing, Role.VIEWER),
        plane.memberships.remove(host, missing, missing),
        plane.principal_for(missing, missing),
        plane.directory.locate(missing),
        plane.directory.remove(host, missing),
        plane.api_keys.get(missing, missing),
        plane.api_keys.create(host, missing, "x", Role.VIEWER),
        plane.sign_in.create_link(host, missing),
        plane.sessions.revoke(host, missing, missing),
    ):
        with pytest.raises(AssayError) as caught:
            await attempt
        assert caught.type is NotFound


async def test_the_directory_finds_cells_and_keeps_their_passwords_sealed(
    plane: ControlPlane, other_process: ControlPlane, host: Principal, control_database: Database
) -> None:
    tenant = await plane.tenants.create(host, "Acme")
    name = f"c{tenant.id.hex}"
    external = CellLocation(new_id(), tenant.id, "external", name, f"r{tenant.id.hex}", "secret-of-the-role")
    await plane.directory.register(host, external)
    assert await plane.directory.locate(tenant.id) == external
    assert await other_process.directory.locate(tenant.id) == external
    assert external in await plane.directory.all()
    with pytest.raises(Conflict):
        await plane.directory.register(host, CellLocation(new_id(), tenant.id, "embedded", "another"))
    async with control_database.connection() as connection:
        cursor = await connection.execute("select password from cell where tenant_id = %s", (tenant.id,))
        row = await cursor.fetchone()
    assert row is not None
    assert b"secret" not in row[0]
    embedded = CellLocation(external.id, tenant.id, "embedded", name)
    await plane.directory.move(host, embedded)
    assert await plane.directory.locate(tenant.id) == embedded
    await plane.tenants.suspend(host, tenant.id)
    with pytest.raises(NotFound):
        await plane.directory.locate(tenant.id)
    await plane.directory.remove(host, tenant.id)


async def test_a_sealed_password_cannot_be_moved_to_another_cell(
    plane: ControlPlane, other_process: ControlPlane, host: Principal, control_database: Database
) -> None:
    first = await plane.tenants.create(host, "First")
    second = await plane.tenants.create(host, "Second")
    for tenant in (first, second):
        database, role = f"d{tenant.id.hex}", f"r{tenant.id.hex}"
        await plane.directory.register(
            host, CellLocation(new_id(), tenant.id, "external", database, role, f"password {tenant.id}")
        )
    async with control_database.transaction() as connection:
        await connection.execute(
            "update cell set password = (select password from cell where tenant_id = %s) "
            "where tenant_id = %s",
            (first.id, second.id),
        )
    with pytest.raises(IntegrityError):
        await other_process.directory.locate(second.id)
    await plane.directory.remove(host, second.id)
