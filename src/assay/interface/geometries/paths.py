"""Geometries that are a run of points, closed (polygon) or open (polyline): what they have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from random import Random
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from assay.errors import Problem
from assay.interface.geometries.base import (
    ANYWHERE,
    ConstraintRule,
    Extent,
    FloatArray,
    Geometry,
    IndexArray,
    Setting,
    Shape,
)
from assay.interface.geometries.checks import (
    EDGE_TOLERANCE,
    LARGEST_COORDINATE,
    NUMBER_SCHEMA,
    invalid,
    key_problems,
    number_problem,
    object_schema,
    stored_schema,
)
from assay.interface.geometries.consensus import weighted_medians
from assay.interface.geometries.packing import (
    MOST_POINTS,
    PACK_ABOVE,
    decode,
    misplaced,
    pack,
    points_of,
    well_formed_lists,
    well_formed_texts,
)
from assay.interface.geometries.plane import LLM_POINT, PLANAR_INPUTS, point_from_llm, point_to_llm

BoolArray = npt.NDArray[np.bool_]

POINT_CONSTRAINTS = {
    "min_points": ConstraintRule("count", "the shape has at least this many points"),
    "max_points": ConstraintRule("count", "the shape has at most this many points"),
}

_MOST_REPORTED = 20


class PathGeometry(Geometry):
    """`{"type", "points"}`; `packing` says how points are written."""

    input_types = PLANAR_INPUTS
    least_points: ClassVar[int]
    closed: ClassVar[bool]

    @abstractmethod
    def form_problems(self, points: FloatArray, path: str, setting: Setting) -> list[Problem]:
        """Rules about points (n, 2) that are many enough, finite and inside the extent."""

    @abstractmethod
    def surely_valid(self, points: FloatArray, sizes: IndexArray, setting: Setting) -> BoolArray:
        """For many runs of points, one after another, whether `form_problems` finds nothing."""

    def problems(self, value: object, path: str = "", setting: Setting = ANYWHERE) -> list[Problem]:
        problems = key_problems(value, self.name, ("points",), path)
        if problems or not isinstance(value, dict):
            return problems
        place = f"{path}/points"
        points = value["points"]
        if isinstance(points, str):
            return self._packed_problems(decode(points), place, setting)
        if not isinstance(points, list):
            message = "points are a list of [x, y] or packed as base64 of little-endian float32"
            return [Problem(place, "type", message)]
        count_problems = self._count_problems(len(points), place, setting)
        if count_problems:
            return count_problems
        bad = misplaced(points)
        if bad:
            return [number_problem(place + where) for where in bad[:_MOST_REPORTED]]
        return self._place_problems(np.array(points, dtype=np.float64), place, setting)

    def _packed_problems(self, points: FloatArray | None, place: str, setting: Setting) -> list[Problem]:
        if points is None:
            message = f"this must be base64 of at most {MOST_POINTS} pairs of little-endian float32"
            return [Problem(place, "packed", message)]
        if not (np.abs(points) <= LARGEST_COORDINATE).all():
            return [number_problem(place)]
        problems = self._count_problems(len(points), place, setting)
        return problems or self._place_problems(points, place, setting)

    def _count_problems(self, count: int, place: str, setting: Setting) -> list[Problem]:
        least = max(self.least_points, setting.constraints.get("min_points", 0))
        most = min(MOST_POINTS, setting.constraints.get("max_points", MOST_POINTS))
        if count < least:
            return [Problem(place, "min_points", f"at least {least} points are required")]
        if count > most:
            return [Problem(place, "max_points", f"at most {most} points are allowed")]
        return []

    def _place_problems(self, points: FloatArray, place: str, setting: Setting) -> list[Problem]:
        outside = np.flatnonzero(~_inside(points, setting.extent))
        if len(outside):
            message = "the point lies outside the input"
            return [Problem(f"{place}/{index}", "outside", message) for index in outside[:_MOST_REPORTED]]
        return self.form_problems(points, place, setting)

    def problems_of_many(
        self, values: Sequence[object], paths: Sequence[str], setting: Setting = ANYWHERE
    ) -> list[Problem]:
        """Finds the surely valid ones in whole arrays; only the others are looked at one by one."""
        doubtful = self._doubtful(values, setting)
        return [
            problem for index in doubtful for problem in self.problems(values[index], paths[index], setting)
        ]

    def _doubtful(self, values: Sequence[object], setting: Setting) -> list[int]:
        name = self.name
        packed: list[int] = []
        listed: list[int] = []
        odd: list[int] = []
        for index, value in enumerate(values):
            if type(value) is dict and len(value) == 2 and value.get("type") == name and "points" in value:
                (packed if type(value["points"]) is str else listed).append(index)
            else:
                odd.append(index)
        for indices, read in ((packed, well_formed_texts), (listed, well_formed_lists)):
            table = read([values[index]["points"] for index in indices])  # type: ignore[index]
            odd += indices if table is None else self._doubtful_of(indices, *table, setting)
        return sorted(odd)

    def _doubtful_of(
        self, indices: list[int], points: FloatArray, sizes: IndexArray, setting: Setting
    ) -> list[int]:
        constraints = setting.constraints
        least = max(self.least_points, constraints.get("min_points", 0))
        most = min(MOST_POINTS, constraints.get("max_points", MOST_POINTS))
        good = (sizes >= least) & (sizes <= most)
        placed = (np.abs(points) <= LARGEST_COORDINATE).all(axis=1) & _inside(points, setting.extent)
        owner = np.repeat(np.arange(len(sizes)), sizes)
        good[owner[~placed]] = False
        good[good] = self.surely_valid(points[good[owner]], sizes[good], setting)
        return [indices[index] for index in np.flatnonzero(~good)]

    def normalise(self, shape: Shape) -> Shape:
        points = shape["points"]
        if isinstance(points, list) and len(points) <= PACK_ABOVE:
            return {"type": self.name, "points": [[x, y] for x, y in points]}
        return pack(shape)

    def json_schema(self, setting: Setting = ANYWHERE) -> dict[str, Any]:
        point = {"type": "array", "items": NUMBER_SCHEMA, "minItems": 2, "maxItems": 2}
        listed = {
            "type": "array",
            "items": point,
            "minItems": self.least_points,
            "maxItems": MOST_POINTS,
        }
        packed = {"type": "string", "contentEncoding": "base64", "pattern": "^[A-Za-z0-9+/]*={0,2}$"}
        return stored_schema(self.name, {"points": {"anyOf": [listed, packed]}})

    def listed(self, points: FloatArray) -> Shape:
        """The stored shape of these points, as a list."""
        return {"type": self.name, "points": points.tolist()}

    def bounds(self, shapes: Sequence[Shape], setting: Setting) -> FloatArray:
        rows = []
        for shape in shapes:
            points = points_of(shape)
            rows.append(np.concatenate((points.min(axis=0), points.max(axis=0))))
        return np.array(rows).reshape(len(rows), 4)

    def _merge_distinct(self, shapes: list[Shape], weights: list[float], setting: Setting) -> Shape:
        """The median path: each point of the medoid moved to the weighted median of the nearest places on
        all the paths; the medoid itself when that is not valid or not nearer to all."""
        medoid = shapes[self.medoid(shapes, weights, setting)]
        paths = [points_of(shape) for shape in shapes]
        anchor = points_of(medoid)
        nearest = np.stack([nearest_places(anchor, path, closed=self.closed) for path in paths])
        median = self.listed(weighted_medians(nearest, weights))
        if self.problems(median, "", setting):
            return medoid
        return min(
            (median, medoid), key=lambda shape: self._weighted_distance(shape, shapes, weights, setting)
        )

    def _weighted_distance(
        self, shape: Shape, shapes: list[Shape], weights: list[float], setting: Setting
    ) -> float:
        distances = self.pair_distances(
            [shape], shapes, np.zeros(len(shapes), dtype=np.intp), np.arange(len(shapes)), setting
        )
        return round(float(distances @ np.asarray(weights)), 9)

    def interpolate(self, a: Shape, b: Shape, fraction: float) -> Shape:
        first, last = points_of(a), points_of(b)
        if len(first) != len(last):
            return a
        return self.listed(first + (last - first) * fraction)

    def _jitter(self, shape: Shape, random: Random, strength: float, setting: Setting) -> Shape:
        points = points_of(shape)
        size = float(np.min(np.ptp(points, axis=0))) or float(np.max(np.ptp(points, axis=0)))
        shift = np.array([random.gauss(0.0, strength), random.gauss(0.0, strength)]) * 0.5
        # Each point's own error is held below the gap to its neighbours, or the outline would tangle.
        gaps = np.linalg.norm(np.diff(points, axis=0), axis=1)
        spread = min(strength * 0.5 * size, 0.25 * float(np.median(gaps)))
        noise = np.random.default_rng(random.getrandbits(64)).normal(0.0, spread, points.shape)
        moved = points + shift * size + noise
        width, height = setting.extent.width, setting.extent.height
        limits = [np.inf if limit is None else float(limit) for limit in (width, height)]
        lowest = [-np.inf if limit is None else 0.0 for limit in (width, height)]
        clipped: FloatArray = np.clip(moved, lowest, limits)
        return self.listed(np.round(clipped, 3))

    def llm_schema(self, setting: Setting = ANYWHERE) -> dict[str, Any]:
        return object_schema({"points": {"type": "array", "items": LLM_POINT}})

    def to_llm(self, shape: Shape, setting: Setting) -> dict[str, Any]:
        return {"points": [point_to_llm(x, y, setting.extent) for x, y in points_of(shape).tolist()]}

    def from_llm(self, answer: object, setting: Setting, path: str = "") -> Shape:
        points = answer.get("points") if isinstance(answer, dict) else None
        if not isinstance(points, list):
            raise invalid([Problem(f"{path}/points", "type", "points must be a list")])
        if len(points) > MOST_POINTS:
            raise invalid(
                [Problem(f"{path}/points", "max_points", f"at most {MOST_POINTS} points are allowed")]
            )
        places = [
            point_from_llm(point, setting.extent, f"{path}/points/{index}")
            for index, point in enumerate(points)
        ]
        return {"type": self.name, "points": [list(place) for place in places]}


def _inside(points: FloatArray, extent: Extent) -> BoolArray:
    inside = np.ones(len(points), dtype=np.bool_)
    for axis, length in enumerate((extent.width, extent.height)):
        if length is not None:
            column = points[:, axis]
            inside &= (column >= -EDGE_TOLERANCE) & (column <= length + EDGE_TOLERANCE)
    return inside


def sizes_of_runs(points: FloatArray, sizes: IndexArray) -> FloatArray:
    """Width and height of the bounding box of each run of points; (runs, 2)."""
    if not len(sizes):
        return np.empty((0, 2))
    first = np.cumsum(sizes) - sizes
    return np.asarray(np.maximum.reduceat(points, first) - np.minimum.reduceat(points, first))


def nearest_places(points: FloatArray, path: FloatArray, *, closed: bool) -> FloatArray:
    """For each point (n, 2) the nearest place on a path (m, 2); shape (n, 2)."""
    begin = path if closed else path[:-1]
    end = np.roll(path, -1, axis=0) if closed else path[1:]
    direction = end - begin
    squared = np.einsum("ij,ij->i", direction, direction)
    result = np.empty_like(points)
    # Blocks of points keep the table of points x edges small for long paths.
    block = max(1, 2_000_000 // len(begin))
    for start in range(0, len(points), block):
        part = points[start : start + block]
        along = np.einsum("nmi,mi->nm", part[:, None, :] - begin[None], direction)
        share = np.divide(along, squared, out=np.zeros_like(along), where=squared > 0)
        places = begin[None] + np.clip(share, 0.0, 1.0)[..., None] * direction[None]
        gaps = np.sum((places - part[:, None, :]) ** 2, axis=2)
        result[start : start + block] = places[np.arange(len(part)), np.argmin(gaps, axis=1)]
    return result
