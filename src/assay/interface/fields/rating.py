"""`rating`: a step on a numeric scale, such as 1 to 5 stars.

Value: an integer from `min` to `max`. Agreement: 1 - difference / range. Merge: lower weighted median.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any, ClassVar, Literal

from pydantic import Field as Key

from assay.interface.conditions import Facet
from assay.interface.context import Context, Merging, Pair, Parsing
from assay.interface.fields.base import (
    Field,
    FieldDeclaration,
    Json,
    KeyRequest,
    may_fall,
    may_rise,
    register,
)
from assay.interface.fields.numeric import as_integer
from assay.interface.fields.voting import weighted_median

MAX_STEPS = 101


class RatingDeclaration(FieldDeclaration):
    """labels: what single steps are called, by step ("1": "unusable"); never changes meaning."""

    type: Literal["rating"]
    min: int = Key(default=1, ge=-1000, le=1000)
    max: int = Key(default=5, ge=-1000, le=1000)
    labels: dict[str, str] = Key(default_factory=dict)


@register
class Rating(Field[RatingDeclaration]):
    """See the module's docstring."""

    type = "rating"
    declaration_model = RatingDeclaration
    may_be_indexed = True
    widening: ClassVar = {"min": may_fall, "max": may_rise}

    def __init__(self, declared: RatingDeclaration, path: str, pointer: str, parsing: Parsing) -> None:
        super().__init__(declared, path, pointer, parsing)
        self._min, self._max = declared.min, declared.max
        if not 0 < self._max - self._min < MAX_STEPS:
            parsing.fail(f"{pointer}/max", "range", f"a rating has 2 to {MAX_STEPS} steps")
            self._max = self._min + 1

    def validate(self, value: Any, path: str, context: Context) -> Any:
        number = value if type(value) is int else as_integer(value)
        if number is None:
            context.fail(path, "type", "must be an integer")
        elif not self._min <= number <= self._max:
            context.fail(path, "range", f"must be {self._min} to {self._max}")
        return number

    def json_schema(self) -> Json:
        return {"type": "integer", "minimum": self._min, "maximum": self._max}

    def facets(self) -> Mapping[str, Facet]:
        return {"": Facet("number", None, self.path)}

    def sample(self, random: Random, context: Context) -> Any:
        return random.randint(self._min, self._max)

    def perturb(self, value: Any, random: Random, context: Context) -> Any:
        return random.choice([near for near in (value - 1, value + 1) if self._min <= near <= self._max])

    def llm_schema(self) -> Json | None:
        schema: Json = {"type": "integer", "enum": list(range(self._min, self._max + 1))}
        if self.declared.labels:
            schema["description"] = "; ".join(
                f"{step} = {text}" for step, text in self.declared.labels.items()
            )
        return schema

    def to_llm(self, value: Any, context: Context) -> Any:
        return value

    def from_llm(self, reply: Any, path: str, context: Context) -> Any:
        return reply

    def distance(self, left: Any, right: Any, pair: Pair) -> float:
        return abs(int(left) - int(right)) / (self._max - self._min)

    def consensus(self, values: Sequence[Any], weights: Sequence[float], merging: Merging) -> Any:
        return int(weighted_median(values, weights))

    def keys(self) -> Iterator[KeyRequest]:
        if self._max - self._min < 10:
            for step in range(self._min, self._max + 1):
                yield KeyRequest(self.path, str(step), "")
