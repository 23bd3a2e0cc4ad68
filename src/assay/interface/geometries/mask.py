"""Mask: `{"type": "mask", "size": [height, width], "counts": ...}`, pixels of the whole image.

`counts` are COCO run lengths in column order. Canonical is the compressed text of pycocotools ("counts" as
a string); the uncompressed list of integers means the same and is accepted (see `run_lengths`).
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
from assay.interface.geometries.checks import key_problems, stored_schema
from assay.interface.geometries.plane import PLANAR_INPUTS, SIZE_CONSTRAINTS, sample_box, size_problems
from assay.interface.geometries.registry import register
from assay.interface.geometries.run_lengths import (
    IntArray,
    area,
    bounding_box,
    columns_of,
    counts_of,
    decode_counts,
    encode_counts,
    intersection,
    majority,
    runs_of,
    runs_of_columns,
)

LONGEST_SIDE = 65_535
MOST_RUNS = 1_000_000
_LONGEST_TEXT = 6_000_000
_SAMPLE_SIDE = 200


@register
class Mask(Geometry):
    """Distance: 1 - IoU over run lengths. Merge: pixels with more than half of the weight; the medoid when
    the sizes differ or no pixel has that much."""

    name = "mask"
    input_types = PLANAR_INPUTS
    constraint_rules: ClassVar[Mapping[str, ConstraintRule]] = SIZE_CONSTRAINTS
    asked_of_llm = False

    def problems(self, value: object, path: str = "", setting: Setting = ANYWHERE) -> list[Problem]:
        problems = key_problems(value, self.name, ("size", "counts"), path)
        if problems or not isinstance(value, dict):
            return problems
        problems = _size_problems(value["size"], f"{path}/size", setting)
        if problems:
            return problems
        counts = read_counts(value["counts"])
        place = f"{path}/counts"
        if counts is None:
            message = "counts are COCO run lengths: the compressed text, or a list of integers"
            return [Problem(place, "counts", message)]
        height, width = value["size"]
        if (counts < 0).any() or counts.max(initial=0) > height * width or counts.sum() != height * width:
            return [Problem(place, "counts_sum", f"the run lengths must add up to {height * width} pixels")]
        runs = runs_of(counts)
        if not len(runs):
            return [Problem(place, "no_area", "the mask has no foreground")]
        if not setting.constraints:
            return []
        x0, y0, x1, y1 = bounding_box(runs, height)
        return size_problems(x1 - x0, y1 - y0, area(runs), setting.constraints, path)

    def normalise(self, shape: Shape) -> Shape:
        height, width = shape["size"]
        return mask_of(foreground(shape), height, width)

    def json_schema(self, setting: Setting = ANYWHERE) -> dict[str, Any]:
        side = {"type": "integer", "minimum": 1, "maximum": LONGEST_SIDE}
        text = {"type": "string", "pattern": "^[0-o]+$", "maxLength": _LONGEST_TEXT}
        listed = {
            "type": "array",
            "items": {"type": "integer", "minimum": 0},
            "minItems": 2,
            "maxItems": 2 * MOST_RUNS,
        }
        return stored_schema(
            self.name,
            {
                "size": {"type": "array", "items": side, "minItems": 2, "maxItems": 2},
                "counts": {"anyOf": [text, listed]},
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
        runs_a, runs_b = [foreground(shape) for shape in a], [foreground(shape) for shape in b]
        areas_a, areas_b = [area(runs) for runs in runs_a], [area(runs) for runs in runs_b]
        result = np.ones(len(rows))
        for index, (i, j) in enumerate(zip(rows, columns, strict=True)):
            if list(a[i]["size"]) == list(b[j]["size"]):
                shared = intersection(runs_a[i], runs_b[j])
                result[index] = 1.0 - shared / (areas_a[i] + areas_b[j] - shared)
        return result

    def bounds(self, shapes: Sequence[Shape], setting: Setting) -> FloatArray:
        boxes = [bounding_box(foreground(shape), shape["size"][0]) for shape in shapes]
        return np.array(boxes, dtype=np.float64).reshape(len(boxes), 4)

    def _merge_distinct(self, shapes: list[Shape], weights: list[float], setting: Setting) -> Shape:
        height, width = shapes[0]["size"]
        if all(shape["size"] == [height, width] for shape in shapes):
            merged = mask_of(majority([foreground(shape) for shape in shapes], weights), height, width)
            if not self.problems(merged, "", setting):
                return merged
        return super()._merge_distinct(shapes, weights, setting)

    def sample(self, random: Random, setting: Setting = ANYWHERE) -> Shape:
        width = int(setting.extent.width or _SAMPLE_SIDE)
        height = int(setting.extent.height or _SAMPLE_SIDE)
        x, y, w, h = sample_box(random, setting)
        scale = (width / (setting.extent.width or 1000), height / (setting.extent.height or 1000))
        x, w = x * scale[0], max(1.0, w * scale[0])
        y, h = y * scale[1], max(1.0, h * scale[1])
        first = min(int(x), width - 1)
        column = np.arange(first, min(width, first + max(1, round(w))))
        # Half a superellipse: blunt enough to fill its box, round enough not to be one.
        across = np.abs((column - first + 0.5) / len(column) * 2 - 1)
        half = np.maximum(0.5, (1 - across**4) ** 0.25 * h / 2)
        middle = y + h / 2
        top = np.clip(np.floor(middle - half), 0, height - 1)
        bottom = np.clip(np.ceil(middle + half), top + 1, height)
        columns = np.column_stack((column, top, bottom)).astype(np.int64)
        return mask_of(runs_of_columns(columns, height), height, width)

    def _jitter(self, shape: Shape, random: Random, strength: float, setting: Setting) -> Shape:
        height, width = shape["size"]
        columns = columns_of(foreground(shape), height)
        x0, y0 = columns[:, 0].min(), columns[:, 1].min()
        w, h = columns[:, 0].max() - x0 + 1, columns[:, 2].max() - y0
        # One shift for the whole mask and one for its rim, as a brush too far over or too wide leaves it.
        columns[:, 0] += round(random.gauss(0.0, strength) * float(w))
        shift, widening = random.gauss(0.0, strength) * float(h), random.gauss(0.0, strength) * float(h) / 2
        columns[:, 1] += round(shift - widening)
        columns[:, 2] += round(shift + widening)
        columns[:, 1:] = np.clip(columns[:, 1:], 0, height)
        columns = columns[(columns[:, 0] >= 0) & (columns[:, 0] < width)]
        runs = runs_of_columns(columns, height)
        return mask_of(majority([runs], [1.0]) if len(runs) else runs, height, width)


def read_counts(counts: object) -> IntArray | None:
    """The run lengths in either writing, None when they are neither."""
    if isinstance(counts, str):
        return decode_counts(counts) if 0 < len(counts) <= _LONGEST_TEXT else None
    if (
        not isinstance(counts, list)
        or not 0 < len(counts) <= 2 * MOST_RUNS
        or set(map(type, counts)) != {int}
    ):
        return None
    try:
        return np.array(counts, dtype=np.int64)
    except OverflowError:
        return None


def foreground(shape: Shape) -> IntArray:
    """The foreground runs of a valid mask."""
    counts = read_counts(shape["counts"])
    return runs_of(counts) if counts is not None else np.empty((0, 2), dtype=np.int64)


def mask_of(runs: IntArray, height: int, width: int) -> Shape:
    """The stored mask of foreground runs, in canonical writing."""
    return {
        "type": "mask",
        "size": [height, width],
        "counts": encode_counts(counts_of(runs, height * width)),
    }


def _size_problems(size: object, path: str, setting: Setting) -> list[Problem]:
    if not isinstance(size, list) or len(size) != 2:
        return [Problem(path, "size", "the size is [height, width]")]
    problems = [
        Problem(f"{path}/{index}", "size", f"this must be an integer from 1 to {LONGEST_SIDE}")
        for index, side in enumerate(size)
        if type(side) is not int or not 1 <= side <= LONGEST_SIDE
    ]
    known = (setting.extent.height, setting.extent.width)
    if not problems:
        problems = [
            Problem(f"{path}/{index}", "size", "the mask must have the size of its image")
            for index, (side, actual) in enumerate(zip(size, known, strict=True))
            if actual is not None and side != int(actual)
        ]
    return problems
