"""Interface versions as the API shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from assay.server.models import Input, Output

EditKind = Literal["first", "same", "compatible", "migrating", "breaking"]


class Renames(Input):
    """Says that a field or a value is the old one under a new name, so that old answers follow."""

    fields: dict[str, str] = Field(default_factory=dict, description="old field name -> new field name")
    values: dict[str, dict[str, str]] = Field(
        default_factory=dict, description="field path -> old value -> new value"
    )


class InterfaceChange(Input):
    interface: dict[str, Any]
    renames: Renames = Renames()
    allow_breaking: bool = Field(
        default=False, description="A breaking edit is refused unless this says that it is meant"
    )


class EditVerdict(Output):
    """What an edit would mean for answers that are there already."""

    kind: EditKind
    reasons: list[str]
    hotkeys: dict[str, Any] = Field(description="Key -> what it would pick")


class InterfaceDraft(Input):
    """An interface that no project has yet."""

    interface: dict[str, Any]


class InterfaceProblem(Output):
    path: str = Field(description="JSON Pointer into the interface")
    rule: str
    message: str


class InterfaceCheck(Output):
    """What is wrong with an interface; without problems, the keys it would have and its hash."""

    problems: list[InterfaceProblem]
    hotkeys: dict[str, Any]
    version_hash: str | None


class InterfaceVersion(Output):
    version: int
    version_hash: str
    edit: EditKind
    interface: dict[str, Any]
    hotkeys: dict[str, Any]
    created_by: UUID
    created_at: datetime
