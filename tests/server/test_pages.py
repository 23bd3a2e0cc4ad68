"""Cursors."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import Malformed
from assay.server.pages import after, cursor_of, page


@given(st.uuids())
def test_a_cursor_is_the_id_that_it_was_made_of(identifier: UUID) -> None:
    assert after(cursor_of(identifier)) == identifier


@given(st.text(max_size=64))
def test_any_other_text_is_refused_or_an_id(text: str) -> None:
    try:
        assert isinstance(after(text), UUID)
    except Malformed as error:
        assert error.path == "/query/cursor"


@pytest.mark.parametrize("text", ["", "x", "ä", "AAAA", "A" * 64, "=" * 22])
def test_no_cursor(text: str) -> None:
    with pytest.raises(Malformed):
        after(text)


@given(st.lists(st.uuids(), max_size=12, unique=True), st.integers(min_value=1, max_value=12))
def test_pages_hold_every_row_once(identifiers: list[UUID], limit: int) -> None:
    rows = sorted(identifiers)
    seen: list[UUID] = []
    cursor: str | None = None
    while True:
        start = after(cursor)
        rest = [row for row in rows if row > start][: limit + 1]
        found = page(rest, limit, lambda row: row, lambda row: row)
        assert len(found.items) <= limit
        seen += found.items
        cursor = found.next_cursor
        if cursor is None:
            break
    assert seen == [row for row in rows if row.int]
