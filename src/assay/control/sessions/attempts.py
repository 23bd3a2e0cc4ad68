"""A limit on guessing: how often an account may be tried, from one address and in all."""

from __future__ import annotations

import hmac
from datetime import timedelta

from assay.cells.database import Database
from assay.control.installation_keys import InstallationKeys
from assay.control.sessions import store
from assay.control.text import email_key
from assay.errors import TooManyRequests

WINDOW = timedelta(minutes=15)
ATTEMPTS_FROM_ADDRESS = 10
"""Tries of one account from one address within the window."""
ATTEMPTS_OF_ACCOUNT = 100
"""Tries of one account from everywhere: slows a distributed guesser, and one cannot lock the owner out."""


class AttemptLimit:
    """Counts in the database, for every server process alike. Accounts and addresses are keyed digests."""

    def __init__(self, database: Database, keys: InstallationKeys) -> None:
        self._database = database
        self._key = keys.derive("sign-in attempts")

    async def count(self, email: str, address: str) -> None:
        """Count a try before the password is looked at. Raises TooManyRequests with `retry_after` seconds."""
        async with self._database.transaction() as connection:
            here, wait = await store.count_attempt(connection, self._pair(email, address), WINDOW)
            # What is refused for its address must not use up the account's tries for everybody else.
            if here <= ATTEMPTS_FROM_ADDRESS:
                everywhere, longer = await store.count_attempt(connection, self._account(email), WINDOW)
            else:
                everywhere, longer = 0, 0
        if here > ATTEMPTS_FROM_ADDRESS:
            raise _too_many(wait)
        if everywhere > ATTEMPTS_OF_ACCOUNT:
            raise _too_many(longer)

    async def clear(self, email: str, address: str) -> None:
        """The right password came from here: tries from here count from zero again."""
        async with self._database.transaction() as connection:
            await store.clear_attempts(connection, self._pair(email, address))

    def _pair(self, email: str, address: str) -> bytes:
        return self._digest("pair", email_key(email), address)

    def _account(self, email: str) -> bytes:
        return self._digest("account", email_key(email))

    def _digest(self, *parts: str) -> bytes:
        text = "\0".join(parts).encode("utf-8", "surrogatepass")
        return hmac.digest(self._key, text, "sha256")


def _too_many(seconds: int) -> TooManyRequests:
    return TooManyRequests(
        "Too many tries to sign in.", advice="Wait and try again.", retry_after=max(seconds, 1)
    )
