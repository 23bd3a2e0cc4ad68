"""Dataset versions as the API shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from assay.server.models import Input, Output

Change = Literal["added", "removed", "changed"]


class NewDatasetVersion(Input):
    name: Annotated[str, Field(min_length=1, max_length=200)]
    filter: Annotated[str, Field(max_length=2000)] | None = Field(
        default=None,
        description="As of the task list; left out, every finished label. Unfinished tasks are never in",
    )


class DatasetVersion(Output):
    """The labels as they were at one moment. Once it is ready nothing about it changes."""

    id: UUID = Field(description="Also the id of the job that makes it")
    number: int = Field(description="Counts from 1 in each project")
    name: str
    state: Literal["building", "ready", "failed"]
    interface_version: int
    filter: str | None
    root: str | None = Field(
        description="Merkle root over the rows, in hex: the same rows have the same root; the manifest of an "
        "export of this version has it too"
    )
    rows: int | None
    created_by: UUID
    created_at: datetime


class DiffEntry(Output):
    """An item whose row is not the same in both versions. A revision is null where the item is not in."""

    item_id: UUID
    change: Change
    revision_before: int | None
    revision_after: int | None


class Diff(Output):
    """What is different in the second version: counts of everything, and one page of items."""

    added: int
    removed: int
    changed: int
    unchanged: int
    items: list[DiffEntry]
    next_cursor: str | None = None
