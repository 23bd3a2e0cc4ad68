"""Items as the API shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from assay.server.models import Input, Output

Metadata = dict[str, str | int | float | bool | None]


class NewPrelabel(Input):
    answer: dict[str, Any]
    score: Annotated[float, Field(ge=0, le=1)] | None = None
    model: Annotated[str, Field(min_length=1, max_length=200)] = "unnamed"


class NewGold(Input):
    answer: dict[str, Any]
    explanation: Annotated[str, Field(max_length=10_000)] | None = None


class NewItem(Input):
    data: dict[str, Any] = Field(description="What the interface's inputs read")
    key: Annotated[str, Field(min_length=1, max_length=1000)] | None = Field(
        default=None, description="Your own id: unique in the project; kept sealed"
    )
    metadata: Metadata = Field(default_factory=dict, description="Kept in plain text, for filters")
    priority: Annotated[int, Field(ge=-1_000_000, le=1_000_000)] | None = None
    prelabels: Annotated[tuple[NewPrelabel, ...], Field(max_length=20)] = ()
    gold: NewGold | None = None


class NewItems(Input):
    items: Annotated[list[NewItem], Field(min_length=1, max_length=1000)]
    batch_id: UUID | None = Field(default=None, description="Null: the project's default batch")


class RejectedItem(Output):
    index: int
    rule: str
    reason: str
    path: str


class AddedItems(Output):
    items: list[UUID | None] = Field(description="In the order sent; null for an item that was rejected")
    rejected: list[RejectedItem]


class Item(Output):
    id: UUID
    task_id: UUID
    batch_id: UUID
    key: str | None
    data: dict[str, Any]
    metadata: dict[str, Any]
    media: dict[str, str]
    created_at: datetime


class ItemIds(Input):
    """Items to look at together, such as a page of a list."""

    ids: Annotated[list[UUID], Field(min_length=1, max_length=100)]


class Items(Output):
    items: list[Item] = Field(description="In the order asked for, each once")
