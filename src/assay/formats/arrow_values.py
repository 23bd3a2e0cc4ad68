"""Arrow columns as JSON values.

Times become ISO 8601 text at the precision they have, with `Z` where a zone was declared (the instant,
in UTC); decimals become text, exactly; durations and bytes have no JSON form and are refused.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from assay.formats.base import Rejection

_ANY_DEPTH = 1 << 10
Conversion = Callable[[Any], Any]


class Unsupported(Exception):
    """An Arrow type without a JSON form."""

    def __init__(self, rule: str, reason: str) -> None:
        super().__init__(reason)
        self.rule = rule


def json_type(arrow_type: Any, depth: int) -> Any:
    """The Arrow type to cast to before values leave Arrow; raises `Unsupported`."""
    return _rebuilt(arrow_type, depth, _json_leaf)


def _rebuilt(arrow_type: Any, depth: int, leaf: Callable[[Any], Any]) -> Any:
    """The same nesting with other leaves, without dictionaries and extension types."""
    types = pa.types
    if depth < 0:
        raise Unsupported("too_deep", "lists and structs nest too deeply")
    if isinstance(arrow_type, pa.BaseExtensionType):
        return _rebuilt(arrow_type.storage_type, depth, leaf)
    if types.is_dictionary(arrow_type):
        return _rebuilt(arrow_type.value_type, depth, leaf)
    if types.is_struct(arrow_type):
        return pa.struct([field.with_type(_rebuilt(field.type, depth - 1, leaf)) for field in arrow_type])
    if types.is_map(arrow_type):
        if not _is_text(arrow_type.key_type):
            raise Unsupported("map_key", "a map whose keys are not text has no JSON form")
        return pa.map_(pa.string(), _rebuilt(arrow_type.item_type, depth - 1, leaf))
    if _is_list(arrow_type):
        return pa.list_(_rebuilt(arrow_type.value_type, depth - 1, leaf))
    return leaf(arrow_type)


def _utc_leaf(arrow_type: Any) -> Any:
    """A zoned time as the same instant in UTC, which is written with a Z and needs no time zone database."""
    if pa.types.is_timestamp(arrow_type) and arrow_type.tz is not None:
        return pa.timestamp(arrow_type.unit, "UTC")
    return arrow_type


def _json_leaf(arrow_type: Any) -> Any:
    types = pa.types
    if types.is_timestamp(arrow_type) or types.is_date(arrow_type) or types.is_time(arrow_type):
        return pa.string()
    if types.is_decimal(arrow_type) or types.is_string_view(arrow_type):
        return pa.string()
    if _is_text(arrow_type) or _is_plain(arrow_type):
        return arrow_type
    if (
        types.is_binary(arrow_type)
        or types.is_large_binary(arrow_type)
        or types.is_fixed_size_binary(arrow_type)
    ):
        raise Unsupported("binary", "bytes have no JSON form; import the files in a folder or zip")
    raise Unsupported("column_type", "this column type has no JSON form")


def _is_text(arrow_type: Any) -> bool:
    return bool(pa.types.is_string(arrow_type) or pa.types.is_large_string(arrow_type))


def _is_list(arrow_type: Any) -> bool:
    types = pa.types
    return bool(
        types.is_list(arrow_type) or types.is_large_list(arrow_type) or types.is_fixed_size_list(arrow_type)
    )


def _is_plain(arrow_type: Any) -> bool:
    types = pa.types
    return bool(
        types.is_boolean(arrow_type)
        or types.is_integer(arrow_type)
        or types.is_floating(arrow_type)
        or types.is_null(arrow_type)
    )


def column_values(column: Any) -> list[Any]:
    """The values of a column; a `Rejection` stands where a value has no JSON form (an infinity)."""
    if isinstance(column.type, pa.BaseExtensionType):
        column = column.storage
    if pa.types.is_dictionary(column.type):
        return _dictionary_values(column)
    original = column.type
    for leaf in (_utc_leaf, _json_leaf):
        target = _rebuilt(column.type, _ANY_DEPTH, leaf)
        if target != column.type:
            column = pc.cast(column, target)
    values: list[Any] = column.to_pylist()
    convert = _conversion(original)
    return values if convert is None else [_converted(convert, value) for value in values]


def _dictionary_values(column: Any) -> list[Any]:
    """Each distinct value is converted once and shared by the rows that have it.

    Raises ArrowInvalid when a damaged file's indices point beyond the dictionary.
    """
    column.validate(full=True)
    distinct = column_values(column.dictionary)
    return [None if index is None else distinct[index] for index in column.indices.to_pylist()]


def _converted(convert: Conversion, value: Any) -> Any:
    try:
        return None if value is None else convert(value)
    except Rejection as rejection:
        return rejection


def _conversion(arrow_type: Any) -> Conversion | None:
    """What is still to be done to a value after the cast, None if nothing."""
    types = pa.types
    if isinstance(arrow_type, pa.BaseExtensionType):
        return _conversion(arrow_type.storage_type)
    if types.is_dictionary(arrow_type):
        return _conversion(arrow_type.value_type)
    if types.is_timestamp(arrow_type):
        return _iso_timestamp
    if types.is_floating(arrow_type):
        return _finite
    if types.is_struct(arrow_type):
        members = {field.name: _conversion(field.type) for field in arrow_type}
        return _struct_conversion({name: inner for name, inner in members.items() if inner is not None})
    if types.is_map(arrow_type):
        return _map_conversion(_conversion(arrow_type.item_type))
    if _is_list(arrow_type):
        return _list_conversion(_conversion(arrow_type.value_type))
    return None


def _iso_timestamp(value: str) -> str:
    return value.replace(" ", "T", 1)


def _finite(value: float) -> float | None:
    if math.isfinite(value):
        return value
    if math.isnan(value):
        return None
    raise Rejection("non_finite_number", "there is a number that is not finite")


def _struct_conversion(members: dict[str, Conversion]) -> Conversion | None:
    if not members:
        return None

    def convert(value: dict[str, Any]) -> dict[str, Any]:
        for name, inner in members.items():
            if value[name] is not None:
                value[name] = inner(value[name])
        return value

    return convert


def _list_conversion(inner: Conversion | None) -> Conversion | None:
    if inner is None:
        return None
    return lambda value: [None if element is None else inner(element) for element in value]


def _map_conversion(inner: Conversion | None) -> Conversion:
    def convert(value: list[tuple[str, Any]]) -> dict[str, Any]:
        pairs = dict(value)
        if inner is None:
            return pairs
        return {name: None if element is None else inner(element) for name, element in pairs.items()}

    return convert
