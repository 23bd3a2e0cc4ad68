"""Axis-parallel box: `{"type": "box", "x", "y", "w", "h"}`, the upper left corner and the size in pixels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, ClassVar

import numpy as np

from assay.errors import Problem
from assay.interface.geometries.base import ANYWHERE, ConstraintRule, FloatArray, IndexArray, Setting, Shape
from assay.interface.geometries.boxes import (
    LLM_EDGES,
    edges_from_llm,
    edges_to_llm,
    intersections_over_unions,
    jitter_box,
)
from assay.interface.geometries.checks import object_schema
from assay.interface.geometries.coordinates import CoordinateGeometry
from assay.interface.geometries.plane import (
    PLANAR_INPUTS,
    SIZE_CONSTRAINTS,
    known_size,
    sample_box,
    size_problems,
    span_problems,
)
from assay.interface.geometries.registry import register


@register
class Box(CoordinateGeometry):
    """Distance: 1 - IoU. Merge: weighted median of each coordinate."""

    name = "box"
    input_types = PLANAR_INPUTS
    coordinates = ("x", "y", "w", "h")
    positive = frozenset({"w", "h"})
    constraint_rules: ClassVar[Mapping[str, ConstraintRule]] = SIZE_CONSTRAINTS

    def _extent_problems(self, numbers: tuple[float, ...], path: str, setting: Setting) -> list[Problem]:
        x, y, w, h = numbers
        extent = setting.extent
        problems = span_problems(x, x + w, extent.width, f"{path}/x", "the box")
        problems += span_problems(y, y + h, extent.height, f"{path}/y", "the box")
        if setting.constraints:
            problems += size_problems(w, h, w * h, setting.constraints, path, ("/w", "/h"))
        return problems

    def pair_distances(
        self,
        a: Sequence[Shape],
        b: Sequence[Shape],
        rows: IndexArray,
        columns: IndexArray,
        setting: Setting = ANYWHERE,
    ) -> FloatArray:
        return 1.0 - intersections_over_unions(self.table(a)[rows], self.table(b)[columns])

    def bounds(self, shapes: Sequence[Shape], setting: Setting) -> FloatArray:
        table = self.table(shapes)
        return np.hstack((table[:, :2], table[:, :2] + table[:, 2:]))

    def sample(self, random: Random, setting: Setting = ANYWHERE) -> Shape:
        return self.shape(*sample_box(random, setting))

    def _jitter(self, shape: Shape, random: Random, strength: float, setting: Setting) -> Shape:
        box = tuple(shape[key] for key in self.coordinates)
        return self.shape(*jitter_box(box, random, strength, (setting.extent.width, setting.extent.height)))

    def llm_schema(self, setting: Setting = ANYWHERE) -> dict[str, Any]:
        return object_schema(LLM_EDGES)

    def to_llm(self, shape: Shape, setting: Setting) -> dict[str, Any]:
        width, height = known_size(setting.extent)
        return edges_to_llm(shape["x"], shape["y"], shape["w"], shape["h"], width, height)

    def from_llm(self, answer: object, setting: Setting, path: str = "") -> Shape:
        return self.shape(*edges_from_llm(answer, *known_size(setting.extent), path))
