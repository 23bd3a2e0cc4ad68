"""Axis-parallel boxes as arrays: what box and page region share."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np

from assay.errors import Problem
from assay.interface.geometries.base import FloatArray
from assay.interface.geometries.checks import (
    from_permille,
    integer_schema,
    invalid,
    read_integers,
    to_permille,
)

LLM_EDGES = {
    "x0": integer_schema("left edge, 0 to 1000 of the width"),
    "y0": integer_schema("top edge, 0 to 1000 of the height"),
    "x1": integer_schema("right edge, 0 to 1000 of the width"),
    "y1": integer_schema("bottom edge, 0 to 1000 of the height"),
}


def intersections_over_unions(a: FloatArray, b: FloatArray) -> FloatArray:
    """Intersection over union of the boxes a[i] and b[i], each (n, 4) as x, y, w, h; shape (n,)."""
    overlap = np.minimum(a[:, :2] + a[:, 2:], b[:, :2] + b[:, 2:]) - np.maximum(a[:, :2], b[:, :2])
    shared = np.prod(np.maximum(overlap, 0.0), axis=1)
    union = a[:, 2] * a[:, 3] + b[:, 2] * b[:, 3] - shared
    # x + w - x is not w in floats: without the limit a thin box would not be equal to itself.
    return np.where(np.all(a == b, axis=1), 1.0, np.clip(shared / union, 0.0, 1.0))


def edges_to_llm(x: float, y: float, w: float, h: float, width: float, height: float) -> dict[str, int]:
    """A box as a model gives it; never of width or height 0."""
    x0, x1 = _apart(to_permille(x, width), to_permille(x + w, width))
    y0, y1 = _apart(to_permille(y, height), to_permille(y + h, height))
    return {"x0": x0, "y0": y0, "x1": x1, "y1": y1}


def _apart(low: int, high: int) -> tuple[int, int]:
    if low < high:
        return low, high
    return (low, low + 1) if low < 1000 else (low - 1, low)


def edges_from_llm(
    answer: object, width: float, height: float, path: str
) -> tuple[float, float, float, float]:
    """x, y, w, h of a model's box; InvalidInput when its edges are in the wrong order."""
    x0, y0, x1, y1 = read_integers(answer, ("x0", "y0", "x1", "y1"), path)
    problems = [
        Problem(f"{path}/{key}", "order", "this edge must lie beyond the opposite one")
        for key, low, high in (("x1", x0, x1), ("y1", y0, y1))
        if low >= high
    ]
    if problems:
        raise invalid(problems)
    left, top = from_permille(x0, width), from_permille(y0, height)
    return left, top, from_permille(x1, width) - left, from_permille(y1, height) - top


def jitter_box(box: Any, random: Random, strength: float, limits: tuple[float | None, float | None]) -> Any:
    """x, y, w, h with every edge moved by an error of `strength` of the side, kept within the limits."""
    result = []
    for low, side, limit in ((box[0], box[2], limits[0]), (box[1], box[3], limits[1])):
        first = low + random.gauss(0.0, strength) * side
        last = low + side + random.gauss(0.0, strength) * side
        if limit is not None:
            first, last = max(0.0, first), min(float(limit), last)
        result.append((round(first, 3), round(last - first, 3)))
    (x, w), (y, h) = result
    return x, y, w, h
