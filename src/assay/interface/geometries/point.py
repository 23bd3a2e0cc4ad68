"""Point: `{"type": "point", "x", "y"}` in pixels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, ClassVar

import numpy as np

from assay.errors import Problem
from assay.interface.geometries.base import ANYWHERE, ConstraintRule, FloatArray, IndexArray, Setting, Shape
from assay.interface.geometries.coordinates import CoordinateGeometry
from assay.interface.geometries.plane import (
    LLM_POINT,
    PLANAR_INPUTS,
    point_from_llm,
    point_problems,
    point_to_llm,
    sample_extent,
)
from assay.interface.geometries.registry import register

DEFAULT_TOLERANCE = 10.0
"""Pixels at which two points are still 61 % alike, when the class does not say."""


@register
class Point(CoordinateGeometry):
    """Distance: 1 - exp(-d² / 2s²), as in COCO's object keypoint similarity, with s the class's
    `tolerance_px`. Merge: weighted median of each coordinate."""

    name = "point"
    input_types = PLANAR_INPUTS
    coordinates = ("x", "y")
    constraint_rules: ClassVar[Mapping[str, ConstraintRule]] = {
        "tolerance_px": ConstraintRule("number", "pixels that two people's points may usually differ by"),
    }

    def _extent_problems(self, numbers: tuple[float, ...], path: str, setting: Setting) -> list[Problem]:
        return point_problems(numbers[0], numbers[1], setting.extent, f"{path}/x", f"{path}/y")

    def pair_distances(
        self,
        a: Sequence[Shape],
        b: Sequence[Shape],
        rows: IndexArray,
        columns: IndexArray,
        setting: Setting = ANYWHERE,
    ) -> FloatArray:
        squares = np.sum((self.table(a)[rows] - self.table(b)[columns]) ** 2, axis=1)
        return np.asarray(-np.expm1(-squares / (2 * _tolerance(setting) ** 2)))

    def bounds(self, shapes: Sequence[Shape], setting: Setting) -> FloatArray:
        # Beyond 9 tolerances the similarity is below 1e-17: the distance is 1 in floats.
        table = self.table(shapes)
        reach = 4.5 * _tolerance(setting)
        return np.hstack((table - reach, table + reach))

    def sample(self, random: Random, setting: Setting = ANYWHERE) -> Shape:
        width, height = sample_extent(setting.extent)
        return self.shape(round(random.uniform(0, width), 2), round(random.uniform(0, height), 2))

    def _jitter(self, shape: Shape, random: Random, strength: float, setting: Setting) -> Shape:
        spread = strength * 10 * _tolerance(setting)
        return self.shape(
            round(shape["x"] + random.gauss(0.0, spread), 3), round(shape["y"] + random.gauss(0.0, spread), 3)
        )

    def llm_schema(self, setting: Setting = ANYWHERE) -> dict[str, Any]:
        return LLM_POINT

    def to_llm(self, shape: Shape, setting: Setting) -> dict[str, Any]:
        return point_to_llm(shape["x"], shape["y"], setting.extent)

    def from_llm(self, answer: object, setting: Setting, path: str = "") -> Shape:
        return self.shape(*point_from_llm(answer, setting.extent, path))


def _tolerance(setting: Setting) -> float:
    return float(setting.constraints.get("tolerance_px", DEFAULT_TOLERANCE))
