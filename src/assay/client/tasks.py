"""Tasks, and what has been said about them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from assay.client.operations import M, operation
from assay.client.records import Answer, Record, Resource

TaskState = Literal["open", "annotated", "review", "done", "gold"]
Verdict = Literal["accept", "fix", "send_back"]


class Comment(Record):
    """What somebody said about a task, or about a field, a region or a turn of it."""

    id: UUID
    task_id: UUID
    author: UUID
    round: int
    body: str
    anchor: dict[str, Any] | None
    resolved_at: datetime | None
    created_at: datetime


class Annotation(Record):
    """One annotator's answer at its current revision. `active_ms` is the time it took, in milliseconds."""

    id: UUID
    task_id: UUID
    annotator: UUID
    round: int
    revision: int
    interface_version: int
    answer: Answer
    active_ms: int
    created_at: datetime


class Review(Record):
    """A reviewer's verdict."""

    id: UUID
    task_id: UUID
    reviewer: UUID
    verdict: Verdict
    round: int
    label_revision: int | None
    active_ms: int
    created_at: datetime


class Label(Record):
    """One revision of what counts as the right answer. `agreement` and `confidence` are in [0, 1]."""

    task_id: UUID
    item_id: UUID
    revision: int
    interface_version: int
    answer: Answer
    source: Literal["consensus", "review", "import"]
    agreement: float | None
    confidence: float | None
    annotation_ids: list[UUID]
    decided_by: UUID | None
    created_at: datetime


class Gold(Record):
    """The known right answer of a gold task."""

    task_id: UUID
    interface_version: int
    answer: Answer
    explanation: str | None
    created_at: datetime


class Task(Resource[M]):
    """A task without its content, which its item and its label have."""

    id: UUID
    item_id: UUID
    batch_id: UUID
    state: TaskState
    priority: int
    overlap: int
    submitted: int
    skipped: int
    round: int
    label_revision: int | None
    agreement: float | None
    confidence: float | None
    metadata: dict[str, Any]
    created_at: datetime
    updated_at: datetime

    @operation
    async def set(self, *, priority: int | None = None, overlap: int | None = None) -> Task[M]:
        """Change its place in the queue, or ask for more annotations, which reopens a finished task."""
        changes = {"priority": priority, "overlap": overlap}
        given = {name: value for name, value in changes.items() if value is not None}
        task: Task[M] = (await self._change("", Task, given))._at(self._session, self._path)
        return task

    @operation
    async def annotations(self) -> list[Annotation]:
        """Everybody's answers, of every round."""
        return await self._get("/annotations", list[Annotation])

    @operation
    async def labels(self) -> list[Label]:
        """Every revision of the label, newest first."""
        return await self._get("/labels", list[Label])

    @operation
    async def reviews(self) -> list[Review]:
        """What reviewers have decided."""
        return await self._get("/reviews", list[Review])

    @operation
    async def gold(self) -> Gold:
        """The known right answer. Raises NotFound for a task that is not gold."""
        return await self._get("/gold", Gold)

    @operation
    async def set_gold(self, answer: Answer, explanation: str | None = None) -> Gold:
        """Make it a gold task: annotators cannot tell, and their answers are compared with this one."""
        return await self._put("/gold", Gold, {"answer": answer, "explanation": explanation})

    @operation
    async def comments(self) -> list[Comment]:
        """What was said about it, oldest first."""
        return await self._get("/comments", list[Comment])

    @operation
    async def comment(self, body: str, *, field: str | None = None, region: str | None = None) -> Comment:
        """Say something about it, or about a field or a region of a field."""
        return await self._act("/comments", Comment, new_comment(body, field, region))


def new_comment(
    body: str, field: str | None, region: str | None, message: str | None = None
) -> dict[str, Any]:
    """A comment as it is sent; without a place it is about the whole task."""
    anchor = {"field": field, "region": region, "message": message}
    place = {name: value for name, value in anchor.items() if value is not None}
    return {"body": body, "anchor": place or None}
