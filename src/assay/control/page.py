"""One page of a list that is read by keyset: each page begins after the last id of the one before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from assay.errors import InvalidInput, Problem

DEFAULT_PAGE_SIZE = 50
MAXIMUM_PAGE_SIZE = 500

Row = TypeVar("Row")


class Page(BaseModel, Generic[Row]):
    """`items` in order of their ids; `next_cursor` is the `after` of the next page, None at the end."""

    model_config = ConfigDict(frozen=True)

    items: list[Row]
    next_cursor: UUID | None


def check_limit(limit: int) -> int:
    """`limit` itself when a page may be that long (1 to 500 rows), else InvalidInput at /limit."""
    if 1 <= limit <= MAXIMUM_PAGE_SIZE:
        return limit
    message = f"A page holds 1 to {MAXIMUM_PAGE_SIZE} rows."
    raise InvalidInput(message, problems=[Problem("/limit", "page-size", message)])


def page_of(rows: Sequence[Row], limit: int, key: Callable[[Row], UUID]) -> Page[Row]:
    """The page of the first `limit` of `rows`, which were read one beyond it to see whether more follow."""
    items = list(rows[:limit])
    return Page(items=items, next_cursor=key(items[-1]) if len(rows) > limit else None)
