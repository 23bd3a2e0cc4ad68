"""The only place with SQL on `person`. The password hash is read by `password_hash` and by nothing else."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row

from assay.control.people.models import Person, PersonState

_COLUMNS = "id, email, display_name, operator, state, signed_in_at, created_at"


async def insert(
    connection: AsyncConnection[Any],
    person: UUID,
    email: str,
    email_key: str,
    display_name: str,
    operator: bool,
) -> Person | None:
    """A new active person; None when somebody has the address already, also when two ask at once."""
    async with connection.cursor(row_factory=class_row(Person)) as cursor:
        await cursor.execute(
            "insert into person (id, email, email_key, display_name, operator) values (%s, %s, %s, %s, %s) "
            f"on conflict (email_key) do nothing returning {_COLUMNS}",
            (person, email, email_key, display_name, operator),
        )
        return await cursor.fetchone()


async def find(connection: AsyncConnection[Any], person: UUID) -> Person | None:
    """By primary key, in any state."""
    async with connection.cursor(row_factory=class_row(Person)) as cursor:
        await cursor.execute(f"select {_COLUMNS} from person where id = %s", (person,))
        return await cursor.fetchone()


async def find_by_email(connection: AsyncConnection[Any], email_key: str) -> Person | None:
    """At most one person has an address: `email_key` is unique."""
    async with connection.cursor(row_factory=class_row(Person)) as cursor:
        await cursor.execute(f"select {_COLUMNS} from person where email_key = %s", (email_key,))
        return await cursor.fetchone()


async def page(connection: AsyncConnection[Any], after: UUID | None, limit: int) -> list[Person]:
    """People who were not erased, in order of id, which is the order of creation; reads the key's index."""
    async with connection.cursor(row_factory=class_row(Person)) as cursor:
        await cursor.execute(
            f"select {_COLUMNS} from person "
            "where state <> 'erased' and (%(after)s::uuid is null or id > %(after)s) "
            "order by id limit %(limit)s",
            {"after": after, "limit": limit},
        )
        return await cursor.fetchall()


async def update(
    connection: AsyncConnection[Any],
    person: UUID,
    display_name: str | None,
    email: str | None,
    email_key: str | None,
) -> Person | None:
    """Changes what is not None of a person who was not erased; UniqueViolation when the address is taken."""
    async with connection.cursor(row_factory=class_row(Person)) as cursor:
        await cursor.execute(
            "update person set display_name = coalesce(%s, display_name), email = coalesce(%s, email), "
            f"email_key = coalesce(%s, email_key) where id = %s and state <> 'erased' returning {_COLUMNS}",
            (display_name, email, email_key, person),
        )
        return await cursor.fetchone()


async def change_state(connection: AsyncConnection[Any], person: UUID, state: PersonState) -> Person | None:
    """Enables or disables a person who was not erased; None when there is none."""
    async with connection.cursor(row_factory=class_row(Person)) as cursor:
        await cursor.execute(
            f"update person set state = %s where id = %s and state <> 'erased' returning {_COLUMNS}",
            (state.value, person),
        )
        return await cursor.fetchone()


async def erase(connection: AsyncConnection[Any], person: UUID) -> Person | None:
    """Blanks every identity field for good and frees the address; the id stays. None when there is nobody."""
    async with connection.cursor(row_factory=class_row(Person)) as cursor:
        await cursor.execute(
            "update person set state = 'erased', email = null, email_key = null, display_name = '', "
            f"password_hash = null where id = %s and state <> 'erased' returning {_COLUMNS}",
            (person,),
        )
        return await cursor.fetchone()


async def password_hash(connection: AsyncConnection[Any], email_key: str) -> tuple[UUID, str] | None:
    """Id and hash of the active person with this address who has a password; None in every other case."""
    cursor = await connection.execute(
        "select id, password_hash from person "
        "where email_key = %s and state = 'active' and password_hash is not null",
        (email_key,),
    )
    row = await cursor.fetchone()
    return None if row is None else (row[0], row[1])


async def set_password_hash(
    connection: AsyncConnection[Any], person: UUID, new: str, expected: str | None = None
) -> bool:
    """Sets an active person's hash, where `expected` is given only if it still is that; whether it did."""
    cursor = await connection.execute(
        "update person set password_hash = %(new)s where id = %(person)s and state = 'active' "
        "and (%(expected)s::text is null or password_hash = %(expected)s)",
        {"new": new, "person": person, "expected": expected},
    )
    return cursor.rowcount == 1


async def touch_sign_in(connection: AsyncConnection[Any], person: UUID) -> Person | None:
    """Notes that an active person signed in, and locks the row until the commit: nobody disabled gets in."""
    async with connection.cursor(row_factory=class_row(Person)) as cursor:
        await cursor.execute(
            f"update person set signed_in_at = now() where id = %s and state = 'active' returning {_COLUMNS}",
            (person,),
        )
        return await cursor.fetchone()
