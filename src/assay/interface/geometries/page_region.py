"""Page region: `{"type": "page_region", "page", "x", "y", "w", "h"}`.

`page` counts from 0; the box is in PDF points from the upper left corner of the page as it is shown
(its rotation applied).
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
    Extent,
    FloatArray,
    IndexArray,
    Setting,
    Shape,
)
from assay.interface.geometries.boxes import (
    LLM_EDGES,
    edges_from_llm,
    edges_to_llm,
    intersections_over_unions,
    jitter_box,
)
from assay.interface.geometries.checks import (
    integer_schema,
    needs_extent,
    object_schema,
    read_integers,
)
from assay.interface.geometries.consensus import weighted_median
from assay.interface.geometries.coordinates import CoordinateGeometry
from assay.interface.geometries.plane import SIZE_CONSTRAINTS, sample_box, size_problems, span_problems
from assay.interface.geometries.registry import register

MOST_PAGES = 100_000
_A4 = (595.0, 842.0)


@register
class PageRegion(CoordinateGeometry):
    """Distance: 1 - IoU on the same page, 1 on different pages. Merge: the page with most weight, then the
    weighted median of each coordinate on it. `min_px` and the like count PDF points."""

    name = "page_region"
    input_types = frozenset({"document"})
    coordinates = ("page", "x", "y", "w", "h")
    positive = frozenset({"w", "h"})
    constraint_rules: ClassVar[Mapping[str, ConstraintRule]] = SIZE_CONSTRAINTS

    def _extent_problems(self, numbers: tuple[float, ...], path: str, setting: Setting) -> list[Problem]:
        page, x, y, w, h = numbers
        if type(page) is not int or not 0 <= page < MOST_PAGES:
            return [Problem(f"{path}/page", "page", f"this must be an integer from 0 to {MOST_PAGES - 1}")]
        pages = setting.extent.pages
        if pages is not None and page >= len(pages):
            return [Problem(f"{path}/page", "outside", f"the document has only {len(pages)} pages")]
        width, height = (pages[page] if pages is not None else None) or (None, None)
        problems = span_problems(x, x + w, width, f"{path}/x", "the region")
        problems += span_problems(y, y + h, height, f"{path}/y", "the region")
        return problems + size_problems(w, h, w * h, setting.constraints, path, ("/w", "/h"))

    def json_schema(self, setting: Setting = ANYWHERE) -> dict[str, Any]:
        schema = super().json_schema(setting)
        schema["properties"]["page"] = {"type": "integer", "minimum": 0, "maximum": MOST_PAGES - 1}
        return schema

    def pair_distances(
        self,
        a: Sequence[Shape],
        b: Sequence[Shape],
        rows: IndexArray,
        columns: IndexArray,
        setting: Setting = ANYWHERE,
    ) -> FloatArray:
        first, second = self.table(a)[rows], self.table(b)[columns]
        same_page = first[:, 0] == second[:, 0]
        return np.asarray(1.0 - same_page * intersections_over_unions(first[:, 1:], second[:, 1:]))

    def bounds(self, shapes: Sequence[Shape], setting: Setting) -> FloatArray:
        table = self.table(shapes)
        low = table[:, [0, 1, 2]]
        return np.hstack((low, low + np.column_stack((np.zeros(len(table)), table[:, 3:]))))

    def _merge_distinct(self, shapes: list[Shape], weights: list[float], setting: Setting) -> Shape:
        support: dict[int, float] = {}
        for shape, weight in zip(shapes, weights, strict=True):
            support[shape["page"]] = support.get(shape["page"], 0.0) + weight
        page = min(support, key=lambda number: (-round(support[number], 9), number))
        here = [index for index, shape in enumerate(shapes) if shape["page"] == page]
        chosen = [weights[index] for index in here]
        box = [
            weighted_median([shapes[index][key] for index in here], chosen) for key in ("x", "y", "w", "h")
        ]
        return self.shape(page, *box)

    def interpolate(self, a: Shape, b: Shape, fraction: float) -> Shape:
        return super().interpolate(a, b, fraction) | {"page": a["page"]} if a["page"] == b["page"] else a

    def sample(self, random: Random, setting: Setting = ANYWHERE) -> Shape:
        pages = setting.extent.pages or (_A4,)
        page = random.randrange(len(pages))
        width, height = pages[page] or _A4
        return self.shape(page, *sample_box(random, Setting(Extent(width, height), setting.constraints)))

    def _jitter(self, shape: Shape, random: Random, strength: float, setting: Setting) -> Shape:
        pages = setting.extent.pages
        limits = (pages[shape["page"]] if pages is not None else None) or (None, None)
        box = tuple(shape[key] for key in ("x", "y", "w", "h"))
        return self.shape(shape["page"], *jitter_box(box, random, strength, limits))

    def llm_schema(self, setting: Setting = ANYWHERE) -> dict[str, Any]:
        return object_schema({"page": integer_schema("page number, the first page is 1"), **LLM_EDGES})

    def to_llm(self, shape: Shape, setting: Setting) -> dict[str, Any]:
        width, height = _page_size(setting.extent, shape["page"])
        edges = edges_to_llm(shape["x"], shape["y"], shape["w"], shape["h"], width, height)
        return {"page": shape["page"] + 1, **edges}

    def from_llm(self, answer: object, setting: Setting, path: str = "") -> Shape:
        if setting.extent.pages is None:
            raise needs_extent("the page sizes")
        (page,) = read_integers(answer, ("page",), path, lowest=1, highest=len(setting.extent.pages))
        box = edges_from_llm(answer, *_page_size(setting.extent, page - 1), path)
        return self.shape(page - 1, *box)


def _page_size(extent: Extent, page: int) -> tuple[float, float]:
    size = extent.pages[page] if extent.pages is not None and page < len(extent.pages) else None
    if size is None:
        raise needs_extent("the page sizes")
    return size
