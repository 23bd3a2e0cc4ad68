"""Turned shapes given by a centre, two lengths and an angle: what rotated box and ellipse share."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, ClassVar

import numpy as np

from assay.errors import Problem
from assay.interface.geometries.base import ANYWHERE, ConstraintRule, FloatArray, IndexArray, Setting, Shape
from assay.interface.geometries.checks import (
    from_permille,
    integer_schema,
    object_schema,
    read_integers,
    to_permille,
)
from assay.interface.geometries.consensus import turn, weighted_median
from assay.interface.geometries.coordinates import CoordinateGeometry
from assay.interface.geometries.overlap import intersections_over_unions
from assay.interface.geometries.plane import (
    PLANAR_INPUTS,
    SIZE_CONSTRAINTS,
    known_size,
    point_problems,
    sample_box,
    size_problems,
)


class OrientedGeometry(CoordinateGeometry):
    """`coordinates` are the centre, two lengths along and across, and the angle: degrees clockwise as seen
    on the screen (y points down), 0 <= angle < 360. The centre lies on the image; corners may stick out.

    Distance: 1 - IoU. Merge: weighted median of each number, after every shape has been written with the
    angle nearest to the medoid's: a turn by 90 degrees with exchanged lengths is the same outline.
    """

    input_types = PLANAR_INPUTS
    constraint_rules: ClassVar[Mapping[str, ConstraintRule]] = SIZE_CONSTRAINTS
    size_factor: ClassVar[float]
    """The whole size per stored length: 1 for sides, 2 for radii."""
    area_factor: ClassVar[float]
    """The area per product of both lengths."""

    @abstractmethod
    def outlines(self, table: FloatArray) -> FloatArray:
        """Rings (n, vertices, 2) of shapes given as rows (n, 5)."""

    def _extent_problems(self, numbers: tuple[float, ...], path: str, setting: Setting) -> list[Problem]:
        x, y, along, across, angle = numbers
        problems = point_problems(x, y, setting.extent, f"{path}/cx", f"{path}/cy")
        if not 0 <= angle < 360:
            problems.append(
                Problem(f"{path}/angle", "angle", "the angle is at least 0 and below 360 degrees")
            )
        if setting.constraints:
            places = (f"/{self.coordinates[2]}", f"/{self.coordinates[3]}")
            sides = along * self.size_factor, across * self.size_factor
            area = along * across * self.area_factor
            problems += size_problems(*sides, area, setting.constraints, path, places)
        return problems

    def json_schema(self, setting: Setting = ANYWHERE) -> dict[str, Any]:
        schema = super().json_schema(setting)
        schema["properties"]["angle"] = {"type": "number", "minimum": 0, "exclusiveMaximum": 360}
        return schema

    def pair_distances(
        self,
        a: Sequence[Shape],
        b: Sequence[Shape],
        rows: IndexArray,
        columns: IndexArray,
        setting: Setting = ANYWHERE,
    ) -> FloatArray:
        table_a, table_b = self.table(a), self.table(b)
        rings_a, rings_b = self.outlines(table_a), self.outlines(table_b)
        overlaps = intersections_over_unions(list(rings_a[rows]), list(rings_b[columns]))
        first, second = table_a[rows], table_b[columns]
        return np.where(np.all(first == second, axis=1), 0.0, np.clip(1.0 - overlaps, 0.0, 1.0))

    def bounds(self, shapes: Sequence[Shape], setting: Setting) -> FloatArray:
        rings = self.outlines(self.table(shapes))
        return np.hstack((rings.min(axis=1), rings.max(axis=1)))

    def _merge_distinct(self, shapes: list[Shape], weights: list[float], setting: Setting) -> Shape:
        medoid = shapes[self.medoid(shapes, weights, setting)]
        reference = medoid["angle"]
        rows = [self._nearest_writing(shape, reference) for shape in shapes]
        x, y, along, across, angle = (weighted_median(column, weights) for column in zip(*rows, strict=True))
        return self.shape(x, y, along, across, (reference + angle) % 360.0)

    def _nearest_writing(self, shape: Shape, reference: float) -> tuple[float, float, float, float, float]:
        """The same outline with the angle, as a turn from `reference`, as small as can be."""
        x, y, along, across, angle = (shape[key] for key in self.coordinates)
        quarter = min(range(4), key=lambda n: abs(turn(reference, angle + 90 * n)))
        if quarter % 2:
            along, across = across, along
        return x, y, along, across, turn(reference, angle + 90 * quarter)

    def interpolate(self, a: Shape, b: Shape, fraction: float) -> Shape:
        angle = (a["angle"] + turn(a["angle"], b["angle"]) * fraction) % 360.0
        return super().interpolate(a, b, fraction) | {"angle": angle}

    def sample(self, random: Random, setting: Setting = ANYWHERE) -> Shape:
        x, y, w, h = sample_box(random, setting)
        lengths = round(w / self.size_factor, 3), round(h / self.size_factor, 3)
        return self.shape(x + w / 2, y + h / 2, *lengths, round(random.uniform(0, 359.99), 2))

    def _jitter(self, shape: Shape, random: Random, strength: float, setting: Setting) -> Shape:
        x, y, along, across, angle = (shape[key] for key in self.coordinates)
        size = min(along, across) * self.size_factor
        return self.shape(
            round(x + random.gauss(0.0, strength) * size, 3),
            round(y + random.gauss(0.0, strength) * size, 3),
            round(along * (1 + random.gauss(0.0, strength)), 3),
            round(across * (1 + random.gauss(0.0, strength)), 3),
            round(angle + random.gauss(0.0, strength) * 45, 3) % 360.0,
        )

    def llm_schema(self, setting: Setting = ANYWHERE) -> dict[str, Any]:
        _, _, along, across, _ = self.coordinates
        length = "in thousandths of the longer side of the image"
        return object_schema(
            {
                "cx": integer_schema("centre from the left, 0 to 1000 of the width"),
                "cy": integer_schema("centre from the top, 0 to 1000 of the height"),
                along: integer_schema(f"{along} before turning, {length}, at least 1"),
                across: integer_schema(f"{across} before turning, {length}, at least 1"),
                "angle": integer_schema("degrees clockwise, 0 to 359"),
            }
        )

    def to_llm(self, shape: Shape, setting: Setting) -> dict[str, Any]:
        width, height = known_size(setting.extent)
        _, _, along, across, _ = self.coordinates
        longer = max(width, height)
        return {
            "cx": to_permille(shape["cx"], width),
            "cy": to_permille(shape["cy"], height),
            along: max(1, round(shape[along] / longer * 1000)),
            across: max(1, round(shape[across] / longer * 1000)),
            "angle": round(shape["angle"]) % 360,
        }

    def from_llm(self, answer: object, setting: Setting, path: str = "") -> Shape:
        width, height = known_size(setting.extent)
        x, y = read_integers(answer, ("cx", "cy"), path)
        lengths = read_integers(answer, self.coordinates[2:4], path, lowest=1, highest=2000)
        (angle,) = read_integers(answer, ("angle",), path, highest=359)
        longer = max(width, height)
        along, across = (from_permille(length, longer) for length in lengths)
        return self.shape(from_permille(x, width), from_permille(y, height), along, across, float(angle))


def placed(unit: FloatArray, table: FloatArray) -> FloatArray:
    """A unit outline (vertices, 2), stretched, turned and moved to each row; shape (n, vertices, 2)."""
    stretched = unit[None, :, :] * table[:, None, 2:4]
    angle = np.radians(table[:, 4])[:, None]
    c, s = np.cos(angle), np.sin(angle)
    x = c * stretched[..., 0] - s * stretched[..., 1] + table[:, 0:1]
    y = s * stretched[..., 0] + c * stretched[..., 1] + table[:, 1:2]
    return np.stack((x, y), axis=-1)
