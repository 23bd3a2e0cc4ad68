"""Answers that were right a moment ago: a small cache so that a hot loop spares the database."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Generic, TypeVar

RECENT_SECONDS = 5.0
"""How long another process may go on with an answer that has been revoked in this one."""

MOST_REMEMBERED = 10_000

Forget = Callable[[], None]
"""Called after a commit that took something away: every cache forgets."""

Key = TypeVar("Key")
Value = TypeVar("Value")


class Recent(Generic[Key, Value]):
    """Values for at most `seconds`; what is forgotten here is forgotten at once.

    A value that was read before something was forgotten may be the one that has just been revoked. So who
    reads takes a `ticket` first, and `put` drops the value when anything was forgotten since.
    """

    def __init__(self, seconds: float = RECENT_SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._entries: dict[Key, tuple[float, Value]] = {}
        self._forgotten = 0

    def get(self, key: Key) -> Value | None:
        entry = self._entries.get(key)
        if entry is None:
            return None
        if entry[0] > self._clock():
            return entry[1]
        self._entries.pop(key, None)
        return None

    def ticket(self) -> int:
        """Taken before a value is read from the database, handed to `put` after."""
        return self._forgotten

    def put(self, key: Key, value: Value, ticket: int) -> None:
        if ticket != self._forgotten:
            return
        if len(self._entries) >= MOST_REMEMBERED:
            self._entries.clear()
        self._entries[key] = (self._clock() + self._seconds, value)

    def forget(self) -> None:
        """Forget everything. What calls for it is rare, and forgetting too much costs one query each."""
        self._forgotten += 1
        self._entries.clear()
