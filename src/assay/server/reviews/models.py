"""Reviews as the API shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, model_validator

from assay.server.comments.models import NewComment
from assay.server.leases.models import ActiveTime, Lease, Receipt, Token
from assay.server.models import Input, Output

Verdict = Literal["accept", "fix", "send_back"]


class Decision(Input):
    """A reviewer's verdict on a leased task. Sending the same one again is safe."""

    review_id: UUID = Field(description="Made by the client (a UUID); names this review for good")
    lease_id: UUID
    token: Token
    verdict: Verdict
    answer: dict[str, Any] | None = Field(default=None, description="With `fix`: the answer as it should be")
    comments: list[NewComment] = Field(default_factory=list, max_length=100)
    active_ms: ActiveTime = 0
    lease_next: Annotated[int, Field(ge=0, le=50)] = 0

    @model_validator(mode="after")
    def _fitting(self) -> Decision:
        if (self.verdict == "fix") != (self.answer is not None):
            raise ValueError("`answer` belongs to the verdict `fix`, and to no other")
        if self.verdict == "send_back" and not self.comments:
            raise ValueError("`send_back` needs a comment that says what to do")
        return self


class Decided(Output):
    review_id: UUID
    receipt: Receipt | None = Field(description="Null when the review had been acknowledged before")
    leases: list[Lease]


class Review(Output):
    id: UUID
    task_id: UUID
    reviewer: UUID
    verdict: Verdict
    round: int
    label_revision: int | None
    active_ms: int
    created_at: datetime
