"""The plane of an image: its extent, what lies inside it, sizes for samples, translations for models."""

from __future__ import annotations

from random import Random
from typing import Any

from assay.errors import Problem
from assay.interface.geometries.base import ConstraintRule, Extent, Setting
from assay.interface.geometries.checks import (
    EDGE_TOLERANCE,
    from_permille,
    integer_schema,
    needs_extent,
    object_schema,
    read_integers,
    to_permille,
)

PLANAR_INPUTS = frozenset({"image", "video"})

SIZE_CONSTRAINTS = {
    "min_px": ConstraintRule("number", "neither side of the bounding box is shorter, in pixels"),
    "max_px": ConstraintRule("number", "neither side of the bounding box is longer, in pixels"),
    "min_area": ConstraintRule("number", "the area is at least this, in square pixels"),
}

_SAMPLE_SIZE = 1000.0


def size_problems(
    width: float, height: float, area: float, constraints: Any, path: str, places: tuple[str, str] = ("", "")
) -> list[Problem]:
    """What the constraints of SIZE_CONSTRAINTS say about a shape; `places` are the keys of its sides."""
    problems = []
    if constraints:
        for side, place in zip((width, height), places, strict=True):
            if side < constraints.get("min_px", 0) - EDGE_TOLERANCE:
                message = f"at least {constraints['min_px']:g} pixels are required"
                problems.append(Problem(path + place, "min_px", message))
            if side > constraints.get("max_px", side) + EDGE_TOLERANCE:
                message = f"at most {constraints['max_px']:g} pixels are allowed"
                problems.append(Problem(path + place, "max_px", message))
        if area < constraints.get("min_area", 0) * (1 - 1e-6):
            message = f"an area of at least {constraints['min_area']:g} square pixels is required"
            problems.append(Problem(path, "min_area", message))
    return problems


def span_problems(low: float, high: float, length: float | None, path: str, what: str) -> list[Problem]:
    """Whether low..high lies within 0..length (no upper limit when the length is not known)."""
    if length is not None and (low < -EDGE_TOLERANCE or high > length + EDGE_TOLERANCE):
        return [Problem(path, "outside", f"{what} lies outside the input, which is {length:g} long here")]
    return []


def point_problems(x: float, y: float, extent: Extent, path_x: str, path_y: str) -> list[Problem]:
    """Whether a point lies on the image, as far as the extent is known."""
    problems = span_problems(x, x, extent.width, path_x, "x")
    return problems + span_problems(y, y, extent.height, path_y, "y")


def sample_extent(extent: Extent) -> tuple[float, float]:
    """Width and height for samples: those of the input, or a usual size."""
    return extent.width or _SAMPLE_SIZE, extent.height or _SAMPLE_SIZE


def sample_box(random: Random, setting: Setting) -> tuple[float, float, float, float]:
    """x, y, w, h of a random box on the image that satisfies the size constraints."""
    sides = []
    constraints = setting.constraints
    least = max(constraints.get("min_px", 0), constraints.get("min_area", 0) ** 0.5)
    for length in sample_extent(setting.extent):
        most = min(constraints.get("max_px", length), length)
        shortest = min(most, max(least * 1.3, length * 0.05))
        side = round(random.uniform(shortest, max(shortest, min(most, max(length * 0.4, shortest * 1.2)))), 2)
        sides.append((round(random.uniform(0, max(0.0, length - side)), 2), min(side, length)))
    (x, w), (y, h) = sides
    return x, y, w, h


def known_size(extent: Extent) -> tuple[float, float]:
    """Width and height; InvalidInput when they are not known."""
    if not extent.width or not extent.height:
        raise needs_extent("the width and height")
    return float(extent.width), float(extent.height)


LLM_POINT = object_schema(
    {
        "x": integer_schema("from the left, 0 to 1000 of the width"),
        "y": integer_schema("from the top, 0 to 1000 of the height"),
    }
)


def point_to_llm(x: float, y: float, extent: Extent) -> dict[str, int]:
    width, height = known_size(extent)
    return {"x": to_permille(x, width), "y": to_permille(y, height)}


def point_from_llm(answer: object, extent: Extent, path: str) -> tuple[float, float]:
    width, height = known_size(extent)
    x, y = read_integers(answer, ("x", "y"), path)
    return from_permille(x, width), from_permille(y, height)
