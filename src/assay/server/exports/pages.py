"""The rows of a project a page at a time, in order of item id: as they are now, or as a version has them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import BinaryIO, Protocol
from uuid import UUID

from assay.errors import Conflict
from assay.server.dataset_versions.index import IndexEntry, read_entries
from assay.server.exports import store
from assay.server.exports.store import StoredAnswer, StoredRow
from assay.server.filters import Filter
from assay.server.workspace import Connection

_PAGE_ROWS = 4000
_PAGE_BYTES = 8 << 20
_START = UUID(int=0)

Connections = Callable[[], AbstractAsyncContextManager[Connection]]
"""Gives a connection for one page: a fresh one, or always that of one transaction."""


@dataclass(frozen=True, slots=True)
class RowPage:
    """Sealed rows. `answers` when they are wanted; `expected` are the leaf hashes that a version has."""

    rows: Sequence[StoredRow]
    answers: Sequence[StoredAnswer] | None = None
    expected: Sequence[bytes] | None = None

    @property
    def last(self) -> UUID:
        return UUID(bytes=self.rows[-1].item)


class Pages(Protocol):
    async def next(self) -> RowPage | None:
        """The next page, None at the end."""
        ...


class LivePages:
    """The rows as they are when their page is read, after the item `after`."""

    def __init__(
        self,
        connections: Connections,
        project: UUID,
        what: str,
        chosen: Filter,
        after: UUID | None = None,
    ) -> None:
        self._connections = connections
        self._project = project
        self._chosen = chosen
        self._after = after or _START
        self._with_answers = what == "annotations"
        self._statement = store.page_statement(what, chosen)

    async def next(self) -> RowPage | None:
        async with self._connections() as connection:
            rows = await store.rows_after(
                connection,
                self._statement,
                project=self._project,
                chosen=self._chosen,
                after=self._after,
                limit=_PAGE_ROWS,
                budget=_PAGE_BYTES,
            )
            if not rows:
                return None
            answers = None
            if self._with_answers:
                answers = await store.answers(connection, [UUID(bytes=row.task) for row in rows])
        page = RowPage(rows, answers)
        self._after = page.last
        return page


class VersionPages:
    """The rows that the index of a dataset version names, from the `position`-th on."""

    def __init__(self, connections: Connections, project: UUID, index: BinaryIO, position: int = 0) -> None:
        self._connections = connections
        self._project = project
        self._index = index
        self._position = position

    async def next(self) -> RowPage | None:
        entries = await asyncio.to_thread(read_entries, self._index, self._position, _PAGE_ROWS)
        if not entries:
            return None
        async with self._connections() as connection:
            rows = await store.rows_of_version(
                connection,
                project=self._project,
                items=[entry.item for entry in entries],
                revisions=[entry.revision for entry in entries],
                budget=_PAGE_BYTES,
            )
        found = entries[: len(rows)]
        _require_all(rows, found)
        self._position += len(rows)
        return RowPage(rows, expected=[entry.leaf for entry in found])


async def ahead(pages: Pages) -> AsyncGenerator[RowPage, None]:
    """The pages, each next one fetched while the one before is worked on."""
    coming = asyncio.create_task(pages.next())
    try:
        while (page := await coming) is not None:
            coming = asyncio.create_task(pages.next())
            yield page
    finally:
        coming.cancel()
        await asyncio.gather(coming, return_exceptions=True)


def _require_all(rows: Sequence[StoredRow], entries: Sequence[IndexEntry]) -> None:
    if not rows or any(row.item != entry.item.bytes for row, entry in zip(rows, entries, strict=True)):
        raise Conflict(
            "Some content of this dataset version was deleted: it cannot be exported as it was.",
            advice="Make a new dataset version.",
        )
