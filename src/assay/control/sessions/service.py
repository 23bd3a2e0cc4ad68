"""What lasts after a sign-in: opaque tokens, kept as digests, with an idle and an absolute limit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from pydantic import SecretStr

from assay.cells.database import Connection, Database
from assay.control import log
from assay.control.access import Principal, PrincipalKind, not_found
from assay.control.recent import Forget, Recent
from assay.control.sessions import store
from assay.control.sessions.models import NewSession, Session, SignedInPerson
from assay.control.tokens import new_token, token_digest
from assay.errors import Unauthenticated
from assay.identifiers import new_id
from assay.trust.log_action import LogAction

RecentSessions = Recent[bytes, SignedInPerson]


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """A session ends when unused for `idle`, and at the age of `absolute`; use is noted to `coarseness`."""

    idle: timedelta = timedelta(hours=12)
    absolute: timedelta = timedelta(days=30)
    coarseness: timedelta = timedelta(minutes=5)


class SessionService:
    def __init__(
        self, database: Database, recent: RecentSessions, forget: Forget, limits: SessionLimits
    ) -> None:
        self._database = database
        self._recent = recent
        self._forget = forget
        self._limits = limits

    async def authenticate(self, token: str) -> SignedInPerson:
        """Whose session the token opens; at most 5 seconds old. Raises Unauthenticated for any other text."""
        digest = token_digest(token)
        found = self._recent.get(digest)
        if found is not None:
            return found
        ticket = self._recent.ticket()
        async with self._database.connection() as connection:
            signed_in = await store.find_live(connection, digest, self._limits.idle)
            if signed_in is None:
                raise Unauthenticated("This session has ended.", advice="Sign in again.")
            await store.touch(connection, signed_in.session, self._limits.coarseness)
        self._recent.put(digest, signed_in, ticket)
        return signed_in

    async def list(self, person: UUID) -> list[Session]:
        """The person's live sessions, oldest first."""
        async with self._database.connection() as connection:
            return await store.list_of_person(connection, person, self._limits.idle)

    async def revoke(self, actor: Principal, person: UUID, session: UUID) -> None:
        """End one session of a person: signing out. Raises NotFound when it is not theirs."""
        async with self._database.transaction() as connection:
            if not await store.delete(connection, session, person):
                raise not_found()
            await log.write(connection, actor, LogAction.SESSION_REVOKED, "session", session)
        self._forget()

    async def revoke_all(self, actor: Principal, person: UUID, besides: UUID | None = None) -> int:
        """End every session of a person, but `besides`; how many there were."""
        async with self._database.transaction() as connection:
            ended = await store.delete_all_of(connection, person, besides)
            await log.write(connection, actor, LogAction.SESSION_REVOKED, "person", person, sessions=ended)
        self._forget()
        return ended

    async def start(self, connection: Connection, person: UUID, replaces: str | None, how: str) -> NewSession:
        """A new session within the transaction of a sign-in, in place of the one with token `replaces`.

        The token is always new: one that was planted in a browser before the sign-in opens nothing after it.
        The caller empties the caches after the commit.
        """
        if replaces is not None:
            await store.delete_by_token(connection, token_digest(replaces))
        token = new_token()
        session = await store.insert(connection, new_id(), token_digest(token), person, self._limits.absolute)
        actor = Principal(person, PrincipalKind.PERSON)
        await log.write(connection, actor, LogAction.SESSION_CREATED, "session", session.id, how=how)
        return NewSession(session=session, token=SecretStr(token))

    async def sweep(self, window: timedelta) -> int:
        """Remove ended sessions, dead links, and counters older than `window`; how many rows that were."""
        async with self._database.transaction() as connection:
            return await store.delete_expired(connection, self._limits.idle, window)
