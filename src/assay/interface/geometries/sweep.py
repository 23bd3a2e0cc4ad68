"""Which of many intervals overlap, in time that grows with the answer and not with all pairs."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

IndexArray = npt.NDArray[np.intp]
FloatArray = npt.NDArray[np.float64]


def overlapping_pairs(
    a_low: FloatArray, a_high: FloatArray, b_low: FloatArray, b_high: FloatArray
) -> tuple[IndexArray, IndexArray]:
    """Indices (i, j) of all closed intervals a[i], b[j] that share a point; each array is (n,) or (m,).

    Of two overlapping intervals one begins inside the other: both cases are looked up in a sorted list.
    """
    rows, columns = _beginning_inside(a_low, a_high, b_low, include_equal=True)
    more_columns, more_rows = _beginning_inside(b_low, b_high, a_low, include_equal=False)
    return np.concatenate((rows, more_rows)), np.concatenate((columns, more_columns))


def _beginning_inside(
    low: FloatArray, high: FloatArray, beginnings: FloatArray, *, include_equal: bool
) -> tuple[IndexArray, IndexArray]:
    order = np.argsort(beginnings, kind="stable")
    ordered = beginnings[order]
    first = np.searchsorted(ordered, low, side="left" if include_equal else "right")
    last = np.searchsorted(ordered, high, side="right")
    owner, position = expand_ranges(first, last)
    return owner, order[position]


def pairs_within_groups(
    group: npt.NDArray[np.integer], low: FloatArray, high: FloatArray
) -> tuple[IndexArray, IndexArray]:
    """Indices (i, j), each pair once, of closed intervals of the same group that share a point."""
    # Complex numbers sort by the real part, then the imaginary one: (group, position) in one key.
    key = group + 1j * low
    order = np.argsort(key, kind="stable")
    last = np.searchsorted(key[order], (group + 1j * high)[order], side="right")
    owner, position = expand_ranges(np.arange(1, len(order) + 1), last)
    return order[owner], order[position]


def count_within_groups(group: npt.NDArray[np.integer], low: FloatArray, high: FloatArray) -> IndexArray:
    """How many pairs `pairs_within_groups` will give for each interval; shape (n,)."""
    key = group + 1j * low
    order = np.argsort(key, kind="stable")
    last = np.searchsorted(key[order], (group + 1j * high)[order], side="right")
    counts = np.empty(len(order), dtype=np.intp)
    counts[order] = last - np.arange(1, len(order) + 1)
    return counts


def expand_ranges(first: IndexArray, last: IndexArray) -> tuple[IndexArray, IndexArray]:
    """Write out the ranges first[i]..last[i]: (i repeated, each position), empty where last <= first."""
    lengths = np.maximum(last - first, 0)
    owner = np.repeat(np.arange(len(lengths)), lengths)
    before = np.cumsum(lengths) - lengths
    return owner, np.arange(len(owner)) - np.repeat(before - first, lengths)
