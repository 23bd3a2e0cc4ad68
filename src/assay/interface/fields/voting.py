"""Merge rules that more than one field type uses. All are independent of the order of the answers: sums are
exactly rounded (`math.fsum`) and ties are broken by a stated rule."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

T = TypeVar("T", bound=Hashable)


def support(values: Iterable[T], weights: Iterable[float]) -> dict[T, float]:
    """Total weight behind each value."""
    parts: dict[T, list[float]] = {}
    for value, weight in zip(values, weights, strict=True):
        parts.setdefault(value, []).append(weight)
    return {value: math.fsum(weights) for value, weights in parts.items()}


def plurality(values: Sequence[T], weights: Sequence[float], order: Mapping[T, int]) -> T:
    """The value with most weight; of equals the one that comes first in `order`."""
    totals = support(values, weights)
    return min(totals, key=lambda value: (-totals[value], order[value]))


def weighted_median(values: Sequence[float], weights: Sequence[float]) -> float:
    """The lower weighted median: the least value with at least half of the weight at or below it. It is
    always one of the values, so it keeps every constraint they keep."""
    totals = support(values, weights)
    half = math.fsum(weights) / 2.0
    ordered = sorted(totals)
    below: list[float] = []
    for value in ordered:
        below.append(totals[value])
        if math.fsum(below) >= half:
            return value
    return ordered[-1]


def medoid(
    values: Sequence[Any],
    weights: Sequence[float],
    distance: Callable[[Any, Any], float],
    key: Callable[[Any], Any],
) -> Any:
    """The value nearest to all others, by weight; of equals the one with the least `key`."""
    distinct = {key(value): value for value in values}
    totals = support([key(value) for value in values], weights)
    if len(distinct) == 1:
        return values[0]
    keys = sorted(distinct)
    pairwise = {
        (one, other): distance(distinct[one], distinct[other])
        for index, one in enumerate(keys)
        for other in keys[index + 1 :]
    }

    def cost(one: Any) -> float:
        return math.fsum(
            totals[other] * pairwise[min(one, other), max(one, other)] for other in keys if other != one
        )

    return distinct[min(keys, key=lambda one: (cost(one), one))]
