"""Ways in: a password, or a link that opens once. There is no default credential and nobody signs up."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from pydantic import SecretStr

from assay.cells.database import Connection, Database
from assay.control import log
from assay.control.access import Principal, not_found
from assay.control.people import store as people_store
from assay.control.recent import Forget
from assay.control.sessions import store
from assay.control.sessions.attempts import WINDOW, AttemptLimit
from assay.control.sessions.models import NewSession, NewSignInLink
from assay.control.sessions.passwords import Passwords
from assay.control.sessions.service import SessionService
from assay.control.text import email_key
from assay.control.tokens import new_token, token_digest
from assay.errors import InvalidInput, Problem, Unauthenticated
from assay.identifiers import new_id
from assay.trust.log_action import LogAction

LINK_LIFETIME = timedelta(days=1)
MAXIMUM_LINK_LIFETIME = timedelta(days=7)


class SignIn:
    def __init__(
        self,
        database: Database,
        sessions: SessionService,
        passwords: Passwords,
        attempts: AttemptLimit,
        forget: Forget,
    ) -> None:
        self._database = database
        self._sessions = sessions
        self._passwords = passwords
        self._attempts = attempts
        self._forget = forget

    async def with_password(
        self, email: str, password: str, address: str, replaces: str | None = None
    ) -> NewSession:
        """A session for the right password; `address` is the client's, `replaces` the token it came with.

        Raises Unauthenticated, in the same words and time for a wrong password, an unknown address and a
        disabled account; TooManyRequests.
        """
        await self._attempts.count(email, address)
        stored = await self._password_hash(email)
        result = await self._passwords.verify(None if stored is None else stored[1], password)
        if stored is None or not result.right:
            raise _wrong()
        person, old_hash = stored
        async with self._database.transaction() as connection:
            if result.better_hash is not None:
                await people_store.set_password_hash(
                    connection, person, result.better_hash, expected=old_hash
                )
            session = await self._enter(connection, person, replaces, "password")
        await self._attempts.clear(email, address)
        self._forget()
        return session

    async def create_link(
        self, actor: Principal, person: UUID, lifetime: timedelta = LINK_LIFETIME
    ) -> NewSignInLink:
        """A link that signs the person in once. Raises NotFound without an active person, InvalidInput."""
        if not timedelta() < lifetime <= MAXIMUM_LINK_LIFETIME:
            message = "A sign-in link lasts at most 7 days."
            raise InvalidInput(message, problems=[Problem("/lifetime", "lifetime", message)])
        link, token = new_id(), new_token()
        async with self._database.transaction() as connection:
            expires_at = await store.insert_link(connection, link, token_digest(token), person, lifetime)
            if expires_at is None:
                raise not_found()
            await log.write(
                connection,
                actor,
                LogAction.SIGN_IN_LINK_CREATED,
                "sign_in_link",
                link,
                person=str(person),
            )
        return NewSignInLink(id=link, person=person, expires_at=expires_at, token=SecretStr(token))

    async def with_link(self, token: str, replaces: str | None = None) -> NewSession:
        """A session for a link's token, exactly once. Raises Unauthenticated for any other text."""
        async with self._database.transaction() as connection:
            used = await store.use_link(connection, token_digest(token))
            if used is None:
                raise Unauthenticated(
                    "This link was used already or has expired.", advice="Ask for a new one."
                )
            session = await self._enter(connection, used[1], replaces, "link")
        self._forget()
        return session

    async def set_password(self, actor: Principal, person: UUID, new: str, keep: UUID | None = None) -> None:
        """Set a person's password and end all their sessions but `keep`. Raises InvalidInput, NotFound.

        The caller makes sure that it is themselves who asks: a fresh sign-in, or `check_password`.
        """
        hashed = await self._passwords.hash(new)
        async with self._database.transaction() as connection:
            if not await people_store.set_password_hash(connection, person, hashed):
                raise not_found()
            await store.delete_all_of(connection, person, keep)
            await log.write(connection, actor, LogAction.PERSON_CHANGED, "person", person, change="password")
        self._forget()

    async def check_password(self, email: str, password: str, address: str) -> None:
        """Whether it is the account's password, without a session. Raises as `with_password` does."""
        await self._attempts.count(email, address)
        stored = await self._password_hash(email)
        result = await self._passwords.verify(None if stored is None else stored[1], password)
        if not result.right:
            raise _wrong()
        await self._attempts.clear(email, address)

    async def sweep(self) -> int:
        """Remove what can no longer be used; how many rows that were. For a timer."""
        return await self._sessions.sweep(WINDOW)

    def close(self) -> None:
        self._passwords.close()

    async def _password_hash(self, email: str) -> tuple[UUID, str] | None:
        if "\0" in email:  # No address has it, and the database cannot be asked for it.
            return None
        async with self._database.connection() as connection:
            return await people_store.password_hash(connection, email_key(email))

    async def _enter(
        self, connection: Connection, person: UUID, replaces: str | None, how: str
    ) -> NewSession:
        if await people_store.touch_sign_in(connection, person) is None:
            raise _wrong()
        return await self._sessions.start(connection, person, replaces, how)


def _wrong() -> Unauthenticated:
    return Unauthenticated("The address or the password is wrong.")
