"""What every geometry offers: one class per kind of shape, registered once, used by every part of Assay."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, ClassVar, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import orjson

from assay.errors import InvalidInput, Problem
from assay.interface.geometries.sweep import overlapping_pairs

Shape: TypeAlias = dict[str, Any]
"""A stored shape: `{"type": <geometry name>, ...}`, JSON values only."""

FloatArray: TypeAlias = npt.NDArray[np.float64]
IndexArray: TypeAlias = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Extent:
    """How large the input is that a shape lies on; what is not known is None and is not checked.

    `width`, `height` in pixels of the EXIF-normalised original; `text` the whole text (offsets count
    Unicode code points); `duration` in seconds; `pages` the (width, height) of each page in PDF points, None
    for a page of unknown size.
    """

    width: float | None = None
    height: float | None = None
    text: str | None = None
    duration: float | None = None
    pages: Sequence[tuple[float, float] | None] | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """What a shape is judged against: the extent of its input and the constraints of its class."""

    extent: Extent = Extent()
    constraints: Mapping[str, Any] = field(default_factory=dict)


_FEW_PAIRS = 16

_FIRST = np.zeros(1, dtype=np.intp)

ANYWHERE = Setting()
"""Nothing is known about the input and the class sets no constraints."""


class NearPairs(NamedTuple):
    """The pairs of two lists of shapes that are nearer than 1; every pair not listed has distance 1."""

    rows: IndexArray
    columns: IndexArray
    distances: FloatArray


@dataclass(frozen=True, slots=True)
class ConstraintRule:
    """One constraint that a class may put on its shapes: what kind of JSON value it takes."""

    kind: str
    meaning: str

    def accepts(self, value: object) -> bool:
        if self.kind == "flag":
            return isinstance(value, bool)
        if self.kind == "sizes":
            return isinstance(value, list) and len(value) == 3 and all(_is_positive(size) for size in value)
        if self.kind == "count":
            return type(value) is int and 0 <= value <= 10**6
        return _is_positive(value)


def _is_positive(value: object) -> bool:
    return type(value) in (int, float) and 0 < value <= 1e9  # type: ignore[operator]


class Geometry(ABC):
    """One kind of shape.

    `input_types` names the inputs it can lie on; `constraint_rules` what a class may demand of it;
    `asked_of_llm` is False where a language model cannot give it and a model adapter must.
    Distances lie in 0..1, are symmetric, and are 0 for a shape and itself.
    """

    name: ClassVar[str]
    input_types: ClassVar[frozenset[str]]
    constraint_rules: ClassVar[Mapping[str, ConstraintRule]] = {}
    asked_of_llm: ClassVar[bool] = True

    @abstractmethod
    def problems(self, value: object, path: str = "", setting: Setting = ANYWHERE) -> list[Problem]:
        """Every rule that `value` breaks, with JSON Pointers below `path`; empty for a valid shape."""

    def problems_of_many(
        self, values: Sequence[object], paths: Sequence[str], setting: Setting = ANYWHERE
    ) -> list[Problem]:
        """`problems` of many values at once; geometries with many numbers check them together."""
        return [
            problem
            for value, path in zip(values, paths, strict=True)
            for problem in self.problems(value, path, setting)
        ]

    def normalise(self, shape: Shape) -> Shape:
        """A valid shape in its canonical writing; shares no list or object with `shape`."""
        return dict(shape)

    def constraint_problems(self, constraints: Mapping[str, Any], path: str = "") -> list[Problem]:
        """What is wrong with the `constraints` of a class declaration."""
        problems = []
        for name, value in constraints.items():
            rule = self.constraint_rules.get(name)
            place = f"{path}/{name}"
            if rule is None:
                known = ", ".join(sorted(self.constraint_rules)) or "none"
                message = f"{self.name} has no constraint of this name; it knows: {known}"
                problems.append(Problem(place, "unknown_constraint", message))
            elif not rule.accepts(value):
                problems.append(Problem(place, "constraint", f"this must be a {rule.kind}: {rule.meaning}"))
        return problems

    @abstractmethod
    def json_schema(self, setting: Setting = ANYWHERE) -> dict[str, Any]:
        """JSON Schema (2020-12, free of `$ref`) of the stored shape; the validator is never laxer."""

    @abstractmethod
    def pair_distances(
        self,
        a: Sequence[Shape],
        b: Sequence[Shape],
        rows: IndexArray,
        columns: IndexArray,
        setting: Setting = ANYWHERE,
    ) -> FloatArray:
        """How far the valid shapes a[rows[i]] and b[columns[i]] are apart, in 0..1, for every i."""

    def distance(self, a: Shape, b: Shape, setting: Setting = ANYWHERE) -> float:
        """How far two valid shapes are apart, in 0..1."""
        return float(self.pair_distances([a], [b], _FIRST, _FIRST, setting)[0])

    def bounds(self, shapes: Sequence[Shape], setting: Setting) -> FloatArray | None:
        """Boxes (n, 2k) of k lower then k upper limits: shapes with disjoint boxes are at distance 1.

        None when no such limit exists; then every pair is measured.
        """
        return None

    def near_pairs(self, a: Sequence[Shape], b: Sequence[Shape], setting: Setting = ANYWHERE) -> NearPairs:
        """All pairs of `a` x `b` at a distance below 1, found without measuring pairs that cannot touch."""
        rows, columns = self._candidates(a, b, setting)
        distances = self.pair_distances(a, b, rows, columns, setting)
        near = distances < 1.0
        return NearPairs(rows[near], columns[near], distances[near])

    def _candidates(
        self, a: Sequence[Shape], b: Sequence[Shape], setting: Setting
    ) -> tuple[IndexArray, IndexArray]:
        rows, columns = np.divmod(np.arange(len(a) * len(b)), max(1, len(b)))
        if len(rows) <= _FEW_PAIRS:
            return rows, columns
        bounds_a, bounds_b = self.bounds(a, setting), self.bounds(b, setting)
        if bounds_a is None or bounds_b is None:
            return rows, columns
        axes = bounds_a.shape[1] // 2
        rows, columns = overlapping_pairs(
            bounds_a[:, 0], bounds_a[:, axes], bounds_b[:, 0], bounds_b[:, axes]
        )
        for axis in range(1, axes):
            low, high = axis, axes + axis
            touching = (bounds_a[rows, low] <= bounds_b[columns, high]) & (
                bounds_b[columns, low] <= bounds_a[rows, high]
            )
            rows, columns = rows[touching], columns[touching]
        return rows, columns

    def merge(self, shapes: Sequence[Shape], weights: Sequence[float], setting: Setting = ANYWHERE) -> Shape:
        """The one shape that stands for all (at least one, weights positive), whatever their order."""
        ordered = sorted(zip(shapes, weights, strict=True), key=lambda pair: (canonical(pair[0]), pair[1]))
        first = ordered[0][0]
        if canonical(first) == canonical(ordered[-1][0]):
            return first
        return self._merge_distinct([s for s, _ in ordered], [w for _, w in ordered], setting)

    def _merge_distinct(self, shapes: list[Shape], weights: list[float], setting: Setting) -> Shape:
        return shapes[self.medoid(shapes, weights, setting)]

    def medoid(self, shapes: Sequence[Shape], weights: Sequence[float], setting: Setting = ANYWHERE) -> int:
        """Index of the shape with the least weighted distance to the others; the first of equals."""
        totals = np.zeros(len(shapes))
        rows, columns = np.triu_indices(len(shapes), 1)
        distances = self.pair_distances(shapes, shapes, rows, columns, setting)
        weight = np.asarray(weights, dtype=np.float64)
        np.add.at(totals, rows, distances * weight[columns])
        np.add.at(totals, columns, distances * weight[rows])
        # Rounding makes equal totals differ in the last digits, which would depend on the order.
        return int(np.argmin(np.round(totals, 9)))

    def interpolate(self, a: Shape, b: Shape, fraction: float) -> Shape:
        """The shape between keyframes `a` (fraction 0) and `b` (1); `a` is held where there is no between."""
        return a

    @abstractmethod
    def sample(self, random: Random, setting: Setting = ANYWHERE) -> Shape:
        """A valid shape for this setting, different for each draw."""

    def perturb(
        self, shape: Shape, random: Random, strength: float = 0.1, setting: Setting = ANYWHERE
    ) -> Shape:
        """`shape` as a person with an unsteady hand draws it: still valid.

        `strength` is the standard deviation of the error as a share of the shape's size. Where a draw
        leaves the extent or breaks a constraint, weaker ones are tried, at last none.
        """
        for attempt in range(6):
            candidate = self._jitter(shape, random, strength * 0.5**attempt, setting)
            if not self.problems(candidate, "", setting):
                return candidate
        return shape

    @abstractmethod
    def _jitter(self, shape: Shape, random: Random, strength: float, setting: Setting) -> Shape:
        """One draw of `perturb`; it need not be valid."""

    def llm_schema(self, setting: Setting = ANYWHERE) -> dict[str, Any]:
        """What a language model is asked for, in strict form (all keys required, no others)."""
        raise self._not_for_llm()

    def to_llm(self, shape: Shape, setting: Setting) -> dict[str, Any]:
        """A stored shape as a language model would give it; raises InvalidInput without the extent."""
        raise self._not_for_llm()

    def from_llm(self, answer: object, setting: Setting, path: str = "") -> Shape:
        """A language model's answer as a stored shape; raises InvalidInput naming the place."""
        raise self._not_for_llm()

    def _not_for_llm(self) -> InvalidInput:
        return InvalidInput(
            f"{self.name} shapes are not asked of a language model",
            advice="Pre-label this class with a model adapter, or give it another geometry.",
        )


def canonical(value: object) -> bytes:
    """The same bytes for the same JSON value: an order that does not depend on who came first."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
