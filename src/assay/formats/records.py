"""The record: what one row of any format says, as JSON.

Either the full form

    {"data": {...}, "key": "...", "metadata": {...}, "priority": 3,
     "prelabels": [{"answer": {...}, "score": 0.93, "model": "..."}],
     "gold": {"answer": {...}, "explanation": "..."}}

or any other object, which then *is* the data. A top-level `data` that is an object decides for the full form;
there every other name must be one of those above or one that Assay itself exports, so that a misspelt
`prelabel` is reported and not lost.
"""

from __future__ import annotations

import math
from typing import Any, cast

import orjson

from assay.formats.base import (
    GoldAnswer,
    ImportRow,
    JsonObject,
    Limits,
    Prelabel,
    ReadOptions,
    Rejection,
)

_PRIORITY_BOUND = 1 << 31
_IMPORTED = frozenset({"data", "key", "metadata", "priority", "prelabels", "gold"})
EXPORTED_ONLY = frozenset(
    {"item_id", "label", "label_state", "confidence", "agreement", "interface_version", "annotations"}
)
_KNOWN = _IMPORTED | EXPORTED_ONLY


def row_from_record(number: int, record: JsonObject, options: ReadOptions) -> ImportRow:
    """The row a record describes; raises `Rejection` naming the place that is wrong."""
    data = record.get("data")
    if type(data) is not dict:
        return ImportRow(number, record, None, {})
    if len(record) == 1:
        return ImportRow(number, data, None, {})
    return _full_row(number, data, record, options)


def _full_row(number: int, data: JsonObject, record: JsonObject, options: ReadOptions) -> ImportRow:
    if not _KNOWN.issuperset(record):
        unknown = next(name for name in record if name not in _KNOWN)
        raise Rejection(
            "unknown_key",
            "beside data there is a name that is not part of a record; metadata is the place for more",
            path=_pointer(unknown),
            value=unknown,
        )
    limits = options.limits
    get = record.get
    prelabels = _prelabels(get("prelabels"), limits)
    gold = _gold(get("gold"))
    label = get("label")
    if label is not None and options.labels != "ignore":
        answer = _answer(label, "/label")
        if options.labels == "gold":
            gold = gold or GoldAnswer(answer)
        else:
            prelabels = (*prelabels, Prelabel(answer, _score(get("confidence"), "/confidence")))
    return ImportRow(
        number,
        data,
        _key(get("key"), limits),
        _metadata(get("metadata"), limits),
        prelabels,
        gold,
        _priority(get("priority")),
    )


def _pointer(name: str) -> str:
    return "/" + name.replace("~", "~0").replace("/", "~1")


def _key(value: Any, limits: Limits) -> str | None:
    if value is None:
        return None
    if type(value) is int:
        value = str(value)
    if type(value) is not str:
        raise Rejection("key", "key is neither text nor a whole number", path="/key", value=value)
    if not value or len(value) > limits.key_characters or "\0" in value:
        reason = f"key has to be 1 to {limits.key_characters} characters long, without NUL"
        raise Rejection("key", reason, path="/key", value=value)
    return value


def _priority(value: Any) -> int | None:
    if value is None:
        return None
    if type(value) is not int or not -_PRIORITY_BOUND <= value < _PRIORITY_BOUND:
        raise Rejection(
            "priority", "priority is not a whole number of 32 bits", path="/priority", value=value
        )
    return value


def _metadata(value: Any, limits: Limits) -> JsonObject:
    if value is None:
        return {}
    if type(value) is not dict:
        raise Rejection("metadata", "metadata is not an object", path="/metadata", value=value)
    if value:
        encoded = orjson.dumps(value)
        if len(encoded) > limits.metadata_bytes:
            reason = f"metadata is larger than {limits.metadata_bytes} bytes; put content into data"
            raise Rejection("metadata", reason, path="/metadata", value=encoded)
        # PostgreSQL keeps metadata as jsonb, which cannot hold this character.
        if rb"\u0000" in encoded and _has_nul(value):
            raise Rejection("metadata", "metadata holds a NUL character", path="/metadata", value=encoded)
    return cast(JsonObject, value)


def _has_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_has_nul(name) or _has_nul(child) for name, child in value.items())
    return isinstance(value, list) and any(map(_has_nul, value))


def _prelabels(value: Any, limits: Limits) -> tuple[Prelabel, ...]:
    if value is None:
        return ()
    if type(value) is not list:
        raise Rejection("prelabels", "prelabels is not a list", path="/prelabels", value=value)
    if len(value) > limits.prelabels:
        raise Rejection("prelabels", f"there are more than {limits.prelabels} prelabels", path="/prelabels")
    return tuple(_prelabel(entry, f"/prelabels/{index}") for index, entry in enumerate(value))


def _prelabel(value: Any, path: str) -> Prelabel:
    if type(value) is not dict:
        raise Rejection("prelabels", "a prelabel is not an object", path=path, value=value)
    _refuse_unknown(value, {"answer", "score", "model"}, "prelabels", path)
    model = value.get("model")
    if model is not None and (type(model) is not str or len(model) > 512):
        reason = "model is not a text of at most 512 characters"
        raise Rejection("prelabels", reason, path=f"{path}/model", value=model)
    return Prelabel(
        _answer(value.get("answer"), f"{path}/answer"),
        _score(value.get("score"), f"{path}/score"),
        model or "",
    )


def _gold(value: Any) -> GoldAnswer | None:
    if value is None:
        return None
    if type(value) is not dict:
        raise Rejection("gold", "gold is not an object", path="/gold", value=value)
    _refuse_unknown(value, {"answer", "explanation"}, "gold", "/gold")
    explanation = value.get("explanation")
    if explanation is not None and type(explanation) is not str:
        raise Rejection("gold", "explanation is not text", path="/gold/explanation", value=explanation)
    return GoldAnswer(_answer(value.get("answer"), "/gold/answer"), explanation)


def _refuse_unknown(value: JsonObject, known: set[str], rule: str, path: str) -> None:
    unknown = next((name for name in value if name not in known), None)
    if unknown is not None:
        reason = f"there is a name that is none of {', '.join(sorted(known))}"
        raise Rejection(rule, reason, path=path + _pointer(unknown), value=unknown)


def _answer(value: Any, path: str) -> JsonObject:
    if type(value) is not dict:
        raise Rejection(
            "answer", "an answer is not an object with one entry per field", path=path, value=value
        )
    return cast(JsonObject, value)


def _score(value: Any, path: str) -> float | None:
    if value is None:
        return None
    if type(value) not in (int, float) or not math.isfinite(value) or not 0 <= value <= 1:
        raise Rejection("score", "a score is not a number from 0 to 1", path=path, value=value)
    return float(value)


def deeper_than(value: Any, limit: int) -> bool:
    """Whether objects and lists nest more than `limit` levels; level by level, so it cannot overflow."""
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(limit):
        if not level:
            return False
        level = [
            child
            for container in level
            for child in (container.values() if type(container) is dict else container)
            if isinstance(child, dict | list)
        ]
    return bool(level)
