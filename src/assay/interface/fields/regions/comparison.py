"""How alike two sets of regions are.

Likeness of two regions, 0..1: (1 - distance of the shapes) x (1/2 if the classes differ) x
(1 - half the distance of the attributes). Shapes of different geometries are not alike at all.
Likeness of two tracks: the same, summed over the frames at which the two are matched to each other, over
the frames at which at least one of them is visible. Who is matched at each frame is decided by the best
matching at that frame, tracks that go together at other frames preferred, so that an exchange of two tracks
costs only the frames it lasts (as in HOTA: Luiten et al., IJCV 2021).

Distance of two sets: mean over all regions of both of 1 - likeness to the partner, 1 without a partner.
With likeness = IoU this is 1 - panoptic quality without a threshold (Kirillov et al., CVPR 2019).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from assay.interface.context import Pair
from assay.interface.fields.regions.classes import RegionClasses
from assay.interface.fields.regions.matching import Likeness, best_matching, concatenated
from assay.interface.fields.regions.tracks import Course, frames_to_compare
from assay.interface.geometries import GEOMETRIES, Setting, Shape, canonical
from assay.interface.record import Record

OTHER_CLASS = 0.5
"""Likeness that is left when the shapes are equal and the classes differ."""

OTHER_ATTRIBUTES = 0.5
"""Likeness that is left when everything but the attributes is equal."""

Region = dict[str, Any]
IndexArray = npt.NDArray[np.intp]
FloatArray = npt.NDArray[np.float64]

_NOTHING = Likeness(np.empty(0, np.intp), np.empty(0, np.intp), np.empty(0))


class Comparison:
    """Compares sets of regions of one field. `settings`: see `RegionClasses.with_geometry`."""

    def __init__(self, classes: RegionClasses, tracks: bool) -> None:
        self._classes = classes
        self._tracks = tracks
        self._settings: Mapping[str, Setting] = classes.with_geometry(list(GEOMETRIES))

    def distance(self, left: Sequence[Region], right: Sequence[Region], pair: Pair) -> float:
        if left == right:
            return 0.0
        matched = self.match(left, right, pair)
        # Rounded: which of several equally good matchings is found may depend on the side.
        return round(max(0.0, 1.0 - 2.0 * math.fsum(matched.values) / (len(left) + len(right))), 12)

    def match(self, left: Sequence[Region], right: Sequence[Region], pair: Pair) -> Likeness:
        """The best one-to-one matching; indices into `left` and `right`."""
        return best_matching(self.likeness(left, right, pair), len(left), len(right))

    def likeness(self, left: Sequence[Region], right: Sequence[Region], pair: Pair) -> Likeness:
        """All pairs of regions that are alike at all."""
        return self.judged(self.overlaps(left, right, pair), left, right, pair)

    def overlaps(self, left: Sequence[Region], right: Sequence[Region], pair: Pair) -> Likeness:
        """As `likeness`, of the shapes alone."""
        if self._tracks:
            return self._likeness_of_tracks(left, right, pair)
        return self._likeness_of_shapes(
            [region["geometry"] for region in left], [region["geometry"] for region in right]
        )

    def judged(
        self, overlaps: Likeness, left: Sequence[Region], right: Sequence[Region], pair: Pair
    ) -> Likeness:
        """`overlaps`, in the same order, made less by differing classes and attributes."""
        values = overlaps.values * self._class_factors(left, right, overlaps)
        values *= self._attribute_factors(left, right, overlaps, pair)
        return Likeness(overlaps.rows, overlaps.columns, values)

    def _likeness_of_shapes(self, left: Sequence[Shape | None], right: Sequence[Shape | None]) -> Likeness:
        parts = []
        for name, setting in self._settings.items():
            rows = np.array([i for i, s in enumerate(left) if s is not None and s["type"] == name], np.intp)
            columns = np.array(
                [j for j, s in enumerate(right) if s is not None and s["type"] == name], np.intp
            )
            if len(rows) and len(columns):
                ours, theirs = [left[i] for i in rows], [right[j] for j in columns]
                near = GEOMETRIES[name].near_pairs(ours, theirs, setting)
                parts.append(Likeness(rows[near.rows], columns[near.columns], 1.0 - near.distances))
        return concatenated(parts) if parts else _NOTHING

    def _likeness_of_tracks(self, left: Sequence[Region], right: Sequence[Region], pair: Pair) -> Likeness:
        ours, theirs = [Course(track) for track in left], [Course(track) for track in right]
        shape = len(left), len(right)
        possible, both = np.zeros(shape), np.zeros(shape)
        seen_left, seen_right = np.zeros((shape[0], 1)), np.zeros((1, shape[1]))
        frames: list[tuple[int, Likeness]] = []
        for frame in frames_to_compare([*left, *right]):
            shapes_left = [course.shape_at(frame) for course in ours]
            shapes_right = [course.shape_at(frame) for course in theirs]
            visible_left = np.array([[shape is not None] for shape in shapes_left], dtype=np.float64)
            visible_right = np.array([[shape is not None for shape in shapes_right]], dtype=np.float64)
            here = self._likeness_of_shapes(shapes_left, shapes_right)
            possible[here.rows, here.columns] += here.values
            seen_left += visible_left.reshape(-1, 1)
            seen_right += visible_right.reshape(1, -1)
            both += visible_left.reshape(-1, 1) @ visible_right.reshape(1, -1)
            frames.append((frame, here))
        either = seen_left + seen_right - both
        shared = np.divide(possible, either, out=np.zeros(shape), where=either > 0)
        alike = np.zeros(shape)
        for frame, here in frames:
            # Tracks that go together elsewhere are preferred here, as HOTA's global alignment does.
            wanted = Likeness(here.rows, here.columns, here.values * shared[here.rows, here.columns])
            matched = best_matching(wanted, *shape)
            values = matched.values / shared[matched.rows, matched.columns]
            factors = self._dynamic_factors(left, right, ours, theirs, matched, frame, pair)
            alike[matched.rows, matched.columns] += values * factors
        rows, columns = np.nonzero(alike)
        values = np.clip(alike[rows, columns] / either[rows, columns], 0.0, 1.0)
        return Likeness(rows, columns, values)

    def _class_factors(self, left: Sequence[Region], right: Sequence[Region], pairs: Likeness) -> FloatArray:
        order = self._classes.order
        ours = np.array([order[region["class"]] for region in left], dtype=np.intp)
        theirs = np.array([order[region["class"]] for region in right], dtype=np.intp)
        return np.where(ours[pairs.rows] == theirs[pairs.columns], 1.0, OTHER_CLASS)

    def _attribute_factors(
        self, left: Sequence[Region], right: Sequence[Region], pairs: Likeness, pair: Pair
    ) -> FloatArray:
        factors = np.ones(len(pairs.rows))
        if not any(each.attributes.fields for each in self._classes.values()):
            return factors
        known = _KnownDistances(pair)
        ours = [canonical(region.get("attributes", {})) for region in left]
        theirs = [canonical(region.get("attributes", {})) for region in right]
        for index, (i, j) in enumerate(zip(pairs.rows.tolist(), pairs.columns.tolist(), strict=True)):
            name = left[i]["class"]
            if name == right[j]["class"] and ours[i] != theirs[j]:
                record = self._classes[name].attributes
                distance = known.distance(record, (name, ours[i], theirs[j]), left[i], right[j])
                factors[index] = 1.0 - OTHER_ATTRIBUTES * distance
        return factors

    def _dynamic_factors(
        self,
        left: Sequence[Region],
        right: Sequence[Region],
        ours: Sequence[Course],
        theirs: Sequence[Course],
        matched: Likeness,
        frame: int,
        pair: Pair,
    ) -> FloatArray:
        factors = np.ones(len(matched.rows))
        for index, (i, j) in enumerate(zip(matched.rows.tolist(), matched.columns.tolist(), strict=True)):
            name = left[i]["class"]
            record = self._classes[name].dynamic
            if record.fields and name == right[j]["class"]:
                distance = record.distance(ours[i].attributes_at(frame), theirs[j].attributes_at(frame), pair)
                factors[index] = 1.0 - OTHER_ATTRIBUTES * distance
        return factors


class _KnownDistances:
    """Distances of attributes, each pair of values measured once: many regions have the same."""

    def __init__(self, pair: Pair) -> None:
        self._pair = pair
        self._known: dict[tuple[str, bytes, bytes], float] = {}

    def distance(self, record: Record, key: tuple[str, bytes, bytes], left: Region, right: Region) -> float:
        found = self._known.get(key)
        if found is None:
            found = record.distance(left.get("attributes", {}), right.get("attributes", {}), self._pair)
            self._known[key] = found
        return found
