"""Jobs as the API shows them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from assay.server.models import Output

JobState = Literal["queued", "running", "done", "failed", "cancelled"]
FINISHED: frozenset[str] = frozenset({"done", "failed", "cancelled"})


class JobKind(StrEnum):
    """What a job does. The value is what the queue holds."""

    IMPORT = "import"
    EXPORT = "export"
    DATASET_VERSION = "dataset_version"


class Job(Output):
    """Long work, and how far it is."""

    id: UUID
    project_id: UUID | None
    kind: str
    state: JobState
    done: int = Field(description="Rows that are done and durable")
    total: int | None = Field(description="Rows in all, where that is known")
    rejected: int = Field(description="Rows that were rejected; see the job's rejected list")
    progress: float | None = Field(description="Share that is done, 0 to 1, where it can be told")
    result: dict[str, Any] | None = Field(description="What came of it; ids and numbers")
    error: dict[str, Any] | None = Field(description="A problem document, of a failed job")
    cancel_requested: bool
    created_by: UUID = Field(description="Pseudonym of who asked for it")
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class RejectedRow(Output):
    """A row of an import that did not go in."""

    number: int = Field(description="Line, row or member of the file, counted from 1")
    rule: str
    reason: str
    value: str | None = Field(description="The beginning of what was there")
