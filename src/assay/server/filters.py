"""The filter language of lists: conditions joined by `and`, over names that each list declares.

    state = review and agreement < 0.5 and metadata.site = "north 4" and label.weather = rain

A name stands for an SQL expression written here in the code; what a caller writes only ever becomes a
parameter. There are no user-chosen columns, no functions, no `or`: every filter is served by an index or by
one pass in the order of the list.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

import orjson
from psycopg.types.json import Jsonb

from assay.errors import InvalidInput, Problem

_MAX_LENGTH = 2000
_MAX_CONDITIONS = 20
_TOKEN = re.compile(
    r"""\s*(?:
        (?P<text>"(?:[^"\\]|\\.)*")
      | (?P<operator><=|>=|!=|=|<|>)
      | (?P<word>[^\s<>=!"]+)
    )""",
    re.VERBOSE,
)
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_OPERATORS = {"=": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


class ValueKind(Enum):
    """How the value of a condition is read."""

    WORD = "word"
    NUMBER = "number"
    TIME = "time"
    ID = "id"
    MEMBER = "member"
    """A member of a JSON column, named after a dot; equality only."""


@dataclass(frozen=True, slots=True)
class FilterName:
    """What a name in a filter stands for: an SQL expression, and how its values are read."""

    expression: str
    kind: ValueKind
    words: frozenset[str] | None = None
    """The words that may stand as a value, where they are known."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A parsed filter: SQL conditions (empty for none) and their parameters."""

    conditions: tuple[str, ...]
    parameters: Mapping[str, Any]

    @property
    def sql(self) -> str:
        return "".join(f" and {condition}" for condition in self.conditions)


NO_FILTER = Filter((), {})


def parse_filter(text: str | None, names: Mapping[str, FilterName]) -> Filter:
    """Parse `text` against the names of a list. Raises InvalidInput that says where it is wrong."""
    if text is None or not text.strip():
        return NO_FILTER
    if "\x00" in text:
        raise _wrong(text.index("\x00"), "character", "This character cannot stand in a filter")
    if len(text) > _MAX_LENGTH:
        raise _wrong(0, "too_long", f"A filter has at most {_MAX_LENGTH} characters")
    tokens = _tokens(text)
    conditions: list[str] = []
    parameters: dict[str, Any] = {}
    position = 0
    while position < len(tokens):
        if len(conditions) == _MAX_CONDITIONS:
            raise _wrong(tokens[position].start, "too_many", f"At most {_MAX_CONDITIONS} conditions")
        if conditions:
            if tokens[position].value.lower() != "and":
                raise _wrong(tokens[position].start, "and", "Conditions are joined by `and`")
            position += 1
        part = tokens[position : position + 3]
        if len(part) < 3 or part[1].kind != "operator":
            raise _wrong(
                part[0].start if part else len(text), "condition", "A condition is `name operator value`"
            )
        parameter = f"filter_{len(conditions)}"
        sql, value = _condition(part[0], part[1], part[2], names, parameter)
        conditions.append(sql)
        parameters[parameter] = value
        position += 3
    return Filter(tuple(conditions), parameters)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    value: str
    start: int


def _tokens(text: str) -> Sequence[_Token]:
    tokens: list[_Token] = []
    position = 0
    while position < len(text.rstrip()):
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            start = position + len(text[position:]) - len(text[position:].lstrip())
            raise _wrong(start, "character", "This character cannot stand here; quote values that hold it")
        value = match.group(match.lastgroup)
        if match.lastgroup == "text":
            value = re.sub(r"\\(.)", r"\1", value[1:-1])
        tokens.append(_Token(match.lastgroup, value, match.start(match.lastgroup)))
        position = match.end()
    return tokens


def _condition(
    name: _Token, operator: _Token, value: _Token, names: Mapping[str, FilterName], parameter: str
) -> tuple[str, Any]:
    root, _, member = name.value.partition(".")
    meaning = names.get(root)
    if meaning is None or bool(member) != (meaning.kind is ValueKind.MEMBER):
        known = ", ".join(
            f"{each}.<name>" if names[each].kind is ValueKind.MEMBER else each for each in sorted(names)
        )
        raise _wrong(name.start, "unknown_name", f"There is no such name here; known are {known}")
    if meaning.kind is ValueKind.MEMBER:
        if operator.value not in ("=", "!="):
            raise _wrong(operator.start, "operator", "Members are compared with = or !=")
        # The indexes leave empty objects out; saying that none is meant lets them serve.
        contains = f"({meaning.expression} <> '{{}}' and {meaning.expression} @> %({parameter})s)"
        sql = contains if operator.value == "=" else f"not ({contains})"
        return sql, Jsonb({member: _scalar(value)})
    if meaning.kind in (ValueKind.WORD, ValueKind.ID) and operator.value not in ("=", "!="):
        raise _wrong(operator.start, "operator", "This is compared with = or !=")
    sql = f"{meaning.expression} {_OPERATORS[operator.value]} %({parameter})s"
    return sql, _read(value, meaning)


def _read(value: _Token, meaning: FilterName) -> Any:
    try:
        if meaning.kind is ValueKind.NUMBER:
            return float(value.value)
        if meaning.kind is ValueKind.ID:
            return UUID(value.value)
        if meaning.kind is ValueKind.TIME:
            return datetime.fromisoformat(value.value)
    except ValueError:
        raise _wrong(value.start, meaning.kind.value, f"This is not a {meaning.kind.value}") from None
    if meaning.words is not None and value.value not in meaning.words:
        raise _wrong(value.start, "word", f"One of {', '.join(sorted(meaning.words))}")
    return value.value


def _scalar(value: _Token) -> str | int | float | bool:
    """A quoted value is a text; an unquoted one is what JSON would read, or else a text."""
    if value.kind == "text":
        return value.value
    if value.value in ("true", "false"):
        return value.value == "true"
    if _NUMBER.fullmatch(value.value):
        with suppress(orjson.JSONDecodeError):
            number: int | float = orjson.loads(value.value)
            return number
    return value.value


def _wrong(position: int, rule: str, message: str) -> InvalidInput:
    detail = f"{message} (at character {position + 1} of the filter)."
    return InvalidInput(detail, path="/query/filter", problems=[Problem("/query/filter", rule, detail)])
