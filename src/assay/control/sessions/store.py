"""The only place with SQL on `session`, `sign_in_link` and `sign_in_attempt`. Times are the database's."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row

from assay.control.sessions.models import Session, SignedInPerson

_COLUMNS = "id, person_id as person, created_at, last_seen_at, expires_at"


async def insert(
    connection: AsyncConnection[Any],
    session: UUID,
    token_digest: bytes,
    person: UUID,
    lifetime: timedelta,
) -> Session:
    """A session that ends after `lifetime`, whatever happens in it."""
    async with connection.cursor(row_factory=class_row(Session)) as cursor:
        await cursor.execute(
            "insert into session (id, token_digest, person_id, expires_at) values (%s, %s, %s, now() + %s) "
            f"returning {_COLUMNS}",
            (session, token_digest, person, lifetime),
        )
        row: Session | None = await cursor.fetchone()
        assert row is not None  # `returning` of an insert gives the row
        return row


async def find_live(
    connection: AsyncConnection[Any], token_digest: bytes, idle: timedelta
) -> SignedInPerson | None:
    """Whose session it is, while it is within both limits and the person is active; one indexed lookup."""
    async with connection.cursor(row_factory=class_row(SignedInPerson)) as cursor:
        await cursor.execute(
            "select person.id as person, session.id as session, person.email, person.display_name, "
            "person.operator, session.expires_at "
            "from session join person on person.id = session.person_id and person.state = 'active' "
            "where session.token_digest = %s and session.expires_at > now() "
            "and session.last_seen_at > now() - %s::interval",
            (token_digest, idle),
        )
        return await cursor.fetchone()


async def touch(connection: AsyncConnection[Any], session: UUID, coarseness: timedelta) -> None:
    """Notes that a session is in use, at most once in `coarseness`, so that reads hardly ever write."""
    await connection.execute(
        "update session set last_seen_at = now() where id = %s and last_seen_at < now() - %s::interval",
        (session, coarseness),
    )


async def list_of_person(connection: AsyncConnection[Any], person: UUID, idle: timedelta) -> list[Session]:
    """A person's live sessions, oldest first."""
    async with connection.cursor(row_factory=class_row(Session)) as cursor:
        await cursor.execute(
            f"select {_COLUMNS} from session where person_id = %s and expires_at > now() "
            "and last_seen_at > now() - %s::interval order by id",
            (person, idle),
        )
        return await cursor.fetchall()


async def delete(connection: AsyncConnection[Any], session: UUID, person: UUID) -> bool:
    """Whether this person had this session; they have it no longer."""
    cursor = await connection.execute(
        "delete from session where id = %s and person_id = %s", (session, person)
    )
    return cursor.rowcount == 1


async def delete_by_token(connection: AsyncConnection[Any], token_digest: bytes) -> None:
    """Ends the session with this token, if there is one: rotation at sign-in."""
    await connection.execute("delete from session where token_digest = %s", (token_digest,))


async def delete_all_of(connection: AsyncConnection[Any], person: UUID, besides: UUID | None) -> int:
    """Ends the person's sessions except `besides`; how many."""
    cursor = await connection.execute(
        "delete from session where person_id = %(person)s "
        "and (%(besides)s::uuid is null or id <> %(besides)s)",
        {"person": person, "besides": besides},
    )
    return cursor.rowcount


async def delete_ways_in(connection: AsyncConnection[Any], person: UUID) -> None:
    """Ends every session of the person and voids every link: what they hold opens nothing any more."""
    await connection.execute("delete from session where person_id = %s", (person,))
    await connection.execute("delete from sign_in_link where person_id = %s", (person,))


async def delete_expired(connection: AsyncConnection[Any], idle: timedelta, window: timedelta) -> int:
    """Removes only what opens nothing: dead sessions, dead links, counters of past windows; how many."""
    dead = 0
    for statement, values in (
        (
            "delete from session where expires_at <= now() or last_seen_at <= now() - %s::interval",
            (idle,),
        ),
        ("delete from sign_in_link where expires_at <= now()", ()),
        ("delete from sign_in_attempt where began_at <= now() - %s::interval", (window,)),
    ):
        cursor = await connection.execute(statement, values)
        dead += cursor.rowcount
    return dead


# Links -------------------------------------------------------------------------------------------


async def insert_link(
    connection: AsyncConnection[Any],
    link: UUID,
    token_digest: bytes,
    person: UUID,
    lifetime: timedelta,
) -> datetime | None:
    """When the new link of an active person expires; None, and no link, for anybody else."""
    cursor = await connection.execute(
        "insert into sign_in_link (id, token_digest, person_id, expires_at) "
        "select %s, %s, id, now() + %s from person where id = %s and state = 'active' returning expires_at",
        (link, token_digest, lifetime, person),
    )
    row = await cursor.fetchone()
    return None if row is None else row[0]


async def use_link(connection: AsyncConnection[Any], token_digest: bytes) -> tuple[UUID, UUID] | None:
    """Link and person of a link that was never used and lives; exactly one caller ever gets it.

    The row lock makes a second caller wait, see `used_at`, and get None.
    """
    cursor = await connection.execute(
        "update sign_in_link set used_at = now() "
        "where token_digest = %s and used_at is null and expires_at > now() returning id, person_id",
        (token_digest,),
    )
    row = await cursor.fetchone()
    return None if row is None else (row[0], row[1])


# Attempts ----------------------------------------------------------------------------------------


async def count_attempt(
    connection: AsyncConnection[Any], subject_digest: bytes, window: timedelta
) -> tuple[int, int]:
    """Attempts of this subject in its window, this one included, and seconds until the window ends.

    One atomic statement: attempts made at once are each counted.
    """
    cursor = await connection.execute(
        "insert into sign_in_attempt as counter (subject_digest, attempts) values (%(subject)s, 1) "
        "on conflict (subject_digest) do update set "
        "attempts = case when counter.began_at > now() - %(window)s::interval "
        "then counter.attempts + 1 else 1 end, "
        "began_at = case when counter.began_at > now() - %(window)s::interval "
        "then counter.began_at else now() end "
        # A transaction may be older than the one that began the window.
        "returning attempts, "
        "ceil(extract(epoch from least(began_at - now(), interval '0') + %(window)s::interval))::int",
        {"subject": subject_digest, "window": window},
    )
    row = await cursor.fetchone()
    assert row is not None  # `returning` of an upsert gives the row
    return row[0], row[1]


async def clear_attempts(connection: AsyncConnection[Any], subject_digest: bytes) -> None:
    """The subject's count begins at zero again."""
    await connection.execute("delete from sign_in_attempt where subject_digest = %s", (subject_digest,))
