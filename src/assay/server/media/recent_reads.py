"""Which reads were logged a moment ago.

A player fetches one video in hundreds of ranges. What the log has to tell is who saw what and when: one row
per viewer and blob every five minutes says that as well as hundreds. The row is committed before the first
byte leaves. This memory only ever leaves out a row that was just written: a restart, or another process, logs
once more.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from uuid import UUID

WINDOW_SECONDS = 300.0
_MOST_REMEMBERED = 50_000

Read = tuple[UUID, UUID, UUID]
"""Cell, viewer and blob."""


class RecentReads:
    """The reads of the last five minutes. `clock` gives monotonic seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._logged: OrderedDict[Read, float] = OrderedDict()

    def knows(self, read: Read) -> bool:
        at = self._logged.get(read)
        return at is not None and self._clock() - at < WINDOW_SECONDS

    def add(self, read: Read) -> None:
        """The read's row is committed."""
        self._logged[read] = self._clock()
        self._logged.move_to_end(read)
        if len(self._logged) > _MOST_REMEMBERED:
            self._logged.popitem(last=False)
