"""Cuboid in an image: `{"type": "cuboid2d", "front": [[x, y] * 4], "back": [[x, y] * 4]}`.

The near and the far face of a box as they appear in the picture, each as the four corners upper left, upper
right, lower right, lower left. Hidden corners are placed where they would appear; they may leave the image,
but the middle of all corners lies on it.
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
from assay.interface.geometries.checks import NUMBER_SCHEMA, key_problems, number_problem, stored_schema
from assay.interface.geometries.consensus import weighted_medians
from assay.interface.geometries.overlap import intersections_over_unions
from assay.interface.geometries.packing import misplaced
from assay.interface.geometries.plane import (
    PLANAR_INPUTS,
    SIZE_CONSTRAINTS,
    point_problems,
    sample_box,
    size_problems,
)
from assay.interface.geometries.registry import register
from assay.interface.geometries.simplicity import simple_rings

_FACES = ("front", "back")


@register
class Cuboid2D(Geometry):
    """Distance: 1 - mean of the IoUs of the two faces. Merge: weighted median of each coordinate, the medoid
    where that gives a twisted face."""

    name = "cuboid2d"
    input_types = PLANAR_INPUTS
    constraint_rules: ClassVar[Mapping[str, ConstraintRule]] = {
        key: SIZE_CONSTRAINTS[key] for key in ("min_px", "max_px")
    }
    asked_of_llm = False

    def problems(self, value: object, path: str = "", setting: Setting = ANYWHERE) -> list[Problem]:
        problems = key_problems(value, self.name, _FACES, path)
        if problems or not isinstance(value, dict):
            return problems
        for face in _FACES:
            problems += _form_problems(value[face], f"{path}/{face}")
        if problems:
            return problems
        corners = _corners(value)
        for face, ring in zip(_FACES, corners, strict=True):
            if not simple_rings(ring, np.array([4]))[0]:
                message = "the four corners must be in order around a face with an area"
                problems.append(Problem(f"{path}/{face}", "twisted", message))
        flat = corners.reshape(8, 2)
        x, y = flat.mean(axis=0)
        problems += point_problems(x, y, setting.extent, path, path)
        width, height = np.ptp(flat, axis=0)
        return problems + size_problems(width, height, width * height, setting.constraints, path)

    def normalise(self, shape: Shape) -> Shape:
        return {"type": self.name} | {face: [list(point) for point in shape[face]] for face in _FACES}

    def json_schema(self, setting: Setting = ANYWHERE) -> dict[str, Any]:
        point = {"type": "array", "items": NUMBER_SCHEMA, "minItems": 2, "maxItems": 2}
        face = {"type": "array", "items": point, "minItems": 4, "maxItems": 4}
        return stored_schema(self.name, dict.fromkeys(_FACES, face))

    def pair_distances(
        self,
        a: Sequence[Shape],
        b: Sequence[Shape],
        rows: IndexArray,
        columns: IndexArray,
        setting: Setting = ANYWHERE,
    ) -> FloatArray:
        first, second = _table(a)[rows], _table(b)[columns]
        faces = [intersections_over_unions(list(first[:, k]), list(second[:, k])) for k in (0, 1)]
        same = np.all(first == second, axis=(1, 2, 3))
        return np.where(same, 0.0, np.clip(1.0 - (faces[0] + faces[1]) / 2, 0.0, 1.0))

    def bounds(self, shapes: Sequence[Shape], setting: Setting) -> FloatArray:
        corners = _table(shapes).reshape(len(shapes), 8, 2)
        return np.hstack((corners.min(axis=1), corners.max(axis=1)))

    def _merge_distinct(self, shapes: list[Shape], weights: list[float], setting: Setting) -> Shape:
        merged = _shape(weighted_medians(_table(shapes), weights))
        if self.problems(merged, "", setting):
            return super()._merge_distinct(shapes, weights, setting)
        return merged

    def interpolate(self, a: Shape, b: Shape, fraction: float) -> Shape:
        first, last = _corners(a), _corners(b)
        return _shape(first + (last - first) * fraction)

    def sample(self, random: Random, setting: Setting = ANYWHERE) -> Shape:
        x, y, w, h = sample_box(random, setting)
        share = random.uniform(0.5, 0.8)
        near = _face(x, y + h * (1 - share), w * share, h * share)
        far = _face(x + w * (1 - share * 0.9), y, w * share * 0.9, h * share * 0.9)
        return _shape(np.round(np.array([near, far]), 3))

    def _jitter(self, shape: Shape, random: Random, strength: float, setting: Setting) -> Shape:
        corners = _corners(shape)
        noise = [random.gauss(0.0, strength) for _ in range(16)]
        return _shape(
            np.round(corners + np.array(noise).reshape(2, 4, 2) * np.ptp(corners[1], axis=0) * 0.5, 3)
        )


def _face(x: float, y: float, w: float, h: float) -> list[tuple[float, float]]:
    return [(x, y), (x + w, y), (x + w, y + h), (x, y + h)]


def _corners(shape: Shape) -> FloatArray:
    return np.array([shape["front"], shape["back"]], dtype=np.float64)


def _table(shapes: Sequence[Shape]) -> FloatArray:
    return np.array([_corners(shape) for shape in shapes]).reshape(len(shapes), 2, 4, 2)


def _shape(corners: FloatArray) -> Shape:
    return {"type": "cuboid2d", "front": corners[0].tolist(), "back": corners[1].tolist()}


def _form_problems(face: object, path: str) -> list[Problem]:
    if not isinstance(face, list) or len(face) != 4:
        return [Problem(path, "type", "a face is a list of four points [x, y]")]
    return [number_problem(path + place) for place in misplaced(face)]
