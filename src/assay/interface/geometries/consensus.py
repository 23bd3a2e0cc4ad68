"""Weighted medians and angles: what merging shapes is made of. All are independent of the order."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


def weighted_median(values: Sequence[float], weights: Sequence[float]) -> float:
    """The value with half of the weight on either side; the mean of two when the weight splits evenly."""
    ordered = sorted(zip(values, weights, strict=True))
    half = math.fsum(weights) / 2
    below = 0.0
    for index, (value, weight) in enumerate(ordered):
        below += weight
        if math.isclose(below, half, rel_tol=1e-9) and index + 1 < len(ordered):
            following = ordered[index + 1][0]
            return value if following == value else (value + following) / 2
        if below > half:
            return value
    return ordered[-1][0]


def weighted_medians(values: FloatArray, weights: Sequence[float]) -> FloatArray:
    """`weighted_median` over the first axis of `values` (answers, ...), for all the rest at once."""
    weight = np.asarray(weights, dtype=np.float64)
    order = np.argsort(values, axis=0, kind="stable")
    ordered = np.take_along_axis(values, order, axis=0)
    below = np.cumsum(weight[order], axis=0)
    half = math.fsum(weights) / 2
    even = np.isclose(below, half, rtol=1e-9, atol=0.0)
    chosen = np.argmax((below > half) | even, axis=0)[None]
    middle = np.take_along_axis(ordered, chosen, axis=0)[0]
    following = np.take_along_axis(ordered, np.minimum(chosen + 1, len(values) - 1), axis=0)[0]
    split = np.take_along_axis(even, chosen, axis=0)[0]
    return np.asarray(np.where(split & (following != middle), (middle + following) / 2, middle))


def turn(start: float, end: float, period: float = 360.0) -> float:
    """The shortest turn from one angle to another, in -period/2 .. period/2."""
    return (end - start + period / 2) % period - period / 2


def unit_interval(value: float) -> float:
    """`value` with rounding errors beyond 0 and 1 cut off."""
    return min(1.0, max(0.0, float(value)))
