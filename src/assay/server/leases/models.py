"""The labeling loop as the API shows it."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from assay.server.comments.models import Comment
from assay.server.models import Input, Output


class Stage(IntEnum):
    """What a lease is for."""

    ANNOTATE = 1
    REVIEW = 2


ActiveTime = Annotated[int, Field(ge=0, le=86_400_000)]
Token = Annotated[str, Field(min_length=16, max_length=128)]


class LeaseRequest(Input):
    count: Annotated[int, Field(ge=1, le=50)] = Field(default=1, description="Tasks wanted, at most")


class Prelabel(Output):
    """A model's answer to start from."""

    model: str
    score: float | None
    answer: dict[str, Any]


class SavedDraft(Output):
    revision: int
    answer: dict[str, Any]


class ProposedLabel(Output):
    """What consensus made of the annotations; null answer when there is none to go by."""

    revision: int | None
    answer: dict[str, Any] | None
    agreement: float | None
    confidence: float | None


class SeenAnnotation(Output):
    """One annotator's answer, as a reviewer sees it."""

    id: UUID
    annotator: UUID
    revision: int
    interface_version: int
    answer: dict[str, Any]
    active_ms: int


class Lease(Output):
    """A task that is yours until `expires_at`. The token goes with every call about it."""

    id: UUID
    token: str
    stage: Literal["annotate", "review"]
    task_id: UUID
    item_id: UUID
    round: int
    expires_at: datetime
    interface_version: int
    instruction_version: int
    data: dict[str, Any] = Field(description="The item, as the interface's inputs read it")
    media: dict[str, str] = Field(
        default_factory=dict,
        description="Address of each blob that `data` refers to, valid as long as the lease",
    )
    shown_order: dict[str, list[str]] = Field(
        default_factory=dict,
        description="By path of each preference: its inputs in the order in which to show them",
    )
    prelabel: Prelabel | None = None
    draft: SavedDraft | None = None
    previous: dict[str, Any] | None = Field(
        default=None, description="Your own answer of the round before, when the task was sent back"
    )
    comments: list[Comment] = Field(default_factory=list)
    label: ProposedLabel | None = Field(default=None, description="In review: the proposal to judge")
    annotations: list[SeenAnnotation] = Field(
        default_factory=list, description="In review: the answers behind it"
    )


class Leases(Output):
    leases: list[Lease] = Field(
        description="Fewer than asked for, or none, when the queue has no more for you"
    )


class Receipt(Output):
    """Proof that a write was acknowledged: its row in the log, and the commitment that the row carries."""

    log_row: int
    commitment: str


class LeaseProof(Input):
    """That a lease is the caller's."""

    token: Token


class Skip(LeaseProof):
    reason: Literal["unclear", "broken", "too_hard", "not_applicable", "other"] = "other"
    note: Annotated[str, Field(max_length=10_000)] | None = None


class Extended(Output):
    expires_at: datetime


class DraftChange(LeaseProof):
    seen_revision: Annotated[int, Field(ge=0)] = Field(
        default=0, description="The draft revision this one builds on; 0 when there was none"
    )
    answer: dict[str, Any] = Field(description="May be unfinished: it is stored as it is")


class DraftSaved(Output):
    revision: int
