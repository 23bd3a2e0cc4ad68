"""Working on a project: leases, and loops that answer one task after the other."""

from __future__ import annotations

import inspect
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, cast

from assay.client.operations import M, operation, stream
from assay.client.records import Answer, Caller, Page, Record
from assay.client.tasks import Annotation
from assay.client.work import (
    AnnotationLease,
    AnnotationLeases,
    Receipt,
    ReviewLease,
    ReviewLeases,
    SkipReason,
    leases_at,
)

_FIRST_PAUSE_SECONDS = 0.05
_LONGEST_PAUSE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Skip:
    """Instead of an answer: the task cannot be answered, and why."""

    reason: SkipReason = "other"
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Accept:
    """A verdict: the proposal is right."""


@dataclass(frozen=True, slots=True)
class Fix:
    """A verdict: this is the right answer."""

    answer: Answer
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class SendBack:
    """A verdict: have it annotated again. `field` and `region` say what the comment is about."""

    comment: str
    field: str | None = None
    region: str | None = None


Annotator = Callable[[AnnotationLease[Any]], Answer | Skip | Awaitable[Answer | Skip]]
Reviewer = Callable[[ReviewLease[Any]], Accept | Fix | SendBack | Awaitable[Accept | Fix | SendBack]]


class Revised(Record):
    """An acknowledged revision of one's own annotation."""

    annotation_id: Any
    revision: int
    receipt: Receipt


class ProjectWork(Caller[M]):
    """The part of a project that annotators and reviewers work with."""

    @operation
    async def lease(self) -> AnnotationLease[M] | None:
        """The next task for you; None when there is none."""
        leases = await self._annotation_leases(1)
        return leases[0] if leases else None

    @operation
    async def lease_many(self, count: int) -> list[AnnotationLease[M]]:
        """Up to `count` tasks at once, fewer when the queue has no more for you."""
        return await self._annotation_leases(count)

    @operation
    async def held_leases(self) -> list[AnnotationLease[M]]:
        """The tasks that you hold, with new tokens: for a client that has lost its own."""
        held = await self._get("/leases", AnnotationLeases)
        leases_at(self._session, self._path, held.leases)
        return held.leases

    @operation
    async def lease_review(self) -> ReviewLease[M] | None:
        """The next task for you to review; None when there is none."""
        leases = await self._review_leases(1)
        return leases[0] if leases else None

    @operation
    async def annotate(self, annotator: Annotator, *, limit: int | None = None, ahead: int = 1) -> int:
        """Answer one task after the other until there are no more, or `limit`; how many were answered.

        `annotator` is called with each lease and gives the answer, or `Skip(reason)`. With the asynchronous
        client it may be a coroutine function. The time it takes is recorded as active time. `ahead` tasks
        are held at a time; one round trip submits an answer and leases the next task.
        """
        held = await self._annotation_leases(_wanted(ahead, 0, 0, limit))
        answered = 0
        while held:
            lease = held.pop(0)
            started = time.monotonic()
            answer = await _result(annotator(lease))
            if isinstance(answer, Skip):
                await AnnotationLease.skip.within(lease, answer.reason, answer.note)
                held += await self._annotation_leases(_wanted(ahead, len(held), answered, limit))
                continue
            answered += 1
            submitted = await AnnotationLease.submit.within(
                lease,
                answer,
                active_ms=round(1000 * (time.monotonic() - started)),
                lease_next=_wanted(ahead, len(held), answered, limit),
            )
            held.extend(cast(list[AnnotationLease[M]], submitted.leases))
        return answered

    @operation
    async def review(self, reviewer: Reviewer, *, limit: int | None = None) -> int:
        """Judge one task after the other until there are no more, or `limit`; how many were judged.

        `reviewer` is called with each lease and gives `Accept()`, `Fix(answer)` or `SendBack(comment)`.
        """
        held = await self._review_leases(_wanted(1, 0, 0, limit))
        judged = 0
        while held:
            lease = held.pop(0)
            started = time.monotonic()
            verdict = await _result(reviewer(lease))
            judged += 1
            times = {
                "active_ms": round(1000 * (time.monotonic() - started)),
                "lease_next": _wanted(1, 0, judged, limit),
            }
            held = (await _decide(lease, verdict, times)).leases
        return judged

    @operation
    async def wait_for_consensus(self, timeout: float = 60.0) -> None:  # noqa: ASYNC109 - blocking clients too
        """Wait until every task with all its annotations has a label, or waits for review or for more.

        That is a moment after the last answer. Raises TimeoutError after `timeout` seconds.
        """
        deadline = time.monotonic() + timeout
        pause = _FIRST_PAUSE_SECONDS
        while (await self._get("/tasks", Page[Record], filter="state = annotated", limit=1)).items:
            if time.monotonic() > deadline:
                raise TimeoutError(f"consensus is not complete after {timeout:g} seconds")
            await self._session.transport.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE_SECONDS)

    @stream
    async def own_annotations(self) -> AsyncIterator[Annotation]:
        """Your own annotations, oldest first."""
        async for annotation in self._list("/annotations", Annotation):
            yield annotation

    @operation
    async def revise(self, annotation: Annotation, answer: Answer, *, active_ms: int = 0) -> Revised:
        """Add a revision to your own annotation, over the one given. Raises RevisionConflict."""
        body = {"seen_revision": annotation.revision, "answer": answer, "active_ms": active_ms}
        return await self._put(f"/annotations/{annotation.id}", Revised, body, repeatable=False)

    async def _annotation_leases(self, count: int) -> list[AnnotationLease[M]]:
        if count == 0:
            return []
        leased = await self._act("/leases", AnnotationLeases, {"count": count})
        leases_at(self._session, self._path, leased.leases)
        return leased.leases

    async def _review_leases(self, count: int) -> list[ReviewLease[M]]:
        if count == 0:
            return []
        leased = await self._act("/reviews/leases", ReviewLeases, {"count": count})
        leases_at(self._session, self._path, leased.leases)
        return leased.leases


def _wanted(ahead: int, held: int, answered: int, limit: int | None) -> int:
    """How many more tasks to lease, to hold `ahead` and to answer no more than `limit`."""
    room = ahead - held
    return max(0, room if limit is None else min(room, limit - answered - held))


async def _decide(lease: ReviewLease[M], verdict: Any, times: dict[str, int]) -> Any:
    match verdict:
        case Accept():
            return await ReviewLease.accept.within(lease, **times)
        case Fix(answer, comment):
            return await ReviewLease.fix.within(lease, answer, comment=comment, **times)
        case SendBack(comment, field, region):
            return await ReviewLease.send_back.within(lease, comment, field=field, region=region, **times)
    raise TypeError("a reviewer gives Accept(), Fix(answer) or SendBack(comment)")


async def _result(given: Any) -> Any:
    return await given if inspect.isawaitable(given) else given
