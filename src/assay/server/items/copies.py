"""Checked rows as the data of COPY statements: a column at a time, with what all rows share packed once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple
from uuid import UUID

from assay.cells.binary_copy import (
    ID_LENGTH,
    NULL,
    boolean,
    copy_packed,
    float4,
    id_row_start,
    int2,
    int4,
    jsonb,
    packed,
    row_start,
)
from assay.formats.base import ImportRow
from assay.identifiers import new_ids
from assay.interface import Interface
from assay.server.items import store
from assay.trust.sealing import ProjectKey

_NO_METADATA = jsonb(b"{}")
_HIGHEST_RANK = 2**31 - 1
_NO_TASK = UUID(int=0)


@dataclass(frozen=True, slots=True)
class IntakeContext:
    """All that preparing rows needs; safe to use in a thread."""

    cell: UUID
    project: UUID
    key: ProjectKey
    interface: Interface
    interface_version: int
    batch: UUID
    priority: int
    held: bool
    overlap: int
    creator: UUID


class CheckedRow(NamedTuple):
    """A row that keeps every rule, its parts as bytes. `metadata` is JSON, None for none."""

    row: ImportRow
    payload: bytes
    key_digest: bytes | None
    metadata: bytes | None
    prelabels: Sequence[bytes]
    gold: bytes | None


@dataclass(slots=True)
class EncodedRows:
    """The COPY statements of a chunk with their data, and the ids that its items got, as bytes."""

    copies: list[tuple[str, bytes]] = field(default_factory=list)
    items: list[bytes] = field(default_factory=list)
    digest: bytes = b""
    """SHA-256 over id and payload of each item."""
    lowest_rank: int = _HIGHEST_RANK
    first_task: UUID = _NO_TASK
    """The lowest id of a task that went into the queue."""


def encode(context: IntakeContext, rows: Sequence[CheckedRow]) -> EncodedRows:
    """Ids, sealed content and COPY data for `rows`."""
    ids = new_ids(2 * len(rows))
    items, tasks = ids[: len(rows)], ids[len(rows) :]
    payloads = [row.payload for row in rows]
    encoded = EncodedRows(items=items)
    encoded.digest = hashlib.sha256(b"".join(chain.from_iterable(zip(items, payloads, strict=True)))).digest()
    queued = [
        (task, _priority(context, row)) for task, row in zip(tasks, rows, strict=True) if row.gold is None
    ]
    if queued:
        encoded.lowest_rank = -max(priority for _, priority in queued)
        encoded.first_task = UUID(bytes=queued[0][0])
    tables = [
        (store.COPY_ITEMS, _items(context, rows, items, payloads)),
        (store.COPY_TASKS, _tasks(context, rows, items, tasks)),
        (store.COPY_QUEUE, _queue(context, queued)),
        (store.COPY_PRELABELS, _prelabels(context, rows, tasks)),
        (store.COPY_GOLD, _gold(context, rows, tasks)),
    ]
    encoded.copies = [
        (statement, copy_packed(packed_rows)) for statement, packed_rows in tables if packed_rows
    ]
    return encoded


def _priority(context: IntakeContext, row: CheckedRow) -> int:
    return context.priority if row.row.priority is None else row.row.priority


def _items(
    context: IntakeContext, rows: Sequence[CheckedRow], items: Sequence[bytes], payloads: Sequence[bytes]
) -> list[bytes]:
    sealed = context.key.sealer(context.cell, "item", "payload").seal_many(payloads, items)
    keys = _sealed_keys(context, rows, items)
    start = id_row_start(7)
    shared = packed(context.project.bytes, context.batch.bytes)
    return [
        b"".join(
            (
                start,
                item,
                shared,
                packed(
                    keys.get(item),
                    row.key_digest,
                    payload,
                    _NO_METADATA if row.metadata is None else jsonb(row.metadata),
                ),
            )
        )
        for row, item, payload in zip(rows, items, sealed, strict=True)
    ]


def _sealed_keys(
    context: IntakeContext, rows: Sequence[CheckedRow], items: Sequence[bytes]
) -> dict[bytes, bytes]:
    """The customer's keys, sealed, by item."""
    keys = {
        item: row.row.key.encode() for row, item in zip(rows, items, strict=True) if row.row.key is not None
    }
    places = list(keys)
    sealed = context.key.sealer(context.cell, "item", "key").seal_many(list(keys.values()), places)
    return dict(zip(places, sealed, strict=True))


def _tasks(
    context: IntakeContext, rows: Sequence[CheckedRow], items: Sequence[bytes], tasks: Sequence[bytes]
) -> list[bytes]:
    start = id_row_start(7)
    shared = packed(context.project.bytes, context.batch.bytes) + ID_LENGTH
    rests: dict[tuple[int, bool], bytes] = {}
    packed_rows = []
    for row, item, task in zip(rows, items, tasks, strict=True):
        kind = _priority(context, row), row.gold is not None
        rest = rests.get(kind)
        if rest is None:
            state = b"gold" if row.gold is not None else b"open"
            rest = rests[kind] = packed(state, int4(kind[0]), int2(context.overlap))
        packed_rows.append(b"".join((start, task, shared, item, rest)))
    return packed_rows


def _queue(context: IntakeContext, queued: Sequence[tuple[bytes, int]]) -> list[bytes]:
    start = id_row_start(8)
    rests = {
        priority: packed(
            int2(1),
            context.project.bytes,
            int4(-priority),
            context.batch.bytes,
            int2(context.overlap),
            int2(1),
            boolean(context.held),
        )
        for priority in {priority for _, priority in queued}
    }
    return [b"".join((start, task, rests[priority])) for task, priority in queued]


def _prelabels(context: IntakeContext, rows: Sequence[CheckedRow], tasks: Sequence[bytes]) -> list[bytes]:
    given = [
        (task, prelabel, answer)
        for row, task in zip(rows, tasks, strict=True)
        for prelabel, answer in zip(row.row.prelabels, row.prelabels, strict=True)
    ]
    ids = new_ids(len(given))
    sealer = context.key.sealer(context.cell, "prelabel", "answer")
    sealed = sealer.seal_many([answer for _, _, answer in given], ids)
    start, version = row_start(6), int4(context.interface_version)
    return [
        start + packed(one, task, (label.model or "unnamed").encode(), float4(label.score), version, answer)
        for one, answer, (task, label, _) in zip(ids, sealed, given, strict=True)
    ]


def _gold(context: IntakeContext, rows: Sequence[CheckedRow], tasks: Sequence[bytes]) -> list[bytes]:
    answers = context.key.sealer(context.cell, "gold", "answer")
    explanations = context.key.sealer(context.cell, "gold", "explanation")
    start, shared = id_row_start(6), packed(context.project.bytes, int4(context.interface_version))
    packed_rows = []
    for row, task in zip(rows, tasks, strict=True):
        if row.gold is None or row.row.gold is None:
            continue
        [answer] = answers.seal_many([row.gold], [task])
        explanation = NULL
        if row.row.gold.explanation is not None:
            explanation = packed(*explanations.seal_many([row.row.gold.explanation.encode()], [task]))
        creator = packed(context.creator.bytes)
        packed_rows.append(b"".join((start, task, shared, packed(answer), explanation, creator)))
    return packed_rows
