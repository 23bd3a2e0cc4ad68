"""Geometries that are a fixed list of numbers, such as boxes and points: what they have in common."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

import numpy as np

from assay.errors import Problem
from assay.interface.geometries.base import ANYWHERE, FloatArray, Geometry, Setting, Shape
from assay.interface.geometries.checks import (
    LARGEST_COORDINATE,
    NUMBER_SCHEMA,
    POSITIVE_SCHEMA,
    key_problems,
    number_problems,
    stored_schema,
)
from assay.interface.geometries.consensus import weighted_median


class CoordinateGeometry(Geometry):
    """A shape whose keys all hold numbers; those in `positive` must be greater than 0."""

    coordinates: ClassVar[tuple[str, ...]]
    positive: ClassVar[frozenset[str]] = frozenset()

    def problems(self, value: object, path: str = "", setting: Setting = ANYWHERE) -> list[Problem]:
        numbers = self._numbers(value)
        if numbers is None:
            return self._form_problems(value, path)
        return self._extent_problems(numbers, path, setting)

    def _numbers(self, value: object) -> tuple[float, ...] | None:
        """The numbers in order, or None when anything about the form is wrong."""
        if (
            type(value) is not dict
            or len(value) != len(self.coordinates) + 1
            or value.get("type") != self.name
        ):
            return None
        numbers = []
        for key in self.coordinates:
            number = value.get(key)
            if (type(number) is not float and type(number) is not int) or not (
                -LARGEST_COORDINATE <= number <= LARGEST_COORDINATE
            ):
                return None
            if number <= 0 and key in self.positive:
                return None
            numbers.append(number)
        return tuple(numbers)

    def _form_problems(self, value: object, path: str) -> list[Problem]:
        problems = key_problems(value, self.name, self.coordinates, path)
        if isinstance(value, dict):
            present = [key for key in self.coordinates if key in value]
            bad = number_problems(value, present, path)
            wrong = {problem.path for problem in bad}
            problems += bad
            problems += [
                Problem(f"{path}/{key}", "positive", "this must be greater than 0")
                for key in present
                if key in self.positive and f"{path}/{key}" not in wrong and value[key] <= 0
            ]
        return problems

    @abstractmethod
    def _extent_problems(self, numbers: tuple[float, ...], path: str, setting: Setting) -> list[Problem]:
        """Rules beyond the form: inside the extent, the constraints."""

    def shape(self, *numbers: float) -> Shape:
        """The stored shape of these numbers, in the order of `coordinates`."""
        return {"type": self.name, **dict(zip(self.coordinates, numbers, strict=True))}

    def table(self, shapes: list[Shape] | Any) -> FloatArray:
        """The numbers of many shapes; shape (n, coordinates)."""
        rows = [[shape[key] for key in self.coordinates] for shape in shapes]
        return np.array(rows, dtype=np.float64).reshape(len(rows), len(self.coordinates))

    def json_schema(self, setting: Setting = ANYWHERE) -> dict[str, Any]:
        properties = {
            key: POSITIVE_SCHEMA if key in self.positive else NUMBER_SCHEMA for key in self.coordinates
        }
        return stored_schema(self.name, properties)

    def _merge_distinct(self, shapes: list[Shape], weights: list[float], setting: Setting) -> Shape:
        return self.shape(
            *(weighted_median([shape[key] for shape in shapes], weights) for key in self.coordinates)
        )

    def interpolate(self, a: Shape, b: Shape, fraction: float) -> Shape:
        return self.shape(*(a[key] + (b[key] - a[key]) * fraction for key in self.coordinates))
