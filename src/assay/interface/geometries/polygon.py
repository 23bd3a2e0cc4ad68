"""Polygon: `{"type": "polygon", "points": [[x, y], ...]}`, one closed ring in pixels.

The first point is not repeated. Points may be packed (see `packing`). Rings do not touch or cross themselves
unless the class says `allow_self_intersection`; the inside is then taken by the even-odd rule.
Regions with holes or of several parts are masks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import cos, pi, sin
from random import Random
from typing import ClassVar

import numpy as np

from assay.errors import Problem
from assay.interface.geometries.base import (
    ANYWHERE,
    ConstraintRule,
    FloatArray,
    IndexArray,
    Setting,
    Shape,
)
from assay.interface.geometries.checks import EDGE_TOLERANCE
from assay.interface.geometries.overlap import intersections_over_unions
from assay.interface.geometries.packing import points_of
from assay.interface.geometries.paths import POINT_CONSTRAINTS, BoolArray, PathGeometry, sizes_of_runs
from assay.interface.geometries.plane import SIZE_CONSTRAINTS, sample_box, size_problems
from assay.interface.geometries.registry import register
from assay.interface.geometries.simplicity import simple_rings


@register
class Polygon(PathGeometry):
    """Distance: 1 - IoU, exact. Merge: median path (see `PathGeometry`)."""

    name = "polygon"
    least_points = 3
    closed = True
    constraint_rules: ClassVar[Mapping[str, ConstraintRule]] = {
        **SIZE_CONSTRAINTS,
        **POINT_CONSTRAINTS,
        "allow_self_intersection": ConstraintRule("flag", "rings may touch or cross themselves"),
    }

    def form_problems(self, points: FloatArray, path: str, setting: Setting) -> list[Problem]:
        sizes = np.array([len(points)])
        area = float(np.abs(_signed_areas(points, sizes))[0])
        crossing_allowed = setting.constraints.get("allow_self_intersection", False)
        width, height = np.ptp(points, axis=0)
        if width == 0 or height == 0 or (area == 0 and not crossing_allowed):
            return [Problem(path, "no_area", "the polygon has no area")]
        problems = size_problems(width, height, area, setting.constraints, path)
        if not crossing_allowed and not simple_rings(points, sizes)[0]:
            message = "the outline touches or crosses itself (or is too tangled to tell)"
            problems.append(Problem(path, "self_intersection", message))
        return problems

    def surely_valid(self, points: FloatArray, sizes: IndexArray, setting: Setting) -> BoolArray:
        constraints = setting.constraints
        areas = np.abs(_signed_areas(points, sizes))
        sides = sizes_of_runs(points, sizes)
        good = (areas > 0) & (sides > 0).all(axis=1)
        if constraints:
            good &= (sides >= constraints.get("min_px", 0) - EDGE_TOLERANCE).all(axis=1)
            good &= (sides <= constraints.get("max_px", np.inf)).all(axis=1)
            good &= areas >= constraints.get("min_area", 0)
        if not constraints.get("allow_self_intersection", False):
            good &= simple_rings(points, sizes)
        return good

    def pair_distances(
        self,
        a: Sequence[Shape],
        b: Sequence[Shape],
        rows: IndexArray,
        columns: IndexArray,
        setting: Setting = ANYWHERE,
    ) -> FloatArray:
        rings_a, rings_b = [points_of(shape) for shape in a], [points_of(shape) for shape in b]
        overlaps = intersections_over_unions([rings_a[i] for i in rows], [rings_b[j] for j in columns])
        same = [np.array_equal(rings_a[i], rings_b[j]) for i, j in zip(rows, columns, strict=True)]
        return np.where(same, 0.0, np.clip(1.0 - overlaps, 0.0, 1.0))

    def sample(self, random: Random, setting: Setting = ANYWHERE) -> Shape:
        constraints = setting.constraints
        least = max(self.least_points, constraints.get("min_points", 0))
        count = random.randint(max(least, 5), max(least, min(12, constraints.get("max_points", 12)), 5))
        count = min(count, max(least, constraints.get("max_points", count)))
        x, y, w, h = sample_box(random, setting)
        # Points at growing angles around the middle make a star-shaped ring, which never crosses itself.
        angles = [2 * pi * (index + random.uniform(-0.3, 0.3)) / count for index in range(count)]
        roundness = 1.0 if constraints else random.uniform(0.6, 1.0)
        radii = [random.uniform(roundness, 1.0) for _ in angles]
        points = np.array([(r * cos(t), r * sin(t)) for r, t in zip(radii, angles, strict=True)])
        low, side = points.min(axis=0), np.ptp(points, axis=0)
        return self.listed(np.round((points - low) / side * (w, h) + (x, y), 3))


def _signed_areas(points: FloatArray, sizes: IndexArray) -> FloatArray:
    """Areas of rings, one after another, by the shoelace formula; relative to each first vertex, so that
    small rings far from the origin keep their digits."""
    first = np.cumsum(sizes) - sizes
    local = points - np.repeat(points[first], sizes, axis=0)
    x, y = local.T
    following = np.arange(1, len(points) + 1)
    following[first + sizes - 1] = first
    cross = x * y[following] - x[following] * y
    return np.asarray(np.add.reduceat(cross, first) / 2) if len(sizes) else np.empty(0)
