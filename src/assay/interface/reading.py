"""Reading JSON that anybody may have sent: bounded in size and depth before anything looks at it."""

from __future__ import annotations

import gc
import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import orjson

from assay.errors import InvalidInput, Malformed, Problem, TooLarge
from assay.interface.declaration import escape

MAX_DECLARATION_BYTES = 8 * 2**20
MAX_DECLARATION_DEPTH = 64
MAX_DECLARATION_PARTS = 1_000_000
MAX_ANSWER_BYTES = 64 * 2**20

LARGE_ANSWER_BYTES = 256 * 1024
LARGE_ANSWER_PARTS = 1_000
"""From here on an answer is handled with the cycle collector paused."""


def read_json(raw: bytes | bytearray | memoryview | str, limit: int) -> Any:
    """Parse JSON. Raises TooLarge above `limit` bytes, Malformed for what is no JSON or nested beyond what
    the parser takes (1024)."""
    if len(raw) > limit:
        raise TooLarge(f"The JSON has more than {limit} bytes")
    try:
        return orjson.loads(raw)
    except (orjson.JSONDecodeError, UnicodeEncodeError) as error:
        where = getattr(error, "pos", None)
        place = "" if where is None else f" at character {where}"
        raise Malformed(f"Not valid JSON{place}", advice="Send UTF-8 JSON.") from None


@contextmanager
def collection_paused() -> Iterator[None]:
    """Without Python's cycle collector: JSON has no cycles, and going through the hundreds of thousands of
    lists of a large answer again and again while they are made takes twice as long as making them."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def is_large(answer: Any) -> bool:
    """Whether an answer has a list that is worth pausing for."""
    return type(answer) is dict and any(
        type(value) is list and len(value) > LARGE_ANSWER_PARTS for value in answer.values()
    )


def check_bounds(value: Any) -> None:
    """Walk a value without recursion: only JSON, no deeper and no larger than a declaration needs.
    Raises InvalidInput at the first place that is not so."""
    pending: list[tuple[Any, str, int]] = [(value, "", 1)]
    parts = 0
    while pending:
        current, path, depth = pending.pop()
        parts += 1
        if depth > MAX_DECLARATION_DEPTH:
            _refuse(path, "too_deep", f"nested more than {MAX_DECLARATION_DEPTH} deep")
        if parts > MAX_DECLARATION_PARTS:
            _refuse("", "too_large", f"more than {MAX_DECLARATION_PARTS} parts")
        inner: Iterable[tuple[Any, Any]] = ()
        if isinstance(current, dict):
            inner = current.items()
        elif isinstance(current, list):
            inner = enumerate(current)
        elif not _is_scalar(current):
            _refuse(path, "type", "not a JSON value")
        for key, part in inner:
            if isinstance(current, dict) and not isinstance(key, str):
                _refuse(path, "type", "keys are strings")
            pending.append((part, f"{path}/{escape(str(key)[:100])}", depth + 1))


def _is_scalar(value: Any) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, str):
        return value.isascii() or not any("\ud800" <= character <= "\udfff" for character in value)
    if isinstance(value, int):
        return isinstance(value, bool) or -(2**63) <= value < 2**64
    return value is None


def _refuse(path: str, rule: str, message: str) -> None:
    raise InvalidInput("The declaration cannot be read", problems=[Problem(path, rule, message)])
