"""Turning rows into items with tasks: checked, sealed and encoded for COPY, away from the event loop."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson

from assay.cells.binary_copy import boolean, copy_data, float4, int2, int4, jsonb
from assay.errors import InvalidInput, Problem
from assay.formats.base import GoldAnswer, ImportRow, Prelabel, RejectedRow
from assay.identifiers import new_id
from assay.interface import Interface
from assay.server.items import store
from assay.trust.sealing import ProjectKey

KEY_DIGEST = "item key"
_EMPTY_OBJECT = b"{}"
_MAX_METADATA_BYTES = 10_000

Encoded = list[tuple[bytes | None, ...]]


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


@dataclass(slots=True)
class PreparedChunk:
    """Encoded rows of one chunk, with what was rejected from it."""

    items: Encoded = field(default_factory=list)
    tasks: Encoded = field(default_factory=list)
    queue: Encoded = field(default_factory=list)
    prelabels: Encoded = field(default_factory=list)
    gold: Encoded = field(default_factory=list)
    accepted: list[tuple[int, UUID]] = field(default_factory=list)
    """Row number and item id of every row that went in."""
    rejected: list[RejectedRow] = field(default_factory=list)
    lowest_rank: int = 2**31 - 1
    first_task: UUID = UUID(int=0)
    """The lowest id of a task that went into the queue."""
    digest: bytes = b""

    def copies(self) -> list[tuple[str, bytes]]:
        """The COPY statements with their data."""
        tables = [
            (store.COPY_ITEMS, self.items),
            (store.COPY_TASKS, self.tasks),
            (store.COPY_QUEUE, self.queue),
            (store.COPY_PRELABELS, self.prelabels),
            (store.COPY_GOLD, self.gold),
        ]
        return [(statement, copy_data(rows)) for statement, rows in tables if rows]


def key_digest(key: ProjectKey, item_key: str) -> bytes:
    """The blind index under which an item is found by the customer's own key."""
    return key.digest(KEY_DIGEST, item_key.encode())


def prepare(context: IntakeContext, rows: Sequence[ImportRow], known: set[bytes]) -> PreparedChunk:
    """Check and encode `rows`; `known` are the digests of item keys that the project has already."""
    chunk = PreparedChunk()
    preparer = _Preparer(context, chunk, set(known))
    for row in rows:
        try:
            preparer.add(row)
        except InvalidInput as error:
            first = error.problems[0] if error.problems else Problem("", "invalid", error.detail)
            chunk.rejected.append(
                RejectedRow(row.number, first.message, first.rule, _excerpt(row.data), first.path)
            )
    chunk.digest = preparer.content.digest()
    return chunk


class _Preparer:
    """Encodes one row after the other into a chunk."""

    def __init__(self, context: IntakeContext, chunk: PreparedChunk, known: set[bytes]) -> None:
        self._context = context
        self._chunk = chunk
        self._known = known
        self.content = hashlib.sha256()
        key, cell = context.key, context.cell
        self._payloads = key.sealer(cell, "item", "payload")
        self._keys = key.sealer(cell, "item", "key")
        self._prelabels = key.sealer(cell, "prelabel", "answer")
        self._gold_answers = key.sealer(cell, "gold", "answer")
        self._explanations = key.sealer(cell, "gold", "explanation")
        self._project = context.project.bytes
        self._batch = context.batch.bytes
        self._version = int4(context.interface_version)
        self._overlap = int2(context.overlap)

    def add(self, row: ImportRow) -> None:
        problems = list(self._context.interface.check_item(row.data))
        for index, prelabel in enumerate(row.prelabels):
            if "\x00" in (prelabel.model or ""):
                problems.append(Problem(f"/prelabels/{index}/model", "nul", "The name of a model has no NUL"))
        if problems:
            raise InvalidInput(problems[0].message, problems=problems)
        metadata = self._metadata(row)
        prelabels = [self._checked_answer(one, row.data, "prelabels", i) for i, one in enumerate(row.prelabels)]
        gold = None if row.gold is None else self._checked_answer(row.gold, row.data, "gold", None)
        digest = self._new_key(row.key)
        item, task = new_id(), new_id()
        payload = orjson.dumps(row.data)
        self.content.update(item.bytes)
        self.content.update(payload)
        self._chunk.items.append(
            (
                item.bytes,
                self._project,
                self._batch,
                None if row.key is None else self._keys.seal(row.key.encode(), item),
                digest,
                self._payloads.seal(payload, item),
                jsonb(metadata),
            )
        )
        self._add_task(row, item, task, is_gold=gold is not None)
        for one, answer in zip(row.prelabels, prelabels, strict=True):
            self._add_prelabel(task, one, answer)
        if row.gold is not None and gold is not None:
            self._add_gold(task, row.gold, gold)
        self._chunk.accepted.append((row.number, item))

    def _add_task(self, row: ImportRow, item: UUID, task: UUID, *, is_gold: bool) -> None:
        context = self._context
        priority = context.priority if row.priority is None else row.priority
        state = b"gold" if is_gold else b"open"
        self._chunk.tasks.append(
            (task.bytes, self._project, self._batch, item.bytes, state, int4(priority), self._overlap)
        )
        if not is_gold:
            self._chunk.lowest_rank = min(self._chunk.lowest_rank, -priority)
            self._chunk.first_task = self._chunk.first_task if self._chunk.queue else task
            self._chunk.queue.append(
                (
                    task.bytes,
                    int2(1),
                    self._project,
                    int4(-priority),
                    self._batch,
                    self._overlap,
                    int2(1),
                    boolean(context.held),
                )
            )

    def _add_prelabel(self, task: UUID, prelabel: Prelabel, answer: bytes) -> None:
        identifier = new_id()
        self._chunk.prelabels.append(
            (
                identifier.bytes,
                task.bytes,
                (prelabel.model or "unnamed").encode(),
                float4(prelabel.score),
                self._version,
                self._prelabels.seal(answer, identifier),
            )
        )

    def _add_gold(self, task: UUID, gold: GoldAnswer, answer: bytes) -> None:
        explanation = None
        if gold.explanation is not None:
            explanation = self._explanations.seal(gold.explanation.encode(), task)
        self._chunk.gold.append(
            (
                task.bytes,
                self._project,
                self._version,
                self._gold_answers.seal(answer, task),
                explanation,
                self._context.creator.bytes,
            )
        )

    def _checked_answer(
        self, given: Prelabel | GoldAnswer, data: dict[str, Any], member: str, index: int | None
    ) -> bytes:
        """The answer, valid under the current interface. Raises InvalidInput with a path into the row."""
        where = f"/{member}/answer" if index is None else f"/{member}/{index}/answer"
        try:
            answer = self._context.interface.validate(given.answer, data)
        except InvalidInput as error:
            problems = [Problem(where + each.path, each.rule, each.message) for each in error.problems]
            raise InvalidInput(error.detail, problems=problems) from None
        return orjson.dumps(answer, option=orjson.OPT_SORT_KEYS)

    def _new_key(self, item_key: str | None) -> bytes | None:
        if item_key is None:
            return None
        digest = key_digest(self._context.key, item_key)
        if digest in self._known:
            message = "Another item of this project has the same key"
            raise InvalidInput(message, problems=[Problem("/key", "duplicate_key", message)])
        self._known.add(digest)
        return digest

    def _metadata(self, row: ImportRow) -> bytes:
        if not row.metadata:
            return _EMPTY_OBJECT
        for name, value in row.metadata.items():
            if isinstance(value, dict | list) or "\x00" in name or (isinstance(value, str) and "\x00" in value):
                message = "A metadata value is a text, a number, true, false or null"
                raise InvalidInput(message, problems=[Problem(f"/metadata/{name}", "metadata_value", message)])
        encoded = orjson.dumps(row.metadata)
        if len(encoded) > _MAX_METADATA_BYTES:
            message = f"Metadata has at most {_MAX_METADATA_BYTES} bytes"
            raise InvalidInput(message, problems=[Problem("/metadata", "metadata_size", message)])
        return encoded


def _excerpt(data: dict[str, Any]) -> str:
    return orjson.dumps(data)[:200].decode(errors="replace")
