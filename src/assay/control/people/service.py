"""What happens to people. Permission is asked for by the caller, with `assay.control.access.require`."""

from __future__ import annotations

from uuid import UUID

from psycopg.errors import UniqueViolation

from assay.cells.database import Connection, Database
from assay.control import log
from assay.control.access import Principal, not_found
from assay.control.memberships import store as membership_store
from assay.control.page import DEFAULT_PAGE_SIZE, Page, check_limit, page_of
from assay.control.people import store
from assay.control.people.models import Person, PersonState
from assay.control.recent import Forget
from assay.control.sessions import store as session_store
from assay.control.text import clean_email, clean_name, email_key
from assay.errors import Conflict
from assay.identifiers import new_id
from assay.trust.log_action import LogAction


class PeopleService:
    """Identities. `forget` empties the caches once somebody is no longer let in."""

    def __init__(self, database: Database, forget: Forget) -> None:
        self._database = database
        self._forget = forget

    async def create(
        self, actor: Principal, email: str, display_name: str = "", *, operator: bool = False
    ) -> Person:
        """A person who cannot sign in yet: no password, no link. An operator can be in no tenant.

        Raises InvalidInput at /email or /display_name, Conflict when somebody has the address.
        """
        async with self._database.transaction() as connection:
            person = await create_person(connection, actor, email, display_name, operator)
            if person is None:
                raise _address_taken()
        return person

    async def get(self, person: UUID) -> Person:
        """Raises NotFound."""
        async with self._database.connection() as connection:
            return _present(await store.find(connection, person))

    async def get_by_email(self, email: str) -> Person:
        """By address, whatever its case. Raises NotFound."""
        async with self._database.connection() as connection:
            return _present(await store.find_by_email(connection, email_key(email)))

    async def list(self, after: UUID | None = None, limit: int = DEFAULT_PAGE_SIZE) -> Page[Person]:
        """People who were not erased, oldest first."""
        check_limit(limit)
        async with self._database.connection() as connection:
            rows = await store.page(connection, after, limit + 1)
        return page_of(rows, limit, lambda row: row.id)

    async def update(
        self, actor: Principal, person: UUID, *, display_name: str | None = None, email: str | None = None
    ) -> Person:
        """Change what is given. Raises InvalidInput, NotFound, Conflict when somebody has the address."""
        name = None if display_name is None else _clean_display_name(display_name)
        address = None if email is None else clean_email(email)
        key = None if address is None else email_key(address)
        try:
            async with self._database.transaction() as connection:
                changed = _present(await store.update(connection, person, name, address, key))
                await _log_change(connection, actor, person, "updated")
        except UniqueViolation as error:
            raise _address_taken() from error
        self._forget()
        return changed

    async def disable(self, actor: Principal, person: UUID) -> Person:
        """Ends all their sessions and links at once; they cannot sign in until they are enabled again."""
        async with self._database.transaction() as connection:
            changed = _present(await store.change_state(connection, person, PersonState.DISABLED))
            await session_store.delete_ways_in(connection, person)
            await _log_change(connection, actor, person, "disabled")
        self._forget()
        return changed

    async def enable(self, actor: Principal, person: UUID) -> Person:
        async with self._database.transaction() as connection:
            changed = _present(await store.change_state(connection, person, PersonState.ACTIVE))
            await _log_change(connection, actor, person, "enabled")
        return changed

    async def erase(self, actor: Principal, person: UUID) -> None:
        """Remove everything that identifies them, for good; the id stays, for the log. Raises NotFound.

        Raises Conflict while they are the last owner of a tenant.
        """
        async with self._database.transaction() as connection:
            await membership_store.lock_tenants_of(connection, person)
            if await membership_store.sole_ownerships(connection, person):
                raise Conflict("A tenant would be left without an owner.", advice="Appoint another owner.")
            _present(await store.erase(connection, person))
            await session_store.delete_ways_in(connection, person)
            await membership_store.delete_all_of(connection, person)
            await _log_change(connection, actor, person, "erased")
        self._forget()


async def create_person(
    connection: Connection, actor: Principal, email: str, display_name: str = "", operator: bool = False
) -> Person | None:
    """A new person within a transaction; None when somebody has the address. Raises InvalidInput."""
    address = clean_email(email)
    name = _clean_display_name(display_name)
    created = await store.insert(connection, new_id(), address, email_key(address), name, operator)
    if created is not None:
        change = "operator_created" if operator else "created"
        await _log_change(connection, actor, created.id, change)
    return created


def _clean_display_name(display_name: str) -> str:
    return clean_name(display_name, "/display_name", may_be_empty=True)


async def _log_change(connection: Connection, actor: Principal, person: UUID, change: str) -> None:
    action = LogAction.PERSON_CREATED if change == "created" else LogAction.PERSON_CHANGED
    await log.write(connection, actor, action, "person", person, change=change)


def _address_taken() -> Conflict:
    return Conflict("Somebody has this address already.", path="/email")


def _present(person: Person | None) -> Person:
    if person is None:
        raise not_found()
    return person
