"""Comparing two dataset versions by their indexes alone, block by block: memory does not grow with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from assay.server.dataset_versions.index import Records, read_records
from assay.server.dataset_versions.models import Change, DiffEntry

_BLOCK_RECORDS = 1 << 16
BEGINNING = UUID(int=0)


def compare(
    older: BinaryIO,
    newer: BinaryIO,
    *,
    only: Change | None = None,
    start: UUID = BEGINNING,
    limit: int = 100,
    block: int = _BLOCK_RECORDS,
) -> tuple[Counter[str], list[DiffEntry]]:
    """Counts of `added`, `removed`, `changed` and `unchanged` items, and the first `limit` items after
    `start` that are not the same, in order of id; only those with one kind of change, if one is named."""
    counts: Counter[str] = Counter()
    entries: list[DiffEntry] = []
    for before, after in _aligned(older, newer, block):
        _, at_before, at_after = np.intersect1d(
            before["item"], after["item"], assume_unique=True, return_indices=True
        )
        same = (before["leaf"][at_before] == after["leaf"][at_after]) & (
            before["interface"][at_before] == after["interface"][at_after]
        )
        removed = np.ones(len(before), dtype=bool)
        removed[at_before] = False
        added = np.ones(len(after), dtype=bool)
        added[at_after] = False
        counts["unchanged"] += int(same.sum())
        counts["changed"] += int((~same).sum())
        counts["removed"] += int(removed.sum())
        counts["added"] += int(added.sum())
        if len(entries) < limit:
            changed_before, changed_after = at_before[~same], at_after[~same]
            found = [
                *_entries("changed", before[changed_before], after[changed_after], only, start),
                *_entries("removed", before[removed], None, only, start),
                *_entries("added", None, after[added], only, start),
            ]
            entries += sorted(found, key=lambda entry: entry.item_id.bytes)[: limit - len(entries)]
    return counts, entries


def _entries(
    change: Change, before: Records | None, after: Records | None, only: Change | None, start: UUID
) -> Iterator[DiffEntry]:
    records = after if after is not None else before
    assert records is not None
    if only not in (None, change):
        return
    for index in np.flatnonzero(records["item"] > start.bytes.rstrip(b"\0")):
        yield DiffEntry(
            item_id=UUID(bytes=bytes(records["item"][index]).ljust(16, b"\0")),
            change=change,
            revision_before=None if before is None else int(before["revision"][index]),
            revision_after=None if after is None else int(after["revision"][index]),
        )


def _aligned(older: BinaryIO, newer: BinaryIO, block: int) -> Iterator[tuple[Records, Records]]:
    """Blocks of both indexes that cover the same range of ids: each pair is compared by itself."""
    before, after = read_records(older, block), read_records(newer, block)
    while len(before) or len(after):
        if len(before) == 0 or len(after) == 0:
            yield before, after
            before, after = read_records(older, block), read_records(newer, block)
            continue
        end = min(before["item"][-1], after["item"][-1])
        cut_before = _up_to(before["item"], end)
        cut_after = _up_to(after["item"], end)
        yield before[:cut_before], after[:cut_after]
        before = before[cut_before:] if cut_before < len(before) else read_records(older, block)
        after = after[cut_after:] if cut_after < len(after) else read_records(newer, block)


def _up_to(items: NDArray[np.bytes_], end: bytes) -> int:
    """How many ids are not beyond `end`."""
    return int(np.searchsorted(items, end, side="right"))
