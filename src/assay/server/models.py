"""What the models of all features share."""

from __future__ import annotations

from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

Entry = TypeVar("Entry")


class Input(BaseModel):
    """A request body: unknown members are an error, so that a misspelt name is not lost in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Output(BaseModel):
    """A response body."""

    model_config = ConfigDict(frozen=True)


class Page(Output, Generic[Entry]):
    """One page of a list. Pass `next_cursor` as `cursor` for the next one; null: this is the last."""

    items: list[Entry]
    next_cursor: str | None = Field(default=None)
