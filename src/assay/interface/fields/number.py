"""`number`: a measured or counted quantity.

Value: a number, an integer with `integer: true`. Merge: lower weighted median. Agreement: 1 - distance, where
distance is 0 within `tolerance` (absolute), else |a - b| / (max - min) when both bounds are declared, else
|a - b| / (|a| + |b|), at most 1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, ClassVar, Literal

from pydantic import Field as Key

from assay.interface.conditions import Facet
from assay.interface.context import Context, Merging, Pair, Parsing
from assay.interface.fields.base import (
    Field,
    FieldDeclaration,
    Json,
    may_fall,
    may_rise,
    never_matters,
    register,
)
from assay.interface.fields.numeric import MAX_EXACT, as_integer, as_number
from assay.interface.fields.voting import weighted_median

_LARGEST = 1e15
"""Declared bounds lie within this: above it, floats are coarser than one."""


class NumberDeclaration(FieldDeclaration):
    """unit: what is counted ("kg"), part of the meaning. tolerance: differences that count as none."""

    type: Literal["number"]
    integer: bool = False
    min: float | None = Key(default=None, ge=-_LARGEST, le=_LARGEST, allow_inf_nan=False)
    max: float | None = Key(default=None, ge=-_LARGEST, le=_LARGEST, allow_inf_nan=False)
    unit: str | None = Key(default=None, max_length=64)
    tolerance: float = Key(default=0.0, ge=0, allow_inf_nan=False)


@register
class Number(Field[NumberDeclaration]):
    """See the module's docstring."""

    type = "number"
    declaration_model = NumberDeclaration
    may_be_indexed = True
    widening: ClassVar = {
        "min": may_fall,
        "max": may_rise,
        "integer": lambda was, _now: bool(was),
        "tolerance": never_matters,
    }

    def __init__(self, declared: NumberDeclaration, path: str, pointer: str, parsing: Parsing) -> None:
        super().__init__(declared, path, pointer, parsing)
        self._read = as_integer if declared.integer else as_number
        unbounded = MAX_EXACT if declared.integer else math.inf
        self._min = -unbounded if declared.min is None else declared.min
        self._max = unbounded if declared.max is None else declared.max
        if declared.integer:
            self._min, self._max = math.ceil(self._min), math.floor(self._max)
        if self._min > self._max:
            parsing.fail(f"{pointer}/max", "range", "no number lies between min and max")
            self._min, self._max = -unbounded, unbounded
        self._range = self._max - self._min if declared.min is not None and declared.max is not None else None

    def validate(self, value: Any, path: str, context: Context) -> Any:
        number = self._read(value)
        if number is None:
            context.fail(path, "type", "must be an integer" if self.declared.integer else "must be a number")
        elif not self._min <= number <= self._max:
            context.fail(path, "range", self._bounds())
        return number

    def _bounds(self) -> str:
        least = "" if self.declared.min is None else f"at least {self._min:.15g}"
        most = "" if self.declared.max is None else f"at most {self._max:.15g}"
        return "must be " + " and ".join(part for part in (least, most) if part)

    def json_schema(self) -> Json:
        largest = MAX_EXACT if self.declared.integer else 1.7976931348623157e308
        return {
            "type": "integer" if self.declared.integer else "number",
            "minimum": self._min if math.isfinite(self._min) else -largest,
            "maximum": self._max if math.isfinite(self._max) else largest,
        }

    def facets(self) -> Mapping[str, Facet]:
        return {"": Facet("number", None, self.path)}

    def sample(self, random: Random, context: Context) -> Any:
        least, most = self._sampled_range()
        return random.randint(int(least), int(most)) if self.declared.integer else random.uniform(least, most)

    def _sampled_range(self) -> tuple[float, float]:
        """The declared range, or 100 wide at the declared bound, or 0 to 100."""
        if self.declared.min is not None and self.declared.max is not None:
            return self._min, self._max
        if self.declared.max is not None:
            return self._max - 100, self._max
        least = 0 if self.declared.min is None else self._min
        return least, least + 100

    def perturb(self, value: Any, random: Random, context: Context) -> Any:
        least, most = self._sampled_range()
        width = max(abs(value) * 0.2, (most - least) * 0.1, self.declared.tolerance * 2)
        if not self.declared.integer:
            moved = value + random.choice((-1, 1)) * width * random.uniform(0.5, 1.0)
            if not self._min <= moved <= self._max:
                moved = 2 * value - moved
            return min(max(moved, self._min), self._max)
        step = max(1, round(width * random.uniform(0.5, 1.0)))
        near = [value + step, value - step, value + 1, value - 1]
        return next((moved for moved in near if self._min <= moved <= self._max), value)

    def llm_schema(self) -> Json | None:
        schema: Json = {"type": "integer" if self.declared.integer else "number"}
        bounded = self.declared.min is not None or self.declared.max is not None
        bounds = self._bounds() if bounded else ""
        unit = f"in {self.declared.unit}" if self.declared.unit else ""
        if bounds or unit:
            schema["description"] = ", ".join(part for part in (unit, bounds) if part)
        return schema

    def to_llm(self, value: Any, context: Context) -> Any:
        return value

    def from_llm(self, reply: Any, path: str, context: Context) -> Any:
        return reply

    def distance(self, left: Any, right: Any, pair: Pair) -> float:
        difference = abs(left - right)
        if difference <= self.declared.tolerance:
            return 0.0
        if self._range is not None:
            return min(1.0, float(difference / self._range))
        # Halved first: the sum of two finite floats may not be finite.
        return min(1.0, float(abs(left / 2 - right / 2) / (abs(left) / 2 + abs(right) / 2)))

    def consensus(self, values: Sequence[Any], weights: Sequence[float], merging: Merging) -> Any:
        return weighted_median(values, weights)
