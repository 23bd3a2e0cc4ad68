"""Time range: `{"type": "time_range", "start", "end"}` in seconds from the start of the recording."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, ClassVar

import numpy as np

from assay.errors import Problem
from assay.interface.geometries.base import ANYWHERE, ConstraintRule, FloatArray, IndexArray, Setting, Shape
from assay.interface.geometries.checks import integer_schema, invalid, object_schema, read_integers
from assay.interface.geometries.coordinates import CoordinateGeometry
from assay.interface.geometries.registry import register

_LONGEST_MILLISECONDS = 10**12
_SAMPLE_DURATION = 60.0
_TOLERANCE = 1e-6


@register
class TimeRange(CoordinateGeometry):
    """Distance: 1 - temporal IoU. Merge: weighted median of start and of end."""

    name = "time_range"
    input_types = frozenset({"audio", "video", "timeseries"})
    coordinates = ("start", "end")
    constraint_rules: ClassVar[Mapping[str, ConstraintRule]] = {
        "min_seconds": ConstraintRule("number", "the range is at least this long, in seconds"),
        "max_seconds": ConstraintRule("number", "the range is at most this long, in seconds"),
    }

    def _extent_problems(self, numbers: tuple[float, ...], path: str, setting: Setting) -> list[Problem]:
        start, end = numbers
        duration, constraints = setting.extent.duration, setting.constraints
        problems = []
        if start < 0:
            return [Problem(f"{path}/start", "outside", "a range cannot start before 0")]
        if end <= start:
            problems.append(Problem(f"{path}/end", "order", "a range must end after it starts"))
        elif duration is not None and end > duration + _TOLERANCE:
            message = f"the recording is only {duration:g} seconds long"
            problems.append(Problem(f"{path}/end", "outside", message))
        elif constraints:
            problems += _length_problems(end - start, constraints, path)
        return problems

    def json_schema(self, setting: Setting = ANYWHERE) -> dict[str, Any]:
        schema = super().json_schema(setting)
        schema["properties"] |= {
            "start": schema["properties"]["start"] | {"minimum": 0},
            "end": {
                "type": "number",
                "exclusiveMinimum": 0,
                "maximum": schema["properties"]["end"]["maximum"],
            },
        }
        return schema

    def pair_distances(
        self,
        a: Sequence[Shape],
        b: Sequence[Shape],
        rows: IndexArray,
        columns: IndexArray,
        setting: Setting = ANYWHERE,
    ) -> FloatArray:
        first, second = self.table(a)[rows], self.table(b)[columns]
        shared = np.minimum(first[:, 1], second[:, 1]) - np.maximum(first[:, 0], second[:, 0])
        shared = np.maximum(shared, 0.0)
        union = (first[:, 1] - first[:, 0]) + (second[:, 1] - second[:, 0]) - shared
        return np.asarray(1.0 - shared / union)

    def bounds(self, shapes: Sequence[Shape], setting: Setting) -> FloatArray:
        return self.table(shapes)

    def sample(self, random: Random, setting: Setting = ANYWHERE) -> Shape:
        duration = setting.extent.duration or _SAMPLE_DURATION
        shortest = min(duration, max(setting.constraints.get("min_seconds", 0.0), duration * 0.02))
        longest = min(
            duration, setting.constraints.get("max_seconds", duration), max(shortest, duration * 0.4)
        )
        length = random.uniform(shortest, max(shortest, longest))
        start = random.uniform(0.0, duration - length)
        return self.shape(start, min(start + length, duration))

    def _jitter(self, shape: Shape, random: Random, strength: float, setting: Setting) -> Shape:
        start, end = shape["start"], shape["end"]
        spread = strength * (end - start)
        latest = setting.extent.duration if setting.extent.duration is not None else float("inf")
        start, end = start + random.gauss(0.0, spread), end + random.gauss(0.0, spread)
        return self.shape(max(0.0, start), min(latest, end))

    def llm_schema(self, setting: Setting = ANYWHERE) -> dict[str, Any]:
        return object_schema(
            {
                "start_ms": integer_schema("start in milliseconds from the beginning"),
                "end_ms": integer_schema("end in milliseconds from the beginning"),
            }
        )

    def to_llm(self, shape: Shape, setting: Setting) -> dict[str, Any]:
        start, end = round(shape["start"] * 1000), round(shape["end"] * 1000)
        return {"start_ms": start, "end_ms": max(end, start + 1)}

    def from_llm(self, answer: object, setting: Setting, path: str = "") -> Shape:
        start, end = read_integers(answer, ("start_ms", "end_ms"), path, highest=_LONGEST_MILLISECONDS)
        if end <= start:
            raise invalid([Problem(f"{path}/end_ms", "order", "a range must end after it starts")])
        seconds = end / 1000
        if setting.extent.duration is not None and end - setting.extent.duration * 1000 <= 1:
            # Rounding to milliseconds may step over the end of the recording.
            seconds = min(seconds, setting.extent.duration)
        return self.shape(start / 1000, seconds)


def _length_problems(length: float, constraints: Any, path: str) -> list[Problem]:
    if length < constraints.get("min_seconds", 0) - _TOLERANCE:
        message = f"at least {constraints['min_seconds']:g} seconds are required"
        return [Problem(f"{path}/end", "min_seconds", message)]
    if length > constraints.get("max_seconds", length) + _TOLERANCE:
        message = f"at most {constraints['max_seconds']:g} seconds are allowed"
        return [Problem(f"{path}/end", "max_seconds", message)]
    return []
