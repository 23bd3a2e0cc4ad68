"""Cuboid in space: `{"type": "cuboid3d", "center": [x, y, z], "size": [l, w, h], "quat": [w, x, y, z]}`.

Metres in the named frame of the input, z up; `size` along the cuboid's own x (heading), y and z; `quat` is
the unit quaternion that turns the frame's axes into the cuboid's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import acos, sin
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
from assay.interface.geometries.checks import is_coordinate, key_problems, number_problem, stored_schema
from assay.interface.geometries.consensus import weighted_medians
from assay.interface.geometries.oriented import placed
from assay.interface.geometries.overlap import intersection_and_union
from assay.interface.geometries.registry import register
from assay.interface.geometries.rotated_box import UNIT_SQUARE

FARTHEST = 1e7
"""Metres from the origin: map frames reach that far, mistakes reach farther."""

LARGEST = 1e4
"""Metres along one side."""

_KEYS = {"center": 3, "size": 3, "quat": 4}
_NORM_TOLERANCE = 1e-3
_TILT_TOLERANCE = 1e-3
_HALF_TURN = np.array([0.0, 0.0, 0.0, 1.0])


@register
class Cuboid3D(Geometry):
    """Distance: 1 - volume IoU, from the exact overlap of the footprints seen from above times the overlap in
    height; tilt is left out of the volume, as in KITTI and nuScenes. Merge: weighted median of centre and
    size; the quaternions' weighted mean (Markley et al., Averaging Quaternions, 2007) after those that head
    against most of the weight have been turned round."""

    name = "cuboid3d"
    input_types = frozenset({"pointcloud"})
    constraint_rules: ClassVar[Mapping[str, ConstraintRule]] = {
        "size_prior": ConstraintRule("sizes", "usual length, width, height in metres, where drawing starts"),
        "yaw_only": ConstraintRule("flag", "the cuboid turns around the z axis only"),
        "min_points": ConstraintRule("count", "at least this many points of the cloud lie inside"),
    }
    asked_of_llm = False

    def problems(self, value: object, path: str = "", setting: Setting = ANYWHERE) -> list[Problem]:
        problems = key_problems(value, self.name, tuple(_KEYS), path)
        if problems or not isinstance(value, dict):
            return problems
        for key, count in _KEYS.items():
            problems += _list_problems(value[key], count, f"{path}/{key}")
        if problems:
            return problems
        for axis in range(3):
            if abs(value["center"][axis]) > FARTHEST:
                message = f"the centre lies within {FARTHEST:g} metres of the origin"
                problems.append(Problem(f"{path}/center/{axis}", "outside", message))
            if not 0 < value["size"][axis] <= LARGEST:
                message = f"the size is greater than 0 and at most {LARGEST:g} metres"
                problems.append(Problem(f"{path}/size/{axis}", "size", message))
        w, x, y, z = value["quat"]
        if abs(w * w + x * x + y * y + z * z - 1) > 2 * _NORM_TOLERANCE:
            problems.append(Problem(f"{path}/quat", "unit_quaternion", "the quaternion must have length 1"))
        elif setting.constraints.get("yaw_only") and x * x + y * y > _TILT_TOLERANCE**2:
            problems.append(Problem(f"{path}/quat", "yaw_only", "this class turns around the z axis only"))
        return problems

    def normalise(self, shape: Shape) -> Shape:
        return {"type": self.name} | {key: list(shape[key]) for key in _KEYS}

    def json_schema(self, setting: Setting = ANYWHERE) -> dict[str, Any]:
        def numbers(count: int, **limits: float) -> dict[str, Any]:
            item = {"type": "number", **limits}
            return {"type": "array", "items": item, "minItems": count, "maxItems": count}

        return stored_schema(
            self.name,
            {
                "center": numbers(3, minimum=-FARTHEST, maximum=FARTHEST),
                "size": numbers(3, exclusiveMinimum=0, maximum=LARGEST),
                "quat": numbers(4, minimum=-1.01, maximum=1.01),
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
        table_a, table_b = _table(a), _table(b)
        first, second = table_a[rows], table_b[columns]
        footprints_a, footprints_b = _footprints(table_a), _footprints(table_b)
        shared = intersection_and_union(list(footprints_a[rows]), list(footprints_b[columns]))[:, 0]
        top = np.minimum(first[:, 2] + first[:, 5] / 2, second[:, 2] + second[:, 5] / 2)
        bottom = np.maximum(first[:, 2] - first[:, 5] / 2, second[:, 2] - second[:, 5] / 2)
        volume = shared * np.maximum(top - bottom, 0.0)
        union = np.prod(first[:, 3:6], axis=1) + np.prod(second[:, 3:6], axis=1) - volume
        same = np.all(first == second, axis=1)
        return np.where(same, 0.0, np.clip(1.0 - volume / union, 0.0, 1.0))

    def bounds(self, shapes: Sequence[Shape], setting: Setting) -> FloatArray:
        table = _table(shapes)
        rings = _footprints(table)
        low, high = table[:, 2:3] - table[:, 5:6] / 2, table[:, 2:3] + table[:, 5:6] / 2
        return np.hstack((rings.min(axis=1), low, rings.max(axis=1), high))

    def _merge_distinct(self, shapes: list[Shape], weights: list[float], setting: Setting) -> Shape:
        table = _table(shapes)
        medians = weighted_medians(table[:, :6], weights)
        reference = _majority_heading(table[self.medoid(shapes, weights, setting), 6:], table[:, 6:], weights)
        quats = [_headed_like(quat, reference) for quat in table[:, 6:]]
        outer = sum(weight * np.outer(quat, quat) for quat, weight in zip(quats, weights, strict=True)) / sum(
            weights
        )
        mean = np.linalg.eigh(outer)[1][:, -1]
        merged = _shape(
            np.concatenate((medians, np.round(_with_positive_real_part(_same_sign(mean, reference)), 12)))
        )
        if self.problems(merged, "", setting):
            return super()._merge_distinct(shapes, weights, setting)
        return merged

    def interpolate(self, a: Shape, b: Shape, fraction: float) -> Shape:
        first, last = _table([a, b])
        straight: FloatArray = first[:6] + (last[:6] - first[:6]) * fraction
        row: FloatArray = np.concatenate((straight, _slerp(first[6:], last[6:], fraction)))
        return _shape(row)

    def sample(self, random: Random, setting: Setting = ANYWHERE) -> Shape:
        prior = setting.constraints.get("size_prior", (4.6, 1.9, 1.7))
        center = [random.uniform(-50, 50), random.uniform(-50, 50), random.uniform(-1, 1)]
        size = [side * random.uniform(0.85, 1.15) for side in prior]
        quat = _yaw_quaternion(random.uniform(-np.pi, np.pi))
        row: FloatArray = np.concatenate((np.array(center), np.array(size), quat))
        return _shape(np.round(row, 6))

    def _jitter(self, shape: Shape, random: Random, strength: float, setting: Setting) -> Shape:
        row = _table([shape])[0]
        row[:3] += [random.gauss(0.0, strength) * side / 2 for side in shape["size"]]
        row[3:6] *= [1 + random.gauss(0.0, strength) for _ in range(3)]
        row[6:] = _product(_yaw_quaternion(random.gauss(0.0, strength)), row[6:])
        return _shape(np.round(row, 6))


def _list_problems(numbers: object, count: int, path: str) -> list[Problem]:
    if not isinstance(numbers, list) or len(numbers) != count:
        return [Problem(path, "type", f"this must be a list of {count} numbers")]
    return [number_problem(f"{path}/{index}") for index, n in enumerate(numbers) if not is_coordinate(n)]


def _table(shapes: Sequence[Shape]) -> FloatArray:
    rows = [[*shape["center"], *shape["size"], *shape["quat"]] for shape in shapes]
    return np.array(rows, dtype=np.float64).reshape(len(rows), 10)


def _shape(row: FloatArray) -> Shape:
    numbers = row.tolist()
    return {"type": "cuboid3d", "center": numbers[:3], "size": numbers[3:6], "quat": numbers[6:]}


def _footprints(table: FloatArray) -> FloatArray:
    """Corners (n, 4, 2) seen from above."""
    w, x, y, z = table[:, 6:].T
    yaw = np.degrees(np.arctan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z)))
    return placed(UNIT_SQUARE, np.column_stack((table[:, :2], table[:, 3:5], yaw)))


def _yaw_quaternion(yaw: float) -> FloatArray:
    return np.array([np.cos(yaw / 2), 0.0, 0.0, np.sin(yaw / 2)])


def _product(p: FloatArray, q: FloatArray) -> FloatArray:
    """The turn q followed by the turn p."""
    w, v = p[0] * q[0] - p[1:] @ q[1:], p[0] * q[1:] + q[0] * p[1:] + np.cross(p[1:], q[1:])
    return np.concatenate(([w], v))


def _same_sign(quat: FloatArray, reference: FloatArray) -> FloatArray:
    """q and -q are the same turn: the one nearer to the reference."""
    return -quat if quat @ reference < 0 else quat


def _with_positive_real_part(quat: FloatArray) -> FloatArray:
    return -quat if quat[0] < 0 else quat


def _majority_heading(reference: FloatArray, quats: FloatArray, weights: Sequence[float]) -> FloatArray:
    """The reference, turned round when most of the weight heads the other way."""
    turned = _product(reference, _HALF_TURN)
    against = [
        weight
        for quat, weight in zip(quats, weights, strict=True)
        if abs(quat @ turned) > abs(quat @ reference) + 1e-9
    ]
    return turned if sum(against) > sum(weights) / 2 + 1e-9 else reference


def _headed_like(quat: FloatArray, reference: FloatArray) -> FloatArray:
    """The quaternion, turned round by 180 degrees about the cuboid's own z if that is nearer."""
    turned = _product(quat, _HALF_TURN)
    nearer = turned if abs(turned @ reference) > abs(quat @ reference) + 1e-9 else quat
    return _same_sign(nearer, reference)


def _slerp(first: FloatArray, last: FloatArray, fraction: float) -> FloatArray:
    """Shoemake, Animating rotation with quaternion curves, 1985."""
    last = _same_sign(last, first)
    angle = acos(min(1.0, float(first @ last)))
    if angle < 1e-6:
        mixed = first + (last - first) * fraction
    else:
        mixed = (sin((1 - fraction) * angle) * first + sin(fraction * angle) * last) / sin(angle)
    return np.asarray(mixed / np.linalg.norm(mixed))
