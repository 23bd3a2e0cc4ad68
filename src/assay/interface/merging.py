"""Merging several records into one, field by field."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assay.interface.context import Merging
from assay.interface.fields.base import Json, Outcome, is_disputed

if TYPE_CHECKING:
    from assay.interface.record import Member


@dataclass(frozen=True, slots=True)
class MergedRecord:
    """value: the merged record. confidence: that of the least sure field. fields: confidence per field.
    disputed: dotted paths below the record."""

    value: Json
    confidence: float
    fields: dict[str, float]
    disputed: tuple[str, ...]


def merge_record(
    members: Sequence[Member], answers: Sequence[Json], weights: Sequence[float], merging: Merging
) -> MergedRecord:
    """Field by field, in the order of declaration, so that conditions look at the merged values.

    A field counts the answers in which it was visible. An optional field is absent when most of their
    weight left it out (a tie keeps it). A required field that nobody answered, because no annotator saw
    the combination that won, is left out, disputed, with confidence 0.
    """
    outcomes: dict[str, Outcome] = {}
    values: Json = {}
    fields: dict[str, float] = {}
    disputed: list[str] = []
    for member in members:
        name = member.field.name
        if not member.is_visible(values):
            continue
        voters = [index for index, answer in enumerate(answers) if member.is_visible(answer)]
        holders = [index for index in voters if name in answers[index]]
        if not holders:
            if member.field.required:
                fields[name] = 0.0
                disputed.append(name)
            continue
        share = _share(holders, voters, weights)
        if share < 0.5 and not member.field.required:
            fields[name] = 1.0 - share
            continue
        outcome = member.field.merge(
            [answers[index][name] for index in holders],
            _positive([weights[index] for index in holders]),
            Merging(merging.item, [answers[i] for i in holders], holders, len(answers), outcomes),
        )
        outcomes[name], values[name] = outcome, outcome.value
        fields[name] = outcome.confidence * share
        places = outcome.disputed
        if not places and is_disputed(fields[name], voters):
            places = ("",)
        disputed.extend(f"{name}.{place}" if place else name for place in places)
    return MergedRecord(values, min(fields.values(), default=1.0), fields, tuple(disputed))


def _share(holders: Sequence[int], voters: Sequence[int], weights: Sequence[float]) -> float:
    total = math.fsum(weights[index] for index in voters)
    if total <= 0:
        return len(holders) / len(voters)
    return math.fsum(weights[index] for index in holders) / total


def _positive(weights: list[float]) -> list[float]:
    return weights if math.fsum(weights) > 0 else [1.0] * len(weights)
