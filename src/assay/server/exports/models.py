"""Exports as the API shows them."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, model_validator

from assay.formats import WRITERS
from assay.server.models import Input, Output

FormatName = Literal["jsonl", "csv", "parquet"]
Subject = Literal["labels", "annotations", "items"]
assert set(FormatName.__args__) == set(WRITERS), "the formats of the API are those of the registry"  # type: ignore[attr-defined]


class NewExport(Input):
    """What to export. Without a filter: every finished label, every task with annotations, or every item."""

    format: FormatName = "jsonl"
    what: Subject = Field(
        default="labels",
        description="`labels`: items with their label. `annotations`: also what each annotator answered, "
        "under pseudonyms. `items`: all items, labeled or not",
    )
    dataset_version_id: UUID | None = Field(
        default=None, description="Export the labels as they were in this version"
    )
    filter: Annotated[str, Field(max_length=2000)] | None = Field(
        default=None, description="As of the task list, e.g. `batch = ... and metadata.site = north`"
    )

    @model_validator(mode="after")
    def _a_version_is_what_it_is(self) -> NewExport:
        if self.dataset_version_id is not None and (self.filter is not None or self.what != "labels"):
            raise ValueError("a dataset version is exported as it is: labels, without a filter")
        return self


class ExportFile(Output):
    name: str
    bytes: int
    sha256: str
    rows: int | None = Field(description="Null for the manifest")


class ExportFiles(Output):
    items: list[ExportFile]
