"""Turning rows into items with tasks: checked, sealed and encoded for COPY, away from the event loop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson

from assay.errors import InvalidInput, Problem
from assay.formats.base import GoldAnswer, ImportRow, Prelabel, RejectedRow
from assay.server.items.copies import CheckedRow, EncodedRows, IntakeContext, encode
from assay.trust.sealing import ProjectKey

KEY_DIGEST = "item key"
_MAX_METADATA_BYTES = 10_000


@dataclass(slots=True)
class PreparedChunk:
    """One chunk of rows, ready for COPY, with what was rejected from it."""

    encoded: EncodedRows
    accepted: list[int]
    """Row number of every row that went in, in the order of `encoded.items`."""
    rejected: list[RejectedRow] = field(default_factory=list)
    key_digests: frozenset[bytes] = frozenset()
    """The digests of the item keys that it adds."""

    def item_ids(self) -> dict[int, UUID]:
        """The ids of the new items by row number."""
        ids = (UUID(bytes=item) for item in self.encoded.items)
        return dict(zip(self.accepted, ids, strict=True))


def key_digest(key: ProjectKey, item_key: str) -> bytes:
    """The blind index under which an item is found by the customer's own key."""
    return key.digest(KEY_DIGEST, item_key.encode())


def prepare(context: IntakeContext, rows: Sequence[ImportRow], known: set[bytes]) -> PreparedChunk:
    """Check and encode `rows`; `known` are the digests of item keys that the project has already."""
    checker = _Checker(context, known)
    checked: list[CheckedRow] = []
    rejected: list[RejectedRow] = []
    for row in rows:
        try:
            checked.append(checker.check(row))
        except InvalidInput as error:
            first = error.problems[0] if error.problems else Problem("", "invalid", error.detail)
            rejected.append(
                RejectedRow(row.number, first.message, first.rule, _excerpt(row.data), first.path)
            )
    digests = frozenset(row.key_digest for row in checked if row.key_digest is not None)
    return PreparedChunk(encode(context, checked), [row.row.number for row in checked], rejected, digests)


class _Checker:
    """Checks one row after the other, and that no two of them have the same key."""

    def __init__(self, context: IntakeContext, known: set[bytes]) -> None:
        self._interface = context.interface
        self._digest = context.key.digester(KEY_DIGEST)
        self._known = set(known)

    def check(self, row: ImportRow) -> CheckedRow:
        problems = self._interface.check_item(row.data)
        if row.prelabels:
            problems = [*problems, *_model_problems(row.prelabels)]
        if problems:
            raise InvalidInput(problems[0].message, problems=problems)
        metadata = _encoded_metadata(row.metadata) if row.metadata else None
        prelabels = [self._answer(one, row.data, "prelabels", i) for i, one in enumerate(row.prelabels)]
        gold = None if row.gold is None else self._answer(row.gold, row.data, "gold", None)
        digest = None if row.key is None else self._new_key(row.key)
        return CheckedRow(row, orjson.dumps(row.data), digest, metadata, prelabels, gold)

    def _answer(
        self, given: Prelabel | GoldAnswer, data: dict[str, Any], member: str, index: int | None
    ) -> bytes:
        """The answer, valid under the current interface. Raises InvalidInput with a path into the row."""
        where = f"/{member}/answer" if index is None else f"/{member}/{index}/answer"
        try:
            answer = self._interface.validate(given.answer, data)
        except InvalidInput as error:
            problems = [Problem(where + each.path, each.rule, each.message) for each in error.problems]
            raise InvalidInput(error.detail, problems=problems) from None
        return orjson.dumps(answer, option=orjson.OPT_SORT_KEYS)

    def _new_key(self, item_key: str) -> bytes:
        digest = self._digest(item_key.encode())
        if digest in self._known:
            message = "Another item of this project has the same key"
            raise InvalidInput(message, problems=[Problem("/key", "duplicate_key", message)])
        self._known.add(digest)
        return digest


def _model_problems(prelabels: Sequence[Prelabel]) -> list[Problem]:
    return [
        Problem(f"/prelabels/{index}/model", "nul", "The name of a model has no NUL")
        for index, prelabel in enumerate(prelabels)
        if "\x00" in (prelabel.model or "")
    ]


def _encoded_metadata(metadata: dict[str, Any]) -> bytes:
    for name, value in metadata.items():
        if isinstance(value, dict | list) or "\x00" in name or (isinstance(value, str) and "\x00" in value):
            message = "A metadata value is a text, a number, true, false or null"
            raise InvalidInput(message, problems=[Problem(f"/metadata/{name}", "metadata_value", message)])
    encoded = orjson.dumps(metadata)
    if len(encoded) > _MAX_METADATA_BYTES:
        message = f"Metadata has at most {_MAX_METADATA_BYTES} bytes"
        raise InvalidInput(message, problems=[Problem("/metadata", "metadata_size", message)])
    return encoded


def _excerpt(data: dict[str, Any]) -> str:
    return orjson.dumps(data)[:200].decode(errors="replace")
