"""What happens to memberships. Permission is asked for by the caller, with `assay.control.access.require`."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from psycopg.errors import ForeignKeyViolation

from assay.cells.database import Connection, Database
from assay.control import log
from assay.control.access import Principal, PrincipalKind, Role, not_found
from assay.control.memberships import store
from assay.control.memberships.models import Member, Membership, TenantMembership
from assay.control.page import DEFAULT_PAGE_SIZE, Page, check_limit, page_of
from assay.control.people import store as people_store
from assay.control.people.service import create_person
from assay.control.recent import Forget, Recent
from assay.control.text import email_key
from assay.errors import Conflict, InvalidInput, Problem
from assay.trust.log_action import LogAction

RecentPrincipals = Recent[tuple[UUID, UUID], Principal]


class MembershipService:
    """Who is what where. A tenant that has an owner keeps at least one."""

    def __init__(self, database: Database, recent: RecentPrincipals, forget: Forget) -> None:
        self._database = database
        self._recent = recent
        self._forget = forget

    async def principal_for(self, person: UUID, tenant: UUID) -> Principal:
        """The person acting in the tenant; at most 5 seconds old. Raises NotFound when they are no member."""
        found = self._recent.get((person, tenant))
        if found is not None:
            return found
        ticket = self._recent.ticket()
        async with self._database.connection() as connection:
            membership = await store.find_active(connection, tenant, person)
        if membership is None:
            raise not_found()
        principal = Principal(person, PrincipalKind.PERSON, tenant, membership.role, membership.projects)
        self._recent.put((person, tenant), principal, ticket)
        return principal

    async def add(
        self,
        actor: Principal,
        tenant: UUID,
        person: UUID,
        role: Role,
        projects: Collection[UUID] | None = None,
    ) -> Membership:
        """Make a person a member. Raises InvalidInput, NotFound, Conflict for a member or an operator."""
        _check(role, projects)
        async with self._database.transaction() as connection:
            await _lock(connection, tenant)
            return await _add(connection, actor, tenant, person, role, projects)

    async def invite(
        self,
        actor: Principal,
        tenant: UUID,
        email: str,
        role: Role,
        projects: Collection[UUID] | None = None,
        display_name: str = "",
    ) -> Member:
        """Make the person with this address a member, a new person if nobody has it.

        The answer does not tell which: whether a rival knows somebody already is nobody's affair.
        Raises InvalidInput, NotFound, Conflict for a member or an operator.
        """
        _check(role, projects)
        async with self._database.transaction() as connection:
            await _lock(connection, tenant)
            created = await create_person(connection, actor, email, display_name)
            person = created or await people_store.find_by_email(connection, email_key(email))
            if person is None:
                raise Conflict("Somebody changed this person at the same time.", advice="Try again.")
            await _add(connection, actor, tenant, person.id, role, projects)
            return _present(await store.find(connection, tenant, person.id))

    async def get(self, tenant: UUID, person: UUID) -> Member:
        """Raises NotFound."""
        async with self._database.connection() as connection:
            return _present(await store.find(connection, tenant, person))

    async def list(
        self, tenant: UUID, after: UUID | None = None, limit: int = DEFAULT_PAGE_SIZE
    ) -> Page[Member]:
        """Members of a tenant, by id of the person."""
        check_limit(limit)
        async with self._database.connection() as connection:
            rows = await store.page(connection, tenant, after, limit + 1)
        return page_of(rows, limit, lambda row: row.person)

    async def list_of_person(
        self, person: UUID, after: UUID | None = None, limit: int = DEFAULT_PAGE_SIZE
    ) -> Page[TenantMembership]:
        """A person's own memberships in active tenants, by id of the tenant."""
        check_limit(limit)
        async with self._database.connection() as connection:
            rows = await store.page_of_person(connection, person, after, limit + 1)
        return page_of(rows, limit, lambda row: row.tenant)

    async def has_owner(self, tenant: UUID) -> bool:
        """Whether anybody owns the tenant: `Context.tenant_has_owner` of a decision."""
        async with self._database.connection() as connection:
            return await store.has_owner(connection, tenant)

    async def is_shared(self, tenant: UUID, person: UUID) -> bool:
        """Whether the person is a member elsewhere too: `Context.person_is_shared` of a decision."""
        async with self._database.connection() as connection:
            return await store.is_shared(connection, person, tenant)

    async def update(
        self,
        actor: Principal,
        tenant: UUID,
        person: UUID,
        role: Role,
        projects: Collection[UUID] | None = None,
    ) -> Membership:
        """Replace role and projects. Raises InvalidInput, NotFound, Conflict for the last owner."""
        _check(role, projects)
        async with self._database.transaction() as connection:
            await _lock(connection, tenant)
            current = _present(await store.find(connection, tenant, person))
            if current.role is Role.OWNER and role is not Role.OWNER:
                await _keep_an_owner(connection, tenant, person)
            changed = await store.update(connection, tenant, person, role, projects)
            assert changed is not None  # the tenant is locked: the membership cannot have gone
            await _log(connection, actor, changed, "updated")
        self._forget()
        return changed

    async def remove(self, actor: Principal, tenant: UUID, person: UUID) -> None:
        """Takes effect at once in this process, within 5 seconds in others. Raises NotFound, Conflict."""
        async with self._database.transaction() as connection:
            await _lock(connection, tenant)
            current = _present(await store.find(connection, tenant, person))
            if current.role is Role.OWNER:
                await _keep_an_owner(connection, tenant, person)
            await store.delete(connection, tenant, person)
            await _log(connection, actor, current, "removed")
        self._forget()


async def _lock(connection: Connection, tenant: UUID) -> None:
    if not await store.lock_tenant(connection, tenant):
        raise not_found()


async def _add(
    connection: Connection,
    actor: Principal,
    tenant: UUID,
    person: UUID,
    role: Role,
    projects: Collection[UUID] | None,
) -> Membership:
    try:
        async with connection.transaction():
            added = await store.insert(connection, tenant, person, role, projects)
    except ForeignKeyViolation as error:
        if await people_store.find(connection, person) is None:
            raise not_found() from error
        raise Conflict("Who runs the engine cannot be a member of a tenant.") from error
    if added is None:
        raise Conflict("This person is a member already.")
    await _log(connection, actor, added, "added")
    return added


async def _keep_an_owner(connection: Connection, tenant: UUID, leaving: UUID) -> None:
    if not await store.has_other_owner(connection, tenant, leaving):
        raise Conflict("A tenant keeps at least one owner.", advice="Appoint another owner first.")


async def _log(connection: Connection, actor: Principal, membership: Membership, change: str) -> None:
    await log.write(
        connection,
        actor,
        LogAction.MEMBER_CHANGED,
        "membership",
        membership.person,
        change=change,
        tenant=str(membership.tenant),
        role=membership.role.value,
    )


def _check(role: Role, projects: Collection[UUID] | None) -> None:
    if role is Role.OPERATOR:
        raise _invalid("/role", "role", "Operators are members of no tenant.")
    if role is Role.OWNER and projects is not None:
        raise _invalid("/projects", "owner-projects", "An owner has all projects of the tenant.")


def _invalid(path: str, rule: str, message: str) -> InvalidInput:
    return InvalidInput(message, problems=[Problem(path, rule, message)])


def _present(member: Member | None) -> Member:
    if member is None:
        raise not_found()
    return member
