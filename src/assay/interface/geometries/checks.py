"""Checks that all geometries share: keys, finite numbers, places, integers of a language model."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, TypeGuard

from assay.errors import InvalidInput, Problem

LARGEST_COORDINATE = 1e9
"""No pixel, metre, point or second lies farther out than this."""

EDGE_TOLERANCE = 1e-3
"""Shapes may leave the extent by this much (pixels, points): sums of rounded floats do."""

PERMILLE = 1000
"""Language models give coordinates as integers of 0..1000 of the extent."""


def is_coordinate(value: object) -> TypeGuard[float]:
    """A finite JSON number of sane size; True and False are no numbers, NaN fails both comparisons."""
    return type(value) in _NUMBERS and -LARGEST_COORDINATE <= value <= LARGEST_COORDINATE  # type: ignore[operator]


_NUMBERS = frozenset((int, float))


def key_problems(
    value: object, geometry: str, keys: Collection[str], path: str, optional: Collection[str] = ()
) -> list[Problem]:
    """Whether `value` is an object of this geometry with exactly these keys besides `type`."""
    if not isinstance(value, dict):
        return [Problem(path, "type", f"a {geometry} is an object")]
    problems = [
        Problem(f"{path}/{pointer_token(key)}", "unknown_key", f"a {geometry} has no such key")
        for key in value
        if key != "type" and key not in keys and key not in optional
    ]
    if value.get("type") != geometry:
        problems.append(Problem(f"{path}/type", "geometry", f"the type of this shape must be {geometry}"))
    problems += [
        Problem(f"{path}/{key}", "required", f"a {geometry} needs {key}") for key in keys if key not in value
    ]
    return problems


def number_problems(value: Mapping[str, Any], keys: Iterable[str], path: str) -> list[Problem]:
    """Every key whose value is not a finite number of sane size."""
    return [number_problem(f"{path}/{key}") for key in keys if not is_coordinate(value[key])]


def number_problem(path: str) -> Problem:
    return Problem(path, "number", f"this must be a finite number within ±{LARGEST_COORDINATE:g}")


def pointer_token(key: object) -> str:
    """One reference token of a JSON Pointer (RFC 6901), cut short: keys may be customer content."""
    return str(key).replace("~", "~0").replace("/", "~1")[:64]


def object_schema(properties: Mapping[str, Any], optional: Collection[str] = ()) -> dict[str, Any]:
    """Schema of an object with these properties and no others."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


NUMBER_SCHEMA = {"type": "number", "minimum": -LARGEST_COORDINATE, "maximum": LARGEST_COORDINATE}
POSITIVE_SCHEMA = {"type": "number", "exclusiveMinimum": 0, "maximum": LARGEST_COORDINATE}


def stored_schema(name: str, properties: Mapping[str, Any], optional: Collection[str] = ()) -> dict[str, Any]:
    """`object_schema` of a stored shape, its `type` fixed to the geometry's name."""
    return object_schema({"type": {"const": name}, **properties}, optional)


def integer_schema(description: str) -> dict[str, Any]:
    return {"type": "integer", "description": description}


def to_permille(value: float, length: float) -> int:
    return min(PERMILLE, max(0, round(value / length * PERMILLE)))


def from_permille(value: int, length: float) -> float:
    return value * length / PERMILLE


def read_integers(
    answer: object, keys: Iterable[str], path: str, lowest: int = 0, highest: int = PERMILLE
) -> list[int]:
    """The integers of a language model's answer under these keys; InvalidInput names each bad place."""
    if not isinstance(answer, dict):
        raise invalid([Problem(path, "type", "the answer must be an object")])
    problems, numbers = [], []
    for key in keys:
        number = answer.get(key)
        if type(number) is int and lowest <= number <= highest:
            numbers.append(number)
        else:
            message = f"this must be an integer from {lowest} to {highest}"
            problems.append(Problem(f"{path}/{key}", "integer", message))
    if problems:
        raise invalid(problems)
    return numbers


def invalid(problems: list[Problem]) -> InvalidInput:
    """The error of an answer of a language model that cannot be read as a shape."""
    return InvalidInput("the answer is not a shape of this kind", path=problems[0].path, problems=problems)


def needs_extent(what: str) -> InvalidInput:
    """The error of a translation that needs to know the input."""
    return InvalidInput(
        f"{what} of the input must be known to translate for a language model",
        advice=f"Give {what} with the item.",
    )
