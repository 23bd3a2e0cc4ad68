"""Annotations as the API shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from assay.server.leases.models import ActiveTime, Lease, Receipt, Token
from assay.server.models import Input, Output


class Submission(Input):
    """An answer to a leased task. Sending the same one again is safe and answered the same."""

    annotation_id: UUID = Field(description="Made by the client (a UUID); names this annotation for good")
    lease_id: UUID
    token: Token
    answer: dict[str, Any]
    active_ms: ActiveTime = Field(default=0, description="Time the annotator really worked, in milliseconds")
    lease_next: Annotated[int, Field(ge=0, le=50)] = Field(
        default=0, description="Leases wanted with the answer, so that the loop is one round trip"
    )


class Submitted(Output):
    annotation_id: UUID
    revision: int
    receipt: Receipt | None = Field(description="Null when the annotation had been acknowledged before")
    leases: list[Lease]


class RevisionChange(Input):
    """A new revision of an own annotation. It is written only over the revision that was seen."""

    seen_revision: Annotated[int, Field(ge=1)]
    answer: dict[str, Any]
    active_ms: ActiveTime = 0


class Revised(Output):
    annotation_id: UUID
    revision: int
    receipt: Receipt


class Annotation(Output):
    id: UUID
    task_id: UUID
    annotator: UUID
    round: int
    revision: int
    interface_version: int
    answer: dict[str, Any]
    shown_order: dict[str, list[str]] = Field(
        description="By path of each preference: its inputs in the order in which the annotator saw them"
    )
    active_ms: int
    created_at: datetime
