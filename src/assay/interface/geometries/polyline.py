"""Polyline: `{"type": "polyline", "points": [[x, y], ...]}`, an open path in pixels; it may cross itself.

Points may be packed (see `packing`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import ClassVar

import numpy as np

from assay.errors import Problem
from assay.interface.geometries.base import ANYWHERE, ConstraintRule, FloatArray, IndexArray, Setting, Shape
from assay.interface.geometries.packing import points_of
from assay.interface.geometries.paths import POINT_CONSTRAINTS, BoolArray, PathGeometry, nearest_places
from assay.interface.geometries.plane import sample_box
from assay.interface.geometries.registry import register

_PLACES = 64

TOLERANCE = 0.1
"""Paths whose mean gap reaches this share of their mean length have distance 1."""


@register
class Polyline(PathGeometry):
    """Distance: the mean gap between evenly spread places of one path and the other path, taken both ways,
    over a tenth of the mean length. The direction in which a path was drawn does not count.
    Merge: median path (see `PathGeometry`)."""

    name = "polyline"
    least_points = 2
    closed = False
    constraint_rules: ClassVar[Mapping[str, ConstraintRule]] = {
        **POINT_CONSTRAINTS,
        "min_px": ConstraintRule("number", "the path is at least this long, in pixels"),
    }

    def form_problems(self, points: FloatArray, path: str, setting: Setting) -> list[Problem]:
        length = _length(points)
        if length == 0:
            return [Problem(path, "no_length", "the line has no length")]
        least = setting.constraints.get("min_px", 0)
        if length < least:
            return [Problem(path, "min_px", f"a length of at least {least:g} pixels is required")]
        return []

    def surely_valid(self, points: FloatArray, sizes: IndexArray, setting: Setting) -> BoolArray:
        steps = np.linalg.norm(np.diff(points, axis=0, append=points[-1:]), axis=1)
        steps[np.cumsum(sizes) - 1] = 0.0
        lengths = np.add.reduceat(steps, np.cumsum(sizes) - sizes) if len(sizes) else np.empty(0)
        return np.asarray((lengths > 0) & (lengths >= setting.constraints.get("min_px", 0)))

    def pair_distances(
        self,
        a: Sequence[Shape],
        b: Sequence[Shape],
        rows: IndexArray,
        columns: IndexArray,
        setting: Setting = ANYWHERE,
    ) -> FloatArray:
        paths_a, paths_b = [points_of(shape) for shape in a], [points_of(shape) for shape in b]
        return np.array([_distance(paths_a[i], paths_b[j]) for i, j in zip(rows, columns, strict=True)])

    def bounds(self, shapes: Sequence[Shape], setting: Setting) -> FloatArray:
        # Boxes widened by half the tolerance: where they are apart, the gap exceeds it everywhere.
        reach = np.array([_length(points_of(shape)) for shape in shapes])[:, None] * (TOLERANCE / 2)
        plain = super().bounds(shapes, setting)
        return np.hstack((plain[:, :2] - reach, plain[:, 2:] + reach))

    def sample(self, random: Random, setting: Setting = ANYWHERE) -> Shape:
        constraints = setting.constraints
        least = max(self.least_points, constraints.get("min_points", 0))
        most = max(least, min(8, constraints.get("max_points", 8)))
        x, y, w, h = sample_box(random, setting)
        count = random.randint(least, most)
        points = [
            (
                x + w * index / (count - 1),
                y + (h * index / (count - 1) if count == 2 else random.uniform(0, h)),
            )
            for index in range(count)
        ]
        return self.listed(np.round(np.array(points), 3))


def _distance(a: FloatArray, b: FloatArray) -> float:
    if np.array_equal(a, b):
        return 0.0
    scale = TOLERANCE * (_length(a) + _length(b)) / 2
    gap = (_mean_gap(a, b) + _mean_gap(b, a)) / 2
    return min(1.0, gap / scale)


def _length(points: FloatArray) -> float:
    return float(np.linalg.norm(np.diff(points, axis=0), axis=1).sum())


def _mean_gap(path: FloatArray, other: FloatArray) -> float:
    steps = np.linalg.norm(np.diff(path, axis=0), axis=1)
    travelled = np.concatenate(([0.0], np.cumsum(steps)))
    places = np.linspace(0.0, travelled[-1], _PLACES)
    spread = np.column_stack([np.interp(places, travelled, path[:, axis]) for axis in (0, 1)])
    gaps = spread - nearest_places(spread, other, closed=False)
    return float(np.linalg.norm(gaps, axis=1).mean())
