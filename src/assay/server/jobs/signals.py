"""Tells those who watch a job in this process that it has ended: they need not wait for their next look.

Nothing depends on it: who watches from another process looks at the job's row every half second.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from uuid import UUID

_watchers: dict[UUID, set[asyncio.Event]] = {}


@contextmanager
def watching(job: UUID) -> Iterator[asyncio.Event]:
    """An event that is set when the job ends."""
    ended = asyncio.Event()
    _watchers.setdefault(job, set()).add(ended)
    try:
        yield ended
    finally:
        watchers = _watchers[job]
        watchers.discard(ended)
        if not watchers:
            del _watchers[job]


def tell_ended(job: UUID) -> None:
    for ended in _watchers.get(job, ()):
        ended.set()


async def wait(ended: asyncio.Event, seconds: float) -> None:
    """Until the event or the end of the time, whichever comes first."""
    with suppress(TimeoutError):
        await asyncio.wait_for(ended.wait(), seconds)
