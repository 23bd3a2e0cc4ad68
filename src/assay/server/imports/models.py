"""What an import is told about its file."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query
from pydantic import Field

from assay.formats import READERS, ReadOptions
from assay.server.models import Input

FormatName = Literal["jsonl", "csv", "parquet", "zip"]
assert set(FormatName.__args__) == set(READERS), "the formats of the API are those of the registry"  # type: ignore[attr-defined]


class ImportQuery(Input):
    """The query of an import; the body is the file."""

    format: FormatName | None = Field(
        default=None, description="Left out: told by the file's first bytes and `file_name`"
    )
    batch_id: UUID | None = Field(default=None, description="Left out: the project's default batch")
    file_name: Annotated[str, Field(min_length=1, max_length=1000)] | None = Field(
        default=None, description="What you call the file; kept sealed"
    )
    labels: Literal["ignore", "prelabel", "gold"] = Field(
        default="ignore", description="What becomes of labels in a file that was exported"
    )
    encoding: Annotated[str, Field(max_length=40)] = Field(default="utf-8", description="CSV: its encoding")
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = Field(
        default=None, description="CSV: left out, it is found out"
    )
    typed: bool = Field(
        default=False, description="CSV: numbers, true, false, null and JSON in cells become values"
    )
    column: Annotated[list[str], Field(max_length=1000)] = Field(
        default_factory=list,
        description="CSV and Parquet: `from=to` renames a column, e.g. `id=key` or `body=data.text`; "
        "`from=` leaves it out. Repeat it for more",
    )


ImportParameters = Annotated[ImportQuery, Query()]


def read_options(options: dict[str, Any]) -> ReadOptions:
    """The options of a reader as the job keeps them."""
    return ReadOptions(
        encoding=options["encoding"],
        delimiter=options["delimiter"],
        typed=options["typed"],
        columns=options["columns"],
        labels=options["labels"],
    )
