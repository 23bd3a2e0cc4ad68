"""The labeling loop from the side of whoever answers: leases, and what can be done with them."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from assay.client.calls import segment
from assay.client.operations import M, operation
from assay.client.records import Answer, Record, Resource
from assay.client.session import Session
from assay.client.tasks import Comment, new_comment

SkipReason = Literal["unclear", "broken", "too_hard", "not_applicable", "other"]


class Receipt(Record):
    """Proof that a write was acknowledged: its row in the log, and the commitment that the row carries."""

    log_row: int
    commitment: str


class Prelabel(Record):
    """A model's answer to start from. `score` is in [0, 1]."""

    model: str
    score: float | None
    answer: Answer


class Draft(Record):
    """Work that was saved unfinished."""

    revision: int
    answer: Answer


class ProposedLabel(Record):
    """What consensus made of the annotations; the answer is None when there is none to go by."""

    revision: int | None
    answer: Answer | None
    agreement: float | None
    confidence: float | None


class SeenAnnotation(Record):
    """One annotator's answer, as a reviewer sees it."""

    id: UUID
    annotator: UUID
    revision: int
    interface_version: int
    answer: Answer
    active_ms: int


class Lease(Resource[M]):
    """A task that is yours until `expires_at`. `data` is the item as the interface's inputs read it."""

    id: UUID
    token: str = Field(repr=False)
    stage: Literal["annotate", "review"]
    task_id: UUID
    item_id: UUID
    round: int
    expires_at: datetime
    interface_version: int
    instruction_version: int
    data: dict[str, Any]
    media: dict[str, str] = Field(default_factory=dict)
    prelabel: Prelabel | None = None
    draft: Draft | None = None
    previous: Answer | None = None
    comments: list[Comment] = Field(default_factory=list)
    label: ProposedLabel | None = None
    annotations: list[SeenAnnotation] = Field(default_factory=list)

    @operation
    async def heartbeat(self) -> datetime:
        """Keep it for its full time from now; until when that is."""
        extended = await self._act(
            f"{self._lease}/heartbeat", Extended, {"token": self.token}, repeatable=True
        )
        return extended.expires_at

    @operation
    async def release(self) -> None:
        """Give the task back as if you had not had it."""
        await self._tell(f"{self._lease}/release", {"token": self.token})

    @property
    def _lease(self) -> str:
        return f"/leases/{segment(self.id)}"


class Extended(Record):
    expires_at: datetime


class AnnotationLease(Lease[M]):
    """A task to annotate."""

    @operation
    async def submit(
        self,
        answer: Answer,
        *,
        active_ms: int = 0,
        lease_next: int = 0,
        annotation_id: UUID | None = None,
    ) -> Submitted[M]:
        """Answer the task, and lease up to `lease_next` more in the same round trip.

        `active_ms` is the time really worked on it, in milliseconds. Once this returns the answer is durable
        and logged. It is safe to send again with the same `annotation_id`; the client itself does so when
        the connection breaks. Raises InvalidInput naming each wrong place of the answer, LeaseLost.
        """
        body = {
            "annotation_id": annotation_id or uuid.uuid4(),
            "lease_id": self.id,
            "token": self.token,
            "answer": answer,
            "active_ms": active_ms,
            "lease_next": lease_next,
        }
        submitted = await self._act("/annotations", Submitted, body, repeatable=True)
        leases_at(self._session, self._path, submitted.leases)
        return submitted

    @operation
    async def skip(self, reason: SkipReason = "other", note: str | None = None) -> None:
        """Give the task back with a reason; you are not offered it again."""
        await self._tell(f"{self._lease}/skip", {"token": self.token, "reason": reason, "note": note})

    @operation
    async def save_draft(self, answer: Answer, *, seen_revision: int | None = None) -> int:
        """Keep unfinished work, and give its revision: pass that as `seen_revision` the next time.

        It is written only over the revision that you have seen. Raises RevisionConflict.
        """
        seen = seen_revision if seen_revision is not None else (self.draft.revision if self.draft else 0)
        body = {"token": self.token, "seen_revision": seen, "answer": answer}
        return (await self._put(f"{self._lease}/draft", SavedDraft, body, repeatable=False)).revision


class SavedDraft(Record):
    revision: int


class ReviewLease(Lease[M]):
    """A task to review: `label` is the proposal, `annotations` the answers behind it."""

    @operation
    async def accept(self, *, active_ms: int = 0, lease_next: int = 0) -> Decided[M]:
        """The proposal is right."""
        return await self._decide("accept", active_ms, lease_next)

    @operation
    async def fix(
        self, answer: Answer, *, comment: str | None = None, active_ms: int = 0, lease_next: int = 0
    ) -> Decided[M]:
        """The right answer is this one."""
        comments = [] if comment is None else [new_comment(comment, None, None)]
        return await self._decide("fix", active_ms, lease_next, answer=answer, comments=comments)

    @operation
    async def send_back(
        self,
        comment: str,
        *,
        field: str | None = None,
        region: str | None = None,
        active_ms: int = 0,
        lease_next: int = 0,
    ) -> Decided[M]:
        """Have it annotated again; the comment says what to do, about a field or region if one is named."""
        comments = [new_comment(comment, field, region)]
        return await self._decide("send_back", active_ms, lease_next, comments=comments)

    async def _decide(self, verdict: str, active_ms: int, lease_next: int, **members: Any) -> Decided[M]:
        body = {
            "review_id": uuid.uuid4(),
            "lease_id": self.id,
            "token": self.token,
            "verdict": verdict,
            "active_ms": active_ms,
            "lease_next": lease_next,
            **members,
        }
        decided = await self._act("/reviews", Decided, body, repeatable=True)
        leases_at(self._session, self._path, decided.leases)
        return decided


class Submitted(Resource[M]):
    """An acknowledged annotation, and the leases that came with it.

    `receipt` is None when the same annotation had been acknowledged before.
    """

    annotation_id: UUID
    revision: int
    receipt: Receipt | None
    leases: list[AnnotationLease[M]]


class Decided(Resource[M]):
    """An acknowledged review, and the leases that came with it."""

    review_id: UUID
    receipt: Receipt | None
    leases: list[ReviewLease[M]]


class AnnotationLeases(Record):
    leases: list[AnnotationLease[Any]]


class ReviewLeases(Record):
    leases: list[ReviewLease[Any]]


def leases_at(session: Session, project: str, leases: Any) -> None:
    """Make leases able to make calls; `project` is the address of theirs."""
    for lease in leases:
        lease._at(session, project)
