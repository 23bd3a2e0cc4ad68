"""Sealed rows of the database as the rows and leaf hashes of an export. Runs in worker threads.

What was sealed as JSON is spliced into the file as it is, without being parsed into values and written again;
only the digest needs the item's data in canonical form.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

import orjson

from assay.formats import ExportRow, canonical_json, row_digest
from assay.server.exports.store import StoredAnswer, StoredRow
from assay.trust.sealing import ProjectKey

# What a float of 32 bits holds; beyond that there is only noise.
_DIGITS = 6
PROVISIONAL = "provisional"
"""The state of a label whose task is not finished: under review, or asked about again."""


class RowOpener:
    """Opens the rows of one project. `finished`: every label is, whatever its task's state is now."""

    def __init__(self, key: ProjectKey, cell: UUID, *, finished: bool = False) -> None:
        self._payloads = key.sealer(cell, "item", "payload")
        self._keys = key.sealer(cell, "item", "key")
        self._labels = key.sealer(cell, "label", "answer")
        self._answers = key.sealer(cell, "annotation_revision", "answer")
        self._finished = finished

    def open(
        self, stored: Sequence[StoredRow], answers: Sequence[StoredAnswer] | None = None
    ) -> tuple[list[ExportRow], list[bytes]]:
        """The rows, each with its leaf hash; with everybody's answers when they are given."""
        given = None if answers is None else self._annotations(answers)
        payloads = self._payloads.open_many([one.payload for one in stored], [one.item for one in stored])
        keys, labels = self._opened_keys(stored), self._opened_labels(stored)
        rows: list[ExportRow] = []
        leaves: list[bytes] = []
        for one, data in zip(stored, payloads, strict=True):
            key, label = keys.get(one.item), labels.get(one.item)
            rows.append(
                ExportRow(
                    one.item_id,
                    data,
                    None if key is None else key.decode(),
                    one.metadata or b"{}",
                    label,
                    None if label is None else self._state(one),
                    None if one.confidence is None else round(one.confidence, _DIGITS),
                    None if one.agreement is None else round(one.agreement, _DIGITS),
                    one.interface_version,
                    None if given is None else b"[" + b",".join(given[one.task]) + b"]",
                )
            )
            leaves.append(row_digest(one.item_id, canonical_json(orjson.loads(data)), label))
        return rows, leaves

    def _opened_keys(self, stored: Sequence[StoredRow]) -> dict[bytes, bytes]:
        """The customer's keys, by item."""
        sealed = {one.item: one.key for one in stored if one.key is not None}
        items = list(sealed)
        return dict(zip(items, self._keys.open_many(list(sealed.values()), items), strict=True))

    def _opened_labels(self, stored: Sequence[StoredRow]) -> dict[bytes, bytes]:
        """The labels, by item."""
        labeled = [
            (one.item, one.label, one.task, one.revision or 0) for one in stored if one.label is not None
        ]
        if not labeled:
            return {}
        items, sealed, tasks, revisions = zip(*labeled, strict=True)
        return dict(zip(items, self._labels.open_many(sealed, tasks, revisions), strict=True))

    def _state(self, row: StoredRow) -> str | None:
        """How the label came about, once it is finished."""
        return row.source if self._finished or row.finished else PROVISIONAL

    def _annotations(self, answers: Sequence[StoredAnswer]) -> dict[bytes, list[bytes]]:
        by_task: dict[bytes, list[bytes]] = defaultdict(list)
        for one in answers:
            answer = self._answers.open(one.answer, one.annotation, one.revision)
            by_task[one.task.bytes].append(
                orjson.dumps(
                    {
                        "id": one.annotation,
                        "annotator": one.annotator,
                        "round": one.round,
                        "revision": one.revision,
                        "interface_version": one.interface_version,
                        "answer": orjson.Fragment(answer),
                        "active_ms": one.active_ms,
                        "created_at": one.created_at,
                    }
                )
            )
        return by_task
