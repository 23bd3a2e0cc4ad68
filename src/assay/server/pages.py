"""Keyset paging: a cursor is the id after which the next page begins."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import Query

from assay.errors import Malformed
from assay.server.models import Page

Row = TypeVar("Row")
Entry = TypeVar("Entry")

PageSize = Annotated[int, Query(ge=1, le=500, description="Entries wanted at most")]
Cursor = Annotated[str | None, Query(max_length=64, description="`next_cursor` of the page before")]

_START = UUID(int=0)


def after(cursor: str | None) -> UUID:
    """The id to go on after. Raises Malformed for a text that is no cursor."""
    if cursor is None:
        return _START
    try:
        return UUID(bytes=base64.urlsafe_b64decode(cursor.encode("ascii") + b"=="))
    except ValueError:  # also of a UUID that is not made of 16 bytes
        raise Malformed(
            "This is not a cursor of this list.",
            path="/query/cursor",
            advice="Pass `next_cursor` as it was given, or leave it out.",
        ) from None


def cursor_of(last: UUID) -> str:
    return base64.urlsafe_b64encode(last.bytes).rstrip(b"=").decode("ascii")


def page(
    rows: Sequence[Row], limit: int, id_of: Callable[[Row], UUID], view: Callable[[Row], Entry]
) -> Page[Entry]:
    """A page of `rows`, which were asked for with one more than `limit` to see whether there is a next."""
    shown = rows[:limit]
    more = len(rows) > limit
    return Page[Entry](
        items=[view(row) for row in shown], next_cursor=cursor_of(id_of(shown[-1])) if more else None
    )
