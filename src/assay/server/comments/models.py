"""Comments as the API shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from assay.server.models import Input, Output


class Anchor(Input):
    """What a comment is about; without one it is about the whole task."""

    field: Annotated[str, Field(max_length=200)] | None = None
    region: Annotated[str, Field(max_length=200)] | None = Field(
        default=None, description="Id of a region of that field"
    )
    message: Annotated[str, Field(max_length=200)] | None = Field(
        default=None, description="Key of a turn, step or response of that field"
    )


class NewComment(Input):
    body: Annotated[str, Field(min_length=1, max_length=10_000)]
    anchor: Anchor | None = None


class Comment(Output):
    id: UUID
    task_id: UUID
    author: UUID
    round: int
    body: str
    anchor: Anchor | None
    resolved_at: datetime | None
    created_at: datetime
