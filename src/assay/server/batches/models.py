"""Batches as the API shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from assay.server.models import Input, Output

Priority = Annotated[int, Field(ge=-1_000_000, le=1_000_000, description="Higher goes first")]


class NewBatch(Input):
    name: Annotated[str, Field(min_length=1, max_length=200)]
    priority: Priority = 0


class BatchChange(Input):
    name: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    priority: Priority | None = None
    state: Literal["open", "paused"] | None = None


class Batch(Output):
    id: UUID
    name: str
    priority: int
    state: Literal["open", "paused"]
    created_at: datetime
