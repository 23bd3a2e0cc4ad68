"""Text span: `{"type": "span", "start", "end", "quote"}`.

Offsets count Unicode code points, `end` is exclusive, and `quote` is the text between them, so that a span
outlives a change of encoding. Spans may overlap and nest freely.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, ClassVar

import numpy as np

from assay.errors import Problem
from assay.interface.geometries.base import (
    ANYWHERE,
    ConstraintRule,
    FloatArray,
    Geometry,
    IndexArray,
    Setting,
    Shape,
)
from assay.interface.geometries.checks import (
    integer_schema,
    invalid,
    key_problems,
    needs_extent,
    object_schema,
    read_integers,
    stored_schema,
)
from assay.interface.geometries.consensus import weighted_median
from assay.interface.geometries.registry import register

LONGEST_TEXT = 10**8
"""Code points; no offset lies beyond."""

_KEYS = ("start", "end", "quote")
_SAMPLE_TEXT = "an assay office tests gold and strikes a hallmark on it " * 8


@register
class Span(Geometry):
    """Distance: 1 - F1 of the shared code points. Merge: weighted median of start and of end, their quote
    taken from the text; the medoid when the text is not known."""

    name = "span"
    input_types = frozenset({"text", "html", "code", "document", "chat", "trajectory"})
    constraint_rules: ClassVar[Mapping[str, ConstraintRule]] = {
        "min_length": ConstraintRule("count", "the span has at least this many code points"),
        "max_length": ConstraintRule("count", "the span has at most this many code points"),
    }

    def problems(self, value: object, path: str = "", setting: Setting = ANYWHERE) -> list[Problem]:
        problems = key_problems(value, self.name, _KEYS, path)
        if problems or not isinstance(value, dict):
            return problems
        start, end, quote = value["start"], value["end"], value["quote"]
        problems = [
            Problem(f"{path}/{key}", "offset", f"this must be an integer from 0 to {LONGEST_TEXT}")
            for key, offset in (("start", start), ("end", end))
            if type(offset) is not int or not 0 <= offset <= LONGEST_TEXT
        ]
        if not isinstance(quote, str):
            problems.append(Problem(f"{path}/quote", "type", "the quote must be a string"))
        if problems:
            return problems
        if end <= start:
            return [Problem(f"{path}/end", "order", "a span must end after it starts")]
        text = setting.extent.text
        if text is not None and end > len(text):
            return [Problem(f"{path}/end", "outside", f"the text has only {len(text)} code points")]
        if len(quote) != end - start or (text is not None and not text.startswith(quote, start)):
            message = "the quote is not what the text says between start and end"
            return [Problem(f"{path}/quote", "quote", message)]
        return _length_problems(end - start, setting, path) if setting.constraints else []

    def json_schema(self, setting: Setting = ANYWHERE) -> dict[str, Any]:
        return stored_schema(
            self.name,
            {
                "start": {"type": "integer", "minimum": 0, "maximum": LONGEST_TEXT},
                "end": {"type": "integer", "minimum": 1, "maximum": LONGEST_TEXT},
                "quote": {"type": "string", "minLength": 1},
            },
        )

    def pair_distances(
        self,
        a: Sequence[Shape],
        b: Sequence[Shape],
        rows: IndexArray,
        columns: IndexArray,
        setting: Setting = ANYWHERE,
    ) -> FloatArray:
        first, second = self.bounds(a, setting)[rows], self.bounds(b, setting)[columns]
        shared = np.minimum(first[:, 1], second[:, 1]) - np.maximum(first[:, 0], second[:, 0])
        lengths = np.diff(first, axis=1)[:, 0] + np.diff(second, axis=1)[:, 0]
        return np.asarray(1.0 - 2.0 * np.maximum(shared, 0.0) / lengths)

    def bounds(self, shapes: Sequence[Shape], setting: Setting) -> FloatArray:
        rows = [(shape["start"], shape["end"]) for shape in shapes]
        return np.array(rows, dtype=np.float64).reshape(len(rows), 2)

    def _merge_distinct(self, shapes: list[Shape], weights: list[float], setting: Setting) -> Shape:
        text = setting.extent.text
        if text is not None:
            start = int(weighted_median([shape["start"] for shape in shapes], weights))
            end = int(weighted_median([shape["end"] for shape in shapes], weights))
            if start < end <= len(text):
                return _quoted(text, start, end)
        return super()._merge_distinct(shapes, weights, setting)

    def sample(self, random: Random, setting: Setting = ANYWHERE) -> Shape:
        text = setting.extent.text or _SAMPLE_TEXT
        shortest = max(1, setting.constraints.get("min_length", 1))
        longest = min(len(text), setting.constraints.get("max_length", len(text)), max(shortest, 24))
        length = random.randint(min(shortest, longest), longest)
        start = random.randint(0, len(text) - length)
        return _quoted(text, start, start + length)

    def _jitter(self, shape: Shape, random: Random, strength: float, setting: Setting) -> Shape:
        text = setting.extent.text
        spread = max(1.0, strength * (shape["end"] - shape["start"]))
        start = shape["start"] + round(random.gauss(0.0, spread))
        end = shape["end"] + round(random.gauss(0.0, spread))
        if text is not None:
            return _quoted(text, max(0, start), min(len(text), end))
        # Without the text a span can only shrink: the quote says no more than what it holds.
        first, last = max(0, start - shape["start"]), min(0, end - shape["end"])
        quote = shape["quote"][first : len(shape["quote"]) + last]
        return {"type": "span", "start": shape["start"] + first, "end": shape["end"] + last, "quote": quote}

    def llm_schema(self, setting: Setting = ANYWHERE) -> dict[str, Any]:
        return object_schema(
            {
                "quote": {"type": "string", "description": "the words exactly as they stand in the text"},
                "occurrence": integer_schema(
                    "1 for the first place where these words stand, 2 for the second"
                ),
            }
        )

    def to_llm(self, shape: Shape, setting: Setting) -> dict[str, Any]:
        text = setting.extent.text
        if text is None:
            raise needs_extent("the text")
        occurrence, position = 0, -1
        while position < shape["start"]:
            position = text.find(shape["quote"], position + 1)
            if position < 0:
                break
            occurrence += 1
        return {"quote": shape["quote"], "occurrence": max(1, occurrence)}

    def from_llm(self, answer: object, setting: Setting, path: str = "") -> Shape:
        text = setting.extent.text
        if text is None:
            raise needs_extent("the text")
        (occurrence,) = read_integers(answer, ("occurrence",), path, lowest=1, highest=len(text) + 1)
        quote = answer.get("quote") if isinstance(answer, dict) else None
        if not isinstance(quote, str) or not quote:
            raise invalid([Problem(f"{path}/quote", "type", "the quote must be a non-empty string")])
        position = -1
        for found in range(occurrence):
            position = text.find(quote, position + 1)
            if position < 0:
                where = "occurrence" if found else "quote"
                message = (
                    f"the text holds this quote only {found} times" if found else "the text does not say this"
                )
                raise invalid([Problem(f"{path}/{where}", where, message)])
        return _quoted(text, position, position + len(quote))


def _quoted(text: str, start: int, end: int) -> Shape:
    return {"type": "span", "start": start, "end": end, "quote": text[start:end]}


def _length_problems(length: int, setting: Setting, path: str) -> list[Problem]:
    constraints = setting.constraints
    if length < constraints.get("min_length", 0):
        message = f"at least {constraints['min_length']} code points are required"
        return [Problem(f"{path}/end", "min_length", message)]
    if length > constraints.get("max_length", length):
        message = f"at most {constraints['max_length']} code points are allowed"
        return [Problem(f"{path}/end", "max_length", message)]
    return []
